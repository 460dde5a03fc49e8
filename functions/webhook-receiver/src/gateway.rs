//! The HTTP API's event and answer, payload format 2.0.
//!
//! Read by our own types and nothing else: raw path, raw query, header values and body stay as API Gateway gives
//! them, and no adapter with expectations of its own stands before our 400.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sallyport::clock::{self, Clock};
use sallyport::webhook::{Headers, Refusal, Request};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// How far the edge's time of receipt may lie ahead of this machine's clock before it is not believed. It may lie
/// behind by any time: a request that is looked at late is judged as it would have been when it came. Only API
/// Gateway, or someone who may invoke the function, can set it.
const BELIEVABLE: Duration = Duration::seconds(60);

/// A request as API Gateway describes it. Whatever is missing reads as empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Event {
    raw_path: Option<String>,
    raw_query_string: Option<String>,
    headers: Option<Fields>,
    body: Option<String>,
    is_base64_encoded: bool,
    request_context: RequestContext,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RequestContext {
    http: Http,
    /// Unix milliseconds.
    time_epoch: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Http {
    method: Option<String>,
    source_ip: Option<String>,
}

/// Header fields that every request has and nothing reads: no provider proves anything by them. They are passed over
/// without being copied. (Any other name may be an endpoint's own.)
const UNREAD: [&str; 12] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-length",
    "host",
    "user-agent",
    "x-amzn-trace-id",
    "x-forwarded-for",
    "x-forwarded-port",
    "x-forwarded-proto",
];

