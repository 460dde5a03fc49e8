//! The alerts table: records that are read whole and replaced whole, each replacement conditional on what was read.
//!
//! Attributes: `alert` (the key), `version` (one higher with each write), `writer` (a number of the write's own, by
//! which a write whose answer was lost is known again), `record` (JSON), `expires_at` (epoch seconds, for the table's
//! TTL).

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, ReturnValuesOnConditionCheckFailure as OnRefusal,
};
use sallyport::aws;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// One attempt of an operation.
const ATTEMPT: Duration = Duration::from_secs(1);
/// All attempts of one operation.
const OPERATION: Duration = Duration::from_secs(2);

type Item = HashMap<String, AttributeValue>;

/// The table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    client: Client,
    name: String,
}

/// The table did not do what it was asked, or a record is not one that this build can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("alerts table unavailable")]
pub(crate) struct TableError;

/// A record, and the version it was read at; none is version 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read<T> {
    pub(crate) version: u64,
    pub(crate) record: Option<T>,
}

/// What became of a replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Replaced<T> {
    /// It was made; this is the version now.
    Made(u64),
    /// Somebody else was faster; this is what he left.
    Lost(Read<T>),
}

impl Table {
    pub(crate) fn new(client: &Client, name: String) -> Self {
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT)
            .operation_timeout(OPERATION)
            .build();
        let config = client.config().to_builder().timeout_config(timeouts);
        Self {
            client: Client::from_conf(config.build()),
            name,
        }
    }

    /// The record under `key`, as of the latest write.
    pub(crate) async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Read<T>, TableError> {
        let request = self.client.get_item().table_name(&self.name);
        let request = request.key("alert", text(key)).consistent_read(true);
        let output = request.send().await.map_err(|error| {
            tracing::error!(cause = aws::cause(&error), "alert could not be read");
            TableError
        })?;
        parse(output.item.as_ref())
    }

    /// Those of these keys that there are, in no order; at most a hundred.
    pub(crate) async fn read_all<T: DeserializeOwned>(
        &self,
        keys: impl IntoIterator<Item = String>,
    ) -> Result<Vec<T>, TableError> {
        let keys = keys
            .into_iter()
            .map(|key| HashMap::from([("alert".to_owned(), text(&key))]));
        let asked = KeysAndAttributes::builder()
            .set_keys(Some(keys.collect()))
            .consistent_read(true)
            .build()
            .map_err(|_| TableError)?;
        let request = self
            .client
            .batch_get_item()
            .request_items(&self.name, asked);
        let output = request.send().await.map_err(|error| {
            tracing::error!(cause = aws::cause(&error), "silences could not be read");
            TableError
        })?;
        let mut found = output.responses.unwrap_or_default();
        let items = found.remove(&self.name).unwrap_or_default();
        let records = items.iter().map(|item| parse(Some(item)));
        records
            .filter_map(|read| read.map(|read| read.record).transpose())
            .collect()
    }

    /// Replaces what was read at `version`, unless it has been replaced since.
    pub(crate) async fn replace<T: Serialize + DeserializeOwned>(
        &self,
        key: &str,
        version: u64,
        record: &T,
        expires_at: i64,
    ) -> Result<Replaced<T>, TableError> {
        let json = serde_json::to_string(record).map_err(|_| TableError)?;
        let writer = Uuid::new_v4().simple().to_string();
        let request = self
            .client
            .put_item()
            .table_name(&self.name)
            .item("alert", text(key))
            .item("version", number(&(version + 1)))
            .item("writer", text(&writer))
            .item("record", text(&json))
            .item("expires_at", number(&expires_at))
            .return_values_on_condition_check_failure(OnRefusal::AllOld);
        let request = if version == 0 {
            request.condition_expression("attribute_not_exists(alert)")
        } else {
            request
                .condition_expression("version = :seen")
                .expression_attribute_values(":seen", number(&version))
        };
        let Err(error) = request.send().await else {
            return Ok(Replaced::Made(version + 1));
        };
        if let Some(PutItemError::ConditionalCheckFailedException(refusal)) =
            error.as_service_error()
        {
            let found = refusal.item.as_ref().filter(|item| !item.is_empty());
            let ours = found.is_some_and(|item| item.get("writer") == Some(&text(&writer)));
            return if ours {
                Ok(Replaced::Made(version + 1))
            } else {
                Ok(Replaced::Lost(parse(found)?))
            };
        }
        tracing::error!(cause = aws::cause(&error), "alert could not be written");
        Err(TableError)
    }
}

fn parse<T: DeserializeOwned>(item: Option<&Item>) -> Result<Read<T>, TableError> {
    let Some(item) = item else {
        return Ok(Read {
            version: 0,
            record: None,
        });
    };
    let version = item
        .get("version")
        .and_then(|value| value.as_n().ok()?.parse().ok());
    let json = item.get("record").and_then(|value| value.as_s().ok());
    let record = json.and_then(|json| serde_json::from_str(json).ok());
    if let (Some(version), true) = (version, record.is_some()) {
        return Ok(Read { version, record });
    }
    // What a later build wrote, or a hand: it stays as it is.
    tracing::error!("stored alert cannot be used");
    Err(TableError)
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(number: &impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
