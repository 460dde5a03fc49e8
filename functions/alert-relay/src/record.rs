//! What is known of one alert, and what people have been told of it. Pure: time comes in, nothing goes out.
//!
//! An *episode* lasts from the first report that something is wrong to the report, or the quiet, that ends it. Reports
//! come late, twice and out of order: the state is that of the latest by the time at which it came to be, whatever
//! the order of arrival. Of two at the same moment the one that says it is wrong counts.

use std::collections::{BTreeMap, VecDeque};

use sallyport::alert::{Code, Ends, Severity, State, Word};
use sallyport::outbound::slack::Posted as Message;
use serde::{Deserialize, Serialize};

use crate::occurrence::{About, Occurrence};

/// Milliseconds of a minute.
pub(crate) const MINUTE: i64 = 60_000;
/// How many events' ids are remembered: more than arrive while one event can come twice.
const REMEMBERED: usize = 64;
/// The window in which changes of state are counted.
pub(crate) const FLAP_WINDOW: i64 = 10 * MINUTE;
/// As many changes within the window are flapping.
const FLAPS: usize = 3;
/// After this long without a report, what is never reported to end is over.
const QUIET: i64 = 30 * MINUTE;
/// The same for a storm.
const STORM_QUIET: i64 = 5 * MINUTE;
/// The most alerts that a digest lists.
const MEMBERS: usize = 300;

/// What is known of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) about: About,
    pub(crate) state: State,
    /// The time of the latest report: what is older changes nothing.
    pub(crate) as_of: i64,
    /// When a report last arrived.
    pub(crate) heard_at: i64,
    /// Which episode this is, from 1.
    pub(crate) episode: u32,
    /// When it began.
    pub(crate) began: i64,
    /// When it ended, once it has.
    pub(crate) ended: Option<i64>,
    /// How often it was reported wrong in the episode.
    pub(crate) count: u64,
    /// The ids of the latest events.
    pub(crate) seen: VecDeque<u64>,
    /// When the state changed, within the window.
    pub(crate) turns: Vec<i64>,
    pub(crate) slack: Channel<Posted>,
    pub(crate) pager: Channel<Paged>,
    /// The episode that may have a message of its own.
    pub(crate) admitted: Option<u32>,
    /// Told in the digest and not by a message of its own.
    pub(crate) digest: Option<Digested>,
    /// Of a storm: what it is made of.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) members: BTreeMap<String, Member>,
    /// Who is telling people, and until when nobody else does.
    pub(crate) lease: Option<Lease>,
    /// When a note to look again arrives.
    pub(crate) note_at: Option<i64>,
}

/// What a channel was told, and how it fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Channel<T> {
    pub(crate) told: Option<T>,
    /// Failures in a row.
    pub(crate) failures: u32,
    /// Until when it is left alone.
    pub(crate) rests_until: i64,
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self {
            told: None,
            failures: 0,
            rests_until: 0,
        }
    }
}

/// The message in Slack, and what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Posted {
    pub(crate) episode: u32,
    pub(crate) message: Message,
    pub(crate) first_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) shows: Shown,
    /// What the thread says last.
    pub(crate) thread: Option<Phase>,
}

/// What a message says that can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shown {
    pub(crate) phase: Phase,
    pub(crate) count: u64,
    /// Of a storm: how many of its alerts are open.
    pub(crate) open: usize,
}

/// How it stands, to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    Firing,
    Flapping,
    Resolved,
}

/// The pager's incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Paged {
    pub(crate) open: bool,
}

/// What the digest says of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Digested {
    pub(crate) episode: u32,
    pub(crate) at: i64,
    pub(crate) shows: Option<State>,
}

/// An alert in a storm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) code: Code,
    pub(crate) service: Word,
    pub(crate) state: State,
}

/// The right to tell people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lease {
    pub(crate) owner: u64,
    pub(crate) until: i64,
}

/// What a report was to the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// It is in the record now.
    New,
    /// It was already.
    Known,
    /// It is older than what is known, and changes nothing.
    Stale,
}

