//! One HTTP request, kept as it was received.

use time::OffsetDateTime;

use super::Refusal;

/// An HTTP request whose path, query, headers and body are the bytes the sender sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The path before any decoding or normalization, with its leading slash.
    pub path: String,
    /// The query before any decoding, without the question mark; empty when there is none.
    pub query: String,
    /// The headers in the order received.
    pub headers: Headers,
    /// The body's exact bytes.
    pub body: Vec<u8>,
    /// When the edge received the request: the only clock a proof is measured against, so that a delivery
    /// verified late is judged as it would have been on time.
    pub received_at: OffsetDateTime,
}

impl Request {
    /// The URL the sender called: the configured public base and this request's own path and query.
    ///
    /// The `Host` header takes no part, since the sender of the request chooses it.
    #[must_use]
    pub fn public_url(&self, base: &str) -> String {
        let mut url = format!("{}{}", base.trim_end_matches('/'), self.path);
        if !self.query.is_empty() {
            url.push('?');
            url.push_str(&self.query);
        }
        url
    }

    /// The media type of the body, in lower case and without its parameters; empty when none is stated.
    #[must_use]
    pub fn media_type(&self) -> String {
        let value = self.headers.all("content-type").next().unwrap_or_default();
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }
}

/// Request headers: names in lower case, values untouched, duplicates kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Every value that arrived under `name` (lower case), in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The one value of `name`, which must be given in lower case.
    ///
    /// # Errors
    /// [`Refusal::MissingHeader`] when there is none or it is empty, [`Refusal::AmbiguousHeaders`] when the
    /// header arrived more than once: a verifier and a later reader could then each take a different one.
    pub fn single(&self, name: &str) -> Result<&str, Refusal> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (Some(_), Some(_)) => Err(Refusal::AmbiguousHeaders),
            (Some(value), None) if !value.is_empty() => Ok(value),
            _ => Err(Refusal::MissingHeader),
        }
    }

    /// The one value of a header whose grammar has no comma.
    ///
    /// API Gateway joins repeated headers with commas, so a comma here is a header sent twice.
    ///
    /// # Errors
    /// As [`Headers::single`]; a comma is [`Refusal::AmbiguousHeaders`].
    pub fn uncombined(&self, name: &str) -> Result<&str, Refusal> {
        without_comma(self.single(name)?)
    }
}

/// Refuses a value that API Gateway may have joined from several.
///
/// # Errors
/// [`Refusal::AmbiguousHeaders`] when `value` holds a comma.
pub fn without_comma(value: &str) -> Result<&str, Refusal> {
    if value.contains(',') {
        Err(Refusal::AmbiguousHeaders)
    } else {
        Ok(value)
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let lower = |name: String| {
            if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                name.to_ascii_lowercase()
            } else {
                name
            }
        };
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (lower(name.into()), value.into()))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_sent_twice_is_ambiguous_in_either_shape() {
        let twice: Headers = [("X-Sig", "a"), ("x-sig", "b")].into_iter().collect();
        assert_eq!(twice.single("x-sig"), Err(Refusal::AmbiguousHeaders));
        let joined: Headers = [("x-sig", "a,b")].into_iter().collect();
        assert_eq!(joined.single("x-sig"), Ok("a,b"));
        assert_eq!(joined.uncombined("x-sig"), Err(Refusal::AmbiguousHeaders));
    }

    #[test]
    fn an_empty_header_is_a_missing_one() {
        let empty: Headers = [("x-sig", "")].into_iter().collect();
        assert_eq!(empty.single("x-sig"), Err(Refusal::MissingHeader));
        assert_eq!(empty.single("x-other"), Err(Refusal::MissingHeader));
    }

    #[test]
    fn the_public_url_takes_path_and_query_as_received() {
        let request = Request {
            method: "POST".to_owned(),
            path: "/a/../b".to_owned(),
            query: "x=%41&y=a+b".to_owned(),
            headers: Headers::default(),
            body: Vec::new(),
            received_at: OffsetDateTime::UNIX_EPOCH,
        };
        assert_eq!(
            request.public_url("https://hooks.example/"),
            "https://hooks.example/a/../b?x=%41&y=a+b"
        );
    }
}
