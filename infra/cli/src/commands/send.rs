//! `send`: posts a signed sample and follows it until it rests.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    sample::{Expected, Unsigned},
    stack::{home::Home, state::State},
};

#[derive(Debug, Args)]
pub struct Send {
    /// The provider, as in the webhook's URL: vapi, …
    provider: String,
    /// The sample: a file of events/<provider>/, without .json
    event: String,
    /// Send this file instead (an API Gateway event, payload 2.0)
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// How often the same delivery is sent: all but the first are duplicates
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    repeat: u32,
    /// Spoil the request after signing it: it must be refused
    #[arg(long)]
    tamper: bool,
    /// How long to follow the delivery, in seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    patience: u64,
}

impl Send {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let state = State::require(home)?;
        let endpoint = state
            .summary
            .endpoints
            .iter()
            .find(|endpoint| endpoint.provider == self.provider);
        let endpoint = endpoint.with_context(|| {
            let known: Vec<&str> = state
                .summary
                .endpoints
                .iter()
                .map(|e| e.provider.as_str())
                .collect();
            format!(
                "the demo tenant has no endpoint of {:?}; it has: {}",
                self.provider,
                known.join(", ")
            )
        })?;
        let now = OffsetDateTime::now_utc();
        let mut request = Unsigned::read(
            home,
            &self.provider,
            &self.event,
            self.file.as_deref(),
            &endpoint.url,
        )?;
        request.refresh(&self.provider, now)?;
        request.sign(&self.provider, &endpoint.secret, now)?;
        let expected = request.expected(&self.provider, now)?;
        if self.tamper {
            request.tamper();
        }
        println!(
            "POST {}  ({} {}, {} bytes)",
            request.url,
            self.provider,
            self.event,
            request.body.len()
        );
        let client = Client::new();
        let mut delivery = None;
        for _ in 0..self.repeat {
            let (status, answer, took) = post(&client, &request).await?;
            println!("  {} {}  in {}", status.as_u16(), answer, millis(took));
            if self.tamper {
                if status.is_success() {
                    bail!("a spoiled request was accepted");
                }
                println!("Refused, as it should be.");
                return Ok(());
            }
            if !status.is_success() {
                bail!("refused: {}", problem(&answer));
            }
            delivery = delivery.or_else(|| delivery_of(&answer));
        }
        // Some providers want an answer of their own shape, which names no delivery.
        let delivery = match (delivery, expected) {
            (Some(delivery), _) | (None, Expected::Delivery(delivery)) => delivery,
            (None, Expected::Handshake) => {
                println!("A handshake: answered, and nothing to follow.");
                return Ok(());
            }
        };
        let log = follow(
            &client,
            &state,
            &delivery,
            Duration::from_secs(self.patience),
        )
        .await?;
        report(&log);
        Ok(())
    }
}

async fn post(client: &Client, request: &Unsigned) -> Result<(StatusCode, String, Duration)> {
    let start = Instant::now();
    let mut post = client.post(&request.url).body(request.body.clone());
    for (name, value) in &request.headers {
        if !name.eq_ignore_ascii_case("host") && !name.eq_ignore_ascii_case("content-length") {
            post = post.header(name, value);
        }
    }
    let answer = post.send().await.context("post the webhook")?;
    let status = answer.status();
    let text = answer.text().await?;
    Ok((status, text, start.elapsed()))
}

fn delivery_of(answer: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(answer).ok()?;
    answer["delivery"].as_str().map(str::to_owned)
}

fn problem(answer: &str) -> String {
    serde_json::from_str::<Value>(answer)
        .ok()
        .and_then(|problem| {
            Some(format!(
                "{} ({})",
                problem["title"].as_str()?,
                problem["reason"].as_str()?
            ))
        })
        .unwrap_or_else(|| answer.to_owned())
}

/// Asks the delivery log until the delivery has come to rest.
async fn follow(
    client: &Client,
    state: &State,
    delivery: &str,
    patience: Duration,
) -> Result<Value> {
    let url = format!(
        "{}/webhook_deliveries?delivery=eq.{delivery}&select=*,calls(*)",
        state.summary.postgrest_url
    );
    let key = &state.summary.service_role_key;
    let start = Instant::now();
    loop {
        let rows: Vec<Value> = client
            .get(&url)
            .header("apikey", key)
            .bearer_auth(key)
            .send()
            .await?
            .error_for_status()
            .context("read the delivery log")?
            .json()
            .await?;
        if let Some(row) = rows.into_iter().next() {
            return Ok(row);
        }
        if start.elapsed() > patience {
            bail!(
                "{delivery} was accepted but has not come to rest after {} s: \
                 look at `cargo sallyport status` and `cargo sallyport logs queue-consumer`",
                patience.as_secs()
            );
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn report(log: &Value) {
    let at = |name: &str| -> Option<OffsetDateTime> {
        OffsetDateTime::parse(log[name].as_str()?, &Rfc3339).ok()
    };
    let (received, started, applied) = (at("received_at"), at("started_at"), at("applied_at"));
    println!(
        "\n{}  {}",
        log["delivery"].as_str().unwrap_or("?"),
        log["state"].as_str().unwrap_or("?")
    );
    if let Some(reason) = log["reason"].as_str() {
        println!("  reason                 {reason}");
    }
    let leg = |name: &str, from: Option<OffsetDateTime>, to: Option<OffsetDateTime>| {
        if let (Some(from), Some(to)) = (from, to) {
            println!("  {name:<22} {}", millis((to - from).unsigned_abs()));
        }
    };
    leg("received → consumer", received, started);
    leg("consumer → Postgres", started, applied);
    leg("in all", received, applied);
    if let Some(call) = log["calls"].as_object() {
        println!("\nThe call's row in Postgres:");
        for (column, value) in call.iter().filter(|(_, value)| !value.is_null()) {
            println!(
                "  {column:<22} {}",
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            );
        }
    }
}

fn millis(duration: Duration) -> String {
    format!("{:.0} ms", duration.as_secs_f64() * 1000.0)
}
