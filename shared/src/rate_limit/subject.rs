//! Who is counted, in a form that tells nothing.

use std::fmt;
use std::net::IpAddr;

use uuid::Uuid;

use crate::webhook::proof::Algorithm;

/// Who is counted. Safe to stand in a store's key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject(String);

impl Subject {
    /// An organisation, by its id, which names nobody.
    #[must_use]
    pub fn organization(id: Uuid) -> Self {
        Self(id.to_string())
    }

    /// A function of ours, by its name.
    #[must_use]
    pub fn function(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The key under which network addresses are hashed. A bare digest of an IPv4 address is undone by trying all
/// of them.
#[derive(Clone)]
pub struct AddressKey(Vec<u8>);

impl AddressKey {
    /// A key of these secret bytes, the same in every environment of a stage; `None` of nothing.
    #[must_use]
    pub fn new(secret: &[u8]) -> Option<Self> {
        (!secret.is_empty()).then(|| Self(secret.to_vec()))
    }

    /// The sender at `address`. An IPv6 sender is its /64: the least that one customer is given, every address
    /// of which is his. Text that is no address is a sender of its own.
    #[must_use]
    pub fn subject(&self, address: &str) -> Subject {
        let canonical = match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
            Ok(IpAddr::V4(v4)) => v4.octets().to_vec(),
            Ok(IpAddr::V6(v6)) => v6.octets()[..8].to_vec(),
            Err(_) => address.as_bytes().to_vec(),
        };
        let code = Algorithm::Sha256.mac(&self.0, &[b"sallyport/address/1\0", &canonical]);
        Subject(hex::encode(&code[..code.len().min(16)]))
    }
}

impl fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(address: &str) -> Subject {
        AddressKey::new(b"k").unwrap().subject(address)
    }

    #[test]
    fn one_sender_is_one_subject_however_his_address_is_written() {
        assert_eq!(subject("192.0.2.1"), subject("::ffff:192.0.2.1"));
        assert_eq!(subject("2001:db8::1"), subject("2001:0DB8:0:0:ffff::2"));
        assert_ne!(subject("2001:db8::1"), subject("2001:db8:0:1::1"));
        assert_ne!(subject("192.0.2.1"), subject("192.0.2.2"));
    }

    #[test]
    fn a_subject_depends_on_the_key_and_shows_no_address() {
        let other = AddressKey::new(b"other").unwrap().subject("192.0.2.1");
        assert_ne!(subject("192.0.2.1"), other);
        assert_eq!(other.as_str().len(), 32);
        assert!(!other.as_str().contains("192"));
        assert!(AddressKey::new(b"").is_none());
    }

    #[test]
    fn any_text_is_a_subject() {
        for text in ["", "localhost", "1.2.3", "ü", "192.0.2.1, 10.0.0.1"] {
            assert_eq!(subject(text).as_str().len(), 32, "{text}");
        }
    }
}
