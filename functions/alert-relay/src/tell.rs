//! One step of telling people, and what the record says of it afterwards.

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use sallyport::alert::{Fingerprint, Severity, State};
use sallyport::outbound::pagerduty::{self, Action, Incident, Link};
use sallyport::outbound::slack::Posted as Message;
use tokio::time::Instant;

use crate::App;
use crate::channels::Unreached;
use crate::drive::{Cue, Outcome, drive};
use crate::failure::Failure;
use crate::gate::Gate;
use crate::plan::Step;
use crate::record::{Digested, Member, Paged, Phase, Posted, Record, Shown};
use crate::slack::{message, thread};
use crate::store::{Read, Replaced};
use crate::storm;
use crate::text::{PAGER_LONGEST, cut, title};

/// The key of the gate.
const GATE: &str = "gate";
/// How often a write that others are faster with is tried.
const ROUNDS: u32 = 20;
/// How long a way to people rests after its first failure; twice as long after each further one.
const REST: i64 = 15_000;
/// The longest rest.
const LONGEST_REST: i64 = 300_000;

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// Whether the episode may have a message of its own.
    Admitted(bool),
    /// The pager's incident is open, or closed.
    Paged(bool),
    /// Slack has a message.
    Posted(Message, Shown),
    /// The message says this.
    Updated(Shown),
    /// Its thread says this last.
    Threaded(Phase),
    /// The digest says this.
    Digested(State),
    /// Slack was not reached.
    SlackUnreached(Unreached),
    /// The pager was not.
    PagerUnreached(Unreached),
}

/// Does `step` for `record`, which is the one that was stored last.
pub(crate) async fn perform(
    app: &App,
    fingerprint: &Fingerprint,
    record: &Record,
    step: Step,
    until: Instant,
) -> Result<Done, Failure> {
    Ok(match step {
        Step::Admit => Done::Admitted(admit(app, fingerprint).await?),
        Step::Page | Step::Unpage => {
            let open = step == Step::Page;
            match page(app, fingerprint, record, open, until).await {
                Ok(()) => Done::Paged(open),
                Err(unreached) => Done::PagerUnreached(unreached),
            }
        }
        Step::Post | Step::Update | Step::Thread => {
            let told = slack(app, fingerprint, record, step, until).await;
            told.unwrap_or_else(Done::SlackUnreached)
        }
        Step::Digest => {
            let (fingerprint, occurrence) = storm::occurrence(fingerprint, record);
            let member = Member {
                code: record.about.code,
                service: record.about.service.clone(),
                state: record.state,
            };
            let cue = Cue {
                fingerprint: &fingerprint,
                occurrence: Some(&occurrence),
                member: Some((storm::name(&occurrence), member, record.about.severity)),
                is_first: true,
            };
            boxed(app, cue, until).await?;
            Done::Digested(record.state)
        }
    })
}

/// A storm's record is driven from within its member's: boxed, or the type would hold itself.
fn boxed<'a>(
    app: &'a App,
    cue: Cue<'a>,
    until: Instant,
) -> BoxFuture<'a, Result<Outcome, Failure>> {
    drive(app, cue, until).boxed()
}

/// Asks the gate.
async fn admit(app: &App, fingerprint: &Fingerprint) -> Result<bool, Failure> {
    let name = &fingerprint.as_str()[..12];
    let mut read: Read<Gate> = app.table.read(GATE).await?;
    for _ in 0..ROUNDS {
        let now = app.now();
        let mut gate = read.record.clone().unwrap_or_default();
        let is_admitted = gate.admit(name, now);
        if Some(&gate) == read.record.as_ref() {
            return Ok(is_admitted);
        }
        match app.replace(GATE, read.version, &gate).await? {
            Replaced::Made(_) => return Ok(is_admitted),
            Replaced::Lost(found) => read = found,
        }
    }
    Err(Failure::Contended)
}

