//! The samples of `events/` are what the providers send: proved, named and answered as they should be.

mod samples;

use sallyport::webhook::{
    Accepted, Answer, Handling, Headers, Inbound, Provider, Refusal, Request, Secret,
};

use samples::{folder, known, sample};

/// The demo tenant's secrets, which the samples are signed with.
const SECRETS: [(&str, &str); 10] = [
    (
        "generic-hmac",
        "demo-generic-hmac-secret-of-the-local-stack",
    ),
    ("github", "demo-github-secret-of-the-local-stack"),
    (
        "google-calendar",
        "demo-google-calendar-secret-of-the-local-stack",
    ),
    ("meta", "demo-meta-secret-of-the-local-stack"),
    ("slack", "demo-slack-secret-of-the-local-stack"),
    (
        "standard-webhooks",
        "whsec_ZGVtby1zdGFuZGFyZC13ZWJob29rcy1zZWNyZXQtb2YtdGhlLWxvY2FsLXN0YWNr",
    ),
    ("stripe", "whsec_demo_stripe_secret_of_the_local_stack"),
    (
        "supabase-auth",
        "v1,whsec_ZGVtby1zdXBhYmFzZS1hdXRoLXNlY3JldC1vZi10aGUtbG9jYWwtc3RhY2s=",
    ),
    ("supabase-db", "demo-supabase-db-secret-of-the-local-stack"),
    ("twilio", "demo-twilio-secret-of-the-local-stack"),
];

/// What each sample is read as: provider, sample, event type, and whether its sender waits for content.
const TYPES: [(&str, &str, &str, Handling); 33] = {
    use Handling::{Inline, Queue};
    [
        (
            "generic-hmac",
            "appointment.updated",
            "appointment.updated",
            Queue,
        ),
        ("github", "push", "push", Queue),
        ("github", "workflow_run", "workflow_run", Queue),
        ("google-calendar", "exists", "exists", Queue),
        ("google-calendar", "not_exists", "not_exists", Queue),
        (
            "meta",
            "whatsapp_business_account",
            "whatsapp_business_account",
            Queue,
        ),
        ("slack", "app_mention", "app_mention", Queue),
        ("slack", "block_actions", "block_actions", Queue),
        ("slack", "slash_command", "slash_command", Queue),
        (
            "standard-webhooks",
            "invoice.paid-svix",
            "invoice.paid",
            Queue,
        ),
        ("standard-webhooks", "user.created", "user.created", Queue),
        ("stripe", "charge.refunded", "charge.refunded", Queue),
        (
            "stripe",
            "checkout.session.completed",
            "checkout.session.completed",
            Queue,
        ),
        (
            "stripe",
            "customer.subscription.updated",
            "customer.subscription.updated",
            Queue,
        ),
        (
            "stripe",
            "payment_intent.payment_failed",
            "payment_intent.payment_failed",
            Queue,
        ),
        (
            "stripe",
            "payment_intent.succeeded",
            "payment_intent.succeeded",
            Queue,
        ),
        (
            "supabase-auth",
            "after-user-created",
            "after-user-created",
            Queue,
        ),
        (
            "supabase-auth",
            "before-user-created",
            "before-user-created",
            Inline,
        ),
        (
            "supabase-auth",
            "customize-access-token",
            "customize-access-token",
            Inline,
        ),
        (
            "supabase-auth",
            "mfa-verification-attempt",
            "mfa-verification-attempt",
            Inline,
        ),
        (
            "supabase-auth",
            "password-verification-attempt",
            "password-verification-attempt",
            Inline,
        ),
        ("supabase-auth", "send-email", "send-email", Inline),
        ("supabase-auth", "send-sms", "send-sms", Inline),
        ("supabase-db", "delete", "public.appointments.delete", Queue),
        ("supabase-db", "insert", "public.appointments.insert", Queue),
        ("supabase-db", "update", "public.appointments.update", Queue),
        ("twilio", "call-status", "call-status", Queue),
        ("twilio", "event", "event", Queue),
        ("twilio", "message", "message", Queue),
        ("twilio", "message-status", "message-status", Queue),
        ("twilio", "message-status-failed", "message-status", Queue),
        ("twilio", "recording-status", "recording-status", Queue),
        ("twilio", "voice", "voice", Inline),
    ]
};

fn verdict(provider: &dyn Provider, request: Request, secret: &str) -> Result<(), Refusal> {
    Inbound::receive(request)
        .verify(
            provider,
            None,
            &[Secret::new(secret)],
            "http://127.0.0.1:9750",
        )
        .map(|_| ())
        .map_err(|unproven| unproven.refusal)
}

