//! Redaction of patient data from transcripts, messages, payloads and logs. Pure: no I/O, no clock, no randomness.
//!
//! A text is tokenised once with byte ranges (`token`); detectors read the tokens and note findings; the resolver
//! merges what overlaps; the rewriter copies the text once with a placeholder for each finding. Detection never
//! changes the text, so every finding maps straight back to it.
//!
//! Two profiles. [`Profile::Speech`] puts recall first: a number that a cue, a question of an earlier turn, a
//! repetition or its own length gives away is hidden, and check digits only refine its label, because recognisers drop
//! digits. [`Profile::Machine`] puts evidence first: a field's name, a cue, a checksum or an unmistakable form.
//!
//! It fails closed: a text that is too large or not UTF-8, a bad rule or an internal error replaces the text whole.
//! Placeholders are immune, so redacting twice changes nothing. Nothing here holds or prints a value after a call
//! except [`Vault`] and [`Known`], which belong to the caller and print only their sizes.

mod address;
mod age;
mod anchor;
mod atom;
mod audit;
mod call_memory;
mod checks;
mod clinical;
mod context;
mod cue;
mod cue_value;
mod custom;
mod date;
mod doc;
mod email;
mod engine;
mod finding;
mod form;
mod identifier;
mod json;
pub mod jsonl;
mod key;
mod kind;
mod known;
mod lexicon;
mod machine;
mod name;
mod name_part;
mod name_spelled;
mod pause;
mod policy;
mod resolve;
mod rewrite;
mod run;
mod secret;
mod speech;
mod structured;
#[cfg(test)]
mod tests;
mod token;
mod vault;
mod web;
mod written;

pub use audit::{Audit, Mark, Redacted};
pub use custom::{LONGEST_PATTERN, MOST_RULES, RuleError};
pub use engine::{Engine, Profile, Refusal};
pub use finding::Finding;
pub use kind::Kind;
pub use known::Known;
pub use policy::{Operator, Policy, VERSION};
pub use vault::Vault;
