//! The secrets of endpoints, and their versions.
//!
//! A secret's current version and, while it is rotated, the previous one are accepted. Secrets Manager moves the
//! label of the previous version by itself; it stays until it is taken off, which ends the rotation.

use std::{collections::HashMap, time::Duration};

use anyhow::{Context, Result, bail};
use aws_config::SdkConfig;
use aws_sdk_secretsmanager::{
    Client,
    operation::{create_secret::CreateSecretError, delete_secret::DeleteSecretError},
};
use sallyport::{secrets::SecretText, webhook::Secret};
use serde_json::json;
use time::OffsetDateTime;

use crate::aws::told;

const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
/// The version that is about to become the current one.
const NEXT: &str = "AWSPENDING";

/// Secrets Manager.
#[derive(Clone, Debug)]
pub(super) struct Vault {
    client: Client,
    key: Option<String>,
}

/// One version of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub created: OffsetDateTime,
}

/// The versions of a secret that count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The current one.
    pub current: Version,
    /// The one before, while a rotation is open.
    pub previous: Option<Version>,
}

impl Version {
    /// How old it is.
    #[must_use]
    pub fn age(&self) -> Duration {
        (OffsetDateTime::now_utc() - self.created)
            .try_into()
            .unwrap_or_default()
    }
}

impl Vault {
    /// Secrets of these credentials, made under the key, or under the account's own when there is none.
    pub(super) fn new(aws: &SdkConfig, key: Option<String>) -> Self {
        Self {
            client: Client::new(aws),
            key,
        }
    }

    /// Makes a secret; false when there is one of its name, which is left as it is.
    pub(super) async fn create(&self, name: &str, secret: &Secret) -> Result<bool> {
        let request = self
            .client
            .create_secret()
            .name(name)
            .description(r#"What an endpoint's webhooks are proved with: {"secrets":["…"]}"#)
            .set_kms_key_id(self.key.clone())
            .secret_string(stored(secret));
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(CreateSecretError::is_resource_exists_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(told(error)).with_context(|| format!("make the secret {name}")),
        }
    }

    /// Removes a secret at once, without the days in which it could be restored: nobody is to use it again.
    pub(super) async fn remove(&self, name: &str) -> Result<()> {
        let request = self
            .client
            .delete_secret()
            .secret_id(name)
            .force_delete_without_recovery(true);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteSecretError::is_resource_not_found_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(told(error)).with_context(|| format!("remove the secret {name}")),
        }
    }

    /// The secrets of the current version, the one that is shown to people first.
    pub(super) async fn current(&self, name: &str) -> Result<Vec<Secret>> {
        let request = self.client.get_secret_value().secret_id(name);
        let answer = request.send().await.map_err(told);
        let text = answer
            .with_context(|| format!("read the secret {name}"))?
            .secret_string;
        Ok(SecretText::new(text.unwrap_or_default()).of_endpoint())
    }

    /// The versions that count.
    pub(super) async fn versions(&self, name: &str) -> Result<Versions> {
        let mut pages = self
            .client
            .list_secret_version_ids()
            .secret_id(name)
            .into_paginator()
            .send();
        let mut labelled = HashMap::new();
        while let Some(page) = pages.next().await {
            let page = page
                .map_err(told)
                .with_context(|| format!("read the versions of {name}"))?;
            for entry in page.versions() {
                let Some(version) = version(entry) else {
                    continue;
                };
                for label in entry.version_stages() {
                    labelled.insert(label.clone(), version.clone());
                }
            }
        }
        let current = labelled.remove(CURRENT);
        Ok(Versions {
            current: current
                .with_context(|| format!("the secret {name} has no current version"))?,
            previous: labelled.remove(PREVIOUS),
        })
    }

    /// Stores a secret beside the current one, where nothing uses it yet. Returns its version.
    pub(super) async fn prepare(&self, name: &str, secret: &Secret) -> Result<String> {
        let request = self
            .client
            .put_secret_value()
            .secret_id(name)
            .version_stages(NEXT)
            .secret_string(stored(secret));
        let answer = request.send().await.map_err(told);
        let version = answer.with_context(|| format!("store a new version of {name}"))?;
        version.version_id.context("a version without an id")
    }

    /// Makes the prepared version the current one in place of `before`; refused when another one is current by now.
    pub(super) async fn promote(&self, name: &str, next: &str, before: &str) -> Result<()> {
        let request = self
            .client
            .update_secret_version_stage()
            .secret_id(name)
            .version_stage(CURRENT)
            .move_to_version_id(next)
            .remove_from_version_id(before);
        let moved = request.send().await.map_err(told);
        moved.with_context(|| format!("make the new version of {name} the current one"))?;
        // It is what it was about to be; a label that stays says nothing.
        let _ = self.unlabel(name, NEXT, next).await;
        Ok(())
    }

    /// Ends the acceptance of the previous version.
    pub(super) async fn retire(&self, name: &str, version: &str) -> Result<()> {
        let done = self.unlabel(name, PREVIOUS, version).await;
        done.with_context(|| format!("retire the previous version of {name}"))?;
        if self.versions(name).await?.previous.is_some() {
            bail!(
                "{name} still has a previous version: somebody else rotates it; look with `endpoint list`"
            );
        }
        Ok(())
    }

    async fn unlabel(&self, name: &str, label: &str, version: &str) -> Result<()> {
        let request = self
            .client
            .update_secret_version_stage()
            .secret_id(name)
            .version_stage(label)
            .remove_from_version_id(version);
        request.send().await.map(|_| ()).map_err(told)
    }
}

fn version(entry: &aws_sdk_secretsmanager::types::SecretVersionsListEntry) -> Option<Version> {
    let created = entry.created_date()?.secs();
    Some(Version {
        id: entry.version_id()?.to_owned(),
        created: OffsetDateTime::from_unix_timestamp(created).ok()?,
    })
}

fn stored(secret: &Secret) -> String {
    json!({ "secrets": [secret.expose()] }).to_string()
}
