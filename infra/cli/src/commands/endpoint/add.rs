//! `endpoint add`.

use anyhow::Result;
use clap::Args;
use uuid::Uuid;

use super::given;
use crate::endpoint::{Directory, Known, NewEndpoint};

/// `endpoint add`.
#[derive(Debug, Args)]
#[command(after_help = "\
The secret is generated where the provider lets the receiver choose it, and printed once. Twilio, Stripe, Slack and
Meta issue theirs: pass it with --secret-stdin.

What is made: a row of public.endpoints, the secret sallyport/<stage>/endpoints/<name>, the item of the registry. An
interrupted run is simply repeated; nothing that is there is ever changed.

Settings are the provider's own, as in shared/src/webhook/providers: for Vapi with a bearer token
  --settings '{\"kind\":\"bearer\"}'")]
pub(super) struct Add {
    /// The provider, as in the webhook's URL: vapi, twilio, stripe, …
    provider: String,
    /// The endpoint's name in the URL, unique on the stage: 1 to 64 letters, digits, - and _
    name: String,
    /// The organisation that everything it receives belongs to; it must be in public.organizations
    #[arg(long, value_name = "UUID")]
    organization: Uuid,
    /// The tier that sets the organisation's hourly limit; the tiers are a parameter of template.yaml
    #[arg(long, value_name = "TIER")]
    tier: Option<String>,
    /// Proof settings, where the provider's defaults are not what it sends
    #[arg(long, value_name = "JSON")]
    settings: Option<String>,
    /// Read the secret from standard input instead of generating one
    #[arg(long)]
    secret_stdin: bool,
}

impl Add {
    pub(super) async fn run(self, directory: &Directory) -> Result<()> {
        let place = Known::of(&self.provider)?.place;
        let secret = self.secret_stdin.then(given::from_stdin).transpose()?;
        let added = directory
            .add(NewEndpoint {
                name: self.name.clone(),
                provider: self.provider.clone(),
                organization: self.organization,
                tier: self.tier,
                settings: self.settings,
                secret,
            })
            .await?;
        for found in &added.found {
            eprintln!("{found} was there already and was kept");
        }
        println!("{} takes webhooks of {}.\n", self.name, self.provider);
        println!("  URL     {}", added.url);
        if let Some(secret) = &added.chosen {
            println!("  Secret  {}", secret.expose());
            println!("\nThe secret is shown this once. At the provider it is {place}.");
        }
        Ok(())
    }
}
