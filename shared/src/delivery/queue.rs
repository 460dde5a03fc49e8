//! The queue of deliveries.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;

use super::QueueMessage;
use crate::aws;

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

    /// Sends any text, in the fair share of `group`. As [`Queue::send`].
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
