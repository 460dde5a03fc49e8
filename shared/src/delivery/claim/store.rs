//! The table of claims.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as OnRefusal,
};

use super::item::{Expressions, Item, KEY};
use super::{Record, Unreadable, Write};
use crate::aws;
use crate::delivery::DeliveryId;

/// One attempt of an operation; a conditional write's p99.9 is an order of magnitude below.
const ATTEMPT: Duration = Duration::from_secs(1);
/// All attempts of one operation: three of them fit into the receiver's patience with the queue's between.
const OPERATION: Duration = Duration::from_secs(2);

/// Why the table did not do what it was asked. Who called decides: the receiver answers 503, the consumer leaves the
/// message in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// It did not answer in time. What was asked may have been done all the same.
    #[error("claim store unavailable")]
    Unavailable,
    /// A stored claim is not one that this build can read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// What became of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It was made, and this is the claim now.
    Made(Box<Record>),
    /// Its guard did not hold, because of this claim.
    Refused(Option<Box<Record>>),
}

/// The table, without any rules.
#[derive(Clone, Debug)]
pub struct Table {
    client: Client,
    name: String,
}

impl Table {
    /// The table `name`, by the client's connections and with time-outs of its own.
    #[must_use]
    pub fn new(client: &Client, name: String) -> Self {
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

    /// Makes a conditional write: one call, one write unit whether it holds or not.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub async fn write(&self, delivery: &DeliveryId, write: &Write) -> Result<Written, ClaimError> {
        let expressions = Expressions::of(write);
        let request = self
            .client
            .update_item()
            .table_name(&self.name)
            .key(KEY, key(delivery))
            .condition_expression(expressions.condition)
            .update_expression(expressions.update)
            .set_expression_attribute_names(Some(expressions.names))
            .set_expression_attribute_values(Some(expressions.values))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(OnRefusal::AllOld);
        let error = match request.send().await {
            Ok(output) => {
                let item = output.attributes.unwrap_or_default();
                return Ok(Written::Made(Box::new(read(delivery, &item)?)));
            }
            Err(error) => error,
        };
        if let Some(UpdateItemError::ConditionalCheckFailedException(refusal)) =
            error.as_service_error()
        {
            let found = refusal.item.as_ref().filter(|item| !item.is_empty());
            let found = found.map(|item| read(delivery, item)).transpose()?;
            return Ok(Written::Refused(found.map(Box::new)));
        }
        tracing::error!(%delivery, cause = aws::cause(&error), "claim could not be written");
        Err(ClaimError::Unavailable)
    }

    /// The stored claim of a delivery, expired or not, as of the latest write.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub async fn find(&self, delivery: &DeliveryId) -> Result<Option<Record>, ClaimError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.name)
            .key(KEY, key(delivery))
            .consistent_read(true);
        let output = request.send().await.map_err(|error| {
            tracing::error!(%delivery, cause = aws::cause(&error), "claim could not be read");
            ClaimError::Unavailable
        })?;
        output.item.map(|item| read(delivery, &item)).transpose()
    }
}

fn read(delivery: &DeliveryId, item: &Item) -> Result<Record, ClaimError> {
    let record = Record::read(item).inspect_err(|error| {
        tracing::error!(%delivery, %error, "claim cannot be used");
    })?;
    Ok(record)
}

fn key(delivery: &DeliveryId) -> AttributeValue {
    AttributeValue::S(delivery.as_str().to_owned())
}