#[test]
fn every_sample_is_proved_with_the_demo_secret_and_with_no_other() {
    let mut samples = 0;
    for (name, secret) in SECRETS {
        for file in std::fs::read_dir(folder(name)).unwrap() {
            let path = file.unwrap().path();
            let event = path.file_stem().unwrap().to_str().unwrap();
            let request = sample(name, event);
            assert_eq!(
                verdict(known(name), request.clone(), secret),
                Ok(()),
                "{name} {event}"
            );
            let other = secret.replace("ZGVt", "ZGVu").replace("demo", "dema");
            assert!(
                verdict(known(name), request, &other).is_err(),
                "{name} {event}"
            );
            samples += 1;
        }
    }
    assert_eq!(
        samples,
        TYPES.len() + HANDSHAKES.len() + 1,
        "whatsapp-message is a message too"
    );
}

#[test]
fn every_sample_is_read_as_its_type_and_no_two_are_one_event() {
    let mut keys = std::collections::HashSet::new();
    for (name, event, event_type, handling) in TYPES {
        let request = sample(name, event);
        let head = known(name).head(&request).unwrap();
        assert_eq!(head.event_type, event_type, "{name} {event}");
        assert_eq!(
            known(name).handling(&head.event_type),
            handling,
            "{name} {event}"
        );
        assert_eq!(known(name).handshake(&request), None, "{name} {event}");
        let parts: Vec<_> = head.key.parts().map(str::to_owned).collect();
        assert!(
            !parts.concat().contains("5550142"),
            "a patient's number in the key of {name} {event}"
        );
        assert!(
            keys.insert((name, parts)),
            "{name} {event} has the key of another sample"
        );
    }
}

fn plain(content_type: &'static str, body: &str) -> Answer {
    Answer {
        status: 200,
        content_type,
        body: body.to_owned(),
    }
}

const HANDSHAKES: [(&str, &str, &str, &str); 3] = [
    ("github", "ping", "application/json", r#"{"status":"pong"}"#),
    ("google-calendar", "sync", "text/plain", ""),
    (
        "slack",
        "url_verification",
        "text/plain",
        "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
    ),
];

#[test]
fn what_sets_an_endpoint_up_is_answered_and_is_no_event() {
    for (name, event, content_type, body) in HANDSHAKES {
        let answer = known(name).handshake(&sample(name, event));
        assert_eq!(answer, Some(plain(content_type, body)), "{name}");
    }
}

#[test]
fn acknowledgements_have_the_shape_their_sender_reads() {
    let answer = |name: &str| known(name).acknowledge(Accepted::Accepted, "dlv_1");
    let twiml = r#"<?xml version="1.0" encoding="UTF-8"?><Response></Response>"#;
    assert_eq!(answer("twilio"), plain("text/xml", twiml));
    assert_eq!(answer("supabase-auth"), plain("application/json", "{}"));
    assert_eq!(
        answer("slack"),
        plain("text/plain", ""),
        "Slack shows the text of an answer to people"
    );
    assert_eq!(answer("google-calendar"), plain("text/plain", ""));
    let usual = plain(
        "application/json",
        r#"{"delivery":"dlv_1","status":"accepted"}"#,
    );
    for name in [
        "stripe",
        "github",
        "standard-webhooks",
        "supabase-db",
        "generic-hmac",
        "meta",
        "vapi",
    ] {
        assert_eq!(answer(name), usual, "{name}");
    }
}

#[test]
fn claims_live_as_long_as_the_provider_may_retry() {
    let hours = |name: &str| known(name).retry_horizon().as_secs() / 3600;
    assert!(hours("stripe") >= 72, "live mode retries for three days");
    assert!(
        hours("github") >= 72,
        "people redeliver what is three days old"
    );
    for name in sallyport::webhook::providers::names() {
        assert!(hours(name) >= 24, "{name}");
    }
    let retry: Vec<_> = sallyport::webhook::providers::names()
        .filter(|name| known(name).retries())
        .collect();
    assert_eq!(
        retry,
        [
            "meta",
            "slack",
            "standard-webhooks",
            "stripe",
            "supabase-auth"
        ]
    );
}

#[test]
fn a_retry_has_the_same_key_and_another_event_has_not() {
    for (name, event, changed) in [
        (
            "stripe",
            "charge.refunded",
            ("evt_1QExample00000004", "evt_1QExample00000005"),
        ),
        ("slack", "app_mention", ("Ev00000001", "Ev00000002")),
        ("slack", "block_actions", ("12321423423", "12321423424")),
        ("slack", "slash_command", ("13345224609", "13345224608")),
        ("supabase-auth", "send-sms", ("8b1c0000", "8b1c0001")),
        (
            "generic-hmac",
            "appointment.updated",
            ("ntf_0001", "ntf_0002"),
        ),
        ("meta", "whatsapp_business_account", ("wamid.H", "wamid.I")),
        ("supabase-db", "update", ("confirmed", "cancelled")),
    ] {
        let request = sample(name, event);
        let key = known(name).head(&request).unwrap().key;
        let mut other = request.clone();
        let body = String::from_utf8(request.body.clone()).unwrap();
        other.body = body.replace(changed.0, changed.1).into_bytes();
        assert_ne!(other.body, request.body, "{name}");
        assert_ne!(known(name).head(&other).unwrap().key, key, "{name} {event}");
        let mut retry = request.clone();
        retry.headers = request_headers(&request, &[("webhook-id", "msg_of_the_next_attempt")]);
        assert_eq!(known(name).head(&retry).unwrap().key, key, "{name} {event}");
    }
    for (name, event, header) in [
        ("github", "push", "x-github-delivery"),
        ("google-calendar", "exists", "x-goog-message-number"),
        ("google-calendar", "exists", "x-goog-channel-id"),
        ("standard-webhooks", "user.created", "webhook-id"),
        ("twilio", "message", "i-twilio-idempotency-token"),
    ] {
        let request = sample(name, event);
        let mut other = request.clone();
        other.headers = request_headers(&request, &[(header, "another")]);
        let key = |request| known(name).head(request).unwrap().key;
        assert_ne!(key(&other), key(&request), "{name} {header}");
    }
}

/// The request's headers with some of them replaced.
fn request_headers(request: &Request, replaced: &[(&str, &str)]) -> Headers {
    let names = [
        "content-type",
        "i-twilio-idempotency-token",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "x-github-delivery",
        "x-github-event",
        "x-goog-channel-id",
        "x-goog-message-number",
        "x-goog-resource-state",
    ];
    let value = |name: &str| {
        let new = replaced
            .iter()
            .find(|(header, _)| *header == name)
            .map(|(_, value)| *value);
        new.or(request.headers.all(name).next()).map(str::to_owned)
    };
    names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), value(name)?)))
        .collect()
}

