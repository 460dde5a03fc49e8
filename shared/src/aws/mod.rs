//! The AWS clients' shared configuration: one HTTP client, short time-outs, few attempts.

mod connector;

pub use connector::http;

use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};

use crate::tls::http_client;

/// Opening a connection. Within a region it takes single milliseconds.
const CONNECT: Duration = Duration::from_millis(800);
/// One attempt; the services' p99.9 is an order of magnitude below.
const ATTEMPT: Duration = Duration::from_millis(1500);
/// All attempts of one operation.
const OPERATION: Duration = Duration::from_millis(2500);

/// The configuration of every AWS client of a function.
///
/// Credentials, region and `AWS_ENDPOINT_URL` come from the Lambda environment, and nothing from elsewhere: profiles and
/// metadata services can never be what is meant there. The SDK's loader of them and its HTTP client are 1.2 of a
/// receiver's 11.0 MB (`bench`).
///
/// # Errors
/// When there is no HTTP client to be had, which is a fault of the environment.
pub fn configuration() -> Result<SdkConfig, reqwest::Error> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let credentials = EnvironmentVariableCredentialsProvider::new();
    let mut config = base()?
        .into_builder()
        .region(variable("AWS_REGION").map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(credentials));
    config.set_endpoint_url(variable("AWS_ENDPOINT_URL"));
    Ok(config.build())
}

/// Everything but credentials and region, which a test brings along.
///
/// # Errors
/// As [`configuration`].
pub fn base() -> Result<SdkConfig, reqwest::Error> {
    let http = http(http_client().connect_timeout(CONNECT))?;
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    // Two attempts, close together: a sender that waits is better served by a quick 503.
    let retries = RetryConfig::standard()
        .with_max_attempts(2)
        .with_initial_backoff(Duration::from_millis(50))
        .with_max_backoff(Duration::from_millis(200));
    Ok(SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .http_client(http)
        .identity_cache(IdentityCache::lazy().build())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .timeout_config(timeouts)
        .retry_config(retries)
        .build())
}

/// What failed, for a log line: the kind of failure and the service's code, never a request or an answer.
#[must_use]
pub fn cause<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    let kind = match error {
        SdkError::ConstructionFailure(_) => "construction",
        SdkError::TimeoutError(_) => "timeout",
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "connect timeout",
        SdkError::DispatchFailure(_) => "connection",
        SdkError::ResponseError(_) => "unreadable answer",
        SdkError::ServiceError(service) => {
            return format!("service: {}", service.err().code().unwrap_or("no code"));
        }
        _ => "unknown",
    };
    kind.to_owned()
}
