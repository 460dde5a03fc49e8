//! What a call's deny list holds is gone from any text.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sallyport_fuzz::redaction_targets::known(data));
