//! What people are to be told next, from what is known and what they have been told. Pure.
//!
//! One step at a time: after each the record says that it was done, and the plan is made anew. So whoever takes over
//! from a relay that died goes on where it stopped, and an alert that changed meanwhile is told as it is.

use sallyport::alert::{Code, Ends, Severity, State};

use crate::record::{FLAP_WINDOW, MINUTE, Phase, Posted, Record};

/// A message's count and duration are brought up to date at most this often: Slack takes one message a second.
const UPDATE_EVERY: i64 = 15_000;
/// What is still wrong is told again after this.
const REPEAT: i64 = 240 * MINUTE;
/// What is wrong again so soon after it ended is told in the same message.
const REOPEN: i64 = 10 * MINUTE;
/// How soon what was hushed is looked at again.
const HUSHED: i64 = 5 * MINUTE;

/// What keeps people from being told of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hush {
    /// Somebody asked for it, for a time.
    Silenced,
    /// What causes it is told of already.
    Explained,
}

/// One thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Ask whether it may have a message of its own, or is part of a storm.
    Admit,
    /// Open the pager's incident.
    Page,
    /// Close it.
    Unpage,
    /// Post a message.
    Post,
    /// Bring the message up to date.
    Update,
    /// Say in the message's thread what happened.
    Thread,
    /// Have the storm's digest say it.
    Digest,
}

/// What to do, and when to look again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) step: Option<Step>,
    pub(crate) again_at: Option<i64>,
}

/// What to do about `record` at `now`. `hush` is what keeps an alert that is wrong from being told anew.
pub(crate) fn plan(record: &Record, hush: Option<Hush>, now: i64) -> Plan {
    let mut times = Times { now, next: None };
    let step = admission(record, hush)
        .or_else(|| page(record, hush, &mut times))
        .or_else(|| message(record, hush, &mut times));
    if step.is_none() {
        if record.phase() == Phase::Flapping
            && let Some(last) = record.turns.iter().max()
        {
            times.at(*last + FLAP_WINDOW + 1);
        }
        if let Some(end) = record.quiet_at() {
            times.at(end);
        }
        if hush.is_some() && record.state == State::Firing {
            times.at(now + HUSHED);
        }
    }
    Plan {
        step,
        again_at: times.next,
    }
}

/// Whether nothing new can be said while it is hushed: only then is it worth asking whether it is.
pub(crate) fn would_tell(record: &Record, now: i64) -> bool {
    let told = plan(record, None, now).step;
    matches!(told, Some(Step::Admit | Step::Page | Step::Post))
}

/// The times at which something will be due.
struct Times {
    now: i64,
    next: Option<i64>,
}

impl Times {
    /// Every time has come.
    const fn never() -> Self {
        Self {
            now: i64::MAX,
            next: None,
        }
    }

    /// Whether `at` has come; if not, it is a time to look again.
    fn at(&mut self, at: i64) -> bool {
        if at <= self.now {
            return true;
        }
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
        false
    }
}

/// Whether an alert that is wrong may have a message of its own, which is asked once an episode.
fn admission(record: &Record, hush: Option<Hush>) -> Option<Step> {
    let is_new = record.phase() != Phase::Resolved
        && record.admitted != Some(record.episode)
        && record.digested().is_none();
    // The digest itself, and a sign of life, are no part of a storm.
    let counts = record.about.code != Code::AlertStorm && record.about.severity > Severity::Info;
    (is_new && counts && hush.is_none()).then_some(Step::Admit)
}

fn page(record: &Record, hush: Option<Hush>, times: &mut Times) -> Option<Step> {
    let open = record.pager.told.is_some_and(|paged| paged.open);
    let step = match record.phase() {
        // While it flaps an incident stays open.
        Phase::Firing | Phase::Flapping => {
            let wakes = record.about.severity == Severity::Critical;
            // Slack does not answer, and somebody has to know.
            let stands_in = record.slack.failures > 0
                && message(record, hush, &mut Times::never()) == Some(Step::Post)
                && record.about.severity >= Severity::Warning;
            let is_told = open || record.digested().is_some() || hush.is_some();
            (!is_told && (wakes || stands_in)).then_some(Step::Page)?
        }
        Phase::Resolved => open.then_some(Step::Unpage)?,
    };
    times.at(record.pager.rests_until).then_some(step)
}

fn message(record: &Record, hush: Option<Hush>, times: &mut Times) -> Option<Step> {
    if let Some(digest) = record.digested() {
        if digest.shows != Some(record.state) {
            return Some(Step::Digest);
        }
        // A storm passes; what is still wrong long after it gets a message of its own.
        if record.state == State::Resolved || !times.at(digest.at + REPEAT) {
            return None;
        }
    }
    let step = match &record.slack.told {
        Some(posted) if is_current(record, posted) => current(record, posted, hush, times)?,
        _ => {
            let wrong = record.phase() != Phase::Resolved;
            (wrong && hush.is_none()).then_some(Step::Post)?
        }
    };
    times.at(record.slack.rests_until).then_some(step)
}

/// Whether the message is about this episode; or about one that ended so shortly before that it serves again, or whose
/// end it does not tell yet.
fn is_current(record: &Record, posted: &Posted) -> bool {
    posted.episode == record.episode
        || posted.shows.phase != Phase::Resolved
        || (record.phase() != Phase::Resolved && record.began - posted.updated_at < REOPEN)
}

fn current(
    record: &Record,
    posted: &Posted,
    hush: Option<Hush>,
    times: &mut Times,
) -> Option<Step> {
    let shows = record.shows();
    // A sign of life is posted and that is all.
    if record.about.severity == Severity::Info {
        return (posted.episode != record.episode).then_some(Step::Post);
    }
    if posted.thread.is_none() {
        return Some(Step::Thread);
    }
    if shows.phase != posted.shows.phase
        || posted.episode != record.episode && shows.phase != Phase::Flapping
    {
        return Some(Step::Update);
    }
    if posted.thread != Some(shows.phase) {
        return Some(Step::Thread);
    }
    if shows != posted.shows && times.at(posted.updated_at + UPDATE_EVERY) {
        return Some(Step::Update);
    }
    let is_lasting = record.about.ends == Ends::ByReport && record.about.code != Code::AlertStorm;
    let repeats = shows.phase == Phase::Firing && is_lasting && hush.is_none();
    (repeats && times.at(posted.first_at + REPEAT)).then_some(Step::Post)
}
