//! Redaction of patient data.
pub mod kind;
pub mod finding;
mod checks;
mod context;
mod cue;
mod doc;
mod identifier;
mod lexicon;
mod run;
mod token;
mod age;
mod date;
mod email;
