//! The ids that we give to events.

use sha2::{Digest as _, Sha256};

/// The digits of base32hex, in lower case.
///
/// Source: <https://www.rfc-editor.org/rfc/rfc4648#section-7>
const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

/// The id of the event that an effect of an organisation makes: `e` and base32hex of a digest, which is what Google
/// takes (5 to 1024 of `a`–`v` and `0`–`9`).
#[must_use]
pub fn event_id(organization: &str, effect: &str) -> String {
    let digest = Sha256::digest(format!("{organization}|{effect}"));
    let (mut id, mut held, mut bits) = (String::from("e"), 0_u32, 0_u32);
    for byte in digest {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            id.push(digit(held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    id.push(digit(held << (5 - bits)));
    id
}

fn digit(value: u32) -> char {
    char::from(DIGITS[(value & 31) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Python: `base64.b32hexencode(hashlib.sha256(b"a|b").digest()).decode().lower().rstrip("=")`.
    const OF_A_AND_B: &str = "1qlok2hjg2lv9huhvc5k7djalutm995pafiembecp9bp8och5k60";

    #[test]
    fn an_events_id_follows_from_its_effect_and_is_one_that_google_takes() {
        let id = event_id("a", "b");
        assert_eq!(id, format!("e{OF_A_AND_B}"));
        assert_ne!(id, event_id("a", "c"));
        assert_ne!(id, event_id("c", "b"));
        for effect in 0..200 {
            let id = event_id("a", &effect.to_string());
            let fits = id.bytes().all(|c| matches!(c, b'a'..=b'v' | b'0'..=b'9'));
            assert!(id.len() == 53 && fits, "{id}");
        }
    }
}
