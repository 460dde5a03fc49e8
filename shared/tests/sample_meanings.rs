//! What the samples of `events/` mean to the product, in the very form the database is given.

mod samples;

use proptest::prelude::*;
use sallyport::webhook::{Event, Queued, Request, Unreadable, providers};
use serde_json::{Value, json};
use time::OffsetDateTime;

use samples::{folder, known, sample};

/// Reads a request as the consumer will: through its head, its effect and its body.
fn read(name: &str, request: &Request) -> Result<Event, Unreadable> {
    let provider = known(name);
    let effect = provider.effect(request);
    provider.read(Queued {
        event_type: &provider.head(request).unwrap().event_type,
        body: &request.body,
        effect: effect.as_deref(),
        received_at: request.received_at,
    })
}

fn meaning(name: &str, event: &str) -> Value {
    written(&read(name, &sample(name, event)).unwrap())
}

/// The event as it is given to the database, under its kind.
fn written(event: &Event) -> Value {
    match event {
        Event::Call(call) => json!({ "call": call }),
        Event::Message(message) => json!({ "message": message }),
        Event::CalendarChanged(calendar) => json!({ "calendar": calendar }),
        Event::Payment(payment) => json!({ "payment": payment }),
        Event::Change(change) => json!({ "change": change }),
        Event::Ignored { reason } => json!({ "ignored": reason }),
    }
}

#[test]
fn a_call_s_report_books_and_keeps_what_was_said_out() {
    let report = meaning("vapi", "end-of-call-report");
    assert_eq!(
        report,
        json!({ "call": {
            "version": 1, "provider_call_id": "0d9f6c5e-8c1f-4f0e-9a55-3f6f2c1b7a10", "status": "ended",
            "final": true, "occurred_at": "2026-11-01T12:00:00Z", "direction": "inbound",
            "customer_number": "+14155550142", "customer_name": null,
            "assistant_id": "a5515ed0-2222-4333-8444-555566667777",
            "phone_number_id": "f0e1d2c3-3333-4444-8555-666677778888",
            "started_at": "2026-11-01T11:58:25Z", "ended_at": "2026-11-01T12:00:00Z",
            "ended_reason": "customer-ended-call", "duration_seconds": 95.0, "cost_usd": 0.1337,
            "recording_url": "https://recordings.example.com/0d9f6c5e-mono.wav", "success_evaluation": "true",
            "booking": { "starts_at": { "at": "2026-11-03T09:30:00-08:00" }, "ends_at": null,
                         "duration_minutes": null, "service": "check-up", "calendar": null },
            "lead": null,
        } })
    );
    let update = meaning("vapi", "status-update");
    assert_eq!(update["call"]["booking"], Value::Null);
    assert_eq!(
        meaning("vapi", "hang"),
        json!({ "ignored": "unknown_event_type" })
    );
}

#[test]
fn a_message_is_told_by_its_channel_and_how_far_it_got() {
    let message = |event| meaning("twilio", event)["message"].clone();
    assert_eq!(
        message("message"),
        json!({ "version": 1, "provider_message_id": "SM00000000000000000000000000000001", "channel": "sms",
                "kind": "received", "from": "+14155550142", "to": "+14155550100", "keyword": null,
                "status": null, "error_code": null, "effect": null, "occurred_at": "2026-11-01T12:00:00Z" })
    );
    assert_eq!(message("whatsapp-message")["channel"], "whatsapp");
    assert_eq!(message("message-status")["status"], "delivered");
    assert_eq!(message("message-status")["kind"], "status");
    let failed = message("message-status-failed");
    assert_eq!(
        (failed["status"].as_str(), failed["error_code"].as_str()),
        (Some("undelivered"), Some("30005"))
    );
    for (event, reason) in [
        ("voice", "inline_answer_not_offered"),
        ("call-status", "no_handler_for_event_type"),
        ("recording-status", "no_handler_for_event_type"),
        ("event", "unknown_event_type"),
    ] {
        assert_eq!(
            meaning("twilio", event),
            json!({ "ignored": reason }),
            "{event}"
        );
    }
}

