//! The pieces proofs are made of: keyed digests, shared tokens, the time window, and secrets.
//!
//! Each compares in constant time and against every active secret, so that the time an answer takes says
//! neither how much of a guess was right nor which secret is in use.

mod mac;
mod plan;
mod secret;
mod standard;
mod token;
mod window;

pub use super::request::without_comma;
pub use mac::{Algorithm, Encoding, matches_any};
pub use plan::HmacPlan;
pub use secret::{Secret, base64_key, keys, text_key};
pub use standard::StandardWebhooks;
pub use token::{bearer, is_any_of};
pub use window::{Window, seconds};
