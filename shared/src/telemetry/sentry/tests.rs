//! What is reported, what is not, and what it costs.

use std::net::TcpListener;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use sentry::protocol::{
    Breadcrumb, Context, Event, Exception, Frame, LogEntry, Request, Stacktrace, Thread,
    Transaction, User,
};
use sentry::{Envelope, Transport as _};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;
use crate::telemetry::{FLUSH, Lines};

const CANARY: &str = "Jordan Avery +14155550142 jordan@example.com";
const DELIVERY: &str = "dlv_21909999801941555501427da3f9763a";

type Arrived = (Uri, HeaderMap, String);

/// A Sentry that gives `status` to everything, and what arrives there.
async fn sentry(status: u16) -> (String, UnboundedReceiver<Arrived>) {
    async fn take(
        State((arrived, status)): State<(UnboundedSender<Arrived>, u16)>,
        uri: Uri,
        headers: HeaderMap,
        body: String,
    ) -> (StatusCode, [(&'static str, &'static str); 1]) {
        let _ = arrived.send((uri, headers, body));
        let status = StatusCode::from_u16(status).unwrap();
        (status, [("retry-after", "120")])
    }
    let (sender, arrived) = unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dsn = format!(
        "http://key@127.0.0.1:{}/sentry/7",
        listener.local_addr().unwrap().port()
    );
    let router = Router::new().fallback(take).with_state((sender, status));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (dsn, arrived)
}

/// A reporter, and whether `run` made it note anything is seen by what it flushes.
fn noted(dsn: &str, run: impl FnOnce()) -> Arc<Reporter> {
    let reporter = Arc::new(Reporter::new(dsn, "test", "local".to_owned()).unwrap());
    let lines = Lines::new("test", None, |_| ());
    let errors = Errors::new(Arc::clone(&reporter));
    let subscriber = tracing_subscriber::registry().with(lines).with(errors);
    tracing::subscriber::with_default(subscriber, run);
    reporter
}

/// The event of an envelope: a header, the item's header, the item.
fn event_of(body: &str) -> Value {
    let lines: Vec<&str> = body.lines().collect();
    assert_eq!(lines.len(), 3, "{body}");
    let item: Value = serde_json::from_str(lines[1]).unwrap();
    assert_eq!(item["type"], "event");
    serde_json::from_str(lines[2]).unwrap()
}

