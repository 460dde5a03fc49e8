//! The proof and the head of `standard-webhooks`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sallyport_fuzz::proof("standard-webhooks", data));
