//! What the engine promises, as behaviour.

mod behaviour;
mod generate;
mod properties;
mod structured;
