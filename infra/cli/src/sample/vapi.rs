//! Vapi's HMAC with the settings Vapi starts with: `x-signature` over `{timestamp}.{body}`, hex SHA-256.

use anyhow::Result;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use time::OffsetDateTime;

use super::Unsigned;

pub(super) fn sign(request: &mut Unsigned, secret: &str, now: OffsetDateTime) -> Result<()> {
    let timestamp = now.unix_timestamp().to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(&request.body);
    request.set_header("x-timestamp", timestamp);
    request.set_header("x-signature", hex::encode(mac.finalize().into_bytes()));
    Ok(())
}
