//! The webhook receiver: verifies what arrives and makes it durable before it says yes.
//!
//! Who acts: [`handle`] turns every invocation into exactly one [`Outcome`], one answer and one log line.
//! `intake` is the way of a webhook; it answers success only after the queue has taken the delivery, which is
//! what correctness hangs on. The caches in front of registry and secrets only save work, and so does the claim:
//! it keeps duplicates out of the queue, and what slips past it is found done by the consumer.

mod admission;
pub mod answer;
mod config;
mod cors;
mod durable;
pub mod gateway;
mod health;
mod intake;
mod limit;
mod outcome;
mod queue_age;
mod rejection;
mod route;

use std::panic::AssertUnwindSafe;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use futures::FutureExt as _;
use sallyport::clock::{Clock, time_left};
use sallyport::delivery::claim::{Claims, Table};
use sallyport::delivery::{BodyStore, Held, Queue};
use sallyport::endpoint::Registry;
use sallyport::secrets::Secrets;
use sallyport::webhook::Refusal;

pub use config::Config;
pub use durable::CLAIM_CHECK_THRESHOLD;
pub use intake::MAX_BODY;
pub use outcome::Outcome;
pub use rejection::Rejection;

use limit::Limits;
use outcome::{Conclusion, Record, Trail};
use queue_age::QueueAge;
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
    limits: Limits,
    claims: Claims,
    bodies: BodyStore,
    held: Held,
    queue: Queue,
    dead_letters: Queue,
    age: QueueAge,
    public_base_url: String,
    cors_origins: Vec<String>,
    clock: Clock,
}

impl App {
    /// The clients of this configuration. Nothing is connected yet.
    #[must_use]
    pub fn new(config: Config, aws: &SdkConfig, clock: Clock) -> Self {
        let dynamodb = aws_sdk_dynamodb::Client::new(aws);
        let queue = Queue::new(aws, config.deliveries_queue_url.clone());
        Self {
            limits: Limits::new(&config, &dynamodb, &clock),
            registry: Registry::new(&dynamodb, config.endpoints_table, clock.clone()),
            secrets: Secrets::new(aws, clock.clone()),
            claims: Claims::new(
                Table::new(&dynamodb, config.deliveries_table),
                clock.clone(),
            ),
            bodies: BodyStore::new(aws, config.oversize_bucket.clone()),
            held: Held::new(aws, config.oversize_bucket),
            age: QueueAge::new(aws, &config.deliveries_queue_url),
            dead_letters: queue.beside(config.dead_letter_queue_url),
            queue,
            public_base_url: config.public_base_url,
            cors_origins: config.cors_origins,
            clock,
        }
    }
}

/// Answers one request. `deadline` is when Lambda ends the invocation.
pub async fn handle(app: &App, event: gateway::Event, deadline: SystemTime) -> gateway::Response {
    let mut record = Record::begin();
    let work = conclude(app, event, deadline, &mut record.trail);
    let conclusion = AssertUnwindSafe(work).catch_unwind().await;
    record.conclude(conclusion.unwrap_or_else(|_| Conclusion::refused(Refusal::Internal)))
}

async fn conclude(
    app: &App,
    mut event: gateway::Event,
    deadline: SystemTime,
    trail: &mut Trail,
) -> Conclusion {
    let path = event.path().to_owned();
    let route = Route::of(event.method(), &path);
    let mut conclusion = match route {
        Route::Webhook { provider, endpoint } => {
            let limit = time_left(deadline, LIMIT)
                .saturating_sub(RESERVE)
                .min(LIMIT);
            // Boxed: the clients' futures are deep and large.
            let intake = Box::pin(intake::intake(
                app,
                (provider, endpoint),
                &mut event,
                limit,
                trail,
            ));
            let result = tokio::time::timeout(limit, intake).await;
            Conclusion::of(result.unwrap_or_else(|_| Err(Refusal::DeadlineExceeded.into())))
        }
        Route::Health => health::alive(),
        Route::Ready => Box::pin(health::ready(app)).await,
        Route::Preflight { allow } => Conclusion {
            outcome: Outcome::Probed,
            response: cors::preflight(allow),
        },
        Route::WrongMethod { allow } => {
            let mut conclusion = Conclusion::refused(Refusal::MethodNotAllowed);
            conclusion.response.header("allow", allow);
            conclusion
        }
        Route::Unknown => Conclusion::refused(Refusal::UnknownRoute),
    };
    if route.is_for_browsers() {
        cors::permit(
            &mut conclusion.response,
            &app.cors_origins,
            event.header("origin"),
        );
    }
    conclusion
}
