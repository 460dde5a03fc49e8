//! What one process remembers: who is denied, and what it admitted itself. It saves writes and bounds what is
//! let through while the store is away; no bound that holds across processes rests on it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::policy::{OnTrouble, Policy};
use super::window::{Counts, Verdict};

/// Entries above which the least useful are dropped: keys come from requests.
const CAPACITY: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<HashMap<String, Entry>>);

#[derive(Debug, Default)]
struct Entry {
    /// Unix milliseconds.
    denied_until: u64,
    denied_limit: u32,
    admitted: Counts,
}

impl Memory {
    /// Until when `key` is known to be denied, if it is. A denial under a lower limit says nothing about this one.
    pub(super) fn denied_until(&self, key: &str, policy: &Policy, now: u64) -> Option<u64> {
        let entries = self.entries();
        let entry = entries.get(key)?;
        let denied = entry.denied_until > now && policy.limit <= entry.denied_limit;
        denied.then_some(entry.denied_until)
    }

    /// Remembers that `key` is denied.
    pub(super) fn deny(&self, key: &str, policy: &Policy, until: u64, now: u64) {
        entry(&mut self.entries(), key, now).deny(policy, until);
    }

    /// Counts an admission of this process, where an outage may ask for it.
    pub(super) fn admit(&self, key: &str, policy: &Policy, now: u64) {
        if policy.on_trouble == OnTrouble::Open {
            entry(&mut self.entries(), key, now).count(policy, now);
        }
    }

    /// Counts a request that the store could not count, and judges it by what this process admitted.
    pub(super) fn judge(&self, key: &str, policy: &Policy, now: u64) -> Verdict {
        let mut entries = self.entries();
        let entry = entry(&mut entries, key, now);
        entry.count(policy, now);
        let verdict = entry.admitted.judge(policy.window, policy.limit, now);
        if let Verdict::Deny { until } = verdict {
            entry.deny(policy, until);
        }
        verdict
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn count(&mut self, policy: &Policy, now: u64) {
        self.admitted.forget(policy.window, now);
        self.admitted.count(policy.window, now);
    }

    fn deny(&mut self, policy: &Policy, until: u64) {
        self.denied_until = until;
        self.denied_limit = policy.limit;
    }
}

fn entry<'a>(entries: &'a mut HashMap<String, Entry>, key: &str, now: u64) -> &'a mut Entry {
    if entries.len() >= CAPACITY && !entries.contains_key(key) {
        entries.retain(|_, entry| entry.denied_until > now);
        if entries.len() >= CAPACITY {
            entries.clear();
        }
    }
    entries.entry(key.to_owned()).or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_000_000;

    #[test]
    fn a_denial_ends_in_time_and_does_not_outlive_a_raised_limit() {
        let (memory, policy) = (Memory::default(), Policy::organization(10));
        memory.deny("k", &policy, NOW + 5, NOW);
        assert_eq!(memory.denied_until("k", &policy, NOW + 4), Some(NOW + 5));
        assert_eq!(memory.denied_until("k", &policy, NOW + 5), None);
        assert_eq!(
            memory.denied_until("k", &Policy::organization(11), NOW),
            None
        );
        assert_eq!(
            memory.denied_until("k", &Policy::organization(9), NOW),
            Some(NOW + 5)
        );
    }

    #[test]
    fn what_was_admitted_before_an_outage_counts_during_it() {
        let (memory, policy) = (Memory::default(), Policy::organization(3));
        memory.admit("k", &policy, NOW);
        memory.admit("k", &policy, NOW);
        assert!(matches!(
            memory.judge("k", &policy, NOW),
            Verdict::Admit { remaining: 0, .. }
        ));
        assert!(matches!(
            memory.judge("k", &policy, NOW),
            Verdict::Deny { .. }
        ));
        assert!(memory.denied_until("k", &policy, NOW).is_some());
    }

    #[test]
    fn keys_chosen_by_strangers_cannot_grow_it_without_bound() {
        let (memory, policy) = (Memory::default(), Policy::organization(3));
        memory.deny("denied", &policy, NOW + 5, NOW);
        for n in 0..=CAPACITY {
            memory.admit(&n.to_string(), &policy, NOW);
        }
        assert!(memory.entries().len() <= CAPACITY);
        assert!(
            memory.denied_until("denied", &policy, NOW).is_some(),
            "a denial is not pushed out"
        );
    }
}
