//! What is kept no longer than policy allows, and whether anybody looks.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use sallyport::retention::Order;
use tokio::time::Instant;

use super::super::Trial;
use super::Found;
use crate::retention::stores;

/// The class that is counted.
const CLASS: &str = "messages";
/// How long counting may take.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) async fn dry_run(trial: &mut Trial) -> Result<Found> {
    let order = Order {
        class: CLASS.to_owned(),
        dry_run: true,
        approval: None,
        every: None,
    };
    let stores = stores(&trial.reached)?;
    let report = stores.sweep(&order, Instant::now() + PATIENCE).await;
    let report = report.context("sweep without removing")?;
    ensure!(
        report.removed == 0,
        "a dry run removed {} rows",
        report.removed
    );
    Ok(Found::Shown(format!(
        "{} of {CLASS} due, {} held, none removed",
        report.due, report.held
    )))
}

pub(super) async fn schedules(trial: &mut Trial) -> Result<Found> {
    let classes = stores(&trial.reached)?.status().await?;
    ensure!(!classes.is_empty(), "no record class has a schedule");
    let never = classes.iter().filter(|class| class.last_run.is_none());
    if never.clone().next().is_some() && trial.local.is_some() {
        return Ok(Found::Missing(format!(
            "{} of {} classes have not been swept yet: the schedules fire at night",
            never.count(),
            classes.len()
        )));
    }
    let late: Vec<&str> = classes
        .iter()
        .filter(|class| class.late)
        .map(|class| class.class.as_str())
        .collect();
    if !late.is_empty() {
        bail!("late: {}: `sallyport retention status`", late.join(", "));
    }
    Ok(Found::Shown(format!(
        "{} classes swept in time",
        classes.len()
    )))
}
