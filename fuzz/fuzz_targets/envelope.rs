//! The HTTP API's event: any JSON becomes a request or a refusal.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sallyport_fuzz::envelope(data));
