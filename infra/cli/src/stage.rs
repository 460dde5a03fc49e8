//! The stages, and how the command reaches each.

use std::fmt;

use anyhow::{Context, Result, anyhow};
use aws_config::SdkConfig;
use aws_sdk_cloudformation::{Client, types::Stack};
use clap::{Args, ValueEnum};

use crate::{
    aws,
    stack::{deploy::Outputs, home::Home, state::State},
};

/// Said wherever AWS may have refused who we are.
const WHO: &str = "credentials and region come from the environment (AWS_ACCESS_KEY_ID …, AWS_REGION) or from the \
    profile AWS_PROFILE; of a profile that signs in:\n  eval \"$(aws configure export-credentials --format env)\"";

/// A deployment of template.yaml.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// The emulator's, on this machine
    #[default]
    Local,
    /// For developers
    Dev,
    /// For rehearsal
    Staging,
    /// For patients
    Prod,
}

/// The option `--stage`.
#[derive(Clone, Copy, Debug, Args)]
pub struct OnStage {
    /// The stage to work on; all but local use your AWS credentials
    #[arg(long, global = true, value_enum, default_value_t, value_name = "STAGE")]
    pub stage: Stage,
}

/// A stage that answers.
#[derive(Clone, Debug)]
pub struct Reached {
    /// Which.
    pub stage: Stage,
    /// Its AWS.
    pub aws: SdkConfig,
    /// What its stack tells of itself.
    pub outputs: Outputs,
}

impl Stage {
    /// Its name in the template, and in every resource's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Dev => "dev",
            Self::Staging => "staging",
            Self::Prod => "prod",
        }
    }

    /// Finds the stage's stack: the local one from its state file, any other by the name `sallyport-<stage>`.
    ///
    /// # Errors
    /// When it is not there, or not this caller's to see.
    pub async fn reach(self, home: &Home) -> Result<Reached> {
        let aws = if self == Self::Local {
            aws::local(&State::require(home)?.summary.aws_endpoint_url)
        } else {
            aws::of_the_environment()
                .await
                .map_err(|error| anyhow!("{error:#}\n{WHO}"))?
        };
        let name = format!("sallyport-{self}");
        let asked = Client::new(&aws)
            .describe_stacks()
            .stack_name(&name)
            .send()
            .await;
        let region = aws.region().map_or("no region", AsRef::as_ref);
        let answer = asked.map_err(aws::told).map_err(|error| {
            let hint = if self == Self::Local { "" } else { WHO };
            anyhow!("the stack {name} cannot be seen in {region}: {error:#}\n{hint}")
        })?;
        let stack = answer.stacks().first();
        let stack = stack.with_context(|| format!("there is no stack {name} in {region}"))?;
        let outputs = Outputs::of(stack);
        Ok(Reached {
            stage: self,
            aws,
            outputs,
        })
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Reached {
    /// A parameter that the stack was deployed with.
    ///
    /// # Errors
    /// When the stack does not tell.
    pub async fn parameter(&self, name: &str) -> Result<String> {
        let asked = Client::new(&self.aws)
            .describe_stacks()
            .stack_name(format!("sallyport-{}", self.stage));
        let answer = asked.send().await.map_err(aws::told)?;
        let parameters = answer.stacks().iter().flat_map(Stack::parameters);
        parameters
            .filter(|parameter| parameter.parameter_key() == Some(name))
            .find_map(|parameter| parameter.parameter_value().map(str::to_owned))
            .with_context(|| format!("the stack tells of no parameter {name}"))
    }
}
