//! Calls to the providers: one way for all of them, guarded on both sides.
//!
//! # Who acts
//!
//! A provider's client prepares a request and hands it to [`Outbound::call`] with the time by which it must be over.
//! Each attempt passes the credential's [`circuit`], then its rate gate, and is then made, once; its end gets a
//! [`Class`]; that is noted in the circuit, and decides whether there is another attempt, which the process's retry
//! budget must pay for.
//!
//! # What correctness hangs on
//!
//! 1. *[`classify`].* A request that may have been applied and must not be applied twice ends as
//!    [`Class::Ambiguous`], and nothing here repeats it. Whoever called looks first.
//! 2. *The transport repeats nothing by itself.* One attempt is one request on the wire.
//! 3. *The deadline.* Nothing is begun that could not end before it, so no effect happens after its owner is gone.
//!
//! # What only saves work
//!
//! The circuit, the gate and the budget. Without them an outage would cost more: seconds of waiting, and the
//! provider's patience.
//!
//! No line, error or key tells a URL, a body, or whose credential it was.

mod backoff;
mod budget;
mod call;
mod chance;
pub mod circuit;
mod classify;
mod codec;
pub mod credentials;
mod dependency;
mod error;
mod gate;
pub mod google_calendar;
pub mod pagerduty;
mod policy;
mod request;
pub mod slack;
mod transport;
pub mod twilio;
pub mod vapi;

pub use call::Outbound;
pub use chance::Chance;
pub use classify::{Attempt, Class, classify, unknown};
pub use dependency::{Dependency, Target};
pub use error::{CallError, Rejection};
pub use policy::{Policy, Rate, TripRule};
pub use request::{Prepared, Repeat, Reply};
