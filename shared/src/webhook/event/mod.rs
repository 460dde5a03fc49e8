//! Events in the product's own terms, whatever provider they came from.
//!
//! A provider makes them of its payload ([`Provider::read`](super::Provider::read)); the consumer applies them.
//! Their serialized form is what the database's procedures take, and says its [`Version`]: a field is added under the
//! same one, and a change of meaning is a new one. Nothing that anybody said or wrote is part of any event.

mod calendar;
mod call;
mod change;
mod message;
mod payment;

use serde::{Serialize, Serializer};

pub use calendar::{CalendarEvent, CalendarState};
pub use call::{Booking, CallEvent, CallStatus, Direction, HOT_SCORE, Lead, Moment};
pub use change::{ChangeEvent, ChangeSource, Operation};
pub use message::{Channel, Keyword, MessageEvent, MessageKind, MessageStatus};
pub use payment::{PaymentEvent, PaymentObject, PaymentStatus};

/// What a queued delivery means.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Something happened to a call.
    Call(Box<CallEvent>),
    /// A message came in, or one of ours got further.
    Message(Box<MessageEvent>),
    /// Something in a linked calendar changed; what it was must be asked for.
    CalendarChanged(CalendarEvent),
    /// A payment came to be in a state.
    Payment(Box<PaymentEvent>),
    /// A row of the product's own data changed.
    Change(Box<ChangeEvent>),
    /// Nothing acts upon it; it is recorded with this reason.
    Ignored {
        /// A stable code.
        reason: &'static str,
    },
}

/// The version of the events' serialized form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version;

impl Version {
    /// The number this build writes.
    pub const NUMBER: u32 = 1;
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(Self::NUMBER)
    }
}

/// A payload that does not have the shape its type promises. It names the field, never its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unreadable payload: {field}")]
pub struct Unreadable {
    /// The field that is missing or wrong, or `json` for the whole.
    pub field: &'static str,
}
