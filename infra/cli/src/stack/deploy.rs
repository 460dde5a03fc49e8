//! Deploys `template.yaml` to the emulator, as `sam deploy` would to AWS.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use aws_config::SdkConfig;
use aws_sdk_cloudformation::{
    Client as CloudFormation,
    types::{Capability, Parameter, ResourceStatus, StackStatus},
};
use aws_sdk_s3::primitives::ByteStream;

use super::{functions::Package, template::Template};
use crate::aws;

/// The name of the stack.
pub const STACK: &str = "sallyport-local";
const BUCKET: &str = "sallyport-local-packages";
/// The template's key in the bucket.
const TEMPLATE: &str = "template.json";

/// What the deployed stack tells of itself.
#[derive(Clone, Debug)]
pub struct Outputs(HashMap<String, String>);

impl Outputs {
    /// What a stack tells of itself.
    #[must_use]
    pub fn of(stack: &aws_sdk_cloudformation::types::Stack) -> Self {
        let outputs = stack.outputs().iter().filter_map(|output| {
            Some((
                output.output_key()?.to_owned(),
                output.output_value()?.to_owned(),
            ))
        });
        Self(outputs.collect())
    }

    /// The same, with another value of one output.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// One output of the template.
    pub fn get(&self, name: &str) -> Result<&str> {
        self.0.get(name).map(String::as_str).with_context(|| {
            format!("the stack has no output {name}: deploy this version's template.yaml")
        })
    }
}

/// Uploads the packages and creates the stack with `parameters`. Waits until it is complete.
pub async fn deploy(
    config: &SdkConfig,
    template: Template,
    packages: &[Package],
    parameters: &[(&str, &str)],
) -> Result<Outputs> {
    upload(config, packages).await?;
    let body = template.packaged(BUCKET, |binary| {
        packages
            .iter()
            .find(|package| package.binary == binary)
            .map(|p| p.key.clone())
    })?;
    let client = CloudFormation::new(config);
    let parameters = parameters
        .iter()
        .map(|(name, value)| {
            Parameter::builder()
                .parameter_key(*name)
                .parameter_value(*value)
                .build()
        })
        .collect();
    // From the bucket, as `sam deploy` does: a template sent along may have 51,200 bytes at most.
    store(config, TEMPLATE, body.into_bytes().into()).await?;
    let endpoint = config
        .endpoint_url()
        .context("an emulator without an address")?;
    client
        .create_stack()
        .stack_name(STACK)
        .template_url(format!("{endpoint}/{BUCKET}/{TEMPLATE}"))
        .set_parameters(Some(parameters))
        .capabilities(Capability::CapabilityIam)
        .capabilities(Capability::CapabilityNamedIam)
        .capabilities(Capability::CapabilityAutoExpand)
        .send()
        .await
        .map_err(aws_sdk_cloudformation::Error::from)
        .context("create the stack from template.yaml")?;
    complete(&client, Duration::from_mins(1)).await
}

async fn upload(config: &SdkConfig, packages: &[Package]) -> Result<()> {
    let s3 = aws::s3(config);
    s3.create_bucket()
        .bucket(BUCKET)
        .send()
        .await
        .map_err(aws_sdk_s3::Error::from)
        .context("create the bucket for the packages")?;
    for package in packages {
        let zip = ByteStream::from_path(&package.zip).await?;
        store(config, &package.key, zip).await?;
    }
    Ok(())
}

async fn store(config: &SdkConfig, key: &str, body: ByteStream) -> Result<()> {
    let put = aws::s3(config)
        .put_object()
        .bucket(BUCKET)
        .key(key)
        .body(body);
    let stored = put.send().await.map_err(aws_sdk_s3::Error::from);
    stored.with_context(|| format!("upload {key}"))?;
    Ok(())
}

async fn complete(client: &CloudFormation, patience: Duration) -> Result<Outputs> {
    let start = Instant::now();
    loop {
        let answer = client
            .describe_stacks()
            .stack_name(STACK)
            .send()
            .await
            .map_err(aws_sdk_cloudformation::Error::from)?;
        let stack = answer.stacks().first().context("the stack is not listed")?;
        match stack.stack_status() {
            Some(StackStatus::CreateComplete) => {
                return Ok(Outputs::of(stack));
            }
            Some(StackStatus::CreateInProgress) if start.elapsed() < patience => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            status => {
                let status = status.map_or("unknown", StackStatus::as_str);
                bail!(
                    "template.yaml was not deployed ({status}):\n{}",
                    failures(client).await?
                );
            }
        }
    }
}

async fn failures(client: &CloudFormation) -> Result<String> {
    let events = client
        .describe_stack_events()
        .stack_name(STACK)
        .send()
        .await
        .map_err(aws_sdk_cloudformation::Error::from)?;
    let failed: Vec<String> = events
        .stack_events()
        .iter()
        .filter(|event| event.resource_status() == Some(&ResourceStatus::CreateFailed))
        .map(|event| {
            let resource = event.logical_resource_id().unwrap_or("?");
            format!(
                "  {resource}: {}",
                event.resource_status_reason().unwrap_or("no reason given")
            )
        })
        .collect();
    Ok(failed.join("\n"))
}
