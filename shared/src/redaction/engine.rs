//! The engine: dictionaries and a policy, built once, used for every text.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::redaction::audit::Redacted;
use crate::redaction::budget::Budget;
use crate::redaction::clinical;
use crate::redaction::custom;
use crate::redaction::finding::Finding;
use crate::redaction::known;
use crate::redaction::known::Known;
use crate::redaction::machine::key::Shelf;
use crate::redaction::machine::{self, Tools};
use crate::redaction::policy::Policy;
use crate::redaction::resolve::resolve;
use crate::redaction::rewrite::{refuse, rewrite};
use crate::redaction::speech;
use crate::redaction::text::doc::Doc;
use crate::redaction::vault::Vault;
use crate::redaction::words::lexicon::Pool;

/// Which evidence a text needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Human language, said or written: any cued or long number is hidden. Recall first.
    #[default]
    Speech,
    /// Payloads, logs, errors and bare values: a key, a cue, a checksum or an unmistakable form is needed.
    Machine,
}

/// Why a text was not looked at and is replaced whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Longer than the policy's limit.
    TooLarge,
    /// Not UTF-8.
    NotUtf8,
    /// One of the organisation's rules is not usable.
    BadRule,
    /// It took longer than its budget.
    OverTime,
    /// The engine failed.
    Internal,
}

impl Refusal {
    /// A stable word for counters and audits.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NotUtf8 => "not_utf8",
            Self::BadRule => "bad_rule",
            Self::OverTime => "over_time",
            Self::Internal => "internal",
        }
    }
}

/// Finds and replaces patient data. Cheap to share between threads, and built in microseconds: the dictionaries are
/// tables in the binary. An organisation's own rules take the time to compile their patterns.
pub struct Engine {
    pool: Pool,
    meanings: Shelf,
    policy: Policy,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(Policy::default())
    }
}

impl Engine {
    /// Builds the engine for one organisation's policy.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            pool: Pool::default(),
            meanings: Shelf::default(),
            policy,
        }
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What would be removed from `text`, in order and without overlaps, as byte ranges on character boundaries.
    ///
    /// # Errors
    /// When the text cannot be judged; it must then be treated as if all of it were patient data.
    pub fn find(
        &self,
        text: &str,
        profile: Profile,
        known: &Known,
    ) -> Result<Vec<Finding>, Refusal> {
        let budget = Budget::unbounded();
        self.guarded(text, &budget, || {
            let (findings, doc) = self.detect(text, profile, known, &budget);
            if let Some(doc) = doc {
                doc.finish();
            }
            findings
        })
    }

    /// The findings, and the text as the detectors read it when they read it whole.
    fn detect<'a>(
        &'a self,
        text: &'a str,
        profile: Profile,
        known: &Known,
        budget: &Budget<'_>,
    ) -> (Vec<Finding>, Option<Doc<'a>>) {
        let (mut found, doc) = match profile {
            Profile::Speech => {
                let mut doc = speech::examine(text, &self.pool, known, budget);
                (std::mem::take(&mut doc.findings), Some(doc))
            }
            Profile::Machine => {
                let meanings = self.meanings.take();
                let tools = Tools {
                    pool: &self.pool,
                    meanings: &meanings,
                    budget,
                    in_field: Cell::new(false),
                    nested: Cell::new(0),
                };
                let found = machine::document(text, &tools, 0);
                self.meanings.keep(meanings);
                (found, None)
            }
        };
        known::literals(text, known, &mut found);
        custom::find(text, self.policy.custom(), budget, &mut found);
        if self.policy.removes_medications() || self.policy.removes_diagnoses() {
            clinical::find(text, &self.pool, &self.policy, &mut found);
        }
        (resolve(found, text), doc)
    }

    /// Replaces what [`Engine::find`] finds. A text that cannot be judged is replaced whole.
    #[must_use]
    pub fn redact(
        &self,
        text: &str,
        profile: Profile,
        known: &Known,
        vault: &mut Vault,
    ) -> Redacted {
        self.redact_within(&Budget::unbounded(), text, profile, known, vault)
    }

    /// [`Engine::redact`] with a bound on time: a text that is not done within it is replaced whole.
    #[must_use]
    pub fn redact_within(
        &self,
        budget: &Budget<'_>,
        text: &str,
        profile: Profile,
        known: &Known,
        vault: &mut Vault,
    ) -> Redacted {
        let done = self.guarded(text, budget, || {
            let (findings, doc) = self.detect(text, profile, known, budget);
            rewrite(
                text,
                findings,
                profile,
                &self.policy,
                &self.pool,
                doc,
                vault,
            )
        });
        done.unwrap_or_else(|refusal| refuse(text.len(), profile, &self.policy, refusal))
    }

    /// Runs `work` on a text that can be judged; a panic in it is an internal error.
    fn guarded<T>(
        &self,
        text: &str,
        budget: &Budget<'_>,
        work: impl FnOnce() -> T,
    ) -> Result<T, Refusal> {
        if self.policy.is_broken() {
            return Err(Refusal::BadRule);
        }
        if text.len() > self.policy.most_bytes() {
            return Err(Refusal::TooLarge);
        }
        let done = catch_unwind(AssertUnwindSafe(work)).map_err(|_| Refusal::Internal)?;
        if budget.spent() {
            return Err(Refusal::OverTime);
        }
        Ok(done)
    }

    /// [`Engine::redact`] for bytes that may not be text.
    #[must_use]
    pub fn redact_bytes(
        &self,
        bytes: &[u8],
        profile: Profile,
        known: &Known,
        vault: &mut Vault,
    ) -> Redacted {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.redact(text, profile, known, vault),
            Err(_) => refuse(bytes.len(), profile, &self.policy, Refusal::NotUtf8),
        }
    }
}
