//! What a call leaves in the log.

use std::cell::RefCell;
use std::sync::Once;

use sallyport::outbound::Repeat;
use sallyport::telemetry::{Lines, filter};
use serde_json::Value;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::far::{Far, answer};
use crate::twilio;

thread_local! {
    /// What this test wrote: each has a thread of its own.
    static WRITTEN: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Lines as a function writes them. Once for all tests, because what is asked of a line's place first, by any of them,
/// is remembered.
pub fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let lines = Lines::new("test", None, |line| {
            WRITTEN.with_borrow_mut(|written| written.push_str(line));
        });
        let registry = tracing_subscriber::registry().with(filter(LevelFilter::INFO));
        registry.with(lines).init();
    });
}

#[tokio::test]
async fn a_call_leaves_one_line_that_is_counted_and_tells_nothing_of_it() {
    let far = Far::start([
        answer(500, "CANARY"),
        answer(400, "CANARY"),
        answer(200, "\"CANARY\""),
    ])
    .await;
    for _ in 0..2 {
        let _ = twilio(&format!("{}/CANARY?to=CANARY", far.url), Repeat::Safe).await;
    }
    let all = WRITTEN.take();
    assert!(
        !all.contains("CANARY") && !all.contains("clinic") && !all.contains(&far.url),
        "{all}"
    );
    let lines: Vec<Value> = all
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let calls: Vec<_> = lines
        .iter()
        .filter(|line| line["OutboundCalls"] == 1)
        .collect();
    assert_eq!(calls.len(), 2, "{all}");
    let told = |line: &Value| {
        ["dependency", "outcome", "reason", "status", "attempts"].map(|name| line[name].to_string())
    };
    assert_eq!(
        told(calls[0]),
        ["\"twilio\"", "\"failed\"", "\"permanent\"", "400", "2"]
    );
    assert_eq!(
        told(calls[1]),
        ["\"twilio\"", "\"succeeded\"", "null", "200", "1"]
    );
    assert!(
        calls
            .iter()
            .all(|line| line["latency_ms"].is_u64() && line["level"] != "ERROR")
    );
}
