//! Bodies and held deliveries of an erased subject: found by their delivery, or by what stands in them.

use aws_config::SdkConfig;
use aws_sdk_s3::operation::get_object::GetObjectError;
use tokio::time::Instant;

use super::{Marks, Stopped};
use crate::aws;
use crate::bucket::Bucket;
use crate::delivery::{Body, QueueMessage};

/// Larger than any body that the receiver takes.
const LARGEST: i64 = 8 * 1024 * 1024;
const UNAVAILABLE: Stopped = Stopped("bodies");

/// The bucket.
#[derive(Clone, Debug)]
pub(super) struct Bodies {
    bucket: Bucket,
}

impl Bodies {
    pub(super) fn new(aws: &SdkConfig, bucket: String) -> Self {
        Self {
            bucket: Bucket::new(aws, bucket),
        }
    }

    /// Removes what is about the subject, and adds its deliveries to the marks: their messages hold no body.
    pub(super) async fn erase(&self, marks: &mut Marks, until: Instant) -> Result<u64, Stopped> {
        let organization = marks.organization;
        let mut removed = 0;
        for prefix in [format!("{organization}/"), "held/".to_owned()] {
            let mut next = None;
            loop {
                if Instant::now() >= until {
                    return Err(Stopped::TIME);
                }
                let page = self
                    .bucket
                    .list()
                    .prefix(&prefix)
                    .set_continuation_token(next)
                    .send()
                    .await
                    .map_err(|error| failed(&aws::cause(&error)))?;
                for key in page.contents().iter().filter_map(|object| object.key()) {
                    removed += u64::from(self.erase_one(key, marks).await?);
                }
                next = page.next_continuation_token;
                if next.is_none() {
                    break;
                }
            }
        }
        Ok(removed)
    }

    async fn erase_one(&self, key: &str, marks: &mut Marks) -> Result<bool, Stopped> {
        let held = key.starts_with("held/");
        // `<organization>/<delivery>/<sha256>` or `held/<endpoint>/<delivery>`.
        let delivery = key.split('/').nth(if held { 2 } else { 1 });
        let delivery = delivery.unwrap_or_default().to_owned();
        let about = marks.deliveries.contains(&delivery)
            || self.fetch(key).await?.is_some_and(|body| {
                if held {
                    about_held(marks, &body)
                } else {
                    marks.stand_in(&body)
                }
            });
        if about {
            let delete = self.bucket.delete().key(key);
            let done = delete.send().await;
            done.map_err(|error| failed(&aws::cause(&error)))?;
            marks.deliveries.insert(delivery);
        }
        Ok(about)
    }

    /// The object, if it is there still.
    async fn fetch(&self, key: &str) -> Result<Option<Vec<u8>>, Stopped> {
        let get = self.bucket.get().key(key);
        let output = match get.send().await {
            Ok(output) => output,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetObjectError::is_no_such_key) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(failed(&aws::cause(&error))),
        };
        // The length is checked before the bytes are read into memory.
        if output
            .content_length()
            .is_none_or(|length| length > LARGEST)
        {
            return Err(failed("too large"));
        }
        let body = output.body.collect().await;
        Ok(Some(body.map_err(|_| failed("connection"))?.to_vec()))
    }
}

/// A held delivery is one of the subject's organisation with the subject in it.
fn about_held(marks: &Marks, text: &[u8]) -> bool {
    let message = std::str::from_utf8(text).ok();
    let message = message.and_then(|text| QueueMessage::from_json(text).ok());
    message.is_some_and(|message| about(marks, &message))
}

/// Whether a message is about the subject.
pub(super) fn about(marks: &Marks, message: &QueueMessage) -> bool {
    message.organization == marks.organization
        && (marks.deliveries.contains(message.delivery.as_str())
            || matches!(&message.body, Body::Inline(body) if marks.stand_in(body)))
}

fn failed(cause: &str) -> Stopped {
    tracing::error!(cause, "stored bodies not erased");
    UNAVAILABLE
}
