//! What the stage says of itself.

use anyhow::{Result, ensure};
use serde_json::Value;

use super::super::Trial;
use super::Found;

pub(super) async fn alive(trial: &mut Trial) -> Result<Found> {
    let answer = trial.http.get(format!("{}/health", trial.api_url));
    let answer = answer.send().await?;
    ensure!(answer.status() == 200, "answered {}", answer.status());
    Ok(Found::Shown("200".to_owned()))
}

/// How many dead letters the readiness tells of, if it tells.
pub(super) async fn dead_letters(trial: &Trial) -> Result<Option<u64>> {
    let answer = trial.http.get(format!("{}/health/ready", trial.api_url));
    let body: Value = answer.send().await?.json().await?;
    Ok(count(&body))
}

fn count(body: &Value) -> Option<u64> {
    body["dependencies"]["dead_letter_queue"]["messages"].as_u64()
}

pub(super) async fn ready(trial: &mut Trial) -> Result<Found> {
    let answer = trial.http.get(format!("{}/health/ready", trial.api_url));
    let answer = answer.send().await?;
    let status = answer.status();
    let body: Value = answer.json().await?;
    let dependencies = &body["dependencies"];
    let told: Vec<String> = dependencies
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, state)| {
            let word = state["status"].as_str().unwrap_or("?");
            format!("{name} {word}")
        })
        .collect();
    let told = told.join(", ");
    ensure!(status == 200, "answered {status}: {told}");
    let dead = count(&body);
    ensure!(
        dead == Some(0),
        "{} dead letters: `sallyport deliveries --state dead` shows them",
        dead.map_or_else(
            || "an unknown number of".to_owned(),
            |dead| dead.to_string()
        )
    );
    Ok(Found::Shown(told))
}
