//! `cost`: what a month of webhooks costs.

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use serde_json::json;

use crate::{
    cost::{AS_OF, Bill, Own, Question, reckon},
    stack::{home::Home, template::Template},
};

/// The sizes that are shown when none is asked for.
const SIZES: [f64; 3] = [1e6, 1e8, 1e10];

/// `cost`.
#[derive(Debug, Args)]
#[command(after_help = "\
Arithmetic, not a quotation: what a delivery uses (counted by the tests on the wire), times the list prices of us-east-1.
Without Supabase's and the providers' bills, taxes, discounts and free tiers. The busiest time is taken to be five times
the average.

Examples:
  cargo sallyport cost
  cargo sallyport cost --per-month 25M
  cargo sallyport cost --per-month 10B --database-per-second 5000")]
pub struct Cost {
    /// Webhooks a month: 250000, 25M, 10B; may be given again
    #[arg(long, value_name = "N", value_parser = parse_count)]
    per_month: Vec<f64>,
    /// Deliveries a second that the database takes: measure yours
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    database_per_second: u32,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn parse_count(text: &str) -> Result<f64> {
    let (number, unit) = match text.char_indices().next_back() {
        Some((at, 'k' | 'K')) => (&text[..at], 1e3),
        Some((at, 'M')) => (&text[..at], 1e6),
        Some((at, 'B')) => (&text[..at], 1e9),
        _ => (text, 1.0),
    };
    let number: f64 = number
        .parse()
        .ok()
        .context("a number, as 250000, 25M or 10B")?;
    let count = number * unit;
    ensure!((1.0..=1e12).contains(&count), "from 1 to 1000B webhooks");
    Ok(count)
}

impl Cost {
    pub(super) fn run(self, home: &Home) -> Result<()> {
        let template = Template::read(&home.workspace.join("template.yaml"))?;
        let sizes = if self.per_month.is_empty() {
            SIZES.to_vec()
        } else {
            self.per_month
        };
        let bill = |webhooks: f64| {
            let question = Question {
                webhooks,
                database_per_s: f64::from(self.database_per_second),
                own: Own::MEASURED,
            };
            reckon(&template, question)
        };
        let bills = sizes.into_iter().map(bill).collect::<Result<Vec<_>>>()?;
        if self.json {
            println!("{}", json!({ "prices_as_of": AS_OF, "bills": bills }));
        } else {
            show(&bills);
        }
        Ok(())
    }
}

fn show(bills: &[Bill]) {
    let row = |name: &str, cells: Vec<String>| {
        let cells: String = cells
            .iter()
            .map(|cell| format!("{cell:>14}"))
            .collect::<Vec<_>>()
            .concat();
        println!("{name:<32}{cells}");
    };
    row(
        "webhooks a month",
        bills.iter().map(|bill| count(bill.webhooks)).collect(),
    );
    let names = bills
        .iter()
        .flat_map(|bill| &bill.components)
        .map(|(name, _)| *name);
    let mut seen = Vec::new();
    for name in names {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let of = |bill: &Bill| {
            bill.components
                .iter()
                .find(|(one, _)| *one == name)
                .map_or(0.0, |(_, d)| *d)
        };
        row(name, bills.iter().map(|bill| dollars(of(bill))).collect());
    }
    row(
        "together",
        bills.iter().map(|bill| dollars(bill.total())).collect(),
    );
    row(
        "for a million",
        bills
            .iter()
            .map(|bill| dollars(bill.total() / bill.webhooks * 1e6))
            .collect(),
    );
    println!("\nWhat gives first, at five times the average:");
    for bill in bills {
        let percent = bill.first_limit.used * 100.0;
        println!(
            "  {:>8}  {}: {percent:.1} % used",
            count(bill.webhooks),
            bill.first_limit.name
        );
    }
    println!(
        "\nList prices of us-east-1, {AS_OF}; infra/runbooks/scale.md says what to change at each size."
    );
}

fn dollars(amount: f64) -> String {
    if amount < 100.0 {
        format!("${amount:.2}")
    } else {
        format!("${amount:.0}")
    }
}

fn count(number: f64) -> String {
    match number {
        n if n >= 1e9 => format!("{} B", n / 1e9),
        n if n >= 1e6 => format!("{} M", n / 1e6),
        n => format!("{n}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_may_have_a_unit() {
        let read = |text| parse_count(text).ok();
        assert_eq!(read("25M"), Some(25e6));
        assert_eq!(read("10B"), Some(1e10));
        assert_eq!(read("250000"), Some(250_000.0));
        for text in ["", "M", "-1", "0", "1e13", "NaN", "inf", "2T"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
