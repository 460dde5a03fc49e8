//! Silences of a stage: what an operator keeps the relay from telling, for a time.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use sallyport::{
    alert::{Scope, Silence},
    clock::{from_unix_ms, rfc3339_ms},
};
use serde::Serialize;
use time::{Duration, OffsetDateTime};

use crate::{aws, stage::Reached};

/// How long an ended silence is kept before the table throws it away.
const KEPT: Duration = Duration::days(1);
/// What the keys of silences begin with.
const PREFIX: &str = "silence#";

/// The silences of one stage.
#[derive(Debug)]
pub struct Silences {
    client: Client,
    table: String,
}

/// A silence in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// A code, a function or a fingerprint.
    pub what: String,
    /// Until when, RFC 3339.
    pub until: String,
}

impl Silences {
    /// Those of the stage that was reached.
    ///
    /// # Errors
    /// When its stack does not tell where they are.
    pub fn open(reached: &Reached) -> Result<Self> {
        Ok(Self {
            client: Client::new(&reached.aws),
            table: reached.outputs.get("AlertsTable")?.to_owned(),
        })
    }

    /// Keeps `scope` from being told until `until`, in place of what was said of it before.
    ///
    /// # Errors
    /// When the table does not take it.
    pub async fn hold(&self, scope: &Scope, until: OffsetDateTime) -> Result<()> {
        let silence = Silence::until(until, OffsetDateTime::now_utc());
        let number = |number: i64| AttributeValue::N(number.to_string());
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .item("alert", AttributeValue::S(scope.key()))
            .item("version", number(1))
            .item(
                "record",
                AttributeValue::S(serde_json::to_string(&silence)?),
            )
            .item("expires_at", number((until + KEPT).unix_timestamp()));
        put.send().await.map_err(aws::told)?;
        Ok(())
    }

    /// Has `scope` told again, and says whether it was kept from being told.
    ///
    /// # Errors
    /// When the table does not do it.
    pub async fn end(&self, scope: &Scope) -> Result<bool> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key("alert", AttributeValue::S(scope.key()))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::AllOld);
        let old = delete.send().await.map_err(aws::told)?.attributes;
        Ok(old.is_some_and(|item| held(&item, OffsetDateTime::now_utc()).is_some()))
    }

    /// Those in force, by name.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn list(&self) -> Result<Vec<Held>> {
        let now = OffsetDateTime::now_utc();
        let mut pages = self
            .client
            .scan()
            .table_name(&self.table)
            .filter_expression("begins_with(alert, :silence)")
            .expression_attribute_values(":silence", AttributeValue::S(PREFIX.to_owned()))
            .into_paginator()
            .send();
        let mut all = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(aws::told)?;
            all.extend(page.items().iter().filter_map(|item| held(item, now)));
        }
        all.sort_by(|one, other| one.what.cmp(&other.what));
        Ok(all)
    }
}

/// The silence of an item, while it is in force.
fn held(item: &HashMap<String, AttributeValue>, now: OffsetDateTime) -> Option<Held> {
    let text = |name: &str| item.get(name)?.as_s().ok();
    let silence: Silence = serde_json::from_str(text("record")?).ok()?;
    let until = from_unix_ms(silence.until).filter(|until| *until > now)?;
    Some(Held {
        what: text("alert")?.strip_prefix(PREFIX)?.to_owned(),
        until: rfc3339_ms(until),
    })
}

/// Reads how long: `90m`, `2h`, `3d`.
///
/// # Errors
/// When it is none of these, or more than a week: a forgotten silence is to end by itself.
pub fn parse_time(text: &str) -> Result<Duration> {
    let unit = text.char_indices().next_back();
    let (at, unit) = unit.context("how long, as 90m, 2h or 3d")?;
    let number: Option<i64> = text[..at].parse().ok();
    let time = match (number, unit) {
        (Some(number @ 1..=10_080), 'm') => Duration::minutes(number),
        (Some(number @ 1..=168), 'h') => Duration::hours(number),
        (Some(number @ 1..=7), 'd') => Duration::days(number),
        _ => anyhow::bail!("minutes, hours or days, at most a week: 90m, 2h or 3d"),
    };
    Ok(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_lasts_minutes_hours_or_days_and_a_week_at_most() {
        let read = |text| parse_time(text).ok();
        assert_eq!(read("90m"), Some(Duration::minutes(90)));
        assert_eq!(read("168h"), Some(Duration::WEEK));
        assert_eq!(read("7d"), Some(Duration::WEEK));
        for text in [
            "", "2", "h", "0h", "-1h", "8d", "169h", "10081m", "2w", "2ü",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
