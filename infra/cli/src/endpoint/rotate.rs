//! Rotates an endpoint's secret: a new one is accepted beside the old one, until the old one is retired.

use std::time::Duration;

use anyhow::{Result, bail};
use sallyport::{endpoint::Endpoint, webhook::Secret};

use super::{Directory, Known, Versions};

/// A new secret that is stored and not used yet.
#[derive(Debug)]
pub struct Rotation {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The new secret.
    pub secret: Secret,
    /// Whether it was chosen here, so that the provider has yet to be told.
    pub chosen: bool,
    next: String,
    before: Versions,
}

impl Directory {
    /// Stores a new secret for an endpoint: the one given, or one of our choice. It is not accepted before
    /// [`Directory::begin_rotation`], so that it can be shown first and a killed command leaves no unknown secret in
    /// use.
    ///
    /// # Errors
    /// When a rotation is open, unless `force`; when the secret cannot be used, or is the current one.
    pub async fn prepare_rotation(
        &self,
        name: &str,
        given: Option<Secret>,
        force: bool,
    ) -> Result<Rotation> {
        let endpoint = self.find(name).await?;
        let known = Known::of(&endpoint.provider)?;
        let before = self.vault.versions(&endpoint.secret).await?;
        if let Some(previous) = before.previous.as_ref().filter(|_| !force) {
            bail!(
                "a rotation of {name} is open: its secret of {} days ago is still accepted. When {} signs with the \
                 one that followed, retire it with `endpoint rotate {name} --finish`. `--force` drops it now: whatever \
                 is still signed with it will be refused with 401",
                days(previous.age()),
                endpoint.provider
            );
        }
        let (secret, chosen) = match given {
            Some(secret) => (secret, false),
            None => match known.generate()? {
                Some(secret) => (secret, true),
                None => bail!(
                    "{} issues the secret itself: pass the new one on standard input with --secret-stdin ({})",
                    endpoint.provider,
                    known.place
                ),
            },
        };
        known.check(endpoint.proof.as_deref(), &secret)?;
        if self
            .vault
            .current(&endpoint.secret)
            .await?
            .contains(&secret)
        {
            bail!("this is the current secret of {name} already");
        }
        let next = self.vault.prepare(&endpoint.secret, &secret).await?;
        Ok(Rotation {
            endpoint,
            secret,
            chosen,
            next,
            before,
        })
    }

    /// Begins a prepared rotation: from now on the new secret is accepted, and the one before it too.
    ///
    /// # Errors
    /// When somebody else rotated the secret meanwhile: then the prepared one counts for nothing.
    pub async fn begin_rotation(&self, rotation: &Rotation) -> Result<()> {
        let Rotation {
            endpoint,
            next,
            before,
            ..
        } = rotation;
        self.vault
            .promote(&endpoint.secret, next, &before.current.id)
            .await
    }

    /// Ends a rotation: the previous secret is accepted no longer. False when none was open.
    ///
    /// # Errors
    /// When it could not be ended.
    pub async fn finish_rotation(&self, name: &str) -> Result<bool> {
        let endpoint = self.find(name).await?;
        let versions = self.vault.versions(&endpoint.secret).await?;
        let Some(previous) = versions.previous else {
            return Ok(false);
        };
        self.vault.retire(&endpoint.secret, &previous.id).await?;
        Ok(true)
    }
}

fn days(age: Duration) -> u64 {
    age.as_secs() / 86_400
}
