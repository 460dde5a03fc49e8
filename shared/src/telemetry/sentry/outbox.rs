//! The client's transport: keeps events until they are flushed, then posts them over the HTTP stack that everything
//! else uses. No thread and no runtime of its own, since Lambda freezes a process between two invocations.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use sentry::types::Dsn;
use sentry::{Envelope, Transport};
use tokio::time::{Instant, timeout};

use crate::tls::http_client;

/// How long nothing is sent after Sentry did not take something: it should cost a handler its bound once, not each time.
const PAUSE: Duration = Duration::from_secs(30);
/// The longest pause Sentry may ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// The most envelopes kept between two posts: an invocation's errors and its check-in.
const MOST_KEPT: usize = 32;

/// Events to be sent, and when nothing is to be.
pub(super) struct Outbox {
    url: String,
    auth: String,
    envelopes: Mutex<Vec<Vec<u8>>>,
    paused_until: Mutex<Option<Instant>>,
    http: OnceLock<Option<Client>>,
}

/// Why events were not taken.
enum Refused {
    Unreachable,
    Answered {
        status: StatusCode,
        retry_after: Option<Duration>,
    },
}

impl Outbox {
    pub(super) fn new(dsn: &Dsn) -> Self {
        let agent = concat!("sallyport/", env!("CARGO_PKG_VERSION"));
        Self {
            url: dsn.envelope_api_url().to_string(),
            auth: dsn.to_auth(Some(agent)).to_string(),
            envelopes: Mutex::default(),
            paused_until: Mutex::default(),
            http: OnceLock::new(),
        }
    }

    /// Whether events would not be sent now.
    pub(super) fn is_paused(&self) -> bool {
        held(&self.paused_until).is_some_and(|until| Instant::now() < until)
    }

    /// Whether nothing is kept.
    pub(super) fn is_empty(&self) -> bool {
        held(&self.envelopes).is_empty()
    }

    /// Keeps an envelope of ours until the next post. While nothing is sent, few are kept.
    pub(super) fn keep(&self, envelope: &Envelope) {
        let mut bytes = Vec::new();
        let mut kept = held(&self.envelopes);
        if kept.len() < MOST_KEPT && envelope.to_writer(&mut bytes).is_ok() {
            kept.push(bytes);
        }
    }

    /// Posts what is kept. What is not taken within `bound` is lost, and no more is sent for a while.
    pub(super) async fn post(&self, bound: Duration) {
        let envelopes = std::mem::take(&mut *held(&self.envelopes));
        let events = envelopes.len();
        let posts = join_all(envelopes.into_iter().map(|envelope| self.send(envelope)));
        let (reason, pause) = match timeout(bound, posts).await {
            Ok(results) => match results.into_iter().find_map(Result::err) {
                None => return,
                Some(Refused::Unreachable) => ("unreachable", PAUSE),
                Some(Refused::Answered {
                    status: StatusCode::TOO_MANY_REQUESTS,
                    retry_after,
                }) => ("limited", retry_after.unwrap_or(PAUSE).min(LONGEST_PAUSE)),
                Some(Refused::Answered { .. }) => ("refused", PAUSE),
            },
            Err(_) => ("timeout", PAUSE),
        };
        *held(&self.paused_until) = Some(Instant::now() + pause);
        tracing::warn!(reason, events, "errors could not be reported");
    }

    async fn send(&self, envelope: Vec<u8>) -> Result<(), Refused> {
        let http = self.http.get_or_init(client);
        let http = http.as_ref().ok_or(Refused::Unreachable)?;
        let post = http
            .post(&self.url)
            .header("x-sentry-auth", &self.auth)
            .header(CONTENT_TYPE, "application/x-sentry-envelope")
            .body(envelope);
        let answer = post.send().await.map_err(|_| Refused::Unreachable)?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let seconds = answer.headers().get(RETRY_AFTER);
        let seconds = seconds.and_then(|value| value.to_str().ok()?.parse().ok());
        Err(Refused::Answered {
            status,
            retry_after: seconds.map(Duration::from_secs),
        })
    }
}

impl Transport for Outbox {
    /// Keeps the envelope's event; whatever else lies in it is dropped.
    fn send_envelope(&self, envelope: Envelope) {
        let Some(event) = envelope.event() else {
            return;
        };
        self.keep(&Envelope::from(event.clone()));
    }
}

/// A client that goes where the DSN says and nowhere else.
fn client() -> Option<Client> {
    http_client().redirect(Policy::none()).build().ok()
}

/// A poisoned lock still holds a value that is whole: nothing panics between two changes of one.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
