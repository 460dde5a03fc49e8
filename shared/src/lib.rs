//! What two or more of Sallyport's functions need.
//!
//! The floors, lowest first, each importing only from below: pure code ([`webhook`], [`redaction`], [`clock`],
//! [`config`]), stores and clients ([`cache`], [`aws`], [`secrets`], [`endpoint`], [`delivery`], [`rate_limit`],
//! [`database`], [`outbound`], [`batch`], [`alert`]), steps of the pipeline ([`retention`]), and the functions
//! themselves, which are crates of their own. [`telemetry`] and [`ahead`] stand beside all of them.

pub mod ahead;
pub mod alert;
pub mod aws;
pub mod batch;
mod bucket;
pub mod cache;
pub mod clock;
pub mod config;
pub mod database;
pub mod delivery;
pub mod endpoint;
pub mod outbound;
mod owner;
pub mod rate_limit;
pub mod redaction;
pub mod retention;
pub mod secrets;
pub mod telemetry;
mod tls;
pub mod webhook;
