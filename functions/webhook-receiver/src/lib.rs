//! The webhook receiver: verifies what arrives and makes it durable before it says yes.
//!
//! Who acts: [`handle`] turns every invocation into exactly one [`Outcome`], one answer and one log line.
//! `intake` is the way of a webhook; it answers success only after the queue has taken the delivery, which is
//! what correctness hangs on. The caches in front of registry and secrets only save work.

pub mod answer;
mod config;
pub mod gateway;
mod health;
mod intake;
mod outcome;
mod route;

use std::time::{Duration, Instant, SystemTime};

use aws_config::SdkConfig;
use sallyport::clock::{Clock, time_left};
use sallyport::delivery::{BodyStore, Queue};
use sallyport::endpoint::Registry;
use sallyport::secrets::Secrets;
use sallyport::webhook::Refusal;

pub use config::Config;
pub use intake::{CLAIM_CHECK_THRESHOLD, MAX_BODY};
pub use outcome::Outcome;

use outcome::{Conclusion, Trail};
use route::Route;

/// The longest a webhook is worked on. The stores' own time-outs are shorter; this bounds their sum well below
/// the 20 s Vapi waits and the 30 s an HTTP API does.
const LIMIT: Duration = Duration::from_secs(8);
/// Kept back from the invocation's remaining time, to write the answer in.
const RESERVE: Duration = Duration::from_millis(500);

/// What the handler works with, built once per process.
#[derive(Debug)]
pub struct App {
    registry: Registry,
    secrets: Secrets,
    bodies: BodyStore,
    queue: Queue,
    public_base_url: String,
    clock: Clock,
}

impl App {
    /// The clients of this configuration. Nothing is connected yet.
    #[must_use]
    pub fn new(config: Config, aws: &SdkConfig, clock: Clock) -> Self {
        Self {
            registry: Registry::new(aws, config.endpoints_table, clock.clone()),
            secrets: Secrets::new(aws, clock.clone()),
            bodies: BodyStore::new(aws, config.oversize_bucket),
            queue: Queue::new(aws, config.deliveries_queue_url),
            public_base_url: config.public_base_url,
            clock,
        }
    }
}

/// Answers one request. `deadline` is when Lambda ends the invocation.
pub async fn handle(app: &App, event: gateway::Event, deadline: SystemTime) -> gateway::Response {
    let began = Instant::now();
    let mut trail = Trail::default();
    let route = Route::of(event.method(), event.path());
    let conclusion = match route {
        Route::Webhook { provider, endpoint } => {
            let limit = time_left(deadline, LIMIT)
                .saturating_sub(RESERVE)
                .min(LIMIT);
            // Boxed: the clients' futures are deep and large.
            let intake = Box::pin(intake::intake(app, provider, endpoint, &event, &mut trail));
            let result = tokio::time::timeout(limit, intake).await;
            Conclusion::of(result.unwrap_or(Err(Refusal::DeadlineExceeded)))
        }
        Route::Health => health::alive(),
        Route::Ready => Box::pin(health::ready(app)).await,
        Route::WrongMethod { allow } => {
            let mut conclusion = Conclusion::of(Err(Refusal::MethodNotAllowed));
            conclusion.response.header("allow", allow);
            conclusion
        }
        Route::Unknown => Conclusion::of(Err(Refusal::UnknownRoute)),
    };
    trail.log(conclusion.outcome, began.elapsed());
    conclusion.response
}
