//! Who runs the command, for the audit log.

use anyhow::{Context, Result};

use crate::{aws::told, stage::Reached};

/// The caller's identity as AWS knows it.
pub(super) async fn caller(reached: &Reached) -> Result<String> {
    let asked = aws_sdk_sts::Client::new(&reached.aws).get_caller_identity();
    let answer = asked.send().await.map_err(told);
    let arn = answer.context("ask AWS who you are")?.arn;
    arn.context("AWS does not say who you are")
}
