//! Deliveries of disabled endpoints: they wait in the bucket until their endpoint is enabled.
//!
//! The receiver puts a delivery here, then records its claim as held, and then answers success. Whoever enables the
//! endpoint sends each held message to the queue and then removes it. Killed in between it sends the message again,
//! and the consumer's claim makes that one a duplicate.
//!
//! The bucket removes what it holds after seven days: an endpoint that stays disabled for longer loses deliveries.

use aws_config::SdkConfig;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;

use super::{DeliveryId, QueueMessage, StoreError};
use crate::aws;
use crate::bucket::{Bucket, transfer};

/// Held deliveries that are listed at a time.
const PAGE: i32 = 100;
/// The longest message that is read back, in bytes: none is longer than the queue takes.
const LONGEST: usize = 1024 * 1024;

/// The held deliveries in the bucket, under `held/<endpoint>/<delivery>`.
#[derive(Clone, Debug)]
pub struct Held {
    bucket: Bucket,
}

/// Some of an endpoint's held deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldPage {
    /// Their ids; at most 100.
    pub deliveries: Vec<DeliveryId>,
    /// What to ask for the next ones with; `None` at the end.
    pub next: Option<String>,
}

impl Held {
    /// The held deliveries in `bucket`.
    #[must_use]
    pub fn new(aws: &SdkConfig, bucket: String) -> Self {
        Self {
            bucket: Bucket::new(aws, bucket),
        }
    }

    /// Holds a delivery. The same delivery again takes the first one's place.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn put(&self, message: &QueueMessage) -> Result<(), StoreError> {
        let delivery = &message.delivery;
        let request = self
            .bucket
            .put()
            .key(key(&message.endpoint, delivery))
            .content_type("application/json")
            .body(ByteStream::from(message.to_json().into_bytes()));
        let request = request.customize().config_override(transfer());
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(%delivery, cause = aws::cause(&error), "delivery could not be held");
                Err(StoreError::Unavailable)
            }
        }
    }

    /// What is held for an endpoint, from `page` on ([`HeldPage::next`]) or from the beginning. What is removed
    /// meanwhile does not disturb the pages that follow.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list(&self, endpoint: &str, page: Option<&str>) -> Result<HeldPage, StoreError> {
        let prefix = format!("held/{endpoint}/");
        let request = self
            .bucket
            .list()
            .prefix(&prefix)
            .max_keys(PAGE)
            .set_continuation_token(page.map(str::to_owned));
        let output = request.send().await.map_err(|error| {
            tracing::warn!(cause = aws::cause(&error), "held deliveries not listed");
            StoreError::Unavailable
        })?;
        let keys = output
            .contents()
            .iter()
            .filter_map(|object| object.key()?.strip_prefix(&prefix));
        Ok(HeldPage {
            deliveries: keys.filter_map(DeliveryId::parse).collect(),
            next: output.next_continuation_token,
        })
    }

    /// A held delivery.
    ///
    /// # Errors
    /// [`StoreError`]; `Altered` when what lies there is not this delivery of this endpoint.
    pub async fn get(
        &self,
        endpoint: &str,
        delivery: &DeliveryId,
    ) -> Result<QueueMessage, StoreError> {
        let request = self.bucket.get().key(key(endpoint, delivery));
        let request = request.customize().config_override(transfer());
        let output = match request.send().await {
            Ok(output) => output,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetObjectError::is_no_such_key) =>
            {
                return Err(StoreError::Gone);
            }
            Err(error) => {
                tracing::warn!(%delivery, cause = aws::cause(&error), "held delivery not fetched");
                return Err(StoreError::Unavailable);
            }
        };
        // The length is checked before the bytes are read into memory.
        let announced = output
            .content_length()
            .and_then(|length| usize::try_from(length).ok());
        if announced.is_none_or(|length| length > LONGEST) {
            return Err(StoreError::Altered);
        }
        let bytes = output.body.collect().await;
        let bytes = bytes.map_err(|_| StoreError::Unavailable)?.to_vec();
        String::from_utf8(bytes)
            .ok()
            .and_then(|text| QueueMessage::from_json(&text).ok())
            .filter(|message| message.endpoint == endpoint && message.delivery == *delivery)
            .ok_or(StoreError::Altered)
    }

    /// Forgets a held delivery: only after the queue has it. One that is gone already is no error.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove(&self, endpoint: &str, delivery: &DeliveryId) -> Result<(), StoreError> {
        let request = self.bucket.delete().key(key(endpoint, delivery));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::warn!(%delivery, cause = aws::cause(&error), "held delivery not removed");
                Err(StoreError::Unavailable)
            }
        }
    }
}

/// Neither part can hold a slash, and an organisation, under which bodies lie, is never called `held`.
fn key(endpoint: &str, delivery: &DeliveryId) -> String {
    format!("held/{endpoint}/{delivery}")
}
