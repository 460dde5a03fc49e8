//! Sentry: errors of our own crates, panics and near time-outs, made known without patient data.
//!
//! Who acts: [`Errors`] notes what an error line of ours says in closed words; [`Reporter::flush`], called before an
//! answer is given, makes events of the notes and posts them within a bound. Between the two stands the client's
//! `before_send`, which rebuilds each event from an allow-list. Nothing else is sent: no logs, metrics, transactions,
//! sessions or breadcrumbs, and the envelope is refused anything but an event. What runs by a schedule checks in past the
//! client, with an envelope of its own in closed words.
//!
//! Nothing here is needed for correctness. Sentry may be off, slow or gone; a handler answers all the same.

mod check_in;
mod errors;
mod event;
mod outbox;
mod rebuild;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use sentry::types::Dsn;
use sentry::{Client, ClientOptions};

pub use check_in::{CheckIn, Every};
pub use errors::Errors;
use event::Note;
use outbox::Outbox;

/// The most errors noted between two flushes: one invocation with more of them has one fault, not many.
const MOST_NOTES: usize = 16;

/// Notes errors and reports them.
pub struct Reporter {
    notes: Mutex<Vec<Note>>,
    outbox: Arc<Outbox>,
    client: OnceLock<Client>,
    service: &'static str,
    stage: String,
    dsn: Dsn,
}

impl Reporter {
    /// Reports of `service` at `stage` to the project that `dsn` names. Nothing is built or connected yet. `None` when
    /// the text is no DSN.
    #[must_use]
    pub fn new(dsn: &str, service: &'static str, stage: String) -> Option<Self> {
        let dsn: Dsn = dsn.parse().ok()?;
        Some(Self {
            notes: Mutex::default(),
            outbox: Arc::new(Outbox::new(&dsn)),
            client: OnceLock::new(),
            service,
            stage,
            dsn,
        })
    }

    /// Notes an error. Cheap, and safe within a panic hook.
    fn note(&self, note: Note) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.len() < MOST_NOTES {
            notes.push(note);
        }
    }

    /// Notes that a scheduled run has ended.
    pub fn check_in(&self, check_in: CheckIn) {
        self.outbox.keep(&check_in.into_envelope(&self.stage));
    }

    /// Reports what was noted, in `bound` or never.
    pub async fn flush(&self, bound: Duration) {
        let notes = {
            let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *notes)
        };
        let is_idle = notes.is_empty() && self.outbox.is_empty();
        if is_idle || self.outbox.is_paused() {
            return;
        }
        let client = self.client.get_or_init(|| self.client());
        for note in notes {
            client.capture_event(note.into_event(self.service, &self.stage), None);
        }
        self.outbox.post(bound).await;
    }

    fn client(&self) -> Client {
        let mut options = ClientOptions::new()
            .release(concat!("sallyport@", env!("CARGO_PKG_VERSION")))
            .environment(self.stage.clone())
            .default_integrations(false)
            .max_breadcrumbs(0)
            .traces_sample_rate(0.0)
            .before_send(|event| Some(rebuild::rebuild(event)))
            .transport(Arc::clone(&self.outbox));
        options.dsn = Some(self.dsn.clone());
        Client::with_options(options)
    }
}

impl std::fmt::Debug for Reporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reporter")
            .field("service", &self.service)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
