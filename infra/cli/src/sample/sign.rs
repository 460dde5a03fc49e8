//! Signs samples as each provider signs its webhooks.

use anyhow::{Context, Result, bail};
use sallyport::webhook::form;
use sallyport::webhook::proof::{Algorithm, Encoding, base64_key};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::Unsigned;

/// Adds the proof that `provider` would add.
pub(super) fn sign(
    provider: &str,
    request: &mut Unsigned,
    secret: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let timestamp = now.unix_timestamp().to_string();
    let key = secret.as_bytes();
    match provider {
        "stripe" => {
            let code = hex_code(key, &[timestamp.as_bytes(), b".", &request.body]);
            request.set_header("stripe-signature", format!("t={timestamp},v1={code}"));
        }
        "slack" => {
            let code = hex_code(key, &[b"v0:", timestamp.as_bytes(), b":", &request.body]);
            request.set_header("x-slack-request-timestamp", timestamp);
            request.set_header("x-slack-signature", format!("v0={code}"));
        }
        "github" | "meta" => {
            let code = hex_code(key, &[&request.body]);
            request.set_header("x-hub-signature-256", format!("sha256={code}"));
        }
        "generic-hmac" => {
            let code = hex_code(key, &[timestamp.as_bytes(), b".", &request.body]);
            request.set_header("x-timestamp", timestamp);
            request.set_header("x-signature", code);
        }
        "standard-webhooks" | "supabase-auth" => standard_webhooks(request, secret, &timestamp)?,
        "supabase-db" => request.set_header("authorization", format!("Bearer {secret}")),
        "google-calendar" => request.set_header("x-goog-channel-token", secret),
        "twilio" => twilio(request, key),
        _ => bail!("no provider is called {provider:?}"),
    }
    Ok(())
}

fn hex_code(key: &[u8], parts: &[&[u8]]) -> String {
    Encoding::Hex.encode(&Algorithm::Sha256.mac(key, parts))
}

fn standard_webhooks(request: &mut Unsigned, secret: &str, timestamp: &str) -> Result<()> {
    let encoded = secret.strip_prefix("v1,").unwrap_or(secret);
    let encoded = encoded.strip_prefix("whsec_").unwrap_or(encoded);
    let key = base64_key(encoded).context("the secret is not base64")?;
    let family = if header(request, "svix-id").is_some() {
        "svix"
    } else {
        "webhook"
    };
    let id = header(request, &format!("{family}-id")).unwrap_or_else(|| format!("msg_{timestamp}"));
    let parts: [&[u8]; 5] = [
        id.as_bytes(),
        b".",
        timestamp.as_bytes(),
        b".",
        &request.body,
    ];
    let code = Encoding::Base64.encode(&Algorithm::Sha256.mac(&key, &parts));
    request.set_header(&format!("{family}-id"), id);
    request.set_header(&format!("{family}-timestamp"), timestamp);
    request.set_header(&format!("{family}-signature"), format!("v1,{code}"));
    Ok(())
}

/// Forms are signed by their parameters; of other bodies the digest goes into the URL, as Twilio puts it there.
fn twilio(request: &mut Unsigned, key: &[u8]) {
    let is_form = header(request, "content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let mut signed = Vec::new();
    if is_form {
        let mut pairs: Vec<_> = form::pairs(&request.body).collect();
        pairs.sort();
        pairs.dedup();
        signed = pairs
            .into_iter()
            .flat_map(|(name, value)| [name, value].concat())
            .collect();
    } else if !request.url.contains("bodySHA256=") {
        let joint = if request.url.contains('?') { '&' } else { '?' };
        let digest = hex::encode(Sha256::digest(&request.body));
        request.url = format!("{}{joint}bodySHA256={digest}", request.url);
    }
    let code = Algorithm::Sha1.mac(key, &[request.url.as_bytes(), &signed]);
    request.set_header("x-twilio-signature", Encoding::Base64.encode(&code));
}

fn header(request: &Unsigned, name: &str) -> Option<String> {
    let mut headers = request.headers.iter();
    headers
        .find(|(existing, _)| existing.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.clone())
}

#[cfg(test)]
mod tests {
    use sallyport::webhook::{Headers, Inbound, Refusal, Request, Secret, provider};

    use super::*;

    const BASE: &str = "http://127.0.0.1:9750";
    const FORM: &str = "application/x-www-form-urlencoded";
    const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// Whether the receiver's proof takes the request.
    fn verdict(
        name: &str,
        sent: &Unsigned,
        secret: &str,
        now: OffsetDateTime,
    ) -> Result<(), Refusal> {
        let called = sent.url.strip_prefix(BASE).unwrap();
        let (path, query) = called.split_once('?').unwrap_or((called, ""));
        let request = Request {
            method: "POST".to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: sent.headers.iter().cloned().collect::<Headers>(),
            body: sent.body.clone(),
            received_at: now,
        };
        Inbound::receive(request)
            .verify(provider(name).unwrap(), None, &[Secret::new(secret)], BASE)
            .map(|_| ())
            .map_err(|unproven| unproven.refusal)
    }

    #[test]
    fn every_providers_proof_takes_what_is_signed_here_and_not_what_was_tampered_with() {
        let now = OffsetDateTime::from_unix_timestamp(1_793_534_400).unwrap();
        for (name, secret, kind, body) in [
            ("stripe", KEY, "application/json", "{\"id\":\"evt_1\"}"),
            ("slack", "s", "application/json", "{}"),
            ("github", "s", "application/json", "{}"),
            ("meta", "s", "application/json", "{}"),
            ("generic-hmac", "s", "application/json", "{}"),
            ("standard-webhooks", KEY, "application/json", "{\"a\":1}"),
            (
                "supabase-auth",
                "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "application/json",
                "{\"a\":1}",
            ),
            ("supabase-db", "s", "application/json", ""),
            ("google-calendar", "s", "application/json", ""),
            (
                "twilio",
                "s",
                FORM,
                "To=%2B14155550100&From=%2B14155550142&To=a+b",
            ),
            ("twilio", "s", "application/json", "{\"a\":1}"),
        ] {
            let mut sent = Unsigned {
                url: format!("{BASE}/webhooks/{name}/demo"),
                headers: vec![("content-type".to_owned(), kind.to_owned())],
                body: body.into(),
            };
            sign(name, &mut sent, secret, now).unwrap();
            assert_eq!(verdict(name, &sent, secret, now), Ok(()), "{name}");
            assert!(
                verdict(name, &sent, &format!("{secret}QQ"), now).is_err(),
                "{name}"
            );
            sent.body.push(b'x');
            let covers_body = !matches!(name, "supabase-db" | "google-calendar");
            assert_eq!(
                verdict(name, &sent, secret, now).is_err(),
                covers_body,
                "{name}"
            );
        }
    }

    #[test]
    fn a_provider_that_is_not_known_is_not_signed_for() {
        let mut sent = Unsigned {
            url: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        assert!(sign("nobody", &mut sent, "s", OffsetDateTime::UNIX_EPOCH).is_err());
    }
}
