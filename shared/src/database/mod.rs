//! Postgres, through PostgREST.
//!
//! Everything is one remote procedure per delivery, so that what belongs together is one transaction. Every
//! answer that is not the success asked for is an error, and the one decision callers take from it is whether
//! the same request may succeed later ([`DatabaseError::is_retryable`]).

mod client;
mod error;
mod key;
mod procedures;

pub use client::{Bounds, Database};
pub use error::{DatabaseError, Rejection};
pub use key::{ServiceKey, UnusableKey};
pub use procedures::Procedures;
