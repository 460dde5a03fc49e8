//! Signature vectors: requests with the verdict they must get, as data (schema `webhook-intake-vectors/1`).
//!
//! A vector runs through the provider's own proof, the one the receiver uses. What is translated here is only the
//! vocabulary: a vector describes a scheme in the words of its documentation, an endpoint's settings use ours.

mod endpoint;
mod handshake;
mod sent;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::{Map, Value};

use super::{Inbound, Refusal, Secret, provider};
pub use handshake::{Handshake, Response};
pub use sent::{OneOrMore, Sent};

/// A file of vectors. Fields that are only for people are not read.
#[derive(Debug, serde::Deserialize)]
pub struct Vectors {
    /// `webhook-intake-vectors/1`.
    pub schema: String,
    /// Requests and their verdicts; each is a [`Vector`].
    pub vectors: Vec<Value>,
    /// Requests that are answered with content; each is a [`Handshake`].
    #[serde(default)]
    pub handshakes: Vec<Value>,
}

/// One request and the verdict it must get.
#[derive(Clone, Debug, serde::Deserialize)]
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
    #[serde(default, deserialize_with = "or_default")]
    pub config: Map<String, Value>,
}

/// Reads `null` as an absent field.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
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
        write!(
            f,
            "{}: expected {}, got {}",
            self.id, self.expected, self.got
        )
    }
}

impl Vectors {
    /// Runs everything in the file; one result for each vector and handshake, in order.
    pub fn run(&self) -> impl Iterator<Item = Result<(), Failure>> {
        let vectors = self
            .vectors
            .iter()
            .map(|entry| read(entry).and_then(|vector: Vector| vector.check()));
        let handshakes = self.handshakes.iter().map(|entry| {
            let handshake: Handshake = read(entry)?;
            let vector = self
                .vectors
                .iter()
                .find(|vector| handshake.vector.as_deref() == vector["id"].as_str());
            handshake.check(vector.map(read).transpose()?.as_ref())
        });
        vectors.chain(handshakes)
    }
}

/// Reads one entry of a file. One that cannot be read fails by itself and leaves the others alone.
fn read<T: DeserializeOwned>(entry: &Value) -> Result<T, Failure> {
    serde_json::from_value(entry.clone()).map_err(|error| Failure {
        id: entry["id"]
            .as_str()
            .unwrap_or("an entry without id")
            .to_owned(),
        expected: "an entry of this schema".to_owned(),
        got: error.to_string(),
    })
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
            Ok(Err(refusal))
                if self.expect == "invalid" && self.reason.is_none() && refusal.status() == 401 =>
            {
                return Ok(());
            }
            Ok(Err(refusal)) => format!("invalid ({refusal})"),
            Err(why) => why,
        };
        if got == expected {
            Ok(())
        } else {
            Err(Failure {
                id: self.id.clone(),
                expected,
                got,
            })
        }
    }

    /// The verdict of the real proof; the outer error says why the vector cannot be run.
    fn verdict(&self) -> Result<Result<(), Refusal>, String> {
        let (name, settings) = self.endpoint()?;
        let provider = provider(name).ok_or_else(|| format!("unknown provider {name:?}"))?;
        let (request, base) = self.request.received(self.now)?;
        let secrets: Vec<_> = self.secrets.iter().map(Secret::new).collect();
        let settings = settings.map(|settings| settings.to_string());
        let verdict =
            Inbound::receive(request).verify(provider, settings.as_deref(), &secrets, &base);
        Ok(verdict.map(|_| ()).map_err(|unproven| unproven.refusal))
    }
}
