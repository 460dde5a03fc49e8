//! What the tests of the endpoints share: an organisation of its own, and the directory of the stack.

use anyhow::{Context, Result, bail, ensure};
use aws_config::SdkConfig;
use sallyport::{
    delivery::{DeliveryId, Held},
    webhook::Secret,
};
use sallyport_cli::{
    aws,
    endpoint::{Directory, Listed, NewEndpoint},
    stack::seed::Endpoint,
    stage::{Reached, Stage},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{rehearsal::relay::Relay, world::Shared};

/// The directory of the tests' stack.
pub fn directory(world: &Shared) -> Result<Directory> {
    Directory::open(&reached(world, world.aws.clone()))
}

/// The same through a relay.
pub fn directory_through(world: &Shared, relay: &Relay) -> Result<Directory> {
    Directory::open(&reached(world, aws::local(&relay.url)))
}

fn reached(world: &Shared, aws: SdkConfig) -> Reached {
    Reached {
        stage: Stage::Local,
        aws,
        outputs: world.outputs.clone(),
    }
}

/// An endpoint that nobody has, of an organisation of its own that the database knows.
pub async fn new_endpoint(world: &Shared, provider: &str) -> Result<NewEndpoint> {
    let organization = Uuid::new_v4();
    sqlx::query("insert into organizations (id, name) values ($1, 'A clinic')")
        .bind(organization)
        .execute(&world.database)
        .await?;
    Ok(NewEndpoint {
        name: format!("e-{}", Uuid::new_v4().simple()),
        provider: provider.to_owned(),
        organization,
        tier: None,
        settings: None,
        secret: None,
    })
}

/// An endpoint that was added, with its name and the secret that was chosen for it.
pub async fn added(world: &Shared, provider: &str) -> Result<(String, Endpoint)> {
    let new = new_endpoint(world, provider).await?;
    let added = directory(world)?.add(new.clone()).await?;
    let secret = added.chosen.context("no secret was chosen")?;
    let endpoint = registered(&new, &added.url, &secret);
    Ok((new.name, endpoint))
}

/// What a provider is told of an endpoint.
pub fn registered(new: &NewEndpoint, url: &str, secret: &Secret) -> Endpoint {
    Endpoint {
        provider: new.provider.clone(),
        url: url.to_owned(),
        secret: secret.expose().to_owned(),
    }
}

/// The same endpoint, as somebody sees it who has another secret.
pub fn with_secret(endpoint: &Endpoint, secret: &Secret) -> Endpoint {
    Endpoint {
        secret: secret.expose().to_owned(),
        ..endpoint.clone()
    }
}

/// The endpoint in the list.
pub async fn listed(world: &Shared, name: &str) -> Result<Listed> {
    let listing = directory(world)?.list().await?;
    let mut endpoints = listing.endpoints.into_iter();
    endpoints
        .find(|endpoint| endpoint.name == name)
        .context("it is not listed")
}

/// A disabled endpoint with `count` deliveries that the receiver has taken and held, and their ids.
pub async fn held(world: &Shared, count: usize) -> Result<(String, Vec<String>)> {
    let (name, endpoint) = added(world, "vapi").await?;
    directory(world)?.switch(&name, false).await?;
    let mut deliveries = Vec::new();
    for _ in 0..count {
        let sample = world.sample_for(&endpoint, "end-of-call-report", |_| ())?;
        deliveries.push(world.accepted(&sample).await?);
    }
    Ok((name, deliveries))
}

/// The store of held deliveries.
pub fn store(world: &Shared) -> Result<Held> {
    let bucket = world.outputs.get("OversizeBucket")?.to_owned();
    Ok(Held::new(&world.aws, bucket))
}

/// How many deliveries of the endpoint are held.
pub async fn count_held(world: &Shared, name: &str) -> Result<usize> {
    Ok(directory(world)?.count_held(name).await?.count)
}

/// The state of a delivery's claim.
pub async fn claim_state(world: &Shared, delivery: &str) -> Result<String> {
    use aws_sdk_dynamodb::types::AttributeValue;
    let answer = aws_sdk_dynamodb::Client::new(&world.aws)
        .get_item()
        .table_name(&world.deliveries_table)
        .key("delivery", AttributeValue::S(delivery.to_owned()))
        .send()
        .await
        .map_err(aws_sdk_dynamodb::Error::from)?;
    let item = answer.item.context("no claim")?;
    match item.get("state") {
        Some(AttributeValue::S(state)) => Ok(state.clone()),
        other => bail!("a claim without a state: {other:?}"),
    }
}

/// That each delivery is applied, and has one row.
pub async fn applied(world: &Shared, deliveries: &[String]) -> Result<()> {
    for delivery in deliveries {
        let (state, reason) = world.at_rest(delivery).await?;
        ensure!(state == "done", "{delivery}: {state} {reason:?}");
    }
    Ok(())
}

/// The id in the store's terms.
pub fn id(delivery: &str) -> Result<DeliveryId> {
    DeliveryId::parse(delivery).context("no id of a delivery")
}

/// The reason a refusal gives.
pub fn reason(body: &str) -> Result<String> {
    let body: Value = serde_json::from_str(body)?;
    Ok(body["reason"].as_str().unwrap_or_default().to_owned())
}
