//! What was set when the stage was deployed.

use anyhow::{Result, ensure};
use sallyport::rate_limit::Tiers;

use super::super::Trial;
use super::Found;
use crate::{aws::told, stage::Stage};

/// Outputs that the commands and the checks stand on.
const OUTPUTS: [&str; 13] = [
    "ApiUrl",
    "EndpointsTable",
    "DeliveriesTable",
    "LimitsTable",
    "CircuitsTable",
    "DeliveriesQueueUrl",
    "DeliveriesDeadLetterQueueUrl",
    "TranscriptsQueueUrl",
    "AlertsQueueUrl",
    "OversizeBucket",
    "LimitsSecret",
    "DatabaseSecret",
    "PostgrestUrl",
];

/// Lists every error, not the first.
pub(super) async fn complete(trial: &mut Trial) -> Result<Found> {
    let mut errors = Vec::new();
    let outputs = &trial.reached.outputs;
    for name in OUTPUTS {
        if outputs.get(name).map_or("", str::trim).is_empty() {
            errors.push(format!("the stack has no output {name}"));
        }
    }
    let secrets = aws_sdk_secretsmanager::Client::new(&trial.reached.aws);
    for name in ["LimitsSecret", "DatabaseSecret"] {
        let Ok(id) = outputs.get(name) else { continue };
        match secrets.get_secret_value().secret_id(id).send().await {
            Ok(answer) if !answer.secret_string().unwrap_or_default().is_empty() => {}
            Ok(_) => errors.push(format!("the secret {name} is empty")),
            Err(error) => errors.push(format!("the secret {name}: {:#}", told(error))),
        }
    }
    let tiers = trial.reached.parameter("OrganizationTiers").await?;
    if Tiers::parse(&tiers).is_err() {
        errors.push("the parameter OrganizationTiers cannot be read".to_owned());
    }
    let dsn = trial
        .reached
        .parameter("SentryDsn")
        .await
        .unwrap_or_default();
    if dsn.is_empty() && trial.reached.stage == Stage::Prod {
        errors.push("the parameter SentryDsn is empty: errors reach nobody".to_owned());
    }
    ensure!(errors.is_empty(), "{}", errors.join("; "));
    Ok(Found::Shown(format!(
        "{} outputs, 2 secrets, the parameters",
        OUTPUTS.len()
    )))
}
