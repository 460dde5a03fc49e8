//! Numbers and codes said or written: what belongs to one, what it says, and whether it identifies somebody.

pub(crate) mod answer;
pub(crate) mod atom;
pub(crate) mod body;
pub(crate) mod call_memory;
pub(crate) mod card;
pub(crate) mod code_letters;
pub(crate) mod context;
pub(crate) mod correction;
pub(crate) mod cue;
pub(crate) mod cue_value;
pub(crate) mod dictation;
pub(crate) mod edges;
pub(crate) mod evidence;
pub(crate) mod extension;
pub(crate) mod glued_words;
pub(crate) mod identifier;
pub(crate) mod nod;
pub(crate) mod password;
pub(crate) mod password_again;
pub(crate) mod pause;
pub(crate) mod plate;
pub(crate) mod product;
pub(crate) mod quantity;
pub(crate) mod read_run;
pub(crate) mod readings;
pub(crate) mod run;
