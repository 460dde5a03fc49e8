//! What the receiver takes in, and what it does not.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::super::Trial;
use super::super::trial::Told;
use super::Found;
use super::patients::speak;

const EVENT: &str = "end-of-call-report";
/// Older than any provider's window.
const STALE: Duration = Duration::minutes(10);

pub(super) async fn processed(trial: &mut Trial) -> Result<Found> {
    let now = OffsetDateTime::now_utc();
    let request = trial.sample(&trial.vapi, EVENT, now, speak)?;
    let body: Value = serde_json::from_slice(&request.body)?;
    let call = body["message"]["call"]["id"].as_str();
    let call = call.context("the sample has no call")?.to_owned();
    let (status, answer) = trial.post(&request).await?;
    ensure!(
        status == 200 && answer["status"] == "accepted",
        "not accepted: {status} {answer}"
    );
    let delivery = answer["delivery"].as_str();
    let delivery = delivery.context("the answer names no delivery")?.to_owned();
    let row = trial.at_rest(&delivery).await?;
    ensure!(
        row["state"] == "done",
        "{delivery} came to be {}",
        row["state"]
    );
    let moment = |name: &str| {
        let text = row[name].as_str().unwrap_or_default();
        OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339)
    };
    let took = moment("applied_at")? - moment("received_at")?;
    trial.told = Some(Told {
        request,
        delivery: delivery.clone(),
        call,
    });
    Ok(Found::Shown(format!(
        "{delivery} applied {} ms after it was received",
        took.whole_milliseconds()
    )))
}

pub(super) async fn duplicate(trial: &mut Trial) -> Result<Found> {
    let told = trial.told()?.clone();
    let before = trial.at_rest(&told.delivery).await?;
    let (status, answer) = trial.post(&told.request).await?;
    ensure!(
        status == 200 && answer["status"] == "duplicate" && answer["delivery"] == told.delivery,
        "not known again: {status} {answer}"
    );
    let after = trial.at_rest(&told.delivery).await?;
    ensure!(
        before["applied_at"] == after["applied_at"],
        "it was applied again"
    );
    let calls = format!(
        "calls?org_id=eq.{}&provider_call_id=eq.{}&select=id",
        trial.tenant.organization, told.call
    );
    let calls: Vec<Value> = trial.rest.rows(&calls).await?;
    ensure!(
        calls.len() == 1,
        "there are {} rows of the call",
        calls.len()
    );
    Ok(Found::Shown("answered duplicate; one row".to_owned()))
}

pub(super) async fn forged(trial: &mut Trial) -> Result<Found> {
    let now = OffsetDateTime::now_utc();
    let mut request = trial.sample(&trial.vapi, EVENT, now, |_| Ok(()))?;
    request.tamper();
    trial
        .refused(&request, 401, "signature_mismatch")
        .await
        .map(Found::Shown)
}

pub(super) async fn stale(trial: &mut Trial) -> Result<Found> {
    let then = OffsetDateTime::now_utc() - STALE;
    let request = trial.sample(&trial.vapi, EVENT, then, |_| Ok(()))?;
    trial
        .refused(&request, 401, "timestamp_too_old")
        .await
        .map(Found::Shown)
}

pub(super) async fn unknown(trial: &mut Trial) -> Result<Found> {
    let now = OffsetDateTime::now_utc();
    let mut request = trial.sample(&trial.vapi, EVENT, now, |_| Ok(()))?;
    request.url.push_str("-nobody");
    trial
        .refused(&request, 404, "unknown_endpoint")
        .await
        .map(Found::Shown)
}

/// Raises an alarm, as it should; people are not to be woken by a test.
pub(super) async fn conflict(trial: &mut Trial) -> Result<Found> {
    if trial.local.is_none() {
        return Ok(Found::Missing(
            "it raises an alarm, which would reach people: made on the local stage only".to_owned(),
        ));
    }
    let request = changed(trial)?;
    trial
        .refused(&request, 409, "body_conflict")
        .await
        .map(Found::Shown)
}

/// The report that was sent first, with another body and a signature that fits it.
pub(super) fn changed(trial: &Trial) -> Result<crate::sample::Unsigned> {
    let mut request = trial.told()?.request.clone();
    request.body.push(b' ');
    let (door, now) = (&trial.vapi, OffsetDateTime::now_utc());
    request.sign(door.provider, &door.secret, now)?;
    Ok(request)
}
