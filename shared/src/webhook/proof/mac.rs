//! Keyed digests (HMAC, RFC 2104) and their text forms.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use subtle::{Choice, ConstantTimeEq};

/// The hash under an HMAC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// SHA-1, for providers that offer nothing else.
    Sha1,
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// The code over the concatenation of `parts`, which is never built: bodies are large.
    #[must_use]
    pub fn mac(self, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
        match self {
            Self::Sha1 => code::<Hmac<sha1::Sha1>>(key, parts),
            Self::Sha256 => code::<Hmac<sha2::Sha256>>(key, parts),
            Self::Sha512 => code::<Hmac<sha2::Sha512>>(key, parts),
        }
    }
}

fn code<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // HMAC takes keys of any length; an error would make an empty code, which matches nothing presented.
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else {
        return Vec::new();
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

/// The text form of a code in a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Hexadecimal, either case.
    #[default]
    Hex,
    /// Standard base64 with padding.
    Base64,
}

impl Encoding {
    /// The bytes of a presented code. Text that is no such encoding decodes to nothing, which matches nothing.
    #[must_use]
    pub fn decode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Hex => hex::decode(text).unwrap_or_default(),
            Self::Base64 => STANDARD.decode(text).unwrap_or_default(),
        }
    }

    /// The text of a code.
    #[must_use]
    pub fn encode(self, code: &[u8]) -> String {
        match self {
            Self::Hex => hex::encode(code),
            Self::Base64 => STANDARD.encode(code),
        }
    }
}

/// Whether any key makes any presented code over `parts`. All are tried, whatever the first ones say.
#[must_use]
pub fn matches_any(
    algorithm: Algorithm,
    keys: &[Vec<u8>],
    parts: &[&[u8]],
    presented: &[Vec<u8>],
) -> bool {
    let mut found = Choice::from(0);
    for key in keys {
        let expected = algorithm.mac(key, parts);
        for code in presented {
            found |= expected.ct_eq(code) & Choice::from(u8::from(!expected.is_empty()));
        }
    }
    found.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_rfc_4231_case_2_is_made() {
        let code = Algorithm::Sha256.mac(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(
            Encoding::Hex.encode(&code),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn undecodable_and_empty_codes_match_nothing() {
        let keys = vec![b"k".to_vec()];
        for text in ["", "zz", "a", "ÿ"] {
            let presented = vec![Encoding::Hex.decode(text), Encoding::Base64.decode(text)];
            assert!(!matches_any(Algorithm::Sha256, &keys, &[b"x"], &presented));
        }
    }

    #[test]
    fn every_key_and_every_presented_code_is_tried() {
        let right = Algorithm::Sha1.mac(b"old", &[b"x"]);
        let keys = vec![b"new".to_vec(), b"old".to_vec()];
        let presented = vec![vec![0; 20], right];
        assert!(matches_any(Algorithm::Sha1, &keys, &[b"x"], &presented));
        assert!(!matches_any(
            Algorithm::Sha1,
            &keys[..1],
            &[b"x"],
            &presented
        ));
    }
}
