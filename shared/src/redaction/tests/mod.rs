//! What the engine promises, as behaviour.

mod behaviour;
mod called;
mod corpora;
mod days;
mod days_and_places;
mod dictation;
mod failing_closed;
mod fields;
mod generate;
mod kinds;
mod log_lines;
mod mail;
mod names;
mod number_edges;
mod number_parts;
mod numbers;
mod parts;
mod payloads;
mod places;
mod properties;
mod said;
mod said_web;
mod sent;
mod streets;
mod structured;
mod twice;
