//! What Stripe's events say about a payment: ids, amounts and a state. Names, addresses, cards and free text of an
//! event are left behind.
//!
//! Source: <https://docs.stripe.com/api/events/types>.

use serde::Deserialize;
use time::OffsetDateTime;

use super::super::super::event::{PaymentEvent, PaymentObject, PaymentStatus, Version};
use super::super::super::scalar::Scalar;
use super::super::super::{Event, Queued, Unreadable, json};

pub(super) fn read(queued: Queued<'_>) -> Result<Event, Unreadable> {
    let ignored = |reason| Ok(Event::Ignored { reason });
    let Some(object) = object(queued.event_type) else {
        return ignored("unknown_event_type");
    };
    let Envelope {
        id,
        created,
        livemode,
        data,
    } = json::parse(queued.body).map_err(|_| Unreadable {
        field: "data.object",
    })?;
    let told = data.object;
    let Some(status) = status(queued.event_type, &told) else {
        return ignored("no_state_of_a_payment");
    };
    let own = told.id.identifier().ok_or(Unreadable {
        field: "data.object.id",
    })?;
    let payment = match object {
        PaymentObject::PaymentIntent => None,
        _ => told.payment_intent.id(),
    };
    let amount = match object {
        PaymentObject::PaymentIntent | PaymentObject::Charge => told.amount,
        PaymentObject::CheckoutSession => told.amount_total,
        PaymentObject::Invoice if status == PaymentStatus::Succeeded => told.amount_paid,
        PaymentObject::Invoice => told.amount_due,
    };
    Ok(Event::Payment(Box::new(PaymentEvent {
        version: Version,
        provider_event_id: id.identifier().ok_or(Unreadable { field: "id" })?,
        object,
        provider_payment_id: payment.unwrap_or_else(|| own.clone()),
        provider_object_id: own,
        provider_customer_id: told.customer.id(),
        status,
        amount_minor: amount.minor(),
        refunded_minor: told.amount_refunded.minor(),
        currency: told.currency.currency(),
        live: matches!(livemode, Scalar::Flag(true)),
        occurred_at: created.seconds().unwrap_or(queued.received_at),
    })))
}

/// What an event of this type is about, if that is a payment.
fn object(event_type: &str) -> Option<PaymentObject> {
    let (object, rest) = event_type.split_once('.')?;
    match object {
        "payment_intent" => Some(PaymentObject::PaymentIntent),
        // A dispute and a refund are objects of their own.
        "charge" if !rest.contains('.') => Some(PaymentObject::Charge),
        "checkout" if rest.starts_with("session.") => Some(PaymentObject::CheckoutSession),
        "invoice" => Some(PaymentObject::Invoice),
        _ => None,
    }
}

/// The state that an event of this type reports; none where it is about something else, such as a reminder.
fn status(event_type: &str, told: &Told) -> Option<PaymentStatus> {
    Some(match event_type {
        "payment_intent.created"
        | "payment_intent.partially_funded"
        | "invoice.created"
        | "invoice.finalized" => PaymentStatus::Pending,
        "payment_intent.requires_action" | "invoice.payment_action_required" => {
            PaymentStatus::RequiresAction
        }
        "payment_intent.processing" | "charge.pending" => PaymentStatus::Processing,
        "payment_intent.amount_capturable_updated" => PaymentStatus::Authorized,
        "charge.succeeded" if matches!(told.captured, Scalar::Flag(false)) => {
            PaymentStatus::Authorized
        }
        "payment_intent.succeeded"
        | "charge.succeeded"
        | "charge.captured"
        | "checkout.session.async_payment_succeeded"
        | "invoice.paid"
        | "invoice.payment_succeeded" => PaymentStatus::Succeeded,
        // A session is complete when the customer is done; a bank transfer may still be on its way.
        "checkout.session.completed" => match told.payment_status.text()? {
            "paid" | "no_payment_required" => PaymentStatus::Succeeded,
            "unpaid" => PaymentStatus::Processing,
            _ => return None,
        },
        "payment_intent.payment_failed"
        | "charge.failed"
        | "checkout.session.async_payment_failed"
        | "invoice.payment_failed"
        | "invoice.marked_uncollectible" => PaymentStatus::Failed,
        "payment_intent.canceled"
        | "charge.expired"
        | "checkout.session.expired"
        | "invoice.voided" => PaymentStatus::Canceled,
        "charge.refunded" => match told.refunded {
            Scalar::Flag(true) => PaymentStatus::Refunded,
            _ => PaymentStatus::PartiallyRefunded,
        },
        _ => return None,
    })
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    id: Scalar,
    #[serde(default)]
    created: Scalar,
    #[serde(default)]
    livemode: Scalar,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Told,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    id: Scalar,
    amount: Scalar,
    amount_total: Scalar,
    amount_due: Scalar,
    amount_paid: Scalar,
    amount_refunded: Scalar,
    currency: Scalar,
    customer: Reference,
    payment_intent: Reference,
    payment_status: Scalar,
    captured: Scalar,
    refunded: Scalar,
}

/// Another object: its id, or itself where the event was asked to expand it.
#[derive(Default, Deserialize)]
#[serde(from = "serde_json::Value")]
struct Reference(Scalar);

impl From<serde_json::Value> for Reference {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Object(mut object) => {
                Self(object.remove("id").unwrap_or_default().into())
            }
            other => Self(other.into()),
        }
    }
}

impl Reference {
    fn id(&self) -> Option<String> {
        self.0.identifier()
    }
}

