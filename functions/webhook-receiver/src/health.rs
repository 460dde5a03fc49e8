//! Alive, and able to work.

use std::time::{Duration, Instant};

use sallyport::delivery::Queue;
use serde_json::{Value, json};

use crate::App;
use crate::gateway::Response;
use crate::outcome::{Conclusion, Outcome};

/// The longest a dependency may take to count as working.
const PATIENCE: Duration = Duration::from_secs(1);

/// The process answers; no dependency is touched, or an outage of one would take every instance out.
pub(crate) fn alive() -> Conclusion {
    conclude(200, &json!({ "status": "ok" }))
}

/// Asks each dependency for something it can only answer when it works, all at once.
pub(crate) async fn ready(app: &App) -> Conclusion {
    let depth = async |queue: &Queue| {
        let depth = queue.depth().await.ok()?;
        Some(json!({ "messages": depth.messages }))
    };
    let ((table_ok, table), (queue_ok, mut queue), (dead_ok, dead), age) = tokio::join!(
        check(async || app.registry.probe().await.map(|()| json!({})).ok()),
        check(async || depth(&app.queue).await),
        check(async || depth(&app.dead_letters).await),
        tokio::time::timeout(PATIENCE, app.age.oldest(app.clock.now())),
    );
    // Told where it is known: a metric that is late says nothing about the queue.
    queue["oldest_message_age_s"] = age.ok().flatten().into();
    let all = table_ok && queue_ok && dead_ok;
    let body = json!({
        "status": if all { "ready" } else { "unready" },
        "dependencies": {
            "endpoints_table": table, "deliveries_queue": queue, "dead_letter_queue": dead,
        },
    });
    conclude(if all { 200 } else { 503 }, &body)
}

async fn check(ask: impl AsyncFnOnce() -> Option<Value>) -> (bool, Value) {
    let began = Instant::now();
    let answer = tokio::time::timeout(PATIENCE, ask()).await;
    let state = match &answer {
        Ok(Some(_)) => "ok",
        Ok(None) => "failed",
        Err(_) => "timeout",
    };
    let mut report = answer.ok().flatten().unwrap_or_else(|| json!({}));
    report["status"] = state.into();
    report["latency_ms"] = u64::try_from(began.elapsed().as_millis())
        .unwrap_or(u64::MAX)
        .into();
    (state == "ok", report)
}

fn conclude(status: u16, body: &Value) -> Conclusion {
    let mut response = Response::new(status, "application/json", body.to_string());
    if status == 503 {
        response.header("retry-after", "10");
    }
    Conclusion {
        outcome: Outcome::Probed,
        response,
    }
}
