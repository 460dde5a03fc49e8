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
//! It fails closed: a text that is too large, not UTF-8 or takes too long ([`Budget`]), a bad rule or an internal error
//! replaces the text whole.
//! Placeholders are immune, so redacting twice changes nothing. Nothing here holds or prints a value after a call
//! except [`Vault`] and [`Known`], which belong to the caller and print only their sizes.

// The compiler builds the tables of words (`lexicon_table`): millions of steps, about a second.
#![allow(long_running_const_eval)]
#![allow(clippy::large_stack_arrays)]

mod address;
mod address_answer;
mod address_home;
mod address_tail;
mod age;
mod anchor;
mod atom;
mod audit;
mod budget;
mod call_memory;
mod checks;
mod chunk;
mod clinical;
mod context;
mod crypto;
mod cue;
mod cue_value;
mod custom;
mod date;
mod date_day;
mod date_numeric;
mod date_part;
mod date_slash;
mod date_spoken;
mod dictation;
mod doc;
mod email;
mod engine;
mod evidence;
mod field;
mod finding;
mod fold;
mod form;
mod glued_words;
mod identifier;
mod json;
pub mod jsonl;
mod key;
mod key_identifier;
mod key_meaning;
mod key_words;
mod kind;
mod known;
mod layout;
mod layout_sql;
mod lexicon;
mod lexicon_table;
mod machine;
mod machine_id;
mod machine_url;
mod mailbox;
mod markup;
mod multipart;
mod name;
mod name_context;
mod name_cue;
mod name_part;
mod name_span;
mod name_spelled;
mod name_written;
mod ordinary_words;
mod pair_value;
mod pairs;
mod password;
mod pause;
mod phrase_trie;
mod placeholder;
mod policy;
mod postcode;
mod rare_names;
mod readings;
mod resolve;
mod rewrite;
mod run;
mod secret;
mod segment;
mod segment_x12;
mod speech;
mod structured;
mod structured_rows;
mod table;
#[cfg(test)]
mod tests;
mod token;
mod value;
mod vault;
mod web;
mod word_key;
mod word_set;
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
