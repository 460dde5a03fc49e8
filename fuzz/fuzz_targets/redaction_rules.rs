//! An organisation's own rules on any text.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sallyport_fuzz::redaction_targets::rules(data));