#[test]
fn a_payment_is_told_by_ids_amounts_and_a_state() {
    let payment = |event| meaning("stripe", event)["payment"].clone();
    assert_eq!(
        payment("charge.refunded"),
        json!({ "version": 1, "provider_event_id": "evt_1QExample00000004", "object": "charge",
                "provider_object_id": "ch_3QExample000001", "provider_payment_id": "pi_3QExample000001",
                "provider_customer_id": "cus_Example0001", "status": "refunded", "amount_minor": 12500,
                "refunded_minor": 12500, "currency": "usd", "live": false, "occurred_at": "2026-11-01T11:59:58Z" })
    );
    let intent = payment("payment_intent.succeeded");
    assert_eq!(
        (
            intent["status"].as_str(),
            intent["provider_payment_id"].as_str()
        ),
        (Some("succeeded"), Some("pi_3QExample000001"))
    );
    assert_eq!(payment("payment_intent.payment_failed")["status"], "failed");
    let session = payment("checkout.session.completed");
    assert_eq!(
        (session["amount_minor"].as_i64(), session["status"].as_str()),
        (Some(5000), Some("succeeded"))
    );
    assert_eq!(
        meaning("stripe", "customer.subscription.updated"),
        json!({ "ignored": "unknown_event_type" })
    );
}

#[test]
fn a_change_is_told_without_the_row() {
    assert_eq!(
        meaning("supabase-db", "update"),
        json!({ "change": { "version": 1, "source": "database", "schema": "public", "table": "appointments",
                "operation": "update", "row_id": "a9900000-0000-4000-8000-000000000001",
                "occurred_at": "2026-11-01T12:00:00Z" } })
    );
    let deleted = meaning("supabase-db", "delete")["change"].clone();
    assert_eq!(deleted["operation"], "delete");
    assert_ne!(deleted["row_id"], Value::Null, "from the row as it was");
    assert_eq!(
        meaning("supabase-db", "insert")["change"]["operation"],
        "insert"
    );
    assert_eq!(
        meaning("supabase-auth", "after-user-created"),
        json!({ "change": { "version": 1, "source": "users", "schema": "auth", "table": "users",
                "operation": "insert", "row_id": "7c1e0000-0000-4000-8000-000000000001",
                "occurred_at": "2026-11-01T12:00:00Z" } })
    );
    assert_eq!(
        meaning("supabase-auth", "send-sms"),
        json!({ "ignored": "inline_answer_not_offered" })
    );
}

#[test]
fn a_row_s_key_is_taken_only_where_it_says_nothing_about_a_person() {
    let row_id = |id: Value| {
        let mut request = sample("supabase-db", "insert");
        let row =
            json!({ "type": "INSERT", "schema": "public", "table": "a", "record": { "id": id } });
        request.body = row.to_string().into_bytes();
        match read("supabase-db", &request) {
            Ok(Event::Change(change)) => change.row_id,
            other => panic!("no change: {other:?}"),
        }
    };
    assert_eq!(row_id(json!(7)).as_deref(), Some("7"));
    assert_eq!(row_id(json!("007")).as_deref(), Some("007"));
    let uuid = "A9900000-0000-4000-8000-000000000001";
    assert_eq!(row_id(json!(uuid)), Some(uuid.to_ascii_lowercase()));
    for id in [
        json!("anna"),
        json!("+14155550142"),
        json!(1.5),
        json!(""),
        json!({}),
        json!("a9900000x0000-4000-8000-000000000001"),
    ] {
        assert_eq!(row_id(id.clone()), None, "{id}");
    }
}

#[test]
fn a_changed_calendar_is_told_from_one_that_is_gone() {
    for (event, state) in [("exists", "exists"), ("not_exists", "not_exists")] {
        let told = json!({ "calendar": { "version": 1, "state": state, "occurred_at": "2026-11-01T12:00:00Z" } });
        assert_eq!(meaning("google-calendar", event), told);
    }
    // The handshake is answered at the door; should one be queued all the same, it changes nothing.
    assert_eq!(
        meaning("google-calendar", "sync"),
        json!({ "ignored": "unknown_event_type" })
    );
}

#[test]
fn the_others_are_recorded_with_a_stable_reason() {
    for (name, event) in [
        ("generic-hmac", "appointment.updated"),
        ("github", "push"),
        ("meta", "whatsapp_business_account"),
        ("slack", "app_mention"),
        ("standard-webhooks", "user.created"),
    ] {
        assert_eq!(
            meaning(name, event),
            json!({ "ignored": "no_handler_for_provider" }),
            "{name}"
        );
    }
}

