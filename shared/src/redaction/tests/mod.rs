//! What the engine promises, as behaviour.

mod behaviour;
mod corpora;
mod generate;
mod properties;
mod structured;
