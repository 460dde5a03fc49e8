//! `replay`: dead deliveries are begun again.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write, stderr};

use anyhow::{Context, Result, bail};
use clap::Args;
use sallyport::delivery::DeliveryId;

use crate::{
    delivery::{Deliveries, Order, Plan, Step, Which},
    stack::home::Home,
    stage::OnStage,
};

/// `replay`.
#[derive(Debug, Args)]
#[command(after_help = "\
Mend the cause first: what is begun again fails again otherwise, five times, and is a dead letter again.

Prints what it is going to do, then does it: each dead letter goes into the deliveries queue and then out of the dead
letters. What was applied already is applied no second time. It may be interrupted at any point and run again.

Each delivery gets a new attempt identity. Who (your AWS identity) replayed it and why is written to the audit log
before it is sent; identifiers of people are removed from the reason.

Examples:
  cargo sallyport replay --dead-letters --reason \"after the price list was mended\" --dry-run
  cargo sallyport replay dlv_4d4045e00194b65e5e47542da3f9763a --reason \"row level policy mended\" --stage prod
  cargo sallyport replay --dead-letters --reason \"database was full\" --rate 20/s --stage prod")]
pub struct Replay {
    #[command(flatten)]
    on: OnStage,
    /// The deliveries, as `deliveries --state dead` shows them
    #[arg(value_name = "DELIVERY", value_parser = parse_delivery, required_unless_present = "dead_letters")]
    deliveries: Vec<DeliveryId>,
    /// Every dead letter
    #[arg(long, conflicts_with = "deliveries")]
    dead_letters: bool,
    /// Why: one line of at most 200 characters, kept in the audit log
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Only print what would be done
    #[arg(long)]
    dry_run: bool,
    /// Deliveries to send each second, at most
    #[arg(long, default_value = "5/s", value_name = "N/s", value_parser = parse_rate)]
    rate: u32,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn parse_delivery(text: &str) -> Result<DeliveryId> {
    DeliveryId::parse(text).context("a delivery is dlv_ and 32 hexadecimal digits")
}

/// `20/s`, or `20`.
fn parse_rate(text: &str) -> Result<u32> {
    let number = text.strip_suffix("/s").unwrap_or(text).parse();
    let number = number.ok().filter(|rate| (1..=1000).contains(rate));
    number.context("a rate is 1/s to 1000/s")
}

impl Replay {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let order = Order::new(&self.reason, self.rate)?;
        let which = if self.dead_letters {
            Which::DeadLetters
        } else {
            Which::These(self.deliveries.iter().cloned().collect::<BTreeSet<_>>())
        };
        let reached = self.on.stage.reach(home).await?;
        let deliveries = Deliveries::open(&reached).await?;
        let plan = deliveries.plan(&which).await?;
        if !self.json {
            show(&plan, &order, &mut std::io::stdout().lock())?;
        }
        if self.dry_run {
            if self.json {
                println!("{}", serde_json::json!({ "plan": plan, "done": null }));
            }
            return Ok(());
        }
        let shown = stderr().is_terminal() && !self.json;
        let all = plan.planned.len();
        let done = deliveries
            .replay(&plan, &order, |done| {
                if shown {
                    eprint!("\r{done} of {all} ");
                }
            })
            .await?;
        if shown && all > 0 {
            eprintln!();
        }
        if self.json {
            println!("{}", serde_json::json!({ "plan": plan, "done": done }));
        } else if all > 0 {
            println!(
                "{} sent, {} removed because they were applied before. `deliveries` shows what becomes of them.",
                done.sent, done.removed
            );
        }
        if done.missing > 0 {
            bail!(
                "{} were hidden or gone: somebody else looks at them. Run it again in two minutes",
                done.missing
            );
        }
        if !plan.refused.is_empty() && !self.dead_letters {
            bail!("{} cannot be replayed", plan.refused.len());
        }
        Ok(())
    }
}

fn show(plan: &Plan, order: &Order, out: &mut impl Write) -> Result<()> {
    if plan.planned.is_empty() {
        writeln!(out, "There is nothing to replay.")?;
    } else {
        writeln!(out, "Plan, for this reason: {}", order.reason())?;
    }
    for planned in &plan.planned {
        let what = match planned.step {
            Step::Send => "send    ",
            Step::Remove => "remove  ",
        };
        let reason = match (planned.step, &planned.reason) {
            (Step::Remove, _) => "was applied",
            (Step::Send, reason) => reason.as_deref().unwrap_or("no reason is known"),
        };
        writeln!(
            out,
            "  {what}{}  {} {}  ({reason})",
            planned.delivery, planned.provider, planned.event_type
        )?;
    }
    for refused in &plan.refused {
        writeln!(out, "  not     {}  {}", refused.what, refused.why)?;
    }
    if plan.truncated {
        writeln!(
            out,
            "  … and more dead letters than were looked at: run it again for them"
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sallyport::webhook::EventKey;

    use super::*;
    use crate::delivery::{Planned, Refused};

    #[test]
    fn the_plan_says_what_is_sent_what_is_not_and_why() {
        let delivery = DeliveryId::derive("vapi-demo", &EventKey::of(["a"]));
        let dead = Planned {
            letter: "m-1".into(),
            delivery: delivery.clone(),
            provider: "vapi".into(),
            event_type: "status-update".into(),
            reason: Some("database_refused".into()),
            step: Step::Send,
        };
        let applied = Planned {
            step: Step::Remove,
            ..dead.clone()
        };
        let plan = Plan {
            planned: vec![dead, applied],
            refused: vec![Refused {
                what: "m-2".into(),
                why: "malformed queue message".into(),
            }],
            truncated: false,
        };
        let mut out = Vec::new();
        let order = Order::new("mended the policy", 5).unwrap();
        show(&plan, &order, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            format!(
                "\
Plan, for this reason: mended the policy
  send    {delivery}  vapi status-update  (database_refused)
  remove  {delivery}  vapi status-update  (was applied)
  not     m-2  malformed queue message
"
            )
        );
    }

    #[test]
    fn a_reason_is_required_bounded_and_kept_without_people() {
        for text in ["", "  ", "a\nb", &"x".repeat(201)] {
            assert!(Order::new(text, 5).is_err(), "{text:?}");
        }
        let order = Order::new("Call +1 415 555 0142 back: policy of v2.3 mended", 5).unwrap();
        assert!(!order.reason().contains("0142"), "{}", order.reason());
        assert!(order.reason().contains("mended"), "{}", order.reason());
    }

    #[test]
    fn a_rate_is_a_number_a_second() {
        assert_eq!(
            (parse_rate("20/s").unwrap(), parse_rate("7").unwrap()),
            (20, 7)
        );
        for text in ["0", "0/s", "-1", "fast", "5/min", "1001"] {
            assert!(parse_rate(text).is_err(), "{text}");
        }
    }
}
