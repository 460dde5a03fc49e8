//! Any bytes in the speech profile.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sallyport_fuzz::redaction_targets::speech(data));
