//! What must be known of a provider to register an endpoint of it: who chooses the secret, in which form, and
//! where at the provider it belongs.

use anyhow::{Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::rand::{SecureRandom as _, SystemRandom};
use sallyport::webhook::{self, Refusal, Request, Secret, Verification};
use time::OffsetDateTime;

/// Bytes of a generated secret: as many as the longest digest in use, SHA-256, has.
const BYTES: usize = 32;

/// A provider, as the command knows it.
#[derive(Debug)]
pub struct Known {
    name: &'static str,
    form: Form,
    settings: bool,
    /// Where at the provider the secret is set, or read.
    pub place: &'static str,
}

/// How a secret comes to be.
#[derive(Debug)]
enum Form {
    /// We choose it: hexadecimal digits.
    Hex,
    /// We choose it: base64 after this prefix.
    Base64(&'static str),
    /// The provider issues it, with this prefix.
    Issued(&'static str),
}

const KNOWN: &[Known] = &[
    known("generic-hmac", Form::Hex, "the sender's signing key"),
    known(
        "github",
        Form::Hex,
        "the webhook's Secret, in the repository's or organisation's settings",
    ),
    known(
        "google-calendar",
        Form::Hex,
        "`token` of the events.watch request",
    ),
    known(
        "meta",
        Form::Issued(""),
        "the app secret, in the app's basic settings",
    ),
    known(
        "slack",
        Form::Issued(""),
        "the signing secret, in the app's basic information",
    ),
    known(
        "standard-webhooks",
        Form::Base64("whsec_"),
        "the endpoint's signing secret at the sender",
    ),
    known(
        "stripe",
        Form::Issued("whsec_"),
        "the signing secret of the webhook endpoint, in Stripe's Workbench",
    ),
    known(
        "supabase-auth",
        Form::Base64("v1,whsec_"),
        "the hook's secret, in the project's Auth Hooks",
    ),
    known(
        "supabase-db",
        Form::Hex,
        "the header `Authorization: Bearer <secret>` of the database webhook",
    ),
    Known {
        settings: false,
        ..known(
            "twilio",
            Form::Issued(""),
            "the account's auth token, in Twilio's console",
        )
    },
    known(
        "vapi",
        Form::Hex,
        "the server's HMAC credential, in Vapi's dashboard",
    ),
];

const fn known(name: &'static str, form: Form, place: &'static str) -> Known {
    Known {
        name,
        form,
        settings: true,
        place,
    }
}

/// Proofs as each provider would write them, so that a trial gets as far as to the secret.
const PROOF: &[(&str, &str)] = &[
    ("authorization", "Bearer x"),
    ("stripe-signature", "t=1,v1=00"),
    ("webhook-id", "x"),
    ("webhook-signature", "v1,AAAA"),
    ("webhook-timestamp", "1"),
    ("x-goog-channel-token", "x"),
    ("x-hub-signature-256", "sha256=00"),
    ("x-signature", "00"),
    ("x-slack-request-timestamp", "1"),
    ("x-slack-signature", "v0=00"),
    ("x-timestamp", "1"),
    ("x-twilio-signature", "AAAA"),
    ("x-vapi-secret", "x"),
];

impl Known {
    /// The provider of this name.
    ///
    /// # Errors
    /// When there is none.
    pub fn of(name: &str) -> Result<&'static Self> {
        match KNOWN.iter().find(|known| known.name == name) {
            Some(known) if webhook::provider(name).is_some() => Ok(known),
            _ => {
                let names: Vec<&str> = KNOWN.iter().map(|known| known.name).collect();
                bail!(
                    "no provider is called {name:?}; there are: {}",
                    names.join(", ")
                )
            }
        }
    }

    /// A new secret in the provider's form; `None` where the provider issues it.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn generate(&self) -> Result<Option<Secret>> {
        let mut bytes = [0; BYTES];
        if SystemRandom::new().fill(&mut bytes).is_err() {
            bail!("the system gives no random bytes");
        }
        Ok(match self.form {
            Form::Hex => Some(Secret::new(hex::encode(bytes))),
            Form::Base64(prefix) => Some(Secret::new(prefix.to_owned() + &STANDARD.encode(bytes))),
            Form::Issued(_) => None,
        })
    }

    /// Checks a secret and proof settings with the provider's own verifier. No error quotes the secret.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn check(&self, settings: Option<&str>, secret: &Secret) -> Result<()> {
        let name = self.name;
        if settings.is_some() && !self.settings {
            bail!("{name} takes no settings");
        }
        if let Form::Issued(prefix) = self.form
            && !secret.expose().starts_with(prefix)
        {
            bail!(
                "this is no secret of {name}, which begins with {prefix}: it is {}",
                self.place
            );
        }
        let request = Request {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            query: String::new(),
            headers: PROOF
                .iter()
                .copied()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: Vec::new(),
            received_at: OffsetDateTime::UNIX_EPOCH,
        };
        let verification = Verification {
            request: &request,
            settings,
            secrets: std::slice::from_ref(secret),
            public_base_url: "https://example.invalid",
        };
        let refused = webhook::provider(name).and_then(|known| known.verify(&verification).err());
        match refused {
            Some(Refusal::EndpointMisconfigured) => {
                bail!("{name} does not take these settings: see shared/src/webhook/providers")
            }
            Some(Refusal::SecretInvalid | Refusal::SecretMissing) => {
                bail!(
                    "{name} cannot use this secret: it is empty, or not in the form of {}",
                    self.place
                )
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_is_known_and_every_generated_secret_is_one_of_its_own() {
        for name in webhook::providers::names() {
            let known = Known::of(name).unwrap();
            let Some(secret) = known.generate().unwrap() else {
                continue;
            };
            known.check(None, &secret).unwrap();
            assert_ne!(known.generate().unwrap(), Some(secret), "{name}");
        }
        assert_eq!(KNOWN.len(), webhook::providers::names().count());
    }

    #[test]
    fn an_unusable_secret_is_refused_without_being_quoted() {
        for known in KNOWN {
            assert!(
                known.check(None, &Secret::new(" ")).is_err(),
                "{}",
                known.name
            );
        }
        for (name, secret) in [
            ("stripe", "sk_live_CANARY"),
            ("standard-webhooks", "whsec_CANARY!"),
            ("supabase-auth", "v1,whsec_CANARY!"),
        ] {
            let error = Known::of(name).unwrap().check(None, &Secret::new(secret));
            let error = error.unwrap_err().to_string();
            assert!(!error.contains("CANARY"), "{error}");
        }
    }

    #[test]
    fn settings_are_read_as_the_provider_reads_them() {
        let secret = Secret::new("whsec_aaaa");
        let check = |name, settings| Known::of(name).unwrap().check(Some(settings), &secret);
        for known in KNOWN {
            assert!(check(known.name, "{").is_err(), "{}", known.name);
            assert!(
                check(known.name, r#"{"no":"such"}"#).is_err(),
                "{}",
                known.name
            );
        }
        check("vapi", r#"{"kind":"bearer"}"#).unwrap();
        check("stripe", r#"{"tolerance_s":60}"#).unwrap();
        assert!(check("twilio", "{}").is_err());
    }
}