/// A field's name, where it stands in the event if it can be.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Header fields in the order of the event, duplicates included.
#[derive(Clone, Debug, Default)]
struct Fields(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of header fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut pairs = Vec::new();
                while let Some(Name(name)) = map.next_key()? {
                    if UNREAD.iter().any(|other| name.eq_ignore_ascii_case(other)) {
                        map.next_value::<IgnoredAny>()?;
                    } else {
                        pairs.push((name.into_owned(), map.next_value()?));
                    }
                }
                Ok(Fields(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

impl Event {
    /// The path as received.
    #[must_use]
    pub fn path(&self) -> &str {
        self.raw_path.as_deref().unwrap_or_default()
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.request_context
            .http
            .method
            .as_deref()
            .unwrap_or_default()
    }

    /// The network address the edge saw. Header fields such as `X-Forwarded-For` take no part: a sender writes those.
    #[must_use]
    pub fn source(&self) -> &str {
        let source = self.request_context.http.source_ip.as_deref();
        source.unwrap_or_default()
    }

    /// The first value of a header field whose name is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let fields = self.headers.iter().flat_map(|fields| &fields.0);
        let mut values = fields.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        values.next().map(|(_, value)| value.as_str())
    }

    /// The request in the library's terms. Path, query, header fields and body are taken out of the event, not copied.
    ///
    /// # Errors
    /// [`Refusal::BodyTooLarge`], before anything is decoded; [`Refusal::InvalidBase64`].
    pub fn request(&mut self, max_body: usize, clock: &Clock) -> Result<Request, Refusal> {
        let fields = self.headers.take().unwrap_or_default();
        Ok(Request {
            body: self.bytes(max_body)?,
            method: self.method().to_owned(),
            path: self.raw_path.take().unwrap_or_default(),
            query: self.raw_query_string.take().unwrap_or_default(),
            headers: fields.0.into_iter().collect::<Headers>(),
            received_at: self.received_at(clock.now()),
        })
    }

    fn bytes(&mut self, max_body: usize) -> Result<Vec<u8>, Refusal> {
        let text = self.body.take().unwrap_or_default();
        let length = if self.is_base64_encoded {
            text.len() / 4 * 3
        } else {
            text.len()
        };
        // Base64 says its length up to the two bytes that padding may take off.
        if length > max_body.saturating_add(2) {
            return Err(Refusal::BodyTooLarge);
        }
        let bytes = if self.is_base64_encoded {
            STANDARD.decode(text).map_err(|_| Refusal::InvalidBase64)?
        } else {
            text.into_bytes()
        };
        if bytes.len() > max_body {
            Err(Refusal::BodyTooLarge)
        } else {
            Ok(bytes)
        }
    }

    fn received_at(&self, now: OffsetDateTime) -> OffsetDateTime {
        self.request_context
            .time_epoch
            .and_then(clock::from_unix_ms)
            .filter(|at| *at > OffsetDateTime::UNIX_EPOCH && *at - now <= BELIEVABLE)
            .unwrap_or(now)
    }
}

/// An answer as API Gateway wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// The HTTP status.
    pub status_code: u16,
    /// The header fields.
    pub headers: BTreeMap<&'static str, String>,
    /// The body, text.
    pub body: String,
    is_base64_encoded: bool,
}

impl Response {
    /// An answer of this status, type and body, with the header fields every answer carries.
    #[must_use]
    pub fn new(status_code: u16, content_type: &str, body: String) -> Self {
        let fields = [
            ("cache-control", "no-store"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            ("content-type", content_type),
            ("strict-transport-security", "max-age=63072000"),
            ("x-content-type-options", "nosniff"),
        ];
        Self {
            status_code,
            headers: fields.map(|(name, value)| (name, value.to_owned())).into(),
            body,
            is_base64_encoded: false,
        }
    }

    /// Sets a header field.
    pub fn header(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.insert(name, value.into());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    fn clock() -> Clock {
        Clock::from_fn(|| clock::from_unix_ms(NOW).unwrap())
    }

    fn event(value: serde_json::Value) -> Event {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn path_query_headers_and_body_stay_as_received() {
        let mut event: Event = serde_json::from_str(
            r#"{"version":"2.0","rawPath":"/a/../b%41","rawQueryString":"x=%41&y=a+b&<","headers":
               {"X-Sig":"a","x-sig":"b"},"body":"{\"a\" : 1}\r\n","isBase64Encoded":false,
               "requestContext":{"http":{"method":"POST","path":"/b"},"timeEpoch":1699999999000}}"#,
        )
        .unwrap();
        let request = event.request(100, &clock()).unwrap();
        assert_eq!(
            (request.path.as_str(), request.query.as_str()),
            ("/a/../b%41", "x=%41&y=a+b&<")
        );
        assert_eq!(request.body, b"{\"a\" : 1}\r\n");
        assert_eq!(
            request.headers.single("x-sig"),
            Err(Refusal::AmbiguousHeaders)
        );
        assert_eq!(request.received_at.unix_timestamp(), 1_699_999_999);
    }

    #[test]
    fn only_fields_that_somebody_may_read_are_kept() {
        let mut event: Event = serde_json::from_str(
            r#"{"headers":{"Host":"h","user-agent":"u","x-\u0073ig":"a","X-Forwarded-For":["b"],"x-own":"c"}}"#,
        )
        .unwrap();
        let headers = event.request(0, &clock()).unwrap().headers;
        let expected: Headers = [("x-sig", "a"), ("x-own", "c")].into_iter().collect();
        assert_eq!(headers, expected);
    }

    #[test]
    fn a_time_of_receipt_that_cannot_be_is_not_believed() {
        for epoch in [0, -1, NOW + 61_000, i64::MAX, i64::MIN] {
            let mut event = event(json!({ "requestContext": { "timeEpoch": epoch } }));
            let at = event.request(0, &clock()).unwrap().received_at;
            assert_eq!(at.unix_timestamp() * 1000, NOW, "{epoch}");
        }
    }

    #[test]
    fn a_body_is_limited_by_its_decoded_length() {
        let body = |text: &str, base64| {
            event(json!({ "body": text, "isBase64Encoded": base64 })).request(4, &clock())
        };
        assert_eq!(body("abcd", false).unwrap().body, b"abcd");
        assert_eq!(body("abcde", false).unwrap_err(), Refusal::BodyTooLarge);
        assert_eq!(body("YWJjZA==", true).unwrap().body, b"abcd");
        assert_eq!(body("YWJjZGU=", true).unwrap_err(), Refusal::BodyTooLarge);
        assert_eq!(
            body(&"A".repeat(4000), true).unwrap_err(),
            Refusal::BodyTooLarge
        );
        assert_eq!(body("no base64", true).unwrap_err(), Refusal::InvalidBase64);
    }

    #[test]
    fn an_event_without_anything_is_an_empty_request() {
        for text in ["{}", r#"{"headers":null,"body":null,"rawPath":null}"#] {
            let mut event: Event = serde_json::from_str(text).unwrap();
            assert!(event.request(10, &clock()).unwrap().body.is_empty());
            assert_eq!((event.path(), event.method()), ("", ""));
        }
    }

    proptest! {
        #[test]
        fn any_text_and_bytes_come_through_unchanged(
            bytes in prop::collection::vec(any::<u8>(), 0..300), path in ".{0,40}", query in ".{0,40}",
            name in "x-[a-z]{1,8}", value in ".{0,40}",
        ) {
            let mut event = event(json!({
                "rawPath": path, "rawQueryString": query, "headers": { (name.clone()): value },
                "body": STANDARD.encode(&bytes), "isBase64Encoded": true,
            }));
            let request = event.request(300, &clock()).unwrap();
            prop_assert_eq!(request.body, bytes);
            prop_assert_eq!((request.path, request.query), (path, query));
            prop_assert_eq!(request.headers.all(&name).collect::<Vec<_>>(), vec![value]);
        }

        #[test]
        fn no_body_text_panics(text in ".{0,60}", base64 in any::<bool>()) {
            let _ = event(json!({ "body": text, "isBase64Encoded": base64 })).request(20, &clock());
        }
    }
}