#[test]
fn a_twilio_report_without_its_token_is_named_by_what_it_says() {
    let keys: Vec<_> = [
        "message",
        "message-status",
        "message-status-failed",
        "call-status",
        "voice",
    ]
    .map(|event| {
        let mut request = sample("twilio", event);
        request.headers = request_headers(&request, &[("i-twilio-idempotency-token", "")]);
        known("twilio").head(&request).unwrap().key
    })
    .into();
    let distinct: std::collections::HashSet<_> =
        keys.iter().map(|key| format!("{key:?}")).collect();
    assert_eq!(distinct.len(), keys.len());
    let mut nameless = sample("twilio", "message");
    nameless.body = b"Body=hi".to_vec();
    nameless.headers = request_headers(&nameless, &[("i-twilio-idempotency-token", "")]);
    assert_eq!(
        known("twilio").head(&nameless),
        Err(Refusal::UnreadableEvent)
    );
}

#[test]
fn equal_changes_of_a_row_at_different_times_are_different_events() {
    let request = sample("supabase-db", "update");
    let mut later = request.clone();
    later.received_at += time::Duration::milliseconds(1);
    let key = |request| known("supabase-db").head(request).unwrap().key;
    assert_ne!(key(&request), key(&later));
}

#[test]
fn an_event_without_its_id_is_refused_after_its_proof() {
    for (name, body) in [
        ("stripe", r#"{"type":"charge.refunded"}"#),
        ("stripe", r#"{"id":"","type":"charge.refunded"}"#),
        ("slack", r#"{"type":"event_callback","event_id":""}"#),
        ("github", "{}"),
        ("google-calendar", ""),
        ("standard-webhooks", "{}"),
        ("supabase-db", "{}"),
        ("meta", "{}"),
    ] {
        let mut request = sample("stripe", "charge.refunded");
        request.body = body.into();
        assert_eq!(
            known(name).head(&request),
            Err(Refusal::UnreadableEvent),
            "{name} {body}"
        );
    }
}
