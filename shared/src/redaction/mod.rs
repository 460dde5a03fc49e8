//! Redaction of patient data from transcripts, messages, payloads and logs. Pure: no I/O, no clock, no randomness.
//!
//! A text is tokenised once with byte ranges (`text`), each word looked up on the way (`words`, whose tables
//! `shared/build.rs` makes); detectors read the tokens and note findings (`number`, `date`, `address`, `name`, `web`, and
//! `written` for what print alone gives away); `machine` takes payloads and logs apart and hands their values to the same
//! detectors. `resolve` merges what overlaps; `rewrite` copies the text once with a placeholder for each finding.
//! Detection never changes the text, so every finding maps straight back to it.
//!
//! Two profiles. [`Profile::Speech`] puts recall first: a number that a cue, a question of an earlier turn, a
//! repetition or its own length gives away is hidden, and check digits only refine its label, because recognisers drop
//! digits. [`Profile::Machine`] puts evidence first: a field's name, a cue, a checksum or an unmistakable form.
//!
//! It fails closed: a text that is too large, not UTF-8 or takes too long ([`Budget`]), a bad rule or an internal error
//! replaces the text whole.
//! Placeholders are immune, so redacting twice changes nothing. Nothing here holds or prints a value after a call
//! except [`Vault`] and [`Known`], which belong to the caller and print only their sizes.

mod address;
mod audit;
mod budget;
mod clinical;
mod custom;
mod date;
mod engine;
mod finding;
pub mod jsonl;
mod kind;
mod known;
mod machine;
mod name;
mod number;
mod policy;
mod resolve;
mod rewrite;
mod speech;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod vault;
mod web;
mod words;
mod written;

pub use audit::{Audit, Mark, Redacted};
pub use budget::Budget;
pub use custom::{LONGEST_PATTERN, MOST_RULES, RuleError, RuleFlaw};
pub use engine::{Engine, Profile, Refusal};
pub use finding::Finding;
pub use kind::Kind;
pub use known::Known;
pub use policy::{Operator, Policy, VERSION};
pub use vault::Vault;
