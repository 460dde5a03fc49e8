//! `status`: what runs, where, and what waits in the queues.

use anyhow::Result;
use aws_sdk_sqs::types::QueueAttributeName::{
    ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible,
};
use clap::Args;
use serde::Serialize;
use serde_json::json;

use crate::{
    aws,
    stack::{home::Home, process, state::State},
};

#[derive(Debug, Args)]
pub struct Status {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// One part of the stack.
#[derive(Debug, Serialize)]
struct Part {
    name: &'static str,
    url: String,
    answers: bool,
}

/// How many messages a queue holds.
#[derive(Debug, Serialize)]
struct Depth {
    queue: &'static str,
    waiting: String,
    in_flight: String,
}

impl Status {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let state = State::require(home)?;
        let summary = &state.summary;
        let parts = vec![
            part(
                "API",
                &summary.api_url,
                &format!("{}/health", summary.api_url),
            )
            .await,
            part(
                "PostgREST",
                &summary.postgrest_url,
                &format!("{}/organizations?limit=0", summary.postgrest_url),
            )
            .await,
            part(
                "sandbox",
                &summary.sandbox_url,
                &format!("{}/_sandbox/requests", summary.sandbox_url),
            )
            .await,
            part(
                "AWS",
                &summary.aws_endpoint_url,
                &format!("{}/_ministack/health", summary.aws_endpoint_url),
            )
            .await,
        ];
        let queues = vec![
            depth(&state, "deliveries", &state.deliveries_queue_url).await?,
            depth(
                &state,
                "deliveries dead letters",
                &state.dead_letter_queue_url,
            )
            .await?,
        ];
        let functions = running_functions(home);
        if self.json {
            println!(
                "{}",
                json!({ "supervisor": state.supervisor, "parts": parts, "queues": queues, "functions": functions })
            );
            return Ok(());
        }
        println!(
            "Stack of {} (supervisor: process {})\n",
            home.stack.display(),
            state.supervisor
        );
        for part in parts {
            println!(
                "  {} {:<10} {}",
                if part.answers { "✓" } else { "✗" },
                part.name,
                part.url
            );
        }
        println!("\n  Queue                     waiting   in flight");
        for depth in queues {
            println!(
                "  {:<25} {:>7}   {:>9}",
                depth.queue, depth.waiting, depth.in_flight
            );
        }
        println!(
            "\n  Warm functions: {}",
            if functions.is_empty() {
                "none".to_owned()
            } else {
                functions.join(", ")
            }
        );
        Ok(())
    }
}

async fn part(name: &'static str, url: &str, probe: &str) -> Part {
    let client = reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(3))
        .build();
    let answers = match client {
        // Any answer below 500 is an answer: PostgREST may well refuse an anonymous reader.
        Ok(client) => client
            .get(probe)
            .send()
            .await
            .is_ok_and(|answer| answer.status().as_u16() < 500),
        Err(_) => false,
    };
    Part {
        name,
        url: url.to_owned(),
        answers,
    }
}

async fn depth(state: &State, queue: &'static str, url: &str) -> Result<Depth> {
    let attributes = aws_sdk_sqs::Client::new(&aws::local(&state.summary.aws_endpoint_url))
        .get_queue_attributes()
        .queue_url(url)
        .attribute_names(ApproximateNumberOfMessages)
        .attribute_names(ApproximateNumberOfMessagesNotVisible)
        .send()
        .await
        .map_err(aws_sdk_sqs::Error::from)?
        .attributes
        .unwrap_or_default();
    let count = |name| {
        attributes
            .get(&name)
            .cloned()
            .unwrap_or_else(|| "?".to_owned())
    };
    Ok(Depth {
        queue,
        waiting: count(ApproximateNumberOfMessages),
        in_flight: count(ApproximateNumberOfMessagesNotVisible),
    })
}

fn running_functions(home: &Home) -> Vec<String> {
    let mut names: Vec<String> = process::marked(&home.stack)
        .iter()
        .filter_map(|process| {
            process
                .variable("AWS_LAMBDA_FUNCTION_NAME")
                .map(str::to_owned)
        })
        .collect();
    names.sort();
    names.dedup();
    names
}
