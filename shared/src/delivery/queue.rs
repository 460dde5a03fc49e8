//! The queue of deliveries.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    MessageSystemAttributeNameForSends as SentAttribute, MessageSystemAttributeValue,
    QueueAttributeName,
};

use super::QueueMessage;
use crate::aws;
use crate::telemetry::trace_header;

/// The longest SQS delays a message.
const LONGEST_DELAY: Duration = Duration::from_mins(15);

/// The deliveries queue: a standard queue, fair between organisations by message group.
#[derive(Clone, Debug)]
pub struct Queue {
    client: Client,
    url: String,
}

/// The queue did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("queue unavailable")]
pub struct QueueError;

/// How full the queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueDepth {
    /// Messages waiting, approximately.
    pub messages: u64,
}

impl Queue {
    /// The queue at `url`.
    #[must_use]
    pub fn new(aws: &SdkConfig, url: String) -> Self {
        Self {
            client: Client::new(aws),
            url,
        }
    }

    /// Another queue, at `url`, by the same client.
    #[must_use]
    pub fn beside(&self, url: String) -> Self {
        Self {
            client: self.client.clone(),
            url,
        }
    }

    /// Sends a delivery, to be handed out after `delay`: whole seconds, at most 15 minutes. When this returns `Ok`,
    /// SQS holds it on several disks.
    ///
    /// # Errors
    /// [`QueueError`]; the message may have been taken all the same.
    pub async fn send(&self, message: &QueueMessage, delay: Duration) -> Result<(), QueueError> {
        let group = message.organization.to_string();
        self.send_text(group, message.to_json(), delay)
            .await
            .inspect_err(|_| {
                tracing::error!(delivery = %message.delivery, "delivery could not be queued");
            })
    }

    /// Sends any text, in the fair share of `group`, as a part of the trace that it is sent in. As [`Queue::send`].
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn send_text(
        &self,
        group: String,
        text: String,
        delay: Duration,
    ) -> Result<(), QueueError> {
        let seconds = delay.min(LONGEST_DELAY).as_secs();
        let request = self
            .client
            .send_message()
            .queue_url(&self.url)
            .message_group_id(group)
            .set_delay_seconds(i32::try_from(seconds).ok().filter(|seconds| *seconds > 0))
            .message_body(text);
        let request = match trace() {
            Some(trace) => request.message_system_attributes(SentAttribute::AwsTraceHeader, trace),
            None => request,
        };
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(cause = aws::cause(&error), "queue did not take a message");
                Err(QueueError)
            }
        }
    }

    /// Hides a received message for `delay` from now. SQS takes whole seconds, at most 12 hours.
    ///
    /// # Errors
    /// [`QueueError`]; the queue's own visibility time-out then applies.
    pub async fn postpone(&self, receipt: &str, delay: Duration) -> Result<(), QueueError> {
        let seconds = i32::try_from(delay.as_secs())
            .unwrap_or(i32::MAX)
            .min(43_200);
        let request = self
            .client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(receipt)
            .visibility_timeout(seconds);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::warn!(cause = aws::cause(&error), "message could not be postponed");
                Err(QueueError)
            }
        }
    }

    /// How full the queue is.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn depth(&self) -> Result<QueueDepth, QueueError> {
        let waiting = QueueAttributeName::ApproximateNumberOfMessages;
        let request = self
            .client
            .get_queue_attributes()
            .queue_url(&self.url)
            .attribute_names(waiting.clone());
        let output = request.send().await.map_err(|error| {
            tracing::error!(cause = aws::cause(&error), "queue did not answer");
            QueueError
        })?;
        let count = output
            .attributes
            .as_ref()
            .and_then(|all| all.get(&waiting)?.parse().ok());
        count
            .map(|messages| QueueDepth { messages })
            .ok_or(QueueError)
    }
}

/// The trace header as an attribute of a message.
fn trace() -> Option<MessageSystemAttributeValue> {
    let value = MessageSystemAttributeValue::builder()
        .data_type("String")
        .string_value(trace_header()?);
    value.build().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_sdk_sqs::config::{Credentials, Region, SharedCredentialsProvider};
    use serde_json::{Value, json};
    use tokio::net::TcpListener;

    use super::*;
    use crate::telemetry::traced;

    #[tokio::test]
    async fn a_message_belongs_to_the_trace_it_is_sent_in() {
        let asked: Arc<Mutex<Vec<Value>>> = Arc::default();
        let calls = Arc::clone(&asked);
        let handler = async move |body: String| {
            let call = serde_json::from_str(&body).unwrap();
            calls.lock().unwrap().push(call);
            let answer =
                json!({ "MessageId": "1", "MD5OfMessageBody": "0cc175b9c0f1b6a831c399e269772661" });
            answer.to_string()
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
            .endpoint_url(&url)
            .build();
        let queue = Queue::new(&aws, format!("{url}/1/queue"));
        let send = || queue.send_text("g".to_owned(), "a".to_owned(), Duration::ZERO);
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
        traced(Some(header), send()).await.unwrap();
        send().await.unwrap();
        let asked = asked.lock().unwrap().clone();
        let attribute =
            |call: &Value| call["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"].clone();
        assert_eq!(attribute(&asked[0]), header);
        assert_eq!(attribute(&asked[1]), Value::Null);
    }
}
