//! What a vector's provider and scheme are called here, and the proof settings an endpoint of that kind has.

use serde_json::{Map, Value, json};

use super::super::provider;
use super::Vector;

impl Vector {
    /// The provider's name here, and the proof settings an endpoint of this scheme would have.
    pub(super) fn endpoint(&self) -> Result<(&str, Option<Value>), String> {
        let config = |names: &[&str]| {
            let known = names
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), self.config.get(*name)?.clone())));
            Value::Object(known.collect())
        };
        let window = self
            .tolerance_s
            .map(|tolerance_s| json!({ "tolerance_s": tolerance_s }));
        Ok(match (self.provider.as_str(), self.scheme.as_str()) {
            ("twilio", "twilio-form-sha1" | "twilio-body-sha256")
            | ("github" | "meta", "github-sha256") => (&self.provider, None),
            ("github", "github-sha1") => (&self.provider, Some(json!({ "allow_sha1": true }))),
            ("stripe", "stripe-v1")
            | ("slack", "slack-v0")
            | (
                "standard-webhooks" | "supabase-auth",
                "standard-webhooks" | "standard-webhooks-v1a",
            ) => (&self.provider, window),
            ("svix", "standard-webhooks" | "standard-webhooks-v1a") => {
                ("standard-webhooks", window)
            }
            ("google-calendar", "channel-token") => {
                (&self.provider, Some(config(&["channel_id", "resource_id"])))
            }
            ("supabase-db", "shared-token") => (&self.provider, Some(self.token())),
            ("vapi", "shared-token") => {
                let mut token = self.token();
                let bearer = token
                    .as_object_mut()
                    .and_then(|token| token.remove("bearer"));
                token["kind"] = json!(if bearer == Some(json!(true)) {
                    "bearer"
                } else {
                    "secret"
                });
                (&self.provider, Some(token))
            }
            ("vapi", "vapi-hmac") => {
                let mut plan = self.plan();
                plan["kind"] = json!("hmac");
                (&self.provider, Some(plan))
            }
            (_, scheme) => ("generic-hmac", Some(self.plain_hmac(scheme)?)),
        })
    }

    fn token(&self) -> Value {
        json!({
            "header": self.config.get("header").cloned().unwrap_or_else(|| json!("authorization")),
            "bearer": self.config.get("bearer") == Some(&json!(true)),
        })
    }

    /// A composed HMAC.
    fn plan(&self) -> Value {
        let mut plan = Map::new();
        for (theirs, ours) in [
            ("algorithm", "algorithm"),
            ("signature_header", "signature_header"),
            ("timestamp_header", "timestamp_header"),
            ("payload_format", "payload_format"),
            ("signature_encoding", "encoding"),
            ("signature_prefix", "prefix"),
            ("message_id_header", "message_id_header"),
            ("secret_is_base64", "secret_is_base64"),
        ] {
            if let Some(value) = self.config.get(theirs) {
                plan.insert(ours.to_owned(), value.clone());
            }
        }
        if let Some(tolerance_s) = self.tolerance_s {
            plan.insert("tolerance_s".to_owned(), json!(tolerance_s));
        }
        Value::Object(plan)
    }

    /// `hmac-<algorithm>-<encoding>[-list]` over the body alone. Entries of a list name their algorithm.
    fn plain_hmac(&self, scheme: &str) -> Result<Value, String> {
        let unknown = || format!("unknown scheme {scheme:?} of provider {:?}", self.provider);
        if !matches!(
            self.provider.as_str(),
            "primitive" | "generic" | "generic-hmac"
        ) {
            return Err(match provider(&self.provider) {
                Some(_) => unknown(),
                None => format!("unknown provider {:?}", self.provider),
            });
        }
        let (algorithm, encoding) = scheme
            .strip_prefix("hmac-")
            .and_then(|rest| rest.split_once('-'))
            .ok_or_else(unknown)?;
        let list = encoding.ends_with("-list");
        let encoding = encoding.trim_end_matches("-list");
        let is_known = matches!(algorithm, "sha1" | "sha256" | "sha512")
            && matches!(encoding, "hex" | "base64");
        let mut plan = self.plan();
        for (name, value) in [
            ("algorithm", json!(algorithm)),
            ("encoding", json!(encoding)),
            ("timestamp_header", json!(null)),
            ("payload_format", json!("{body}")),
            (
                "prefix",
                json!(if list {
                    format!("{algorithm}=")
                } else {
                    String::new()
                }),
            ),
            ("list", json!(list)),
        ] {
            if plan.get(name).is_none() {
                plan[name] = value;
            }
        }
        if is_known { Ok(plan) } else { Err(unknown()) }
    }
}