impl Scalar {
    /// An amount in minor units: whole, not negative, and exact as a float.
    fn minor(&self) -> Option<i64> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        // Whole and in range.
        #[allow(clippy::cast_possible_truncation)]
        self.amount()
            .filter(|amount| amount.fract() == 0.0 && *amount < EXACT)
            .map(|amount| amount as i64)
    }

    /// An ISO 4217 code.
    fn currency(&self) -> Option<String> {
        let code = self.text().filter(|text| text.len() == 3)?;
        code.bytes()
            .all(|c| c.is_ascii_alphabetic())
            .then(|| code.to_ascii_lowercase())
    }

    /// A time in Unix seconds.
    fn seconds(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp(self.minor()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read_object(kind: &str, object: &Value) -> Result<Event, Unreadable> {
        let body = json!({ "id": "evt_1", "type": kind, "created": 1_700_000_000,
                           "livemode": true, "data": { "object": object } });
        read(Queued {
            event_type: kind,
            body: body.to_string().as_bytes(),
            effect: None,
            received_at: OffsetDateTime::UNIX_EPOCH,
        })
    }

    fn payment(kind: &str, object: &Value) -> PaymentEvent {
        match read_object(kind, object) {
            Ok(Event::Payment(payment)) => *payment,
            other => panic!("no payment: {other:?}"),
        }
    }

    #[test]
    fn a_payment_is_told_by_ids_amounts_and_a_state() {
        let event = payment(
            "checkout.session.completed",
            &json!({ "id": "cs_1", "amount_total": 5000, "currency": "USD", "customer": { "id": "cus_1", "name": "CANARY" },
                     "customer_details": { "name": "CANARY" }, "payment_intent": "pi_1", "payment_status": "paid" }),
        );
        assert_eq!(event.status, PaymentStatus::Succeeded);
        assert_eq!(event.object, PaymentObject::CheckoutSession);
        assert_eq!(
            (event.amount_minor, event.currency.as_deref()),
            (Some(5000), Some("usd"))
        );
        assert_eq!(
            (
                event.provider_object_id.as_str(),
                event.provider_payment_id.as_str()
            ),
            ("cs_1", "pi_1")
        );
        assert_eq!(event.provider_customer_id.as_deref(), Some("cus_1"));
        assert!(event.live);
        assert_eq!(event.occurred_at.unix_timestamp(), 1_700_000_000);
        let written = serde_json::to_string(&event).unwrap();
        assert!(
            !written.contains("CANARY") && written.contains(r#""version":1"#),
            "{written}"
        );
        assert!(written.contains(r#""object":"checkout_session""#));
    }

    #[test]
    fn each_object_has_its_own_amount() {
        let amounts = json!({ "id": "x_1", "amount": 1, "amount_total": 2, "amount_due": 3, "amount_paid": 4,
                              "payment_status": "unpaid" });
        for (kind, amount, status) in [
            ("payment_intent.processing", 1, PaymentStatus::Processing),
            ("charge.failed", 1, PaymentStatus::Failed),
            ("checkout.session.completed", 2, PaymentStatus::Processing),
            ("invoice.finalized", 3, PaymentStatus::Pending),
            ("invoice.paid", 4, PaymentStatus::Succeeded),
        ] {
            let event = payment(kind, &amounts);
            assert_eq!(
                (event.amount_minor, event.status),
                (Some(amount), status),
                "{kind}"
            );
            assert_eq!(event.provider_payment_id, "x_1");
        }
    }

    #[test]
    fn a_refund_in_part_is_told_from_a_whole_one() {
        let part = payment(
            "charge.refunded",
            &json!({ "id": "ch_1", "amount": 900, "amount_refunded": 300, "refunded": false }),
        );
        assert_eq!(
            (part.status, part.refunded_minor),
            (PaymentStatus::PartiallyRefunded, Some(300))
        );
        let whole = payment(
            "charge.refunded",
            &json!({ "id": "ch_1", "amount_refunded": 900, "refunded": true }),
        );
        assert_eq!(whole.status, PaymentStatus::Refunded);
        let held = payment(
            "charge.succeeded",
            &json!({ "id": "ch_1", "captured": false }),
        );
        assert_eq!(held.status, PaymentStatus::Authorized);
    }

    #[test]
    fn amounts_that_are_none_are_left_out() {
        for amount in [
            json!(-1),
            json!(1.5),
            json!(1e300),
            json!("12"),
            json!(null),
            json!({}),
        ] {
            let event = payment(
                "charge.failed",
                &json!({ "id": "ch_1", "amount": amount, "currency": "dollars" }),
            );
            assert_eq!((event.amount_minor, event.currency), (None, None));
        }
    }

    #[test]
    fn what_is_no_payment_is_ignored_and_a_nameless_one_is_unreadable() {
        let ignored = |reason| Ok(Event::Ignored { reason });
        let object = json!({ "id": "x" });
        for kind in [
            "customer.subscription.updated",
            "charge.dispute.created",
            "payment_intent",
            "invoiceitem.created",
        ] {
            assert_eq!(
                read_object(kind, &object),
                ignored("unknown_event_type"),
                "{kind}"
            );
        }
        for kind in [
            "invoice.upcoming",
            "charge.updated",
            "checkout.session.completed",
        ] {
            assert_eq!(
                read_object(kind, &object),
                ignored("no_state_of_a_payment"),
                "{kind}"
            );
        }
        assert_eq!(
            read_object("charge.failed", &json!({ "id": 7 })),
            Err(Unreadable {
                field: "data.object.id"
            })
        );
        assert_eq!(
            read_object("charge.failed", &json!("CANARY")),
            Err(Unreadable {
                field: "data.object"
            })
        );
    }
}
