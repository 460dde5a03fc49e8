//! How an alert is brought from what is known to what people are told, whoever else is at it.
//!
//! Who acts: any number of relays, each with a message about the alert. Each reads the record, takes its report in, and
//! makes the plan. If there is a step to do and nobody holds the lease, its write takes the lease: that one conditional
//! write elects who tells people. The elected does the step, writes that it is done, and plans anew, until nothing is
//! left; then it gives the lease back. The others only add what they know.
//!
//! # What correctness hangs on
//!
//! 1. *Each write is conditional on the version that was read.* So no report is lost, and the elected cannot give the
//!    lease back without having seen what came meanwhile.
//! 2. *A step is done only after the write that took the lease.* So two never do it at once.
//! 3. *A message is let go only when its report is stored and somebody alive answers for it*: this relay, having
//!    done everything; or the holder of the lease, whose own message comes again if it dies. A message that is handed
//!    out again while the lease is held may be the holder's own, and is kept until the lease is over.
//! 4. *What is due later is in a note in the queue before the record counts on it.*
//!
//! # Every point at which a relay can stop
//!
//! | after | the record | people | its message comes again | in the end |
//! |---|---|---|---|---|
//! | nothing | – | – | reports | told once |
//! | the lease was taken | lease, not told | – | after the lease, does the step | told once |
//! | Slack took a message | lease, not told | see it | after the lease, posts again | told twice; one of the two is kept up to date |
//! | an update, the pager | lease, not told so | see it | does the same again, which changes nothing | told once |
//! | the step was written | told, lease | see it | after the lease, goes on | told once |
//! | the note was sent | without the note's time | see it | sends another note | told once |

use std::time::Duration;

use sallyport::alert::{Fingerprint, Scope, Severity, Silence, State, Why};
use tokio::time::Instant;

use crate::App;
use crate::failure::Failure;
use crate::intake::LOOK_AGAIN;
use crate::occurrence::Occurrence;
use crate::plan::{Hush, plan, would_tell};
use crate::record::{Lease, MINUTE, Member, Record, Report};
use crate::store::{Read, Replaced};
use crate::tell::perform;

/// How long a step may take: longer than any call, time-out and all.
pub(crate) const LEASE: i64 = 30_000;
/// How often the loop goes round for one message: an alert takes some eight rounds, and others may come between.
const ROUNDS: u32 = 40;
/// The longest delay of a note: SQS's.
const LONGEST_NOTE: i64 = 15 * MINUTE;
/// How much earlier than its time a note may be seen, since SQS counts in seconds.
const SLACK_OF_NOTES: i64 = 1000;

/// Why the alert is looked at.
#[derive(Debug)]
pub(crate) struct Cue<'a> {
    pub(crate) fingerprint: &'a Fingerprint,
    /// What happened; nothing when it is only time to look again.
    pub(crate) occurrence: Option<&'a Occurrence>,
    /// Of a storm: the alert that is a part of it.
    pub(crate) member: Option<(String, Member, Severity)>,
    /// Whether the message was never handed out before.
    pub(crate) is_first: bool,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// People were told something.
    Told,
    /// There was nothing to tell.
    Quiet,
    /// It is kept from people, for a time.
    Hushed,
    /// Another relay is telling it, and will see what this one added.
    LeftToAnother,
    /// It was older than what is known.
    Stale,
    /// It was known already.
    Known,
    /// There is no such alert any more.
    Gone,
}

impl Outcome {
    /// A stable word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::Quiet => "quiet",
            Self::Hushed => "hushed",
            Self::LeftToAnother => "left_to_another",
            Self::Stale => "stale",
            Self::Known => "known",
            Self::Gone => "gone",
        }
    }
}

/// Takes `cue` in and tells people what is to be told by `until`.
pub(crate) async fn drive(app: &App, cue: Cue<'_>, until: Instant) -> Result<Outcome, Failure> {
    let key = cue.fingerprint.as_str();
    let owner = app.random();
    let mut read: Read<Record> = app.table.read(key).await?;
    let mut done = None;
    let mut outcome = Outcome::Quiet;
    // The first report to the record that was stored is the one that counts: later ones find it there.
    let mut report = None;
    for _ in 0..ROUNDS {
        if Instant::now() >= until {
            return Err(Failure::DeadlineExceeded);
        }
        let now = app.now();
        let Some(mut next) = read
            .record
            .clone()
            .or_else(|| cue.occurrence.map(Record::of))
        else {
            return Ok(Outcome::Gone);
        };
        let reported = take_in(&mut next, &cue, now);
        if let Some(done) = &done {
            if next.lease.is_some_and(|lease| lease.owner == owner) {
                next.note(done, now);
            } else {
                // Slower than its lease: whoever took over tells it too.
                tracing::warn!("step outlasted its lease");
            }
        }
        next.settle(now);
        let held = next
            .lease
            .filter(|lease| lease.owner != owner && lease.until > now);
        let hush = if held.is_none() && would_tell(&next, now) {
            hush(app, cue.fingerprint, &next, now).await?
        } else {
            None
        };
        let plan = plan(&next, hush, now);
        let step = plan.step.filter(|_| held.is_none());
        if held.is_none() {
            let until = now + LEASE;
            next.lease = step.map(|_| Lease { owner, until });
        }
        if step.is_none()
            && held.is_none()
            && let Some(at) = plan.again_at
        {
            leave_note(app, cue.fingerprint, &mut next, at, now).await?;
        }
        if Some(&next) != read.record.as_ref() {
            match app.replace(key, read.version, &next).await? {
                Replaced::Made(version) => {
                    read = Read {
                        version,
                        record: Some(next.clone()),
                    };
                }
                Replaced::Lost(found) => {
                    read = found;
                    continue;
                }
            }
        }
        report.get_or_insert(reported);
        if let Some(lease) = held {
            let is_news = report == Some(Some(Report::New));
            if cue.is_first && is_news {
                return Ok(Outcome::LeftToAnother);
            }
            let wait = u64::try_from(lease.until - now).unwrap_or_default();
            return Err(Failure::Held {
                wait: Duration::from_millis(wait + 1000),
            });
        }
        let Some(step) = step else {
            return Ok(match (outcome, hush, report.flatten()) {
                (Outcome::Quiet, Some(_), _) => Outcome::Hushed,
                (Outcome::Quiet, None, Some(Report::Stale)) => Outcome::Stale,
                (Outcome::Quiet, None, Some(Report::Known)) => Outcome::Known,
                (outcome, ..) => outcome,
            });
        };
        // Boxed: the clients' futures are deep and large.
        done = Some(Box::pin(perform(app, cue.fingerprint, &next, step, until)).await?);
        outcome = Outcome::Told;
    }
    Err(Failure::Contended)
}

