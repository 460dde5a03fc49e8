//! The proof and the head of `google-calendar`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sallyport_fuzz::proof("google-calendar", data));
