//! What a month of webhooks costs on AWS, by component, and what gives first as they grow.
//!
//! The figures are arithmetic: what one delivery uses (`usage`, counted by tests where it can be), times its price
//! (`prices`). What Supabase charges for the database, and what providers charge for calls and messages, is not in them.

mod prices;
pub mod usage;

pub use prices::AS_OF;
pub use usage::Own;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::stack::template::Template;
use usage::{CLAIM_BYTES, CLAIM_DAYS, IDLE_POLLS, LOG_BYTES, METRICS, QUEUES, TRANSCRIPTS};

/// Seconds of a month.
const MONTH_S: f64 = 730.0 * 3600.0;
/// How much more comes in at the busiest time than on average: clinics call by day.
const PEAK: f64 = 5.0;
const GIGABYTE: f64 = 1e9;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// Webhooks a month.
    pub webhooks: f64,
    /// Deliveries a second that the database takes.
    pub database_per_s: f64,
    /// What the functions take by themselves.
    pub own: Own,
}

/// A month's bill, in US dollars.
#[derive(Clone, Debug, Serialize)]
pub struct Bill {
    /// Webhooks a month.
    pub webhooks: f64,
    /// By component.
    pub components: Vec<(&'static str, f64)>,
    /// What gives first, at the busiest time.
    pub first_limit: Limit,
}

/// Something of which there is only so much.
#[derive(Clone, Debug, Serialize)]
pub struct Limit {
    /// What.
    pub name: &'static str,
    /// How much of it is used at the busiest time, where 1 is all.
    pub used: f64,
}

impl Bill {
    /// The sum.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.components.iter().map(|(_, dollars)| dollars).sum()
    }
}

/// Reckons a month on the stack of `template`.
///
/// # Errors
/// When the template does not say how much memory its functions have.
pub fn reckon(template: &Template, question: Question) -> Result<Bill> {
    let memory = template
        .memory_mb()
        .context("the template's functions have no MemorySize")?;
    let gigabytes = f64::from(memory) / 1024.0;
    let (n, own) = (question.webhooks, question.own);
    let per_second = n / MONTH_S;
    let batch = usage::batch(per_second);
    let transcripts = n * TRANSCRIPTS;
    // Each with batches of its own: transcripts come a tenth as often.
    let small = usage::batch(per_second * TRANSCRIPTS);

    let invocations = n + n / batch + transcripts / small;
    let seconds = n * own.receiver_s()
        + n / batch * own.consumer_s(batch)
        + transcripts / small * own.redaction_s(small);
    // Sent one by one, received and deleted in batches.
    let messages = |count: f64, batch: f64| count + 2.0 * count / batch;
    let polls = QUEUES * IDLE_POLLS;
    let queue = messages(n, batch) + messages(transcripts, small) + polls;
    let stored = n / 30.0 * CLAIM_DAYS * CLAIM_BYTES / GIGABYTE;
    let count = |kind: &str| count_of(template, kind);
    let components = vec![
        ("API Gateway", prices::http_api(n)),
        ("Lambda", prices::lambda(invocations, seconds * gigabytes)),
        ("SQS", prices::sqs(queue)),
        (
            "DynamoDB",
            prices::dynamodb(n * f64::from(usage::WRITE_UNITS), stored),
        ),
        (
            "CloudWatch logs",
            prices::logs(n * f64::from(LOG_BYTES) / GIGABYTE),
        ),
        (
            "alarms, secrets, key, metrics",
            prices::standing(
                count("AWS::CloudWatch::Alarm"),
                count("AWS::SecretsManager::Secret"),
                count("AWS::KMS::Key"),
                METRICS,
            ),
        ),
    ];
    Ok(Bill {
        webhooks: n,
        components,
        first_limit: first_limit(question, per_second * PEAK),
    })
}

fn count_of(template: &Template, kind: &str) -> f64 {
    u32::try_from(template.of_type(kind)).map_or(f64::MAX, f64::from)
}

/// The quotas are an account's defaults, all of which AWS raises on request.
fn first_limit(question: Question, peak_per_s: f64) -> Limit {
    let own = question.own;
    let batch = usage::batch(peak_per_s);
    let at_once = peak_per_s * (own.receiver_s() + own.consumer_s(batch) / batch);
    // Three of the four write units are the claim's.
    let claims = peak_per_s * f64::from(usage::WRITE_UNITS - 1);
    let limits = [
        (
            "the database's writes",
            peak_per_s / question.database_per_s,
        ),
        (
            "API Gateway's 10,000 requests a second",
            peak_per_s / 10_000.0,
        ),
        ("Lambda's 1,000 environments", at_once / 1000.0),
        (
            "DynamoDB's 40,000 write units a second and table",
            claims / 40_000.0,
        ),
    ];
    let by_use = |one: &&(&str, f64), other: &&(&str, f64)| one.1.total_cmp(&other.1);
    let (name, used) = limits
        .iter()
        .max_by(by_use)
        .copied()
        .unwrap_or(("nothing", 0.0));
    Limit { name, used }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn bill(webhooks: f64) -> Bill {
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
        let question = Question {
            webhooks,
            database_per_s: 1000.0,
            own: Own::MEASURED,
        };
        reckon(&Template::read(&template).unwrap(), question).unwrap()
    }

    #[test]
    fn a_larger_month_costs_more_in_all_and_less_for_each() {
        let bills = [1e6, 1e8, 1e10].map(bill);
        for pair in bills.windows(2) {
            let [small, large] = pair else { unreachable!() };
            assert!(large.total() > small.total());
            assert!(large.total() / large.webhooks < small.total() / small.webhooks);
        }
        // A million: not below what API Gateway and the write units alone cost, and no more than a dinner.
        let small = bills[0].total();
        assert!((3.5..100.0).contains(&small), "{small}");
    }

    #[test]
    fn the_database_gives_first() {
        let bill = bill(1e10);
        assert!(bill.first_limit.name.contains("database"));
        // 10 billion a month are 3,805 a second, five times that at the peak.
        assert!((bill.first_limit.used - 19.0).abs() < 0.1, "{bill:?}");
    }
}
