//! What the engine promises, as behaviour.

mod behaviour;
mod corpora;
mod failing_closed;
mod generate;
mod kinds;
mod names;
mod properties;
mod structured;
