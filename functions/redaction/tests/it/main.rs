//! The redaction's handler with real clients on a wire whose far end is ours.

mod invocations;
#[path = "../../../webhook-receiver/tests/it/wire.rs"]
#[allow(dead_code)]
mod wire;
