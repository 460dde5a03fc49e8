//! The receiver's handler with real clients on a wire whose far end is ours.

mod refusals;
mod stage;
mod way;
mod wire;
