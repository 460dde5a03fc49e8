//! `retention plan`.

use std::io::{Write, stdout};

use anyhow::Result;
use clap::Args;
use sallyport::{clock::rfc3339_ms, retention::Planned, retention::Retention};
use uuid::Uuid;

/// `retention plan`.
#[derive(Debug, Args)]
pub(super) struct Plan {
    /// Only this record class
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Only this organisation
    #[arg(long, value_name = "UUID")]
    organization: Option<Uuid>,
    /// Print JSON, one object for each class and organisation
    #[arg(long)]
    json: bool,
}

impl Plan {
    pub(super) async fn run(self, stores: &Retention) -> Result<()> {
        let planned = stores
            .plan(self.class.as_deref(), self.organization)
            .await?;
        let mut out = stdout().lock();
        if self.json {
            for row in &planned {
                writeln!(out, "{}", serde_json::to_string(row)?)?;
            }
            return Ok(());
        }
        table(&planned, &mut out)?;
        Ok(())
    }
}

fn table(planned: &[Planned], out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "{:<16}  {:<36}  {:>6}  {:>9}  {:>9}  OLDEST",
        "CLASS", "ORGANISATION", "DAYS", "DUE", "HELD"
    )?;
    for row in planned {
        writeln!(
            out,
            "{:<16}  {:<36}  {:>6}  {:>9}  {:>9}  {}",
            row.class,
            row.org_id,
            row.keep_days,
            row.due,
            row.held,
            row.oldest.map_or_else(|| "-".to_owned(), rfc3339_ms),
        )?;
    }
    let (due, held) = planned
        .iter()
        .fold((0, 0), |(due, held), row| (due + row.due, held + row.held));
    writeln!(
        out,
        "{due} would go and {held} are held. Claims and stored bodies are counted by `retention run <class> --dry-run`."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_says_what_would_go_and_what_is_held() {
        let row = Planned {
            class: "messages".into(),
            org_id: Uuid::from_u128(7),
            keep_days: 730,
            due: 1200,
            held: 3,
            oldest: Some(time::OffsetDateTime::UNIX_EPOCH),
        };
        let mut out = Vec::new();
        table(&[row], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "\
CLASS             ORGANISATION                            DAYS        DUE       HELD  OLDEST
messages          00000000-0000-0000-0000-000000000007     730       1200          3  1970-01-01T00:00:00.000Z
1200 would go and 3 are held. Claims and stored bodies are counted by `retention run <class> --dry-run`.
"
        );
    }
}