async fn page(
    app: &App,
    fingerprint: &Fingerprint,
    record: &Record,
    open: bool,
    until: Instant,
) -> Result<(), Unreached> {
    let about = &record.about;
    let summary = cut(&title(record), PAGER_LONGEST);
    let source = format!("sallyport-{}", about.stage);
    let href = format!("{}#{}", app.runbook_url, about.code.anchor());
    let incident = Incident {
        summary: &summary,
        source: &source,
        severity: match about.severity {
            Severity::Critical => pagerduty::Severity::Critical,
            Severity::Warning => pagerduty::Severity::Warning,
            Severity::Info => pagerduty::Severity::Info,
        },
        component: Some(about.service.as_str()),
        class: Some(about.code.as_str()),
        link: Some(Link {
            href: &href,
            text: "What to do",
        }),
    };
    let action = if open {
        Action::Trigger(incident)
    } else {
        Action::Resolve
    };
    app.channels
        .page(fingerprint.as_str(), action, until)
        .await?;
    if open && record.slack.failures > 0 {
        tracing::warn!(
            metric = "Alerts",
            outcome = "fallback",
            "pager stands in for slack"
        );
    }
    Ok(())
}

async fn slack(
    app: &App,
    fingerprint: &Fingerprint,
    record: &Record,
    step: Step,
    until: Instant,
) -> Result<Done, Unreached> {
    let now = app.now();
    let message = || message(record, &app.runbook_url, now);
    Ok(match (step, &record.slack.told) {
        (Step::Update, Some(posted)) => {
            app.channels
                .update(&posted.message, &message(), until)
                .await?;
            Done::Updated(record.shows())
        }
        (Step::Thread, Some(posted)) => {
            let message = thread(posted, record, fingerprint.as_str(), now);
            app.channels
                .post(&message, Some(&posted.message.ts), until)
                .await?;
            Done::Threaded(record.phase())
        }
        _ => Done::Posted(
            app.channels.post(&message(), None, until).await?,
            record.shows(),
        ),
    })
}

impl Record {
    /// Notes what was done.
    pub(crate) fn note(&mut self, done: &Done, now: i64) {
        match done {
            Done::Admitted(true) => self.admitted = Some(self.episode),
            Done::Admitted(false) => {
                self.digest = Some(Digested {
                    episode: self.episode,
                    at: now,
                    shows: None,
                });
            }
            Done::Digested(state) => {
                if let Some(digest) = &mut self.digest {
                    digest.shows = Some(*state);
                }
            }
            Done::Paged(open) => {
                self.pager.told = Some(Paged { open: *open });
                self.pager.well();
            }
            Done::Posted(message, shows) => {
                self.slack.told = Some(Posted {
                    episode: self.episode,
                    message: message.clone(),
                    first_at: now,
                    updated_at: now,
                    shows: *shows,
                    thread: None,
                });
                // What the digest said of it is said by its own message now.
                self.digest = None;
                self.admitted = Some(self.episode);
                self.slack.well();
            }
            Done::Updated(shows) => {
                let episode = self.episode;
                if let Some(posted) = &mut self.slack.told {
                    posted.shows = *shows;
                    posted.updated_at = now;
                    posted.episode = episode;
                }
                self.slack.well();
            }
            Done::Threaded(phase) => {
                if let Some(posted) = &mut self.slack.told {
                    posted.thread = Some(*phase);
                }
                self.slack.well();
            }
            Done::SlackUnreached(Unreached::Gone) => self.slack.told = None,
            Done::SlackUnreached(unreached) => self.slack.rest(*unreached, now),
            Done::PagerUnreached(unreached) => self.pager.rest(*unreached, now),
        }
    }
}

impl<T> crate::record::Channel<T> {
    fn well(&mut self) {
        self.failures = 0;
        self.rests_until = 0;
    }

    fn rest(&mut self, unreached: Unreached, now: i64) {
        let ms = |wait: Duration| i64::try_from(wait.as_millis()).unwrap_or(LONGEST_REST);
        let rest = match unreached {
            Unreached::Busy(wait) => ms(wait).max(1000),
            Unreached::Gone => 0,
            Unreached::Down(asked) => {
                let own = REST << self.failures.min(5);
                self.failures += 1;
                own.min(LONGEST_REST).max(asked.map_or(0, ms))
            }
        };
        self.rests_until = now + rest;
    }
}
