//! The consumer's handler with real clients on a wire whose far end is ours.

mod batch;
mod dead;
#[path = "../../../webhook-receiver/tests/it/wire.rs"]
mod wire;
