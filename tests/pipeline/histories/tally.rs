//! What was covered, counted.

use std::fmt;

/// How often each thing happened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Histories.
    pub histories: usize,
    /// Events that providers reported.
    pub deliveries: usize,
    /// Times a request or message came more than once.
    pub duplicates: usize,
    /// Messages taken before one that had come earlier.
    pub reordered: usize,
    /// Functions ended at a call.
    pub crashes: usize,
    /// Faults told to the providers.
    pub faults: usize,
    /// Requests that the providers spoiled or answered.
    pub requests: usize,
    /// Messages given up after their last receive.
    pub dead_letters: usize,
    /// Dead letters begun again.
    pub replays: usize,
    /// Deliveries that stayed dead, with their alert.
    pub dead: usize,
    /// Effects that came to an end.
    pub effects: usize,
    /// Circuits that opened.
    pub opened: usize,
    /// Probes.
    pub probes: usize,
    /// Circuits that closed again.
    pub closed: usize,
    /// The most rounds that anything took to come to rest.
    pub rounds: usize,
}

impl Tally {
    /// Adds another's counts.
    pub fn add(&mut self, other: Self) {
        self.histories += other.histories;
        self.deliveries += other.deliveries;
        self.duplicates += other.duplicates;
        self.reordered += other.reordered;
        self.crashes += other.crashes;
        self.faults += other.faults;
        self.requests += other.requests;
        self.dead_letters += other.dead_letters;
        self.replays += other.replays;
        self.dead += other.dead;
        self.effects += other.effects;
        self.opened += other.opened;
        self.probes += other.probes;
        self.closed += other.closed;
        self.rounds = self.rounds.max(other.rounds);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} histories: {} deliveries, {} duplicates, {} out of order, {} crashes, {} provider faults, \
             {} provider requests, {} dead letters, {} replays, {} deliveries dead with an alert, {} effects settled, \
             circuits: {} opened, {} probes, {} closed; at rest after at most {} rounds",
            self.histories,
            self.deliveries,
            self.duplicates,
            self.reordered,
            self.crashes,
            self.faults,
            self.requests,
            self.dead_letters,
            self.replays,
            self.dead,
            self.effects,
            self.opened,
            self.probes,
            self.closed,
            self.rounds,
        )
    }
}
