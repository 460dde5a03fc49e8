//! The AWS clients' shared configuration: one HTTP client on ring, short time-outs, few attempts.

use std::time::Duration;

use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

/// Opening a connection. Within a region it takes single milliseconds.
const CONNECT: Duration = Duration::from_millis(800);
/// One attempt; the services' p99.9 is an order of magnitude below.
const ATTEMPT: Duration = Duration::from_millis(1500);
/// All attempts of one operation.
const OPERATION: Duration = Duration::from_millis(2500);

/// The roots of Amazon Trust Services, under which every AWS endpoint is.
/// Source: <https://www.amazontrust.com/repository/>.
const ROOTS: &[u8] = include_bytes!("roots.pem");

/// The configuration of every AWS client of a function.
///
/// Credentials and region come from the Lambda environment only: the profile and metadata providers would cost
/// init time and can never be what is meant there. `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` are honoured.
pub async fn configuration() -> SdkConfig {
    // Its own roots alone: to read the system's takes twice as long as all the rest of a function's start (`bench`:
    // init 11.2 ms instead of 4.6), and nobody else signs for AWS.
    let trust = TrustStore::empty().with_pem_certificate(ROOTS);
    loader_with(TlsContext::builder().with_trust_store(trust).build().ok())
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .region(EnvironmentVariableRegionProvider::new())
        .load()
        .await
}

/// Everything but credentials and region, which a test or a tool brings along, and the system's roots: a tool may stand
/// behind a proxy with one of its own.
#[must_use]
pub fn loader() -> ConfigLoader {
    loader_with(None)
}

fn loader_with(tls: Option<TlsContext>) -> ConfigLoader {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls.unwrap_or_default())
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    // Two attempts, close together: a sender that waits is better served by a quick 503.
    let retries = RetryConfig::standard()
        .with_max_attempts(2)
        .with_initial_backoff(Duration::from_millis(50))
        .with_max_backoff(Duration::from_millis(200));
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http)
        .timeout_config(timeouts)
        .retry_config(retries)
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

#[cfg(test)]
mod tests {
    use rustls::RootCertStore;
    use rustls::pki_types::{CertificateDer, pem::PemObject as _};

    use super::*;

    #[test]
    fn amazons_five_roots_are_readable() {
        let mut store = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(ROOTS) {
            store.add(certificate.unwrap()).unwrap();
        }
        assert_eq!(store.len(), 5);
    }
}
