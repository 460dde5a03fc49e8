//! `endpoint list`.

use std::io::Write;

use anyhow::Result;
use clap::Args;

use crate::commands::age::age;
use crate::endpoint::{Directory, Listed, Listing};

/// `endpoint list`.
#[derive(Debug, Args)]
#[command(after_help = "\
HELD counts the deliveries that wait for their endpoint to be enabled; `1000+` when there are more. Of an enabled
endpoint they wait for `enable <name> --release-only`. ROTATION is open while the previous secret is accepted too.")]
pub(super) struct List {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) async fn run(self, directory: &Directory) -> Result<()> {
        let listing = directory.list().await?;
        if self.json {
            println!("{}", serde_json::to_string(&listing)?);
            return Ok(());
        }
        table(&listing, &mut std::io::stdout().lock())
    }
}

fn table(listing: &Listing, out: &mut impl Write) -> Result<()> {
    let longest = |text: fn(&Listed) -> &str, title: &str| {
        let lengths = listing
            .endpoints
            .iter()
            .map(|endpoint| text(endpoint).len());
        lengths.max().unwrap_or_default().max(title.len())
    };
    let name = longest(|endpoint| &endpoint.name, "NAME");
    let provider = longest(
        |endpoint| endpoint.provider.as_deref().unwrap_or("?"),
        "PROVIDER",
    );
    let tier = longest(
        |endpoint| endpoint.tier.as_deref().unwrap_or("default"),
        "TIER",
    );
    writeln!(
        out,
        "{:<name$}  {:<provider$}  {:<36}  {:<tier$}  {:<8}  {:>5}  {:>6}  ROTATION",
        "NAME", "PROVIDER", "ORGANISATION", "TIER", "STATE", "HELD", "SECRET"
    )?;
    for endpoint in &listing.endpoints {
        let organization = endpoint.organization.map(|id| id.to_string());
        let held = &endpoint.held;
        let held = format!("{}{}", held.count, if held.more { "+" } else { "" });
        writeln!(
            out,
            "{:<name$}  {:<provider$}  {:<36}  {:<tier$}  {:<8}  {held:>5}  {:>6}  {}",
            endpoint.name,
            endpoint.provider.as_deref().unwrap_or("?"),
            organization.as_deref().unwrap_or("?"),
            endpoint.tier.as_deref().unwrap_or("default"),
            endpoint.state,
            endpoint.secret_age_s.map_or_else(|| "?".to_owned(), age),
            match endpoint.rotation_open {
                Some(true) => "open",
                Some(false) => "-",
                None => "?",
            }
        )?;
    }
    if listing.truncated {
        writeln!(out, "… and more than are listed")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::endpoint::HeldCount;

    use super::*;

    #[test]
    fn the_table_says_what_is_known_and_marks_what_is_not() {
        let front_desk = Listed {
            name: "front-desk".into(),
            provider: Some("vapi".into()),
            organization: Some(uuid::Uuid::from_u128(7)),
            tier: None,
            state: "disabled",
            held: HeldCount {
                count: 1000,
                more: true,
            },
            secret_age_s: Some(90 * 86_400),
            rotation_open: Some(true),
        };
        let damaged = Listed {
            name: "odd".into(),
            provider: None,
            organization: None,
            state: "damaged",
            secret_age_s: None,
            rotation_open: None,
            ..front_desk.clone()
        };
        let listing = Listing {
            endpoints: vec![front_desk, damaged],
            truncated: true,
        };
        let mut out = Vec::new();
        table(&listing, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "\
NAME        PROVIDER  ORGANISATION                          TIER     STATE      HELD  SECRET  ROTATION
front-desk  vapi      00000000-0000-0000-0000-000000000007  default  disabled  1000+     90d  open
odd         ?         ?                                     default  damaged   1000+       ?  ?
… and more than are listed
"
        );
    }
}
