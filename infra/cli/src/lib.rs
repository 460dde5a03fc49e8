//! The `sallyport` command as a library: the local stack, which the integration tests start too, and the
//! operator's tools.

pub mod aws;
pub mod bench;
pub mod commands;
pub mod cost;
pub mod delivery;
pub mod endpoint;
pub mod function_log;
pub mod ready;
pub mod rest;
pub mod retention;
pub mod sample;
pub mod silence;
pub mod stack;
pub mod stage;
