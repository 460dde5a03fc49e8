//! Payloads, logs and bare values in the machine profile.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sallyport_fuzz::redaction_targets::machine(data));
