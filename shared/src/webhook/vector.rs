//! Signature vectors: requests with the verdict they must get, as data (schema `webhook-intake-vectors/1`).
//!
//! A vector runs through the provider's own proof, the one the receiver uses. What is translated here is only the
//! vocabulary: a vector describes a scheme in the words of its documentation, an endpoint's settings use ours.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::{Accepted, Answer, Headers, Inbound, Refusal, Request, Secret, form, provider};

/// A file of vectors. Fields that are only for people are not read.
#[derive(Debug, Deserialize)]
pub struct Vectors {
    /// `webhook-intake-vectors/1`.
    pub schema: String,
    /// Requests and their verdicts.
    pub vectors: Vec<Vector>,
    /// Requests that are answered with content.
    #[serde(default)]
    pub handshakes: Vec<Handshake>,
}

/// One request and the verdict it must get.
#[derive(Clone, Debug, Deserialize)]
pub struct Vector {
    /// Its name.
    pub id: String,
    /// Whose request it is.
    pub provider: String,
    /// How it is proved.
    pub scheme: String,
    /// `valid` or `invalid`.
    pub expect: String,
    /// The code of the refusal, where it is invalid.
    pub reason: Option<String>,
    /// The active secrets, current first.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// The time of receipt, Unix seconds; absent where the scheme signs no time.
    pub now: Option<i64>,
    /// The tolerance in seconds; absent for the provider's default.
    pub tolerance_s: Option<u32>,
    /// The request.
    pub request: Sent,
    /// The parameters of schemes that have any.
    #[serde(default)]
    pub config: Map<String, Value>,
}

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

/// A request that is answered with content, and that answer.
#[derive(Clone, Debug, Deserialize)]
pub struct Handshake {
    /// Its name.
    pub id: String,
    /// Whose request it is.
    pub provider: String,
    /// The endpoint's secret.
    pub secret: Option<String>,
    /// The time of receipt, Unix seconds.
    pub now: Option<i64>,
    /// The request. Absent when it is that of a vector, or when any accepted event is meant.
    pub request: Option<Sent>,
    /// The id of the vector whose request it is.
    pub vector: Option<String>,
    /// What must be answered.
    pub response: Response,
}

/// An expected answer; what is absent may be anything.
#[derive(Clone, Debug, Deserialize)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Option<String>,
    /// The media type.
    pub content_type: Option<String>,
}

/// A vector that did not get its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The vector.
    pub id: String,
    /// What it should have got.
    pub expected: String,
    /// What it got, or why it could not be run.
    pub got: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: expected {}, got {}", self.id, self.expected, self.got)
    }
}

impl Vectors {
    /// Runs everything in the file; one result for each vector and handshake, in order.
    pub fn run(&self) -> impl Iterator<Item = Result<(), Failure>> {
        let handshakes = self.handshakes.iter().map(|handshake| handshake.check(&self.vectors));
        self.vectors.iter().map(Vector::check).chain(handshakes)
    }
}

impl Vector {
    /// Whether the provider's proof gives the expected verdict, for the expected reason.
    ///
    /// # Errors
    /// [`Failure`], also for a vector that cannot be run.
    pub fn check(&self) -> Result<(), Failure> {
        let expected = match (self.expect.as_str(), &self.reason) {
            ("invalid", Some(reason)) => format!("invalid ({reason})"),
            (verdict, _) => verdict.to_owned(),
        };
        let got = match self.verdict() {
            Ok(Ok(())) => "valid".to_owned(),
            Ok(Err(refusal)) if self.expect == "invalid" && self.reason.is_none() && refusal.status() == 401 => {
                return Ok(());
            }
            Ok(Err(refusal)) => format!("invalid ({refusal})"),
            Err(why) => why,
        };
        if got == expected { Ok(()) } else { Err(Failure { id: self.id.clone(), expected, got }) }
    }

    /// The verdict of the real proof; the outer error says why the vector cannot be run.
    fn verdict(&self) -> Result<Result<(), Refusal>, String> {
        let (name, settings) = self.endpoint()?;
        let provider = provider(name).ok_or_else(|| format!("unknown provider {name:?}"))?;
        let (request, base) = self.request.received(self.now)?;
        let secrets: Vec<_> = self.secrets.iter().map(Secret::new).collect();
        let settings = settings.map(|settings| settings.to_string());
        let verdict = Inbound::receive(request).verify(provider, settings.as_deref(), &secrets, &base);
        Ok(verdict.map(|_| ()).map_err(|unproven| unproven.refusal))
    }