fn take_in(record: &mut Record, cue: &Cue<'_>, now: i64) -> Option<Report> {
    let is_listed = |name: &String| record.members.contains_key(name);
    let is_known_member = cue
        .member
        .as_ref()
        .is_some_and(|(name, ..)| is_listed(name));
    let report = cue
        .occurrence
        .filter(|_| !is_known_member)
        .map(|it| record.report(it, now));
    if let Some((name, member, severity)) = &cue.member {
        record.include(name, member.clone(), *severity);
    }
    if record.note_at.is_some_and(|at| at <= now + SLACK_OF_NOTES) {
        record.note_at = None;
    }
    report
}

/// What keeps this alert from people now.
async fn hush(
    app: &App,
    fingerprint: &Fingerprint,
    record: &Record,
    now: i64,
) -> Result<Option<Hush>, Failure> {
    let about = &record.about;
    let mut scopes = vec![
        Scope::Fingerprint(fingerprint.clone()),
        Scope::Code(about.code),
        Scope::Service(about.service.clone()),
    ];
    if let Some(dependency) = about
        .dependency
        .as_ref()
        .filter(|_| about.code.is_explained())
    {
        scopes.push(Scope::Dependency(dependency.clone(), None));
        if about.organization.is_some() {
            scopes.push(Scope::Dependency(
                dependency.clone(),
                about.organization.clone(),
            ));
        }
    }
    let keys = scopes.iter().map(Scope::key);
    let found: Vec<Silence> = app.table.read_all(keys).await?;
    let holding = found.iter().filter(|silence| silence.holds_at(now));
    let whys: Vec<Why> = holding.map(|silence| silence.why).collect();
    Ok(if whys.contains(&Why::Silenced) {
        Some(Hush::Silenced)
    } else {
        whys.first().map(|_| Hush::Explained)
    })
}

/// Leaves a note in the queue to look again at `at`, unless there is one that comes as early.
async fn leave_note(
    app: &App,
    fingerprint: &Fingerprint,
    record: &mut Record,
    at: i64,
    now: i64,
) -> Result<(), Failure> {
    let at = at.min(now + LONGEST_NOTE);
    let is_noted = record
        .note_at
        .is_some_and(|noted| noted > now && noted <= at + SLACK_OF_NOTES);
    if is_noted {
        return Ok(());
    }
    let seconds = u64::try_from((at - now).max(0))
        .unwrap_or_default()
        .div_ceil(1000);
    let text = serde_json::json!({ LOOK_AGAIN: fingerprint.as_str() }).to_string();
    let group = fingerprint.as_str().to_owned();
    app.queue
        .send_text(group, text, Duration::from_secs(seconds))
        .await?;
    record.note_at = Some(at);
    Ok(())
}

/// Notes in the table that a cause is told of, or is over, so that its effects need not be or are again.
pub(crate) async fn explain(app: &App, occurrence: &Occurrence) -> Result<(), Failure> {
    let about = &occurrence.about;
    let Some(dependency) = about.dependency.clone().filter(|_| about.code.explains()) else {
        return Ok(());
    };
    let key = Scope::Dependency(dependency, about.organization.clone()).key();
    let until = match occurrence.state {
        State::Firing => occurrence.at + LONGEST_CAUSE,
        State::Resolved => occurrence.at,
    };
    let cause = Silence {
        why: Why::Explained,
        until,
        as_of: occurrence.at,
    };
    let mut read: Read<Silence> = app.table.read(&key).await?;
    for _ in 0..ROUNDS {
        if read.record.is_some_and(|known| known.as_of >= cause.as_of) {
            return Ok(());
        }
        match app.replace(&key, read.version, &cause).await? {
            Replaced::Made(_) => return Ok(()),
            Replaced::Lost(found) => read = found,
        }
    }
    Err(Failure::Contended)
}

/// An open circuit explains failures for this long after it was last heard of: a lost report of its end costs an hour.
const LONGEST_CAUSE: i64 = 60 * MINUTE;
