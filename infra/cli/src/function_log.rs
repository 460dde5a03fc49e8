//! Reads what the functions logged, from CloudWatch Logs.

use anyhow::Result;
use aws_config::SdkConfig;
use aws_sdk_cloudwatchlogs::Client;
use serde_json::Value;

/// Where Lambda puts the logs of its functions.
const PREFIX: &str = "/aws/lambda/";

/// One line that a function wrote.
#[derive(Clone, Debug)]
pub struct Line {
    /// When it was written, in milliseconds since 1970.
    pub at_ms: i64,
    /// The function's name.
    pub function: String,
    /// The line as it was written.
    pub text: String,
}

impl Line {
    /// Whether Lambda itself wrote it (`START`, `END`, `REPORT`).
    #[must_use]
    pub fn is_platform(&self) -> bool {
        ["START ", "END ", "REPORT ", "INIT_START "]
            .iter()
            .any(|prefix| self.text.starts_with(prefix))
    }

    /// The line for people: time, level, function, message, and the other fields as `name=value`.
    #[must_use]
    pub fn pretty(&self) -> String {
        let Ok(Value::Object(mut fields)) = serde_json::from_str::<Value>(&self.text) else {
            return format!("{:<24} {:<5} {:<18} {}", "", "", self.function, self.text);
        };
        let mut take = |name: &str| match fields.remove(name) {
            Some(Value::String(text)) => text,
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let (timestamp, level, service, message) = (
            take("timestamp"),
            take("level"),
            take("service"),
            take("message"),
        );
        let rest: Vec<String> = fields
            .iter()
            .filter(|(name, value)| {
                !value.is_null() && !matches!(name.as_str(), "function_name" | "location")
            })
            .map(|(name, value)| {
                format!(
                    "{name}={}",
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                )
            })
            .collect();
        format!(
            "{timestamp:<24} {level:<5} {service:<18} {message}  {}",
            rest.join(" ")
        )
    }
}

/// What the functions whose name contains `name` wrote since `since_ms`, oldest first.
pub async fn read(config: &SdkConfig, name: &str, since_ms: i64) -> Result<Vec<Line>> {
    let client = Client::new(config);
    let mut lines = Vec::new();
    for group in groups(&client, name).await? {
        let mut pages = client
            .filter_log_events()
            .log_group_name(&group)
            .start_time(since_ms)
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(aws_sdk_cloudwatchlogs::Error::from)?;
            lines.extend(page.events().iter().filter_map(|event| {
                Some(Line {
                    at_ms: event.timestamp()?,
                    function: group.trim_start_matches(PREFIX).to_owned(),
                    text: event.message()?.trim_end().to_owned(),
                })
            }));
        }
    }
    // Stable: lines of one millisecond keep the order in which their function wrote them.
    lines.sort_by_key(|line| line.at_ms);
    Ok(lines)
}

async fn groups(client: &Client, name: &str) -> Result<Vec<String>> {
    let mut groups = Vec::new();
    let mut pages = client
        .describe_log_groups()
        .log_group_name_prefix(PREFIX)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(aws_sdk_cloudwatchlogs::Error::from)?;
        groups.extend(
            page.log_groups()
                .iter()
                .filter_map(|group| group.log_group_name().map(str::to_owned)),
        );
    }
    groups.retain(|group| group.contains(name));
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_line_is_shown_with_its_message_first_and_its_fields_after() {
        let line = Line {
            at_ms: 0,
            function: "f".into(),
            text: r#"{"timestamp":"2026-11-01T12:00:00.000Z","level":"INFO","service":"webhook-receiver","message":"request","outcome":"accepted","latency_ms":12}"#.into(),
        };
        assert_eq!(
            line.pretty(),
            "2026-11-01T12:00:00.000Z INFO  webhook-receiver   request  latency_ms=12 outcome=accepted"
        );
    }
}
