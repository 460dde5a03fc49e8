//! How an alert leaves a function: one event on the account's default bus.

use std::sync::OnceLock;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::timeout::TimeoutConfig;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;

use super::{Alert, Condition, Service, Word};
use crate::aws;
use crate::clock::Clock;

/// The source of our events. The rule and the functions' permission name it.
pub const SOURCE: &str = "sallyport";
/// The type of an alert's event.
pub const DETAIL_TYPE: &str = "Alert";

/// One attempt; an event's p99.9 is an order of magnitude below.
const ATTEMPT: Duration = Duration::from_secs(1);
/// All attempts together: what an alert may cost the work that it is about.
const OPERATION: Duration = Duration::from_secs(2);

/// Why the bus did not take an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// It did not answer in time. It may have taken the alert all the same.
    #[error("the event bus did not answer")]
    Unavailable,
    /// It refused the alert.
    #[error("the event bus refused an alert")]
    Refused,
}

/// Publishes a function's alerts. Its client is made with the first one: most processes have none.
#[derive(Clone, Debug)]
pub struct Publisher {
    aws: SdkConfig,
    client: OnceLock<Client>,
    service: Service,
    stage: Word,
    clock: Clock,
}

impl Publisher {
    /// The publisher of `service` in `stage` (`SALLYPORT_STAGE`).
    #[must_use]
    pub fn new(aws: &SdkConfig, service: Service, stage: &str, clock: Clock) -> Self {
        Self {
            aws: aws.clone(),
            client: OnceLock::new(),
            service,
            stage: Word::read(stage).unwrap_or_else(|| Word::new("unknown")),
            clock,
        }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let timeouts = TimeoutConfig::builder()
                .operation_attempt_timeout(ATTEMPT)
                .operation_timeout(OPERATION)
                .build();
            let config = aws_sdk_eventbridge::config::Builder::from(&self.aws);
            Client::from_conf(config.timeout_config(timeouts).build())
        })
    }

    /// Publishes `condition` as of now, within two seconds. The failure is logged; whoever called goes on with its
    /// work, or has its message come again where nobody else would tell of it.
    ///
    /// # Errors
    /// [`PublishError`]: the bus does not have it, or is not known to.
    pub async fn publish(&self, condition: Condition) -> Result<Alert, PublishError> {
        let alert = Alert::new(
            condition,
            self.service,
            self.stage.clone(),
            self.clock.now(),
        );
        let entry = PutEventsRequestEntry::builder()
            .source(SOURCE)
            .detail_type(DETAIL_TYPE)
            .detail(alert.to_json())
            .build();
        let code = alert.code.as_str();
        let answer = self.client().put_events().entries(entry).send().await;
        let output = answer.map_err(|error| {
            tracing::error!(
                kind = code,
                cause = aws::cause(&error),
                "alert could not be published"
            );
            PublishError::Unavailable
        })?;
        // The call succeeds where its entries fail.
        let refused = output.entries().iter().find_map(|entry| entry.error_code());
        if output.failed_entry_count() > 0 || refused.is_some() {
            let cause = refused.unwrap_or("no code");
            tracing::error!(kind = code, cause, "alert was refused");
            return Err(PublishError::Refused);
        }
        Ok(alert)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_sdk_eventbridge::config::{Credentials, Region, SharedCredentialsProvider};
    use axum::http::StatusCode;
    use serde_json::{Value, json};
    use tokio::net::TcpListener;

    use super::*;
    use crate::alert::Code;

    /// What an event bus was asked that answers every call so, and how the call ended.
    async fn published(status: u16, answer: Value) -> (Result<Alert, PublishError>, Vec<Value>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let calls = Arc::clone(&asked);
        let handler = async move |body: String| {
            let call = serde_json::from_str(&body).unwrap();
            calls.lock().unwrap().push(call);
            (StatusCode::from_u16(status).unwrap(), answer.to_string())
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = axum::Router::new().fallback(handler);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let credentials = Credentials::new("id", "secret", None, None, "test");
        let aws = aws::base()
            .unwrap()
            .into_builder()
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url(url)
            .build();
        let publisher = Publisher::new(&aws, Service::QueueConsumer, "dev", Clock::system());
        let result = publisher
            .publish(Condition::firing(Code::CircuitOpen).dependency("twilio"))
            .await;
        let asked = asked.lock().unwrap().clone();
        (result, asked)
    }

    #[tokio::test]
    async fn an_alert_is_one_event_of_our_source() {
        let taken = json!({ "FailedEntryCount": 0, "Entries": [{ "EventId": "1" }] });
        let (result, asked) = published(200, taken).await;
        let alert = result.unwrap();
        let entries = asked[0]["Entries"].as_array().unwrap();
        assert_eq!((asked.len(), entries.len()), (1, 1));
        assert_eq!(entries[0]["Source"], "sallyport");
        assert_eq!(entries[0]["DetailType"], "Alert");
        assert_eq!(
            Alert::read(entries[0]["Detail"].as_str().unwrap()),
            Ok(alert)
        );
    }

    #[tokio::test]
    async fn a_failed_entry_of_a_call_that_succeeded_is_an_error() {
        let refused =
            json!({ "FailedEntryCount": 1, "Entries": [{ "ErrorCode": "ThrottlingException" }] });
        assert_eq!(published(200, refused).await.0, Err(PublishError::Refused));
    }

    #[tokio::test]
    async fn a_bus_that_fails_is_asked_twice_and_is_an_error() {
        let (result, asked) = published(500, json!({})).await;
        assert_eq!((result, asked.len()), (Err(PublishError::Unavailable), 2));
    }
}