impl Record {
    /// A record of nothing yet, for the thing that `occurrence` is about.
    pub(crate) fn of(occurrence: &Occurrence) -> Self {
        Self {
            about: occurrence.about.clone(),
            state: State::Resolved,
            as_of: i64::MIN,
            heard_at: i64::MIN,
            episode: 0,
            began: occurrence.at,
            ended: None,
            count: 0,
            seen: VecDeque::new(),
            turns: Vec::new(),
            slack: Channel::default(),
            pager: Channel::default(),
            admitted: None,
            digest: None,
            members: BTreeMap::new(),
            lease: None,
            note_at: None,
        }
    }

    /// Takes in a report that arrives at `now`.
    pub(crate) fn report(&mut self, occurrence: &Occurrence, now: i64) -> Report {
        if self.seen.contains(&occurrence.id) {
            return Report::Known;
        }
        self.seen.push_back(occurrence.id);
        if self.seen.len() > REMEMBERED {
            self.seen.pop_front();
        }
        let at = occurrence.at;
        let is_news = at > self.as_of || (at == self.as_of && occurrence.state == State::Firing);
        match (self.state, occurrence.state) {
            (State::Firing, State::Firing) => {
                self.count += 1;
                self.began = self.began.min(at);
            }
            _ if !is_news => return Report::Stale,
            (State::Resolved, State::Firing) => {
                self.episode += 1;
                self.count = 1;
                self.began = at;
                self.ended = None;
                self.members.clear();
                self.turn(at);
            }
            (State::Firing, State::Resolved) => {
                self.ended = Some(at);
                self.turn(at);
            }
            (State::Resolved, State::Resolved) => {}
        }
        self.heard_at = self.heard_at.max(now);
        if is_news {
            self.state = occurrence.state;
            self.as_of = at;
            if occurrence.state == State::Firing {
                self.about = occurrence.about.clone();
            }
        }
        Report::New
    }

    /// Notes what a storm is made of. The storm is as bad as the worst in it.
    pub(crate) fn include(&mut self, name: &str, member: Member, severity: Severity) {
        if self.members.len() < MEMBERS || self.members.contains_key(name) {
            self.members.insert(name.to_owned(), member);
        }
        self.about.severity = self.about.severity.max(severity);
    }

    /// Ends by quiet what is never reported to end.
    pub(crate) fn settle(&mut self, now: i64) {
        if let Some(end) = self.quiet_at()
            && now >= end
        {
            self.state = State::Resolved;
            self.ended = Some(end);
        }
        let window = now - FLAP_WINDOW;
        self.turns.retain(|turn| *turn > window);
    }

    /// When quiet will have ended it.
    pub(crate) fn quiet_at(&self) -> Option<i64> {
        let quiet = match self.about.code {
            Code::AlertStorm => STORM_QUIET,
            _ => QUIET,
        };
        let ends = self.state == State::Firing && self.about.ends == Ends::ByQuiet;
        // One that was long on its way is news all the same.
        ends.then(|| self.as_of.max(self.heard_at).saturating_add(quiet))
    }

    /// How it stands, to people.
    pub(crate) fn phase(&self) -> Phase {
        if self.turns.len() >= FLAPS {
            return Phase::Flapping;
        }
        match self.state {
            State::Firing => Phase::Firing,
            State::Resolved => Phase::Resolved,
        }
    }

    /// What a message should say of it.
    pub(crate) fn shows(&self) -> Shown {
        Shown {
            phase: self.phase(),
            count: self.count,
            open: self.open_members(),
        }
    }

    /// Of a storm: how many of its alerts are open.
    pub(crate) fn open_members(&self) -> usize {
        let members = self.members.values();
        members
            .filter(|member| member.state == State::Firing)
            .count()
    }

    /// The digest's word on this episode, if the digest has one.
    pub(crate) fn digested(&self) -> Option<&Digested> {
        self.digest
            .as_ref()
            .filter(|digest| digest.episode == self.episode)
    }

    fn turn(&mut self, at: i64) {
        self.turns.push(at);
        let window = at - FLAP_WINDOW;
        self.turns.retain(|turn| *turn > window);
    }
}
