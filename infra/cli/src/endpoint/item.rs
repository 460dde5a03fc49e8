//! The items of the registry.

use anyhow::{Context, Result, bail};
use aws_config::SdkConfig;
use aws_sdk_dynamodb::{
    Client,
    operation::{put_item::PutItemError, update_item::UpdateItemError},
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure as OnRefusal},
};
use sallyport::endpoint::{Endpoint, Item};

use crate::aws::told;

/// Items that are read at a time.
const PAGE: i32 = 100;

/// The table of the registry.
#[derive(Clone, Debug)]
pub struct Items {
    client: Client,
    table: String,
}

/// What became of a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switched {
    /// The endpoint was in the other state.
    Now,
    /// It was in this state already.
    Before,
}

impl Items {
    /// The table called `table`.
    #[must_use]
    pub fn new(aws: &SdkConfig, table: String) -> Self {
        Self {
            client: Client::new(aws),
            table,
        }
    }

    /// The endpoint of this name, as of the latest write.
    pub(super) async fn find(&self, name: &str) -> Result<Option<Endpoint>> {
        let request = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("endpoint", text(name))
            .consistent_read(true);
        let answer = request.send().await.map_err(told);
        let item = answer.context("read the table of endpoints")?.item;
        item.map(|item| {
            Endpoint::read(name, &item).with_context(|| format!("the item of {name} is damaged"))
        })
        .transpose()
    }

    /// Registers an endpoint; false when there is one of its name, which is left as it is.
    pub(super) async fn create(&self, endpoint: &Endpoint) -> Result<bool> {
        let mut request = self
            .client
            .put_item()
            .table_name(&self.table)
            .item("endpoint", text(&endpoint.name))
            .item("provider", text(&endpoint.provider))
            .item("organization", text(&endpoint.organization.to_string()))
            .item("secret", text(&endpoint.secret))
            .item("state", state(endpoint.enabled))
            .condition_expression("attribute_not_exists(endpoint)");
        for (name, value) in [("proof", &endpoint.proof), ("tier", &endpoint.tier)] {
            if let Some(value) = value {
                request = request.item(name, text(value));
            }
        }
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(told(error)).context("write to the table of endpoints"),
        }
    }

    /// Takes an endpoint out of the registry.
    pub(super) async fn remove(&self, name: &str) -> Result<()> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key("endpoint", text(name));
        let answer = request.send().await.map_err(told);
        answer.context("write to the table of endpoints")?;
        Ok(())
    }

    /// Enables or disables an endpoint that is in the other state, and touches nothing else of it.
    pub(super) async fn switch(&self, name: &str, enabled: bool) -> Result<Switched> {
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("endpoint", text(name))
            .condition_expression("#state = :from")
            .update_expression("SET #state = :to")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":from", state(!enabled))
            .expression_attribute_values(":to", state(enabled))
            .return_values_on_condition_check_failure(OnRefusal::AllOld);
        let Err(error) = request.send().await else {
            return Ok(Switched::Now);
        };
        let Some(UpdateItemError::ConditionalCheckFailedException(refusal)) =
            error.as_service_error()
        else {
            return Err(told(error)).context("write to the table of endpoints");
        };
        match refusal.item.as_ref().and_then(|item| item.get("state")) {
            Some(found) if *found == state(enabled) => Ok(Switched::Before),
            _ => bail!("{name} is gone, or in a state this version does not know"),
        }
    }

    /// The names and items from `start` on, and where the next ones begin.
    pub(super) async fn page(
        &self,
        start: Option<Item>,
    ) -> Result<(Vec<(String, Item)>, Option<Item>)> {
        let request = self
            .client
            .scan()
            .table_name(&self.table)
            .limit(PAGE)
            .set_exclusive_start_key(start);
        let answer = request.send().await.map_err(told);
        let output = answer.context("read the table of endpoints")?;
        let named = |item: Item| match item.get("endpoint") {
            Some(AttributeValue::S(name)) => Some((name.clone(), item)),
            _ => None,
        };
        let items = output.items.unwrap_or_default();
        Ok((
            items.into_iter().filter_map(named).collect(),
            output.last_evaluated_key,
        ))
    }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn state(enabled: bool) -> AttributeValue {
    text(if enabled { "enabled" } else { "disabled" })
}
