//! What an event tells about a payment.

use serde::Serialize;
use time::OffsetDateTime;

use super::Version;

/// The state of a payment as one event reports it: ids, amounts and a state. Never who pays, or with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaymentEvent {
    /// Of this form.
    pub version: Version,
    /// The provider's id of the event.
    pub provider_event_id: String,
    /// What the event is about.
    pub object: PaymentObject,
    /// The provider's id of that.
    pub provider_object_id: String,
    /// The provider's id of the payment: equal in the events of an intent, its charges and the session or invoice
    /// that made it, where those name it; else the object's own.
    pub provider_payment_id: String,
    /// The provider's id of the paying customer.
    pub provider_customer_id: Option<String>,
    /// The state reported.
    pub status: PaymentStatus,
    /// The amount, in the currency's minor units (cents; yen as they are).
    pub amount_minor: Option<i64>,
    /// What was given back of it, in the same units.
    pub refunded_minor: Option<i64>,
    /// ISO 4217, lower case.
    pub currency: Option<String>,
    /// Whether money moved, or this is a test mode's event.
    pub live: bool,
    /// When it came to be, by the provider's clock where it says so.
    #[serde(with = "time::serde::rfc3339")]
    pub occurred_at: OffsetDateTime,
}

/// What a payment event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentObject {
    /// The intention to collect an amount, through all attempts at it.
    PaymentIntent,
    /// One attempt.
    Charge,
    /// A hosted payment page.
    CheckoutSession,
    /// A bill.
    Invoice,
}

/// The states of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Made, nothing collected yet.
    Pending,
    /// The customer must do something.
    RequiresAction,
    /// Under way; the bank takes its time.
    Processing,
    /// Reserved, and not yet collected.
    Authorized,
    /// Collected.
    Succeeded,
    /// An attempt was refused; another may follow.
    Failed,
    /// Given up.
    Canceled,
    /// A part was given back.
    PartiallyRefunded,
    /// All was given back.
    Refunded,
}
