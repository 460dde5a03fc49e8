//! The receiver's handler with real clients on a wire whose far end is ours.

mod browser;
mod claimed;
mod effects;
mod limits;
mod refusals;
mod silence;
mod stage;
mod way;
mod wire;