#[tokio::test]
async fn an_error_of_ours_arrives_in_closed_words() {
    let (dsn, mut arrived) = sentry(200).await;
    let reporter = noted(&dsn, || {
        let span = tracing::error_span!("delivery", correlation_id = DELIVERY);
        span.in_scope(|| {
            tracing::error!(
                reason = "database_refused",
                outcome = "failed",
                detail = CANARY,
                endpoint = "vapi-demo",
                provider = CANARY,
                "delivery"
            );
        });
        tracing::error!("call of {CANARY}");
    });
    reporter.flush(FLUSH).await;
    let (uri, headers, body) = arrived.recv().await.unwrap();
    assert_eq!(uri.path(), "/sentry/api/7/envelope/");
    let auth = headers["x-sentry-auth"].to_str().unwrap();
    assert!(auth.contains("sentry_key=key"), "{auth}");
    let second = arrived.recv().await.unwrap().2;
    let (mut first, mut second) = (event_of(&body), event_of(&second));
    if first["message"] != "delivery" {
        std::mem::swap(&mut first, &mut second);
    }
    assert_eq!(
        first["tags"],
        json!({ "service": "test", "stage": "local", "reason": "database_refused", "outcome": "failed",
                "correlation_id": DELIVERY })
    );
    let frame = &first["exception"]["values"][0]["stacktrace"]["frames"][0];
    assert_eq!(frame["filename"], file!());
    assert_eq!(first["environment"], "local");
    assert_eq!(
        first["release"],
        concat!("sallyport@", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(second["message"], "unnamed error");
    for event in [first, second] {
        let text = event.to_string();
        for word in CANARY.split(' ') {
            assert!(!text.contains(word), "{text}");
        }
    }
}

#[tokio::test]
async fn warnings_and_foreign_errors_are_not_reported() {
    let (dsn, mut arrived) = sentry(200).await;
    let reporter = noted(&dsn, || {
        tracing::warn!("a warning");
        tracing::error!(target: "hyper::client", "an error of somebody else");
    });
    reporter.flush(FLUSH).await;
    assert!(arrived.try_recv().is_err());
}

/// An event with a canary wherever the protocol has room for one.
fn careless() -> Event<'static> {
    let text = || Some(CANARY.to_owned());
    let frame = Frame {
        function: Some("queue_consumer::attempt".to_owned()),
        filename: Some("src/attempt.rs".to_owned()),
        lineno: Some(41),
        abs_path: text(),
        context_line: text(),
        vars: [("patient".to_owned(), json!(CANARY))].into(),
        ..Frame::default()
    };
    let trace = Stacktrace {
        frames: vec![frame],
        registers: [("rax".to_owned(), 0_u64.into())].into(),
        ..Stacktrace::default()
    };
    let exception = Exception {
        ty: "panic".to_owned(),
        value: text(),
        module: text(),
        stacktrace: Some(trace.clone()),
        raw_stacktrace: Some(trace.clone()),
        ..Exception::default()
    };
    let map = || [("k".to_owned(), json!(CANARY))];
    Event {
        message: text(),
        culprit: text(),
        transaction: text(),
        logger: text(),
        logentry: Some(LogEntry {
            message: CANARY.to_owned(),
            params: vec![json!(CANARY)],
        }),
        fingerprint: vec![CANARY.into()].into(),
        modules: [(CANARY.to_owned(), CANARY.to_owned())].into(),
        platform: CANARY.into(),
        server_name: Some(CANARY.into()),
        release: Some("sallyport@0.1.0".into()),
        dist: Some(CANARY.into()),
        environment: Some("prod".into()),
        user: Some(User {
            email: text(),
            ..User::default()
        }),
        request: Some(Request {
            data: text(),
            query_string: text(),
            ..Request::default()
        }),
        contexts: [("os".to_owned(), Context::Other(map().into_iter().collect()))].into(),
        breadcrumbs: vec![Breadcrumb {
            message: text(),
            ..Breadcrumb::default()
        }]
        .into(),
        exception: vec![exception].into(),
        stacktrace: Some(trace),
        threads: vec![Thread {
            name: text(),
            ..Thread::default()
        }]
        .into(),
        tags: [
            ("reason".to_owned(), "timeout".to_owned()),
            ("outcome".to_owned(), CANARY.to_owned()),
            ("correlation_id".to_owned(), "4155550142".to_owned()),
            ("patient".to_owned(), "Jordan".to_owned()),
        ]
        .into(),
        extra: map().into(),
        ..Event::default()
    }
}

#[test]
fn an_event_is_made_anew_from_what_may_leave() {
    let event = careless();
    let id = event.event_id.simple().to_string();
    let rebuilt = serde_json::to_value(rebuild::rebuild(event)).unwrap();
    let mut rest = rebuilt.clone();
    rest.as_object_mut().unwrap().remove("timestamp").unwrap();
    assert_eq!(
        rest,
        json!({
            "event_id": id, "message": "unnamed error", "platform": "native",
            "release": "sallyport@0.1.0", "environment": "prod",
            "exception": { "values": [{ "type": "panic", "stacktrace": { "frames": [{
                "function": "queue_consumer::attempt", "filename": "src/attempt.rs", "lineno": 41,
            }]}}]},
            "tags": { "reason": "timeout" },
        })
    );
}

#[test]
fn what_has_the_form_of_a_place_and_opens_a_door_goes_too() {
    let key = || "sk_live_4eC39HqLyjWDarjtT1zdp7dc".to_owned();
    let frame = Frame {
        function: Some(key()),
        filename: Some(key()),
        ..Frame::default()
    };
    let exception = Exception {
        stacktrace: Some(Stacktrace {
            frames: vec![frame],
            ..Stacktrace::default()
        }),
        ..Exception::default()
    };
    let event = Event {
        exception: vec![exception].into(),
        tags: [("reason".to_owned(), key())].into(),
        environment: Some(key().into()),
        ..Event::default()
    };
    let rebuilt = serde_json::to_string(&rebuild::rebuild(event)).unwrap();
    assert!(!rebuilt.contains("sk_live"), "{rebuilt}");
}

#[tokio::test]
async fn no_event_leaves_the_client_as_it_was() {
    let (dsn, mut arrived) = sentry(200).await;
    let reporter = noted(&dsn, || ());
    reporter.client().capture_event(careless(), None);
    reporter.outbox.post(FLUSH).await;
    let envelope = arrived.recv().await.unwrap().2;
    assert_eq!(event_of(&envelope)["message"], "unnamed error");
    for word in CANARY.split(' ') {
        assert!(!envelope.contains(word), "{envelope}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sentry_that_hangs_costs_the_bound_once() {
    // Connections are taken by the system and answered by nobody.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let dsn = format!("http://key@127.0.0.1:{port}/1");
    let reporter = noted(&dsn, || tracing::error!("first"));
    let began = Instant::now();
    reporter.flush(FLUSH).await;
    assert!(began.elapsed() <= Duration::from_millis(502));
    assert!(reporter.outbox.is_paused());

    let began = Instant::now();
    reporter.note(note());
    reporter.flush(FLUSH).await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    tokio::time::advance(Duration::from_secs(31)).await;
    assert!(!reporter.outbox.is_paused());
}

#[tokio::test]
async fn a_sentry_that_asks_for_peace_gets_it() {
    let (dsn, mut arrived) = sentry(429).await;
    let reporter = noted(&dsn, || tracing::error!("first"));
    reporter.flush(FLUSH).await;
    arrived.recv().await.unwrap();
    assert!(reporter.outbox.is_paused());
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(119)).await;
    assert!(reporter.outbox.is_paused(), "Retry-After is honoured");
    tokio::time::advance(Duration::from_secs(2)).await;
    assert!(!reporter.outbox.is_paused());
}

#[tokio::test]
async fn nothing_but_an_event_is_posted() {
    let (dsn, mut arrived) = sentry(200).await;
    let reporter = noted(&dsn, || ());
    let transaction = Transaction {
        name: Some(CANARY.to_owned()),
        ..Transaction::default()
    };
    reporter.outbox.send_envelope(Envelope::from(transaction));
    reporter.outbox.post(FLUSH).await;
    assert!(arrived.try_recv().is_err());
}

#[test]
fn a_storm_in_one_invocation_is_noted_up_to_a_number() {
    let reporter = noted("http://key@127.0.0.1:9/1", || {
        for _ in 0..1000 {
            tracing::error!("again");
        }
    });
    assert_eq!(reporter.notes.lock().unwrap().len(), MOST_NOTES);
}

#[test]
fn what_is_no_dsn_makes_no_reporter() {
    for dsn in ["", "sentry", "https://sentry.example/1", "ftp://key@host/1"] {
        assert!(Reporter::new(dsn, "test", "local".to_owned()).is_none());
    }
}

/// A note of nothing in particular.
fn note() -> Note {
    let reporter = noted("http://key@127.0.0.1:9/1", || tracing::error!("again"));
    reporter.notes.lock().unwrap().remove(0)
}

#[tokio::test]
async fn a_scheduled_run_checks_in_with_its_monitor_by_its_schedule() {
    let (dsn, mut arrived) = sentry(200).await;
    let reporter = noted(&dsn, || ());
    reporter.check_in(CheckIn {
        monitor: crate::alert::Word::new("sweep-claims"),
        succeeded: false,
        took: Duration::from_millis(1500),
        every: Every::Hour,
    });
    reporter.flush(FLUSH).await;
    let (_, _, body) = arrived.recv().await.unwrap();
    let item: Value = serde_json::from_str(body.lines().nth(1).unwrap()).unwrap();
    assert_eq!(item["type"], "check_in");
    let told: Value = serde_json::from_str(body.lines().nth(2).unwrap()).unwrap();
    assert_eq!(told["monitor_slug"], "sweep-claims");
    assert_eq!(
        (&told["status"], &told["duration"]),
        (&json!("error"), &json!(1.5))
    );
    assert_eq!(told["environment"], "local");
    let schedule = json!({ "type": "interval", "value": 1, "unit": "hour" });
    assert_eq!(told["monitor_config"]["schedule"], schedule);
    reporter.flush(FLUSH).await;
    assert!(arrived.try_recv().is_err(), "it was sent twice");
}
