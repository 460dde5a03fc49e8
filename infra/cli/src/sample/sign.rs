//! Signs samples as each provider signs its webhooks.

use anyhow::{Result, bail};
use time::OffsetDateTime;

use super::Unsigned;

/// Adds the proof that `provider` would add.
pub(super) fn sign(
    provider: &str,
    _request: &mut Unsigned,
    _secret: &str,
    _now: OffsetDateTime,
) -> Result<()> {
    bail!("no provider is called {provider:?}")
}
