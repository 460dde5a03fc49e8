//! The proof and the head of `generic-hmac`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sallyport_fuzz::proof("generic-hmac", data));
