//! Requests that set an endpoint up, or whose acknowledgement has a form of its own.

use serde::Deserialize;
use serde_json::json;

use super::super::{Accepted, Answer, Inbound, Refusal, Secret, provider};
use super::{Failure, Sent, Vector};

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

impl Handshake {
    /// Whether the provider answers as expected. `vector` is the one this handshake refers to.
    ///
    /// # Errors
    /// [`Failure`], also for a handshake that cannot be run.
    pub fn check(&self, vector: Option<&Vector>) -> Result<(), Failure> {
        let wanted = &self.response;
        let fits = |answer: &Answer| {
            answer.status == wanted.status
                && wanted.body.as_ref().is_none_or(|body| *body == answer.body)
                && wanted
                    .content_type
                    .as_ref()
                    .is_none_or(|kind| kind == answer.content_type)
        };
        let got = match self.answer(vector) {
            Ok(Ok(answer)) if fits(&answer) => return Ok(()),
            Ok(Err(refusal)) if refusal.status() == wanted.status => return Ok(()),
            Ok(Ok(answer)) => format!(
                "{} {} {:?}",
                answer.status, answer.content_type, answer.body
            ),
            Ok(Err(refusal)) => format!("{} ({refusal})", refusal.status()),
            Err(why) => why,
        };
        let body = wanted
            .body
            .as_ref()
            .map(|body| format!(" {body:?}"))
            .unwrap_or_default();
        let kind = wanted
            .content_type
            .as_ref()
            .map(|kind| format!(" {kind}"))
            .unwrap_or_default();
        Err(Failure {
            id: self.id.clone(),
            expected: format!("{}{kind}{body}", wanted.status),
            got,
        })
    }

    /// The answer in the receiver's order: what needs no proof, the proof, the handshake, the acknowledgement.
    fn answer(&self, vector: Option<&Vector>) -> Result<Result<Answer, Refusal>, String> {
        let provider = provider(&self.provider)
            .ok_or_else(|| format!("unknown provider {:?}", self.provider))?;
        if let (Some(id), None) = (&self.vector, vector) {
            return Err(format!("no vector {id:?}"));
        }
        let Some(sent) = self
            .request
            .as_ref()
            .or(vector.map(|vector| &vector.request))
        else {
            return Ok(Ok(provider.acknowledge(Accepted::Accepted, "dlv_0")));
        };
        let (request, base) = sent.received(self.now.or(vector.and_then(|vector| vector.now)))?;
        let own = self.secret.iter();
        let secrets: Vec<_> = own
            .chain(vector.iter().flat_map(|vector| &vector.secrets))
            .map(Secret::new)
            .collect();
        let settings = match vector {
            Some(vector) => vector.endpoint()?.1,
            // The word Meta repeats on subscribing stands in the settings; a handshake gives it as the secret.
            None if self.provider == "meta" => Some(json!({ "verify_token": self.secret })),
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
        Ok(Ok(answer.unwrap_or_else(|| {
            provider.acknowledge(Accepted::Accepted, "dlv_0")
        })))
    }
}
