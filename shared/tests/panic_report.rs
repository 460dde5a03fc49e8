//! A panic in an invocation, in a process of its own: the hook that tells of it is the process's.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::State;
use lambda_runtime::Context;
use sallyport::config::Variables;
use sallyport::telemetry;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

#[tokio::test]
async fn a_panic_is_reported_by_its_place_before_the_answer_and_its_text_stays_behind() {
    async fn take(State(arrived): State<UnboundedSender<String>>, body: String) {
        let _ = arrived.send(body);
    }
    let (sender, mut arrived) = unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = Router::new().fallback(take).with_state(sender);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let variables = Variables::from_fn(|name| match name {
        "SENTRY_DSN" => Some(format!("http://key@127.0.0.1:{port}/1")),
        "SALLYPORT_STAGE" => Some("local".to_owned()),
        _ => None,
    });
    telemetry::init("test", &variables);

    let mut context = Context::default();
    let deadline = SystemTime::now() + Duration::from_secs(20);
    let since_epoch = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    context.deadline = u64::try_from(since_epoch.as_millis()).unwrap();
    let patient = "Jordan Avery +14155550142".to_owned();
    let work = async {
        assert!(patient.is_empty(), "cannot apply the call of {patient}");
        Ok::<_, Infallible>(())
    };
    let error = telemetry::invoke(&context, work).await.unwrap_err();
    assert_eq!(error.to_string(), "panic");

    let envelope = arrived.try_recv().expect("it arrived before the answer");
    assert!(envelope.contains("\"message\":\"panic\""), "{envelope}");
    assert!(envelope.contains(file!()), "{envelope}");
    for word in patient.split(' ') {
        assert!(!envelope.contains(word), "{envelope}");
    }
}
