//! Values that name a machine's things, and identify nobody.

use crate::redaction::written::secret;

/// UUIDs, hashes, provider ids, ARNs, versions and times: values that name a machine's things.
pub(crate) fn is_machine_id(value: &str) -> bool {
    let bytes = value.as_bytes();
    let hex = |part: &[u8]| part.iter().all(u8::is_ascii_hexdigit);
    if bytes.len() == 36
        && [8, 13, 18, 23].iter().all(|i| bytes[*i] == b'-')
        && bytes
            .iter()
            .enumerate()
            .all(|(i, b)| [8, 13, 18, 23].contains(&i) || b.is_ascii_hexdigit())
    {
        return true;
    }
    if bytes.len() >= 16
        && bytes.len() <= 128
        && hex(bytes)
        && bytes.iter().any(u8::is_ascii_alphabetic)
    {
        return true;
    }
    if bytes.len() == 34 && bytes[..2].iter().all(u8::is_ascii_uppercase) && hex(&bytes[2..]) {
        return true;
    }
    if secret::is_credential(value) {
        return false;
    }
    if value.starts_with("arn:") {
        return true;
    }
    if let Some((head, tail)) = value.split_once('_')
        && (2..=12).contains(&head.len())
        && head.bytes().all(|b| b.is_ascii_lowercase())
        && tail.len() >= 6
        && tail.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    {
        return true;
    }
    iso_time(value)
}

/// `2026-11-05T10:18:00.596Z`
pub(crate) fn iso_time(value: &str) -> bool {
    let b = value.as_bytes();
    b.len() >= 16
        && b.len() <= 40
        && b[..4].iter().all(u8::is_ascii_digit)
        && b[4] == b'-'
        && b[7] == b'-'
        && matches!(b[10], b'T' | b' ')
        && b[13] == b':'
        && b[11..]
            .iter()
            .all(|c| c.is_ascii_digit() || matches!(c, b':' | b'.' | b'Z' | b'+' | b'-'))
}
