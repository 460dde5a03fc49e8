//! The request of a vector.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use time::OffsetDateTime;

use super::super::{Headers, Request, form};

/// A request in a vector.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    /// The method; POST unless said.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The parameters of the query, where no URL is given.
    pub query: BTreeMap<String, String>,
    /// Header values by name; a list is a header sent several times.
    pub headers: BTreeMap<String, OneOrMore>,
    /// The body as text.
    pub body: Option<String>,
    /// The body as base64, where it is not UTF-8.
    pub body_base64: Option<String>,
    /// The body as form parameters, where it is not given as bytes.
    pub form: Vec<(String, String)>,
}

/// A header value, or several of one name.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    /// The usual case.
    One(String),
    /// The header is repeated.
    More(Vec<String>),
}

impl Sent {
    /// The request as the receiver would have it, and the public base URL it was sent to.
    pub(super) fn received(&self, now: Option<i64>) -> Result<(Request, String), String> {
        let body = match (&self.body, &self.body_base64) {
            (_, Some(text)) => STANDARD
                .decode(text)
                .map_err(|_| "body_base64 is not base64".to_owned())?,
            (Some(text), None) => text.as_bytes().to_vec(),
            (None, None) => {
                encode(self.form.iter().map(|(name, value)| (name, value))).into_bytes()
            }
        };
        let (resource, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let authority_at = resource.find("://").map_or(0, |at| at + 3);
        let path_at = resource[authority_at..]
            .find('/')
            .map_or(resource.len(), |at| authority_at + at);
        let received_at = OffsetDateTime::from_unix_timestamp(now.unwrap_or_default())
            .map_err(|_| "now is no time".to_owned())?;
        let request = Request {
            method: if self.method.is_empty() {
                "POST".to_owned()
            } else {
                self.method.to_ascii_uppercase()
            },
            path: resource[path_at..].to_owned(),
            query: if query.is_empty() {
                encode(&self.query)
            } else {
                query.to_owned()
            },
            headers: self.headers(),
            body,
            received_at,
        };
        Ok((request, resource[..path_at].to_owned()))
    }

    fn headers(&self) -> Headers {
        let values = |value: &OneOrMore| match value {
            OneOrMore::One(value) => vec![value.clone()],
            OneOrMore::More(values) => values.clone(),
        };
        let pairs = self.headers.iter().flat_map(|(name, value)| {
            values(value)
                .into_iter()
                .map(move |value| (name.clone(), value))
        });
        pairs.collect()
    }
}

fn encode<'a>(pairs: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
    let component = |text: &str| form::encode_component(text.as_bytes());
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(name, value)| format!("{}={}", component(name), component(value)))
        .collect();
    pairs.join("&")
}
