//! The environment with which a function outside the stack (`cargo lambda watch`, a debugger) uses it.

use std::{fmt::Write, fs};

use anyhow::Result;

use super::{deploy::Outputs, emulator::REGION, home::Home, sandbox::sentry_dsn, state::Summary};

/// The file's name, in the stack's folder.
const FILE: &str = "functions.env";

/// Where alerts send people.
const RUNBOOK: &str = "https://sallyport.example/runbook.md";

/// The variables of the functions' configuration and the outputs of the template that hold their values.
const FROM_OUTPUTS: [(&str, &str); 13] = [
    ("ENDPOINTS_TABLE", "EndpointsTable"),
    ("DELIVERIES_TABLE", "DeliveriesTable"),
    ("CIRCUITS_TABLE", "CircuitsTable"),
    ("LIMITS_TABLE", "LimitsTable"),
    ("LIMITS_SECRET", "LimitsSecret"),
    ("DELIVERIES_QUEUE_URL", "DeliveriesQueueUrl"),
    ("DEAD_LETTER_QUEUE_URL", "DeliveriesDeadLetterQueueUrl"),
    ("TRANSCRIPTS_QUEUE_URL", "TranscriptsQueueUrl"),
    ("OVERSIZE_BUCKET", "OversizeBucket"),
    ("DATABASE_SECRET", "DatabaseSecret"),
    ("ALERTS_TABLE", "AlertsTable"),
    ("ALERTS_QUEUE_URL", "AlertsQueueUrl"),
    ("ALERTS_SECRET", "AlertsSecret"),
];

/// Writes `functions.env` into the stack's folder, one `NAME=value` a line.
pub fn write(home: &Home, outputs: &Outputs, summary: &Summary) -> Result<()> {
    let mut text = String::new();
    let sentry_dsn = sentry_dsn(&summary.sandbox_url);
    let fixed = [
        ("AWS_ENDPOINT_URL", summary.aws_endpoint_url.as_str()),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", REGION),
        ("SALLYPORT_STAGE", "local"),
        ("MAX_RECEIVE_COUNT", "5"),
        ("PUBLIC_BASE_URL", summary.api_url.as_str()),
        ("POSTGREST_URL", summary.postgrest_url.as_str()),
        ("SENTRY_DSN", sentry_dsn.as_str()),
        ("PROVIDERS_URL", summary.sandbox_url.as_str()),
        ("RUNBOOK_URL", RUNBOOK),
    ];
    for (name, value) in fixed {
        writeln!(text, "{name}={value}")?;
    }
    for (name, output) in FROM_OUTPUTS {
        writeln!(text, "{name}={}", outputs.get(output)?)?;
    }
    Ok(fs::write(home.stack.join(FILE), text)?)
}
