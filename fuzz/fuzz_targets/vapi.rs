//! The proof and the head of `vapi`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sallyport_fuzz::proof("vapi", data));
