//! A request to a provider, and its answer. Neither prints what it carries.

use std::fmt;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Method, Url};

/// Whether a request may be sent again when nobody knows what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// To apply it twice is to apply it once: a read, a delete, an insert under an id of ours.
    Safe,
    /// Each application counts. One that may have been applied is never repeated blindly.
    Unsafe,
}

/// A request, ready to be sent: credentials are in its headers already.
#[derive(Clone)]
pub struct Prepared {
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub url: Url,
    /// The headers, those that authenticate it among them.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Whether it may be sent again.
    pub repeat: Repeat,
}

/// An answer, read to its end.
#[derive(Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, at most [`Reply::LARGEST`] bytes.
    pub body: Bytes,
}

impl Reply {
    /// The longest body that is read, in bytes. Ask for pages that fit.
    pub const LARGEST: usize = 2 * 1024 * 1024;
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("method", &self.method)
            .field("repeat", &self.repeat)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_prints_what_it_carries() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "CANARY".parse().unwrap());
        let prepared = Prepared {
            method: Method::POST,
            url: "https://canary.example/CANARY".parse().unwrap(),
            headers: headers.clone(),
            body: Bytes::from_static(b"CANARY"),
            repeat: Repeat::Unsafe,
        };
        let reply = Reply {
            status: 200,
            headers,
            body: Bytes::from_static(b"CANARY"),
        };
        let printed = format!("{prepared:?} {reply:?}").to_lowercase();
        assert!(!printed.contains("canary"), "{printed}");
    }
}
