//! Removes an endpoint, whole.

use anyhow::Result;

use super::{Directory, row::Rows};

impl Directory {
    /// Removes an endpoint: its item first, so that nothing is taken in any more, then its secret and its row. What is
    /// not there counts as removed.
    ///
    /// # Errors
    /// When a store does not answer; run it again for the rest.
    pub async fn remove(&self, name: &str) -> Result<()> {
        self.items.remove(name).await?;
        self.vault.remove(&self.secret_name(name)).await?;
        Rows::open(&self.reached).await?.unlink(name).await
    }
}
