//! Dead letters about an erased subject. What still waits in a queue needs no search: it is applied to what is hidden,
//! and goes with it.
//!
//! A letter that somebody else looks at, as a replay does, cannot be seen meanwhile. So a queue is done only when it
//! counts no letter that was not looked at here; the letters of other people are given back at once.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry as GiveBack, Message, QueueAttributeName,
};
use tokio::time::Instant;

use super::bodies::about;
use super::{Marks, Stopped};
use crate::aws;
use crate::delivery::QueueMessage;

/// For how long a letter that is looked at is hidden from others, in seconds: no letter is looked at twice meanwhile.
const HIDDEN_S: i32 = 60;
/// Letters of one call to SQS: as many as it takes.
const AT_ONCE: u8 = 10;
/// How long to wait for letters that somebody else looks at: longer than a run that died has hidden them, and than
/// SQS counts late, which is up to a minute.
const PATIENCE: Duration = Duration::from_secs(75);

/// The dead-letter queues.
#[derive(Clone, Debug)]
pub(super) struct Letters {
    client: Client,
    queues: Vec<String>,
}

impl Letters {
    pub(super) fn new(aws: &SdkConfig, queues: Vec<String>) -> Self {
        Self {
            client: Client::new(aws),
            queues,
        }
    }

    /// Removes the letters about the subject, and counts them.
    pub(super) async fn erase(
        &self,
        marks: &Marks,
        until: Instant,
        removed: &mut u64,
    ) -> Result<(), Stopped> {
        for queue in &self.queues {
            let mut others = BTreeMap::new();
            let searched = self.search(queue, marks, until, removed, &mut others).await;
            self.give_back(queue, others.into_values()).await;
            searched?;
        }
        Ok(())
    }

    async fn search(
        &self,
        queue: &str,
        marks: &Marks,
        until: Instant,
        removed: &mut u64,
        others: &mut BTreeMap<String, String>,
    ) -> Result<(), Stopped> {
        let mut patience = Instant::now() + PATIENCE;
        loop {
            if Instant::now() >= until {
                return Err(Stopped::TIME);
            }
            let letters = self.look(queue).await?;
            if letters.is_empty() {
                if self.unseen(queue, others.len()).await? == 0 {
                    return Ok(());
                }
                if Instant::now() >= patience {
                    return Err(Stopped("dead_letters_in_flight"));
                }
            } else {
                patience = Instant::now() + PATIENCE;
            }
            for letter in letters {
                if is_about(marks, &letter) {
                    self.remove(queue, &letter).await?;
                    *removed += 1;
                } else if let (Some(id), Some(receipt)) = (letter.message_id, letter.receipt_handle)
                {
                    others.insert(id, receipt);
                }
            }
        }
    }

    /// How many letters the queue holds besides those looked at here.
    async fn unseen(&self, queue: &str, seen: usize) -> Result<u64, Stopped> {
        let ask = self.client.get_queue_attributes().queue_url(queue);
        let answer = ask
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
            .send()
            .await
            .map_err(|error| failed(&aws::cause(&error)))?;
        let counts = answer.attributes.unwrap_or_default();
        let count = |name| counts.get(&name).and_then(|text| text.parse::<u64>().ok());
        let waiting = count(QueueAttributeName::ApproximateNumberOfMessages);
        let hidden = count(QueueAttributeName::ApproximateNumberOfMessagesNotVisible);
        let (Some(waiting), Some(hidden)) = (waiting, hidden) else {
            return Err(failed("a queue that does not tell its length"));
        };
        Ok(waiting + hidden.saturating_sub(seen as u64))
    }

    /// Shows letters again. One that is not given back comes back by itself.
    async fn give_back(&self, queue: &str, receipts: impl Iterator<Item = String>) {
        let receipts: Vec<String> = receipts.collect();
        for batch in receipts.chunks(AT_ONCE.into()) {
            let entries = batch.iter().enumerate().filter_map(|(index, receipt)| {
                let entry = GiveBack::builder().id(index.to_string());
                let entry = entry.receipt_handle(receipt).visibility_timeout(0);
                entry.build().ok()
            });
            let change = self.client.change_message_visibility_batch();
            let change = change
                .queue_url(queue)
                .set_entries(Some(entries.collect()))
                .send();
            if let Err(error) = change.await {
                let cause = aws::cause(&error);
                tracing::warn!(cause, "dead letters stay hidden for a while");
            }
        }
    }

    async fn look(&self, queue: &str) -> Result<Vec<Message>, Stopped> {
        let receive = self
            .client
            .receive_message()
            .queue_url(queue)
            .max_number_of_messages(AT_ONCE.into())
            .wait_time_seconds(1)
            .visibility_timeout(HIDDEN_S);
        let output = receive.send().await;
        let output = output.map_err(|error| failed(&aws::cause(&error)))?;
        Ok(output.messages.unwrap_or_default())
    }

    async fn remove(&self, queue: &str, letter: &Message) -> Result<(), Stopped> {
        let delete = self.client.delete_message().queue_url(queue);
        let done = delete
            .set_receipt_handle(letter.receipt_handle.clone())
            .send()
            .await;
        done.map(drop).map_err(|error| failed(&aws::cause(&error)))
    }
}

/// A letter that cannot be read is judged by its text.
fn is_about(marks: &Marks, letter: &Message) -> bool {
    let text = letter.body().unwrap_or_default();
    match QueueMessage::from_json(text) {
        Ok(message) => about(marks, &message),
        Err(_) => marks.stand_in(text.as_bytes()),
    }
}

fn failed(cause: &str) -> Stopped {
    tracing::error!(cause, "dead letters not erased");
    Stopped("dead_letters")
}
