//! The engine: dictionaries and a policy, built once, used for every text.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::audit::Redacted;
use super::finding::Finding;
use super::key::Meanings;
use super::known::Known;
use super::lexicon::Lexicon;
use super::machine::{self, Tools};
use super::policy::Policy;
use super::resolve::resolve;
use super::rewrite::{refuse, rewrite};
use super::secret::Secrets;
use super::vault::Vault;
use super::{clinical, custom, known, speech};

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
            Self::Internal => "internal",
        }
    }
}

/// Finds and replaces patient data. Cheap to share between threads, about two milliseconds to build.
pub struct Engine {
    lexicon: Lexicon,
    secrets: Secrets,
    meanings: Meanings,
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
            lexicon: Lexicon::new(),
            secrets: Secrets::default(),
            meanings: Meanings::default(),
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
        if self.policy.is_broken() {
            return Err(Refusal::BadRule);
        }
        if text.len() > self.policy.most_bytes() {
            return Err(Refusal::TooLarge);
        }
        catch_unwind(AssertUnwindSafe(|| self.detect(text, profile, known)))
            .map_err(|_| Refusal::Internal)
    }

    fn detect(&self, text: &str, profile: Profile, known: &Known) -> Vec<Finding> {
        let tools = Tools {
            lexicon: &self.lexicon,
            secrets: &self.secrets,
            meanings: &self.meanings,
        };
        let mut found = match profile {
            Profile::Speech => speech::find(text, &self.lexicon, &self.secrets, known),
            Profile::Machine => machine::document(text, &tools, 0),
        };
        known::literals(text, known, &mut found);
        custom::find(text, self.policy.custom(), &mut found);
        if self.policy.removes_medications() || self.policy.removes_diagnoses() {
            clinical::find(text, &self.lexicon, &self.policy, &mut found);
        }
        resolve(found, text)
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
        match self.find(text, profile, known) {
            Ok(findings) => {
                let done = catch_unwind(AssertUnwindSafe(|| {
                    rewrite(text, &findings, profile, &self.policy, &self.lexicon, vault)
                }));
                done.unwrap_or_else(|_| {
                    refuse(text.len(), profile, &self.policy, Refusal::Internal)
                })
            }
            Err(refusal) => refuse(text.len(), profile, &self.policy, refusal),
        }
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
