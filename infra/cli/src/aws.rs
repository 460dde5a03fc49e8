//! AWS clients of the command: against the local emulator, or against AWS as whoever runs it.

use std::error::Error;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use sallyport::aws::http;

use aws_sdk_cloudformation::config::SharedHttpClient;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};

use crate::stack::emulator::REGION;

/// One attempt of a call: the operator may sit behind a slow line.
const ATTEMPT: Duration = Duration::from_secs(5);
/// Opening a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// All attempts of a call.
const OPERATION: Duration = Duration::from_secs(20);

/// How to reach the emulator at `endpoint`, as the owner of its account.
#[must_use]
pub fn local(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new("test", "test", None, None, "local");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint)
        .http_client(client())
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
            aws_smithy_async::rt::sleep::TokioSleep::new(),
        ))
        .build()
}

/// AWS itself, with the credentials and the region of the environment or of the shared files' profile.
///
/// Profiles that sign in (IAM Identity Center, `credential_process`) are left out: what they need would become part
/// of the functions too, which are built from the same workspace.
///
/// # Errors
/// When no region is set.
pub async fn of_the_environment() -> Result<SdkConfig> {
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client())
        .timeout_config(timeouts)
        .load()
        .await;
    if config.region().is_none() {
        bail!("no AWS region is set: set AWS_REGION, or the region of the profile AWS_PROFILE");
    }
    Ok(config)
}

/// What went wrong with a call, in the service's own words.
pub fn told<E, R>(error: SdkError<E, R>) -> anyhow::Error
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let said = error
        .code()
        .map(|code| anyhow!("{code}: {}", error.message().unwrap_or("no message")));
    said.unwrap_or_else(|| error.into())
}

/// Trusts the system's roots: an operator may sit behind a proxy with one of its own.
fn client() -> SharedHttpClient {
    http(reqwest::Client::builder().connect_timeout(CONNECT)).expect("a TLS provider is installed")
}

/// An S3 client: the emulator serves buckets by path.
#[must_use]
pub fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::config::Builder::from(config)
            .force_path_style(true)
            .build(),
    )
}
