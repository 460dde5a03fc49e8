//! Webhooks as they arrive: the request, its proof, and what each provider means by it.
//!
//! Everything here is pure: no I/O, no clock, no AWS type. The receiver hands in a [`Request`] with the time
//! it was received, the endpoint's settings and its active secrets, and gets a verdict back. The same code
//! answers the receiver, the vector runner of the command line, and the tests.
//!
//! Who acts: [`Inbound`] carries a request through its states. The only way from [`Raw`] to [`Verified`] is a
//! [`Provider`]'s proof, and only a verified request can be read. That order is what correctness hangs on:
//! no parser runs on bytes whose sender is unknown.

pub mod event;
pub mod form;
mod inbound;
pub mod json;
pub mod proof;
mod provider;
pub mod providers;
mod refusal;
mod request;
mod scalar;
pub mod vector;
mod words;

pub use event::{
    CalendarEvent, CallEvent, CallStatus, ChangeEvent, Direction, Event, MessageEvent,
    PaymentEvent, Unreadable,
};
pub use inbound::{Inbound, Raw, Unproven, Verified};
pub use proof::Secret;
pub use provider::{Accepted, Answer, EventKey, Handling, Head, Provider, Queued, Verification};
pub use providers::provider;
pub use refusal::Refusal;
pub use request::{Headers, Request};
pub use words::Words;
