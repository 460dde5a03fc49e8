//! The Standard Webhooks proof (specification 1.0.0), in the dialects that are met in the wild.
//!
//! Signed is `{id}.{timestamp}.{body}`; `v1` is HMAC-SHA256 in base64, `v1a` is Ed25519. The header lists several
//! signatures while a sender rotates its key. Where the official libraries are narrower than senders are, this
//! follows the senders: bodies that are not UTF-8, secrets without padding or with Supabase's `v1,` before them,
//! lists joined with `, `.

use ring::signature::{ED25519, UnparsedPublicKey};

use super::super::request::Headers;
use super::super::{Refusal, Request, Secret};
use super::{Algorithm, Encoding, Window, base64_key, matches_any, seconds, without_comma};

/// The three headers of a proof, as the request carries them.
#[derive(Clone, Copy, Debug)]
pub struct StandardWebhooks<'a> {
    /// The message id: one per event, or one per attempt, as the sender sees it.
    pub id: &'a str,
    timestamp: &'a str,
    signatures: &'a str,
}

/// The header families, each an id, a timestamp and a signature.
const FAMILIES: [[&str; 3]; 2] = [
    ["webhook-id", "webhook-timestamp", "webhook-signature"],
    ["svix-id", "svix-timestamp", "svix-signature"],
];

impl<'a> StandardWebhooks<'a> {
    /// Reads one complete family.
    ///
    /// # Errors
    /// [`Refusal::MissingHeader`], and [`Refusal::AmbiguousHeaders`] when parts of both families are there and
    /// differ: a sender has one, and a proof pieced together from two covers neither.
    pub fn of(headers: &'a Headers) -> Result<Self, Refusal> {
        let arrived =
            |family: &[&str; 3]| family.iter().any(|name| headers.all(name).next().is_some());
        let [webhook, svix] = FAMILIES;
        if !(arrived(&webhook) && arrived(&svix)) {
            return Self::family(headers, if arrived(&svix) { svix } else { webhook });
        }
        let same = webhook
            .iter()
            .zip(svix)
            .all(|(one, other)| headers.all(one).eq(headers.all(other)));
        if same {
            Self::family(headers, webhook)
        } else {
            Err(Refusal::AmbiguousHeaders)
        }
    }

    fn family(
        headers: &'a Headers,
        [id, timestamp, signature]: [&str; 3],
    ) -> Result<Self, Refusal> {
        Ok(Self {
            id: headers.uncombined(id)?,
            timestamp: headers.uncombined(timestamp)?,
            signatures: headers.single(signature)?,
        })
    }

    /// Checks the signatures, then the window.
    ///
    /// # Errors
    /// The reason of the refusal.
    pub fn verify(
        self,
        request: &Request,
        secrets: &[Secret],
        window: Window,
    ) -> Result<(), Refusal> {
        let signed_at = seconds(self.timestamp)?;
        let presented = Presented::read(self.signatures)?;
        let keys = Keys::of(secrets)?;
        let hmac = !keys.hmac.is_empty() && !presented.v1.is_empty();
        let ed25519 = !keys.ed25519.is_empty() && !presented.v1a.is_empty();
        if !hmac && !ed25519 {
            return Err(Refusal::NoSignatureForScheme);
        }
        let parts: [&[u8]; 5] = [
            self.id.as_bytes(),
            b".",
            self.timestamp.as_bytes(),
            b".",
            &request.body,
        ];
        let proved = (hmac && matches_any(Algorithm::Sha256, &keys.hmac, &parts, &presented.v1))
            || (ed25519 && keys.signed(&parts.concat(), &presented.v1a));
        if !proved {
            return Err(Refusal::SignatureMismatch);
        }
        window.check(signed_at, request.received_at)
    }
}

/// The decoded signatures of the header; those of other versions are passed over.
#[derive(Default)]
struct Presented {
    v1: Vec<Vec<u8>>,
    v1a: Vec<Vec<u8>>,
}

impl Presented {
    fn read(list: &str) -> Result<Self, Refusal> {
        let mut presented = Self::default();
        let mut versioned = false;
        for entry in list.split_ascii_whitespace() {
            // Supabase Auth joins with a comma and a space, which leaves the comma on all but the last.
            let entry = match entry.strip_suffix(',') {
                Some(shorter) if shorter.contains(',') => shorter,
                _ => entry,
            };
            let Some((version, signature)) = entry.split_once(',') else {
                continue;
            };
            versioned = true;
            let code = Encoding::Base64.decode(without_comma(signature)?);
            match version {
                "v1" => presented.v1.push(code),
                "v1a" => presented.v1a.push(code),
                _ => {}
            }
        }
        if versioned {
            Ok(presented)
        } else {
            Err(Refusal::MalformedHeader)
        }
    }
}

/// The active keys by scheme. A key of one scheme is never tried on signatures of the other.
#[derive(Default)]
struct Keys {
    hmac: Vec<Vec<u8>>,
    ed25519: Vec<Vec<u8>>,
}

impl Keys {
    /// Reads `whsec_…` and bare base64 (HMAC) and `whpk_…` (Ed25519 public key), with Supabase's `v1,`, `v1a,`,
    /// `|` lists and `whpk_…:whsk_…` pairs. A bad secret is passed over while another is usable.
    fn of(secrets: &[Secret]) -> Result<Self, Refusal> {
        let mut keys = Self::default();
        let mut refusal = Refusal::SecretMissing;
        for text in secrets.iter().flat_map(|secret| secret.expose().split('|')) {
            let text = text.trim();
            let bare = text
                .strip_prefix("v1,")
                .or(text.strip_prefix("v1a,"))
                .unwrap_or(text);
            let public = bare.strip_prefix("whpk_");
            let encoded = match public {
                Some(key) => key.split_once(":whsk_").map_or(key, |(public, _)| public),
                None => bare.strip_prefix("whsec_").unwrap_or(bare),
            };
            match (base64_key(encoded), public) {
                (Some(key), _) if key.is_empty() => {}
                (Some(key), None) => keys.hmac.push(key),
                (Some(key), Some(_)) if key.len() == 32 => keys.ed25519.push(key),
                _ => refusal = Refusal::SecretInvalid,
            }
        }
        if keys.hmac.is_empty() && keys.ed25519.is_empty() {
            Err(refusal)
        } else {
            Ok(keys)
        }
    }

    fn signed(&self, message: &[u8], signatures: &[Vec<u8>]) -> bool {
        self.ed25519.iter().any(|key| {
            let key = UnparsedPublicKey::new(&ED25519, key);
            signatures
                .iter()
                .any(|signature| key.verify(message, signature).is_ok())
        })
    }
}
