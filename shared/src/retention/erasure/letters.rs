//! Dead letters about an erased subject. What still waits in a queue needs no search: it is applied to what is hidden,
//! and goes with it.

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::Message;
use tokio::time::Instant;

use super::bodies::about;
use super::{Marks, Stopped};
use crate::aws;
use crate::delivery::QueueMessage;

/// For how long a letter that is looked at is hidden from others, in seconds: no letter is looked at twice meanwhile.
const HIDDEN_S: i32 = 120;
const AT_ONCE: i32 = 10;

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

    /// Removes the letters about the subject; the others come back by themselves.
    pub(super) async fn erase(&self, marks: &Marks, until: Instant) -> Result<u64, Stopped> {
        let mut removed = 0;
        for queue in &self.queues {
            // An empty answer of a queue of several servers may be one server's: asked twice.
            let mut empty = 0;
            while empty < 2 {
                if Instant::now() >= until {
                    return Err(Stopped::TIME);
                }
                let letters = self.look(queue).await?;
                empty = if letters.is_empty() { empty + 1 } else { 0 };
                for letter in &letters {
                    if is_about(marks, letter) {
                        self.remove(queue, letter).await?;
                        removed += 1;
                    }
                }
            }
        }
        Ok(removed)
    }

    async fn look(&self, queue: &str) -> Result<Vec<Message>, Stopped> {
        let receive = self
            .client
            .receive_message()
            .queue_url(queue)
            .max_number_of_messages(AT_ONCE)
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