/// What people said, wrote or are called in the samples, the customer's own number and name apart.
#[test]
fn no_event_has_a_word_that_anybody_said() {
    let mut read_events = 0;
    for name in providers::names() {
        for file in std::fs::read_dir(folder(name)).unwrap() {
            let path = file.unwrap().path();
            let event = path.file_stem().unwrap().to_str().unwrap();
            if known(name).handshake(&sample(name, event)).is_some() {
                continue;
            }
            let text = meaning(name, event).to_string();
            for word in [
                "Thursday",
                "abiertos",
                "Jordan",
                "Robin",
                "robin@",
                "staff@",
                "nine thirty",
                "Initial",
            ] {
                assert!(!text.contains(word), "{path:?}: {text}");
            }
            read_events += 1;
        }
    }
    assert!(read_events >= 39, "{read_events} samples");
}

#[test]
fn a_status_callback_names_its_effect_within_bounds() {
    let effect = |query: &str| {
        let mut request = sample("twilio", "message-status");
        query.clone_into(&mut request.query);
        known("twilio").effect(&request)
    };
    assert_eq!(effect("effect=eff_7.a-B:9").as_deref(), Some("eff_7.a-B:9"));
    assert_eq!(
        effect("a=b&effect=first&effect=second").as_deref(),
        Some("first")
    );
    assert_eq!(
        effect(&format!("effect={}", "x".repeat(128))).map(|effect| effect.len()),
        Some(128)
    );
    for query in [
        "",
        "effect=",
        "effects=x",
        "effect=a%20b",
        "effect=a%0A",
        "effect=%ff",
        "effect=%3Cb%3E",
    ] {
        assert_eq!(effect(query), None, "{query}");
    }
    assert_eq!(effect(&format!("effect={}", "x".repeat(129))), None);
    let mut request = sample("twilio", "message-status");
    "effect=eff_7".clone_into(&mut request.query);
    let Ok(Event::Message(report)) = read("twilio", &request) else {
        panic!("no message");
    };
    assert_eq!(report.effect.as_deref(), Some("eff_7"));
    for other in providers::names().filter(|name| *name != "twilio") {
        assert_eq!(known(other).effect(&request), None, "{other}");
    }
}

/// The types whose payloads are read further.
const TYPES: [&str; 16] = [
    "end-of-call-report",
    "status-update",
    "message",
    "message-status",
    "exists",
    "payment_intent.succeeded",
    "charge.refunded",
    "checkout.session.completed",
    "invoice.paid",
    "after-user-created",
    "public.a.insert",
    "voice",
    "sync",
    "x",
    "",
    "charge.",
];

/// A JSON value of any shape, of the keys that are looked for.
fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "2026-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?".prop_map(Value::from),
        prop::sample::select(
            &[
                "in-progress",
                "ended",
                "INSERT",
                "paid",
                "+14155550142",
                "yes"
            ][..]
        )
        .prop_map(Value::from),
    ];
    let key = prop::sample::select(
        &[
            "message",
            "call",
            "id",
            "type",
            "status",
            "analysis",
            "structuredData",
            "booking",
            "start",
            "end",
            "date",
            "time",
            "booked",
            "lead",
            "score",
            "customer",
            "name",
            "number",
            "data",
            "object",
            "amount",
            "currency",
            "payment_intent",
            "payment_status",
            "created",
            "user",
            "metadata",
            "record",
            "old_record",
            "schema",
            "table",
        ][..],
    );
    scalar.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6).prop_map(|entries| entries
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic_and_what_is_read_is_bounded(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            value().prop_map(|value| value.to_string().into_bytes()),
            value().prop_map(|value| json!({ "message": value }).to_string().into_bytes()),
            value().prop_map(|value| json!({ "id": "evt_1", "data": { "object": value } }).to_string().into_bytes()),
            "((MessageSid|From|To|Body|MessageStatus|OptOutType|ErrorCode)=[A-Za-z0-9%+:]{0,12}&){0,7}"
                .prop_map(String::into_bytes),
        ],
        effect in prop::option::of("[a-z]{1,9}"),
        event_type in prop::sample::select(&TYPES[..]),
    ) {
        for name in providers::names() {
            let read = known(name).read(Queued {
                event_type, body: &bytes, effect: effect.as_deref(), received_at: OffsetDateTime::UNIX_EPOCH,
            });
            if let Ok(event) = read {
                prop_assert!(written(&event).to_string().len() < 16_384, "{name}");
            }
        }
    }
}
