//! Bodies too large for a queue message: the claim check.

use aws_config::SdkConfig;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::primitives::ByteStream;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::DeliveryId;
use crate::aws;
use crate::bucket::{Bucket, transfer};

/// A stored body: where, and what must be found there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredBody {
    /// The object's key: `<organization>/<delivery>/<sha256>`.
    pub key: String,
    /// SHA-256 of the body, lower-case hexadecimal.
    pub sha256: String,
    /// Length in bytes.
    pub length: u64,
}

/// The bucket of oversize bodies.
#[derive(Clone, Debug)]
pub struct BodyStore {
    bucket: Bucket,
}

/// Why a body could not be stored or fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The bucket did not do it; it may later.
    #[error("body store unavailable")]
    Unavailable,
    /// There is no such object: its life is over, or it never was.
    #[error("stored body is gone")]
    Gone,
    /// The object is not the body that was stored.
    #[error("stored body is not the one that was sent")]
    Altered,
}

impl BodyStore {
    /// The bodies in `bucket`.
    #[must_use]
    pub fn new(aws: &SdkConfig, bucket: String) -> Self {
        Self {
            bucket: Bucket::new(aws, bucket),
        }
    }

    /// Stores a body. The same delivery with the same body writes the same object again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn put(
        &self,
        organization: Uuid,
        delivery: &DeliveryId,
        body: &[u8],
    ) -> Result<StoredBody, StoreError> {
        let sha256 = hex::encode(Sha256::digest(body));
        let stored = StoredBody {
            key: format!("{organization}/{delivery}/{sha256}"),
            sha256,
            length: body.len() as u64,
        };
        let request = self
            .bucket
            .put()
            .key(&stored.key)
            .content_type("application/octet-stream")
            .body(ByteStream::from(body.to_vec()));
        match request.customize().config_override(transfer()).send().await {
            Ok(_) => Ok(stored),
            Err(error) => {
                tracing::error!(%delivery, cause = aws::cause(&error), "body could not be stored");
                Err(StoreError::Unavailable)
            }
        }
    }

    /// Fetches a body and checks that it is the one that was stored.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get(&self, stored: &StoredBody) -> Result<Vec<u8>, StoreError> {
        let request = self.bucket.get().key(&stored.key);
        let output = match request.customize().config_override(transfer()).send().await {
            Ok(output) => output,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetObjectError::is_no_such_key) =>
            {
                return Err(StoreError::Gone);
            }
            Err(error) => {
                tracing::warn!(cause = aws::cause(&error), "body could not be fetched");
                return Err(StoreError::Unavailable);
            }
        };
        // The length is checked before the bytes are read into memory.
        let announced = output
            .content_length()
            .and_then(|length| u64::try_from(length).ok());
        if announced != Some(stored.length) {
            return Err(StoreError::Altered);
        }
        let body = output
            .body
            .collect()
            .await
            .map_err(|_| StoreError::Unavailable)?
            .to_vec();
        if hex::encode(Sha256::digest(&body)) == stored.sha256 {
            Ok(body)
        } else {
            Err(StoreError::Altered)
        }
    }
}
