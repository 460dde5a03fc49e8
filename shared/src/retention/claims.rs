//! Claims that have ended: each says itself when, and a day after that nobody asks for it.
//!
//! DynamoDB's own time to live removes them too, within days. Each delete is conditional on the item's end as it is
//! then: a claim that was taken anew meanwhile stays.

use std::collections::HashMap;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::{AttributeValue, Select};
use futures::StreamExt as _;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::runs::Counted;
use super::{Begun, Places, Progress, SweepError};
use crate::aws;

/// Items of a page before the filter.
const PAGE: i32 = 500;
/// Deletes at once.
const AT_ONCE: usize = 8;
const KEY: &str = "delivery";
const ENDED: &str = "expires_at <= :now";

/// The table of claims, to be swept.
#[derive(Clone, Debug)]
pub(super) struct Claims {
    client: Client,
    table: String,
}

impl Claims {
    pub(super) fn new(aws: &SdkConfig, places: &Places) -> Self {
        Self {
            client: Client::new(aws),
            table: places.deliveries_table.clone(),
        }
    }

    /// Counts those that have ended by `now`, and all.
    pub(super) async fn count(&self, now: OffsetDateTime) -> Result<Counted, SweepError> {
        let mut counted = Counted::default();
        let mut start = None;
        loop {
            let page = self
                .client
                .scan()
                .table_name(&self.table)
                .select(Select::Count)
                .filter_expression(ENDED)
                .expression_attribute_values(":now", seconds(now))
                .limit(PAGE)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| failed(&aws::cause(&error)))?;
            counted.due += u64::try_from(page.count).unwrap_or_default();
            counted.total += u64::try_from(page.scanned_count).unwrap_or_default();
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(counted);
            }
        }
    }

    /// Removes what has ended by `now`, no more than was counted, until the time is short.
    pub(super) async fn remove(
        &self,
        now: OffsetDateTime,
        begun: &Begun,
        until: Instant,
        progress: &mut Progress,
    ) -> Result<(), SweepError> {
        let most = begun.due;
        let mut start = None;
        loop {
            let started = Instant::now();
            if started >= until {
                return Ok(());
            }
            let page = self
                .client
                .scan()
                .table_name(&self.table)
                .projection_expression(KEY)
                .filter_expression(ENDED)
                .expression_attribute_values(":now", seconds(now))
                .limit(PAGE)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| failed(&aws::cause(&error)))?;
            let room = usize::try_from(most - progress.outside).unwrap_or(usize::MAX);
            let items = page.items.unwrap_or_default().into_iter().take(room);
            let removed: Vec<Result<bool, SweepError>> = futures::stream::iter(items)
                .map(|item| self.remove_one(item, now))
                .buffer_unordered(AT_ONCE)
                .collect()
                .await;
            // What was removed beside a failure counts.
            let gone = removed.iter().filter(|removed| **removed == Ok(true));
            progress.outside += gone.count() as u64;
            progress.batch(started);
            removed.into_iter().collect::<Result<Vec<_>, _>>()?;
            start = page.last_evaluated_key;
            if start.is_none() || progress.outside >= most {
                progress.complete = true;
                return Ok(());
            }
        }
    }

    async fn remove_one(
        &self,
        mut item: HashMap<String, AttributeValue>,
        now: OffsetDateTime,
    ) -> Result<bool, SweepError> {
        let Some(key) = item.remove(KEY) else {
            return Ok(false);
        };
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key(KEY, key)
            .condition_expression(ENDED)
            .expression_attribute_values(":now", seconds(now));
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(failed(&aws::cause(&error))),
        }
    }
}

fn seconds(now: OffsetDateTime) -> AttributeValue {
    AttributeValue::N(now.unix_timestamp().to_string())
}

fn failed(cause: &str) -> SweepError {
    tracing::error!(cause, "claims not swept");
    SweepError::Claims
}
