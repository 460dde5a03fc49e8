//! The dead letters: looked at, begun again, removed.
//!
//! SQS shows a message by hiding it from everybody else for a while. So whoever looks shows it again afterwards, and
//! whoever is killed while looking has hidden it for [`DeadLetters::hidden`] and not lost it.

use std::time::Duration;

use anyhow::{Context, Result};
use aws_config::SdkConfig;
use aws_sdk_sqs::{
    Client,
    types::{ChangeMessageVisibilityBatchRequestEntry, Message},
};
use sallyport::delivery::{MessageError, QueueMessage};

use crate::aws::told;

/// The most messages SQS hands out at a time.
const BATCH: i32 = 10;
/// How long SQS looks for a message before it says that there is none: with a wait it asks all of its machines.
const WAIT_S: i32 = 1;
/// The most dead letters that are looked at.
const MOST: usize = 1000;

/// The dead-letter queue of deliveries.
#[derive(Clone, Debug)]
pub struct DeadLetters {
    client: Client,
    url: String,
    pub(super) hidden: Duration,
}

/// A dead letter, hidden from others while it is held.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The queue's id of it, the same each time it is received.
    pub id: String,
    receipt: String,
    /// What it says, if it can be read.
    pub message: Result<QueueMessage, MessageError>,
}

impl DeadLetters {
    pub(super) fn new(aws: &SdkConfig, url: String, hidden: Duration) -> Self {
        Self {
            client: Client::new(aws),
            url,
            hidden,
        }
    }

    /// Looks at the dead letters without taking any, and says whether there are more. Their bodies are left out.
    ///
    /// # Errors
    /// When the queue does not answer.
    pub async fn look(&self) -> Result<(Vec<Letter>, bool)> {
        let mut letters = Vec::new();
        let more = loop {
            let batch = self.receive().await?;
            if batch.is_empty() {
                break false;
            }
            letters.extend(batch.into_iter().map(without_body));
            if letters.len() >= MOST {
                break true;
            }
        };
        self.show(&letters).await?;
        Ok((letters, more))
    }

    /// The next dead letters, at most ten, hidden from now. None when all are hidden or gone.
    ///
    /// # Errors
    /// When the queue does not answer.
    pub async fn receive(&self) -> Result<Vec<Letter>> {
        let hidden = i32::try_from(self.hidden.as_secs()).unwrap_or(i32::MAX);
        let request = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(BATCH)
            .visibility_timeout(hidden)
            .wait_time_seconds(WAIT_S);
        let answer = request.send().await.map_err(told);
        let messages = answer.context("read the dead letters")?.messages;
        Ok(messages
            .unwrap_or_default()
            .into_iter()
            .filter_map(letter)
            .collect())
    }

    /// Lets others see dead letters again.
    ///
    /// # Errors
    /// When the queue does not answer; they are then shown when their time is over.
    pub async fn show(&self, letters: &[Letter]) -> Result<()> {
        for some in letters.chunks(10) {
            let entries = some.iter().enumerate().map(|(number, letter)| {
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(number.to_string())
                    .receipt_handle(&letter.receipt)
                    .visibility_timeout(0)
                    .build()
            });
            let entries = entries.collect::<Result<Vec<_>, _>>()?;
            let request = self
                .client
                .change_message_visibility_batch()
                .queue_url(&self.url)
                .set_entries(Some(entries));
            request
                .send()
                .await
                .map_err(told)
                .context("show the dead letters again")?;
        }
        Ok(())
    }

    /// Removes a dead letter: only after the deliveries queue has it, or when it was applied.
    ///
    /// # Errors
    /// When the queue does not answer; it is then still there, or not.
    pub async fn remove(&self, letter: &Letter) -> Result<()> {
        let request = self
            .client
            .delete_message()
            .queue_url(&self.url)
            .receipt_handle(&letter.receipt);
        let removed = request.send().await.map_err(told);
        removed.map(drop).context("remove a dead letter")
    }
}

fn letter(message: Message) -> Option<Letter> {
    Some(Letter {
        id: message.message_id?,
        receipt: message.receipt_handle?,
        message: QueueMessage::from_json(message.body.as_deref().unwrap_or_default()),
    })
}

/// A thousand bodies are more than a list needs, and patient data besides.
fn without_body(mut letter: Letter) -> Letter {
    if let Ok(message) = &mut letter.message {
        message.body = sallyport::delivery::Body::Inline(Vec::new());
    }
    letter
}
