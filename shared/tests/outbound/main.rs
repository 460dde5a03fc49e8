//! Calls over a real connection, to a far end that fails in every way there is.
//!
//! The store of the circuits is away here, so that every call passes; what circuits do is tested on the running stack.

mod far;
mod lines;
mod retries;
mod unsafe_calls;

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use sallyport::clock::Clock;
use sallyport::outbound::circuit::{Circuits, Table};
use sallyport::outbound::{
    CallError, Chance, Class, Dependency, Outbound, Prepared, Repeat, Reply, Target,
};
use tokio::time::Instant;

/// More time than any call here needs.
const AMPLE: Duration = Duration::from_secs(20);

/// Calls without a wait between attempts but what the far end asks for.
fn outbound() -> Outbound {
    lines::keep();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        // Nobody listens at port 1.
        .endpoint_url("http://127.0.0.1:1")
        .build();
    let client = Client::from_conf(config);
    let table = Table::new(&client, "circuits".to_owned(), Duration::from_millis(300));
    let chance = Chance::from_fn(|| 0.0);
    let circuits = Circuits::new(table, Clock::system(), chance.clone());
    Outbound::new(circuits, Clock::system(), chance).unwrap()
}

fn post(url: &str, repeat: Repeat) -> Prepared {
    Prepared {
        method: reqwest::Method::POST,
        url: url.parse().unwrap(),
        headers: reqwest::header::HeaderMap::new(),
        body: "Body=CANARY".into(),
        repeat,
    }
}

async fn call(
    outbound: &Outbound,
    dependency: Dependency,
    url: &str,
    repeat: Repeat,
    time: Duration,
) -> Result<Reply, CallError> {
    let target = Target {
        dependency,
        credential: "clinic",
    };
    let until = Instant::now() + time;
    let result = outbound.call(target, post(url, repeat), until).await;
    assert!(
        Instant::now() <= until,
        "it ended {:?} late",
        until.elapsed()
    );
    result
}

/// Calls Twilio once, with ample time.
async fn twilio(url: &str, repeat: Repeat) -> Result<Reply, CallError> {
    call(&outbound(), Dependency::Twilio, url, repeat, AMPLE).await
}

fn class(result: Result<Reply, CallError>) -> Class {
    result.unwrap_err().class().expect("it was attempted")
}
