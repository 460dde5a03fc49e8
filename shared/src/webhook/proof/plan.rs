//! An HMAC whose parts the endpoint's settings compose, for senders that let their customers compose it and for
//! those without a provider of their own.

use serde::Deserialize;

use super::super::{Refusal, Request, Secret};
use super::{
    Algorithm, Encoding, Window, base64_key, keys, matches_any, seconds, text_key, without_comma,
};

/// What is signed, how, and where the signature lies. The defaults are Vapi's.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HmacPlan {
    /// The header that holds the signature.
    pub signature_header: String,
    /// `None` when the sender signs no time; duplicates are then the only replays that can be seen.
    pub timestamp_header: Option<String>,
    /// The hash.
    pub algorithm: Algorithm,
    /// The text form of the signature.
    pub encoding: Encoding,
    /// What stands before each signature.
    pub prefix: String,
    /// Text with the placeholders `{body}`, `{timestamp}` and the message id header's name in braces.
    pub payload_format: String,
    /// The header whose value may be part of what is signed.
    pub message_id_header: Option<String>,
    /// Whether the secret is base64 of the key, or the key itself.
    pub secret_is_base64: bool,
    /// How far the signed time may lie from the time of receipt, in seconds.
    pub tolerance_s: u32,
    /// Whether the header may hold several signatures, joined by commas; any one suffices.
    pub list: bool,
}

impl Default for HmacPlan {
    fn default() -> Self {
        Self {
            signature_header: "x-signature".to_owned(),
            timestamp_header: Some("x-timestamp".to_owned()),
            algorithm: Algorithm::Sha256,
            encoding: Encoding::Hex,
            prefix: String::new(),
            payload_format: "{timestamp}.{body}".to_owned(),
            message_id_header: None,
            secret_is_base64: false,
            tolerance_s: 300,
            list: false,
        }
    }
}

impl HmacPlan {
    /// Checks the signature, then the window.
    ///
    /// # Errors
    /// The reason of the refusal; [`Refusal::EndpointMisconfigured`] for a plan that would not protect.
    pub fn verify(&self, request: &Request, secrets: &[Secret]) -> Result<(), Refusal> {
        let headers = &request.headers;
        let signature = headers.single(&self.signature_header.to_ascii_lowercase())?;
        let presented = self.presented(signature)?;

        let timestamp = match &self.timestamp_header {
            Some(name) => Some(headers.uncombined(&name.to_ascii_lowercase())?),
            None => None,
        };
        let signed_at = timestamp.map(seconds).transpose()?;
        let message_id = match &self.message_id_header {
            Some(name) => Some((
                name.as_str(),
                headers.uncombined(&name.to_ascii_lowercase())?,
            )),
            None => None,
        };

        let parts = self.parts(timestamp, message_id, &request.body)?;
        let decode = if self.secret_is_base64 {
            base64_key
        } else {
            text_key
        };
        let keys = keys(secrets, decode)?;
        if !matches_any(self.algorithm, &keys, &parts, &presented) {
            return Err(Refusal::SignatureMismatch);
        }
        match signed_at {
            Some(time) => Window {
                tolerance_s: self.tolerance_s,
            }
            .check(time, request.received_at),
            None => Ok(()),
        }
    }

    /// The codes of the header. In a list, an entry without the prefix is passed over while another has it; one that
    /// stands alone may lack it.
    fn presented(&self, value: &str) -> Result<Vec<Vec<u8>>, Refusal> {
        let code = |entry: &str| {
            let code = entry.trim().strip_prefix(self.prefix.as_str());
            code.map(|code| self.encoding.decode(code))
        };
        if !self.list {
            let signature = value
                .strip_prefix(self.prefix.as_str())
                .ok_or(Refusal::MalformedHeader)?;
            return Ok(vec![self.encoding.decode(without_comma(signature)?)]);
        }
        let codes: Vec<_> = value.split(',').filter_map(code).collect();
        if !codes.is_empty() {
            Ok(codes)
        } else if value.contains(',') {
            Err(Refusal::MalformedHeader)
        } else {
            Ok(vec![self.encoding.decode(value)])
        }
    }

    /// The signed bytes in order. A format that leaves the body out, or names what this endpoint has no header
    /// for, would accept forgeries and is refused as misconfigured.
    fn parts<'a>(
        &'a self,
        timestamp: Option<&'a str>,
        message_id: Option<(&'a str, &'a str)>,
        body: &'a [u8],
    ) -> Result<Vec<&'a [u8]>, Refusal> {
        let mut parts: Vec<&[u8]> = Vec::new();
        let mut has_body = false;
        let mut rest = self.payload_format.as_str();
        while let Some((literal, tail)) = rest.split_once('{') {
            let (name, tail) = tail.split_once('}').ok_or(Refusal::EndpointMisconfigured)?;
            parts.push(literal.as_bytes());
            parts.push(match (name, timestamp, message_id) {
                ("body", _, _) => {
                    has_body = true;
                    body
                }
                ("timestamp", Some(text), _) => text.as_bytes(),
                (_, _, Some((header, id))) if name.eq_ignore_ascii_case(header) => id.as_bytes(),
                _ => return Err(Refusal::EndpointMisconfigured),
            });
            rest = tail;
        }
        parts.push(rest.as_bytes());
        if has_body {
            Ok(parts)
        } else {
            Err(Refusal::EndpointMisconfigured)
        }
    }
}
