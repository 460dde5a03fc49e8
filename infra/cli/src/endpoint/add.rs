//! Adds an endpoint, or what is missing of it.

use anyhow::{Context, Result, bail};
use sallyport::{
    endpoint::{Endpoint, is_name},
    webhook::Secret,
};
use serde_json::Value;
use uuid::Uuid;

use super::{Directory, Known, row::Rows};

/// Longest name of a tier.
const LONGEST_TIER: usize = 32;

/// What an endpoint is to be.
#[derive(Clone, Debug)]
pub struct NewEndpoint {
    /// Its name in the URL.
    pub name: String,
    /// Its provider's name.
    pub provider: String,
    /// Whose it is.
    pub organization: Uuid,
    /// The tier that sets its organisation's limit.
    pub tier: Option<String>,
    /// Proof settings, JSON text.
    pub settings: Option<String>,
    /// The secret where somebody else chose it; otherwise one is generated.
    pub secret: Option<Secret>,
}

/// An endpoint that was added.
#[derive(Clone, Debug)]
pub struct Added {
    /// Where the provider posts.
    pub url: String,
    /// The secret that was chosen here, for the provider.
    pub chosen: Option<Secret>,
    /// What was there already, of an interrupted run before.
    pub found: Vec<&'static str>,
}

impl Directory {
    /// Adds an endpoint; completes one of which only a part is there. Nothing that is there is changed.
    ///
    /// # Errors
    /// When it is there already, whole or as another one, or cannot be what is asked.
    pub async fn add(&self, new: NewEndpoint) -> Result<Added> {
        let known = Known::of(&new.provider)?;
        new.check()?;
        // One spelling, so that the same settings are recognised when the command is run again.
        let settings = new.settings.as_deref().map(spelled).transpose()?;
        let (mut secret, ours) = match new.secret {
            Some(given) => (given, false),
            None => match known.generate()? {
                Some(chosen) => (chosen, true),
                None => bail!(
                    "{} issues the secret itself: pass it on standard input with --secret-stdin ({})",
                    new.provider,
                    known.place
                ),
            },
        };
        known.check(settings.as_deref(), &secret)?;
        let endpoint = Endpoint {
            secret: self.secret_name(&new.name),
            name: new.name,
            provider: new.provider,
            organization: new.organization,
            enabled: true,
            proof: settings,
            tier: new.tier,
        };
        // A name that is taken is told before anything is made for it.
        let registered = self.registered(&endpoint).await?;
        let mut found = Vec::new();
        if !Rows::open(&self.reached).await?.link(&endpoint).await? {
            found.push("its row in Postgres");
        }
        if !self.vault.create(&endpoint.secret, &secret).await? {
            found.push("its secret");
            let stored = self.stored(&endpoint).await?;
            if !ours && stored != secret {
                bail!(
                    "the secret {} holds another value already and is not replaced: add the endpoint with that \
                     value, then change it with `endpoint rotate`",
                    endpoint.secret
                );
            }
            secret = stored;
        }
        if registered || !self.items.create(&endpoint).await? {
            self.registered(&endpoint).await?;
            found.push("its item in the registry");
        }
        if found.len() == 3 {
            bail!(
                "{} is there already, and whole: `endpoint list` shows it, `endpoint rotate` gives it a new secret",
                endpoint.name
            );
        }
        Ok(Added {
            url: self.url(&endpoint.provider, &endpoint.name),
            chosen: ours.then_some(secret),
            found,
        })
    }

    /// Whether the registry has the endpoint; an error when it has another one of its name.
    async fn registered(&self, endpoint: &Endpoint) -> Result<bool> {
        let Some(there) = self.items.find(&endpoint.name).await? else {
            return Ok(false);
        };
        let same = Endpoint {
            enabled: endpoint.enabled,
            ..there.clone()
        };
        if same != *endpoint {
            bail!(
                "{} is there already, as another one (provider {}, organisation {}, tier {}, settings {}): choose another name",
                there.name,
                there.provider,
                there.organization,
                there.tier.as_deref().unwrap_or("default"),
                there.proof.as_deref().map_or("default", |_| "of its own"),
            );
        }
        Ok(true)
    }

    /// The secret that is there already.
    async fn stored(&self, endpoint: &Endpoint) -> Result<Secret> {
        let stored = self.vault.current(&endpoint.secret).await?;
        let stored = stored.into_iter().next();
        stored.with_context(|| format!("the secret {} is empty", endpoint.secret))
    }
}

impl NewEndpoint {
    fn check(&self) -> Result<()> {
        let Self { name, tier, .. } = self;
        if !is_name(name) {
            bail!(
                "{name:?} cannot name an endpoint: 1 to 64 letters, digits, hyphens and underscores"
            );
        }
        let fits = |tier: &str| (1..=LONGEST_TIER).contains(&tier.len()) && is_name(tier);
        if let Some(tier) = tier.as_deref().filter(|tier| !fits(tier)) {
            bail!(
                "{tier:?} cannot name a tier: 1 to {LONGEST_TIER} letters, digits, hyphens and underscores"
            );
        }
        Ok(())
    }
}

fn spelled(settings: &str) -> Result<String> {
    let value: Value = serde_json::from_str(settings).context("the settings are not JSON")?;
    Ok(value.to_string())
}
