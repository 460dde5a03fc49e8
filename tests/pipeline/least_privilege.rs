//! That the emulator holds each function to its own policy: without this, the policies would be proved by
//! nothing. The credentials are those that the running function's process was given.

use anyhow::{Context, Result, bail, ensure};
use aws_config::SdkConfig;
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_dynamodb::{error::ProvideErrorMetadata, types::AttributeValue};

use crate::{tests, world::Shared};

tests![
    the_consumer_cannot_read_the_endpoint_registry,
    the_receiver_cannot_take_messages_from_the_queue_it_fills,
];

/// The stack's AWS as the function called `name` sees it, once it has run.
pub async fn acting_as(world: &Shared, name: &str) -> Result<SdkConfig> {
    let delivery = world
        .accepted(&world.sample("vapi", "status-update")?)
        .await?;
    world.at_rest(&delivery).await?;
    let variable = |variable| {
        world
            .function_variable(name, variable)
            .context("the function does not run")
    };
    let credentials = Credentials::new(
        variable("AWS_ACCESS_KEY_ID")?,
        variable("AWS_SECRET_ACCESS_KEY")?,
        Some(variable("AWS_SESSION_TOKEN")?),
        None,
        "function",
    );
    Ok(world
        .aws
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build())
}

pub fn denied<T>(answer: Result<T, impl ProvideErrorMetadata>) -> Result<()> {
    match answer {
        Ok(_) => bail!("it was allowed"),
        Err(error) => {
            let code = error.code().unwrap_or_default();
            ensure!(
                code.contains("AccessDenied"),
                "{code}: {:?}",
                error.message()
            );
            Ok(())
        }
    }
}

async fn the_consumer_cannot_read_the_endpoint_registry(world: Shared) -> Result<()> {
    let table = world
        .function_variable("webhook-receiver", "ENDPOINTS_TABLE")
        .context("no receiver runs")?;
    let client = aws_sdk_dynamodb::Client::new(&acting_as(&world, "queue-consumer").await?);
    let answer = client
        .get_item()
        .table_name(table)
        .key("endpoint", AttributeValue::S("vapi-demo".into()))
        .send()
        .await;
    denied(answer)
}

async fn the_receiver_cannot_take_messages_from_the_queue_it_fills(world: Shared) -> Result<()> {
    let client = aws_sdk_sqs::Client::new(&acting_as(&world, "webhook-receiver").await?);
    let answer = client
        .receive_message()
        .queue_url(&world.queue_url)
        .send()
        .await;
    denied(answer)
}
