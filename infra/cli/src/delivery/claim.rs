//! The claims that wait, by a scan of their table: for what the log was never told.

use anyhow::{Context, Result};
use aws_config::SdkConfig;
use aws_sdk_dynamodb::{
    Client,
    types::AttributeValue::{self, S},
};
use sallyport::delivery::{
    DeliveryId,
    claim::{Record, State},
};

use crate::aws::told;

/// The most pages of the table that are read, a megabyte each: thousands of claims, and seconds.
const PAGES: usize = 20;

/// The table, for looking through.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    client: Client,
    table: String,
}

impl Scan {
    pub(super) fn new(aws: &SdkConfig, table: String) -> Self {
        Self {
            client: Client::new(aws),
            table,
        }
    }

    /// The claims that are not final, and whether there are more than were looked at.
    pub(super) async fn unfinished(&self) -> Result<(Vec<(DeliveryId, Record)>, bool)> {
        let mut found = Vec::new();
        let mut from = None;
        for _ in 0..PAGES {
            let request = self
                .client
                .scan()
                .table_name(&self.table)
                .filter_expression("NOT #state IN (:done, :ignored)")
                .expression_attribute_names("#state", "state")
                .expression_attribute_values(":done", S(State::Done.as_str().to_owned()))
                .expression_attribute_values(":ignored", S(State::Ignored.as_str().to_owned()))
                .set_exclusive_start_key(from);
            let page = request.send().await.map_err(told);
            let page = page.context("look through the claims")?;
            // One that this build cannot read is one that it does not know.
            let claims = page.items().iter().filter_map(|item| {
                let key = item.get("delivery").map(AttributeValue::as_s)?.ok()?;
                Some((DeliveryId::parse(key)?, Record::read(item).ok()?))
            });
            found.extend(claims);
            from = page.last_evaluated_key;
            if from.is_none() {
                return Ok((found, false));
            }
        }
        Ok((found, true))
    }
}
