//! Held deliveries.
use aws_config::SdkConfig;

use super::{QueueMessage, StoreError};

/// The store.
#[derive(Clone, Debug)]
pub struct Held;

impl Held {
    /// The store in `bucket`.
    #[must_use]
    pub fn new(_: &SdkConfig, _: String) -> Self {
        Self
    }

    /// Stores it.
    ///
    /// # Errors
    /// [`StoreError`].
    #[allow(clippy::unused_async)]
    pub async fn put(&self, _: &QueueMessage) -> Result<(), StoreError> {
        Err(StoreError::Unavailable)
    }
}
