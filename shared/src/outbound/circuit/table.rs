//! The table of circuits, without any rules.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as OnRefusal,
};

use super::item::{Expressions, Item, KEY};
use super::{Key, Record, Write};
use crate::aws;

/// The second attempt is for a connection that died while the process was frozen.
const ATTEMPTS: u32 = 2;
const BACKOFF: Duration = Duration::from_millis(10);

/// The table did not do what it was asked, or did not say so. It was logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("circuit store unavailable")]
pub struct Unavailable;

/// What became of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It was made, and this is the circuit now.
    Made(Record),
    /// Its guard did not hold, because of this circuit; the default one where none is stored.
    Refused(Record),
}

/// The table.
#[derive(Clone, Debug)]
pub struct Table {
    client: Client,
    name: String,
}

impl Table {
    /// The table `name` (key `circuit`, TTL attribute `expires_at`). Each operation takes at most `timeout`, and one
    /// attempt of it two thirds of that.
    #[must_use]
    pub fn new(client: &Client, name: String, timeout: Duration) -> Self {
        let attempt = timeout * 2 / 3;
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(attempt)
            .operation_timeout(timeout)
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(BACKOFF)
            .with_max_backoff(BACKOFF);
        let config = client.config().to_builder();
        let config = config.timeout_config(timeouts).retry_config(retries);
        Self {
            client: Client::from_conf(config.build()),
            name,
        }
    }

    /// A circuit as of a moment ago: one eventually consistent read, half a unit.
    ///
    /// # Errors
    /// [`Unavailable`], also when what is stored cannot be read.
    pub async fn find(&self, key: &Key) -> Result<Record, Unavailable> {
        let request = self
            .client
            .get_item()
            .table_name(&self.name)
            .key(KEY, id(key))
            .consistent_read(false);
        match request.send().await {
            Ok(output) => read(key, output.item.as_ref()),
            Err(error) => {
                let cause = aws::cause(&error);
                tracing::error!(circuit = key.as_str(), cause, "circuit could not be read");
                Err(Unavailable)
            }
        }
    }

    /// Makes a conditional write: one unit whether it holds or not.
    ///
    /// # Errors
    /// [`Unavailable`]. It may have been made all the same.
    pub async fn write(&self, key: &Key, write: &Write) -> Result<Written, Unavailable> {
        let expressions = Expressions::of(write);
        let request = self
            .client
            .update_item()
            .table_name(&self.name)
            .key(KEY, id(key))
            .condition_expression(expressions.condition)
            .update_expression(expressions.update)
            .set_expression_attribute_names(Some(expressions.names))
            .set_expression_attribute_values(Some(expressions.values))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(OnRefusal::AllOld);
        let error = match request.send().await {
            Ok(output) => return Ok(Written::Made(read(key, output.attributes.as_ref())?)),
            Err(error) => error,
        };
        if let Some(UpdateItemError::ConditionalCheckFailedException(refusal)) =
            error.as_service_error()
        {
            return Ok(Written::Refused(read(key, refusal.item.as_ref())?));
        }
        let cause = aws::cause(&error);
        tracing::error!(
            circuit = key.as_str(),
            cause,
            "circuit could not be written"
        );
        Err(Unavailable)
    }
}

fn read(key: &Key, item: Option<&Item>) -> Result<Record, Unavailable> {
    let record = item.map_or_else(|| Ok(Record::default()), Record::read);
    record.map_err(|error| {
        tracing::error!(circuit = key.as_str(), %error, "circuit cannot be used");
        Unavailable
    })
}

fn id(key: &Key) -> AttributeValue {
    AttributeValue::S(key.as_str().to_owned())
}
