//! Sample webhooks: the files of `events/`, made fresh, signed and ready to post.
//!
//! A file there is a whole API Gateway event, so that `cargo lambda invoke` takes it as it is; its signature
//! belongs to its own fixed time of receipt. To be sent over HTTP it gets today's time, an event id of its
//! own and a new signature.

mod fresh;
mod sign;
mod vapi;

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use sallyport::{
    delivery::DeliveryId,
    webhook::{self, Request},
};
use serde::Deserialize;
use time::OffsetDateTime;

use crate::stack::home::Home;

/// A request before it is signed.
#[derive(Clone, Debug)]
pub struct Unsigned {
    /// The URL it is posted to: some providers sign it.
    pub url: String,
    /// Its headers; signing adds to them.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// What a request is to the receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// An event, with the id of its delivery.
    Delivery(String),
    /// A provider's check of the endpoint, answered at once.
    Handshake,
}

/// The parts of an API Gateway event that a sample is made from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    headers: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    is_base64_encoded: bool,
}

impl Unsigned {
    /// The sample `event` of `provider`, or the file given, for `url`.
    pub fn read(
        home: &Home,
        provider: &str,
        event: &str,
        file: Option<&Path>,
        url: &str,
    ) -> Result<Self> {
        let folder = home.workspace.join("events").join(provider);
        let path = file.map_or_else(|| folder.join(format!("{event}.json")), Path::to_owned);
        if !path.is_file() {
            bail!(
                "there is no sample {}; there are: {}",
                path.display(),
                list(&folder)
            );
        }
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        let file: File = serde_json::from_str(&text).with_context(|| {
            format!(
                "{} is not an API Gateway event (payload 2.0)",
                path.display()
            )
        })?;
        let body = if file.is_base64_encoded {
            STANDARD.decode(&file.body)?
        } else {
            file.body.into_bytes()
        };
        Ok(Self {
            url: url.to_owned(),
            headers: file.headers.into_iter().collect(),
            body,
        })
    }

    /// Gives the event today's time and an id of its own, so that it is not a duplicate of the one before.
    pub fn refresh(&mut self, provider: &str, now: OffsetDateTime) -> Result<()> {
        fresh::refresh(provider, self, now)
    }

    /// Signs it as `provider` would, in place of whatever signature the file had.
    pub fn sign(&mut self, provider: &str, secret: &str, now: OffsetDateTime) -> Result<()> {
        match provider {
            "vapi" => vapi::sign(self, secret, now),
            other => sign::sign(other, self, secret, now),
        }
    }

    /// What the receiver will make of it, when it is received at `now`: a delivery, by its id, or a handshake.
    pub fn expected(&self, provider: &str, now: OffsetDateTime) -> Result<Expected> {
        let known = webhook::provider(provider)
            .with_context(|| format!("no provider is called {provider:?}"))?;
        let (_, target) = self
            .url
            .split_once("/webhooks/")
            .context("the URL has no /webhooks/")?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let endpoint = path.rsplit('/').next().unwrap_or_default();
        let request = Request {
            method: "POST".to_owned(),
            path: format!("/webhooks/{path}"),
            query: query.to_owned(),
            headers: self.headers.iter().cloned().collect(),
            body: self.body.clone(),
            received_at: now,
        };
        if known.handshake(&request).is_some() {
            return Ok(Expected::Handshake);
        }
        let head = known
            .head(&request)
            .with_context(|| format!("this is no event of {provider}"))?;
        Ok(Expected::Delivery(
            DeliveryId::derive(endpoint, &head.key).to_string(),
        ))
    }

    /// Spoils the request after it was signed: one byte of the body, or the token where the proof is a token that
    /// does not cover the body.
    pub fn tamper(&mut self) {
        for name in ["authorization", "x-goog-channel-token"] {
            if let Some((_, token)) = self
                .headers
                .iter_mut()
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
            {
                token.push('x');
                return;
            }
        }
        if let Some(byte) = self
            .body
            .iter_mut()
            .rev()
            .find(|byte| byte.is_ascii_alphanumeric())
        {
            *byte = if *byte == b'x' { b'y' } else { b'x' };
        }
    }

    /// Sets a header, replacing one of the same name.
    pub fn set_header(&mut self, name: &str, value: impl Into<String>) {
        self.headers
            .retain(|(existing, _)| !existing.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
    }
}

fn list(folder: &Path) -> String {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    if names.is_empty() {
        "none for this provider".to_owned()
    } else {
        names.join(", ")
    }
}
