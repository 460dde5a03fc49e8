//! The proof and the head of `meta`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sallyport_fuzz::proof("meta", data));
