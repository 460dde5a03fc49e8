//! The organisation's limit, at its exact number.

use anyhow::{Context as _, Result, bail, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use sallyport::rate_limit::Tiers;
use time::OffsetDateTime;

use super::super::Trial;
use super::super::tenant::Tenant;
use super::Found;

/// The largest limit that is tried: as many requests are made, and a few more.
const LARGEST: u32 = 2000;
/// Requests beyond the limit.
const BEYOND: u32 = 5;
/// A provider that repeats what was refused: what others send over the limit is deferred, not refused.
const PROVIDER: &str = "standard-webhooks";
const EVENT: &str = "user.created";
/// Requests under way at a time.
const IN_FLIGHT: usize = 16;

pub(super) async fn exact(trial: &mut Trial) -> Result<Found> {
    let text = trial.reached.parameter("OrganizationTiers").await?;
    let (tier, limit) = smallest(&text)?;
    if limit > LARGEST {
        return Ok(Found::Missing(format!(
            "the smallest tier admits {limit} an hour: add one of at most {LARGEST} to OrganizationTiers"
        )));
    }
    let mut tenant = Tenant::make(&trial.rest).await?;
    let door = tenant.open(&trial.directory, PROVIDER, tier).await;
    trial.others.push(tenant);
    let door = door?;
    let requests = (0..limit + BEYOND).map(|_| {
        let now = OffsetDateTime::now_utc();
        trial.sample(&door, EVENT, now, |_| Ok(()))
    });
    let requests = requests.collect::<Result<Vec<_>>>()?;
    let trial = &*trial;
    let answers: Vec<_> = stream::iter(requests)
        .map(|request| async move { trial.post(&request).await })
        .buffer_unordered(IN_FLIGHT)
        .try_collect()
        .await?;
    let mut admitted = 0;
    for (status, body) in answers {
        match status.as_u16() {
            200 => admitted += 1,
            429 if body["reason"] == "organization_over_limit" => {}
            _ => bail!("answered {status} {body}"),
        }
    }
    ensure!(
        admitted == limit,
        "{admitted} of {} were admitted at a limit of {limit}",
        limit + BEYOND
    );
    Ok(Found::Shown(format!(
        "{admitted} of {} admitted at a limit of {limit}",
        limit + BEYOND
    )))
}

/// The tier that admits least, `None` for the default, and how many.
fn smallest(tiers: &str) -> Result<(Option<String>, u32)> {
    let parsed = Tiers::parse(tiers).ok();
    let parsed = parsed.context("the parameter OrganizationTiers is not readable")?;
    let names: serde_json::Map<String, serde_json::Value> = serde_json::from_str(tiers)?;
    let limit = |name: &String| parsed.policy(Some(name)).limit();
    let name = names.keys().min_by_key(|name| limit(name));
    let name = name.context("there is no tier")?;
    Ok((
        Some(name.clone()).filter(|name| name != "default"),
        limit(name),
    ))
}

#[cfg(test)]
mod tests {
    use super::smallest;

    #[test]
    fn the_tier_that_admits_least_is_tried() {
        let tiers = r#"{"default":1000,"trial":50,"paid":5000}"#;
        assert_eq!(smallest(tiers).unwrap(), (Some("trial".to_owned()), 50));
        assert_eq!(smallest(r#"{"default":1000}"#).unwrap(), (None, 1000));
        assert!(smallest("{}").is_err());
    }
}
