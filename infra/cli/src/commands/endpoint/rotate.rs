//! `endpoint rotate`.

use anyhow::{Context, Result};
use clap::Args;

use super::given;
use crate::endpoint::{Directory, Known};

/// `endpoint rotate`.
#[derive(Debug, Args)]
#[command(after_help = "\
The way of a rotation:
  1. `rotate <name>`: the new secret is accepted, and the old one still is.
  2. Set the new secret at the provider. (Issued by the provider: roll it there first, then pass it with
     --secret-stdin.)
  3. When the provider signs with it, `rotate <name> --finish`: the old one is refused.

Receivers read a secret again after five minutes, or half a minute after the last look when a proof fails.")]
pub(super) struct Rotate {
    /// The endpoint
    name: String,
    /// Retire the secret before the current one: what is still signed with it will be refused
    #[arg(long, conflicts_with_all = ["secret_stdin", "force"])]
    finish: bool,
    /// Read the new secret from standard input instead of generating one
    #[arg(long)]
    secret_stdin: bool,
    /// Rotate although a rotation is open: the secret before the current one is dropped at once
    #[arg(long)]
    force: bool,
}

impl Rotate {
    pub(super) async fn run(self, directory: &Directory) -> Result<()> {
        let name = &self.name;
        if self.finish {
            if directory.finish_rotation(name).await? {
                println!(
                    "The previous secret of {name} is retired: within five minutes every receiver refuses it."
                );
            } else {
                println!("No rotation of {name} is open: only its current secret is accepted.");
            }
            return Ok(());
        }
        let given = self.secret_stdin.then(given::from_stdin).transpose()?;
        let rotation = directory.prepare_rotation(name, given, self.force).await?;
        // Shown before it is in use: whatever happens now, no secret is accepted that nobody has.
        if rotation.chosen {
            println!("The new secret of {name}, shown this once:\n");
            println!("  Secret  {}\n", rotation.secret.expose());
        }
        let begun = directory.begin_rotation(&rotation).await;
        begun.with_context(|| format!("the new secret of {name} counts for nothing"))?;
        println!("It is accepted from now on, and the one before it too.\n");
        println!(
            "Next: in half a minute, when every receiver can know it, set it at the provider:"
        );
        println!("  {}", Known::of(&rotation.endpoint.provider)?.place);
        println!("Then, when the provider signs with it:");
        println!("  cargo sallyport endpoint rotate {name} --finish");
        Ok(())
    }
}
