//! The proof and the head of `supabase-db`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sallyport_fuzz::proof("supabase-db", data));