    /// The provider's name here, and the proof settings an endpoint of this scheme would have.
    fn endpoint(&self) -> Result<(&str, Option<Value>), String> {
        let config = |names: &[&str]| {
            let known = names.iter().filter_map(|name| Some(((*name).to_owned(), self.config.get(*name)?.clone())));
            Value::Object(known.collect())
        };
        let window = self.tolerance_s.map(|tolerance_s| json!({ "tolerance_s": tolerance_s }));
        Ok(match (self.provider.as_str(), self.scheme.as_str()) {
            ("twilio", "twilio-form-sha1" | "twilio-body-sha256") | ("github", "github-sha256") => {
                (&self.provider, None)
            }
            ("github", "github-sha1") => (&self.provider, Some(json!({ "allow_sha1": true }))),
            ("stripe", "stripe-v1")
            | ("slack", "slack-v0")
            | ("standard-webhooks" | "supabase-auth", "standard-webhooks" | "standard-webhooks-v1a") => {
                (&self.provider, window)
            }
            ("svix", "standard-webhooks" | "standard-webhooks-v1a") => ("standard-webhooks", window),
            ("google-calendar", "channel-token") => {
                (&self.provider, Some(config(&["channel_id", "resource_id"])))
            }
            ("supabase-db", "shared-token") => (&self.provider, Some(self.token())),
            ("vapi", "shared-token") => {
                let mut token = self.token();
                let bearer = token.as_object_mut().and_then(|token| token.remove("bearer"));
                token["kind"] = json!(if bearer == Some(json!(true)) { "bearer" } else { "secret" });
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
        if !matches!(self.provider.as_str(), "primitive" | "generic" | "generic-hmac") {
            return Err(match provider(&self.provider) {
                Some(_) => unknown(),
                None => format!("unknown provider {:?}", self.provider),
            });
        }
        let (algorithm, encoding) =
            scheme.strip_prefix("hmac-").and_then(|rest| rest.split_once('-')).ok_or_else(unknown)?;
        let list = encoding.ends_with("-list");
        let encoding = encoding.trim_end_matches("-list");
        let is_known = matches!(algorithm, "sha1" | "sha256" | "sha512") && matches!(encoding, "hex" | "base64");
        let mut plan = self.plan();
        for (name, value) in [
            ("algorithm", json!(algorithm)),
            ("encoding", json!(encoding)),
            ("timestamp_header", json!(null)),
            ("payload_format", json!("{body}")),
            ("prefix", json!(if list { format!("{algorithm}=") } else { String::new() })),
            ("list", json!(list)),
        ] {
            if plan.get(name).is_none() {
                plan[name] = value;
            }
        }
        if is_known { Ok(plan) } else { Err(unknown()) }
    }
}

impl Sent {
    /// The request as the receiver would have it, and the public base URL it was sent to.
    fn received(&self, now: Option<i64>) -> Result<(Request, String), String> {
        let body = match (&self.body, &self.body_base64) {
            (_, Some(text)) => STANDARD.decode(text).map_err(|_| "body_base64 is not base64".to_owned())?,
            (Some(text), None) => text.as_bytes().to_vec(),
            (None, None) => encode(self.form.iter().map(|(name, value)| (name, value))).into_bytes(),
        };
        let (resource, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let authority_at = resource.find("://").map_or(0, |at| at + 3);
        let path_at = resource[authority_at..].find('/').map_or(resource.len(), |at| authority_at + at);
        let received_at = OffsetDateTime::from_unix_timestamp(now.unwrap_or_default())
            .map_err(|_| "now is no time".to_owned())?;
        let request = Request {
            method: if self.method.is_empty() { "POST".to_owned() } else { self.method.to_ascii_uppercase() },
            path: resource[path_at..].to_owned(),
            query: if query.is_empty() { encode(&self.query) } else { query.to_owned() },
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
            values(value).into_iter().map(move |value| (name.clone(), value))
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

impl Handshake {
    /// Whether the provider answers as expected. `vectors` are those a handshake may refer to.
    ///
    /// # Errors
    /// [`Failure`], also for a handshake that cannot be run.
    pub fn check(&self, vectors: &[Vector]) -> Result<(), Failure> {
        let wanted = &self.response;
        let fits = |answer: &Answer| {
            answer.status == wanted.status
                && wanted.body.as_ref().is_none_or(|body| *body == answer.body)
                && wanted.content_type.as_ref().is_none_or(|kind| kind == answer.content_type)
        };
        let got = match self.answer(vectors) {
            Ok(Ok(answer)) if fits(&answer) => return Ok(()),
            Ok(Err(refusal)) if refusal.status() == wanted.status => return Ok(()),
            Ok(Ok(answer)) => format!("{} {} {:?}", answer.status, answer.content_type, answer.body),
            Ok(Err(refusal)) => format!("{} ({refusal})", refusal.status()),
            Err(why) => why,
        };
        let body = wanted.body.as_ref().map(|body| format!(" {body:?}")).unwrap_or_default();
        let kind = wanted.content_type.as_ref().map(|kind| format!(" {kind}")).unwrap_or_default();
        Err(Failure { id: self.id.clone(), expected: format!("{}{kind}{body}", wanted.status), got })
    }

    /// The answer in the receiver's order: what needs no proof, the proof, the handshake, the acknowledgement.
    fn answer(&self, vectors: &[Vector]) -> Result<Result<Answer, Refusal>, String> {
        let provider = provider(&self.provider).ok_or_else(|| format!("unknown provider {:?}", self.provider))?;
        let vector = match &self.vector {
            Some(id) => Some(vectors.iter().find(|vector| vector.id == *id).ok_or(format!("no vector {id:?}"))?),
            None => None,
        };
        let Some(sent) = self.request.as_ref().or(vector.map(|vector| &vector.request)) else {
            return Ok(Ok(provider.acknowledge(Accepted::Accepted, "dlv_0")));
        };
        let (request, base) = sent.received(self.now.or(vector.and_then(|vector| vector.now)))?;
        let own = self.secret.iter();
        let secrets: Vec<_> = own.chain(vector.iter().flat_map(|vector| &vector.secrets)).map(Secret::new).collect();
        let settings = match vector {
            Some(vector) => vector.endpoint()?.1,
            None => None,
        };
        let settings = settings.map(|settings| settings.to_string());
        let inbound = Inbound::receive(request);
        if let Some(answer) = inbound.unproven_answer(provider) {
            return Ok(Ok(answer));
        }
        let verified = match inbound.verify(provider, settings.as_deref(), &secrets, &base) {
            Ok(verified) => verified,
            Err(unproven) => return Ok(Err(unproven.refusal)),
        };
        let answer = provider.handshake(verified.request());
        Ok(Ok(answer.unwrap_or_else(|| provider.acknowledge(Accepted::Accepted, "dlv_0"))))
    }
}
