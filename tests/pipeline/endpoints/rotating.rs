//! Rotating a secret, as the receiver sees it. The endpoints are Google Calendar's: its proof knows no time, so the
//! receiver's clock can be set forward.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sallyport_cli::stack::seed::Endpoint;

use super::desk::{added, directory, listed, reason, with_secret};
use crate::{
    rehearsal::{Receiver, Rehearsal, relay::Plan},
    tests,
    world::Shared,
};

tests![
    both_secrets_verify_while_a_rotation_is_open_and_only_the_new_one_after_it,
    a_second_rotation_is_refused_while_one_is_open_and_drops_the_oldest_when_forced,
    of_two_rotations_at_once_one_counts,
    a_rotation_that_is_prepared_and_never_begun_changes_nothing,
    a_secret_that_the_provider_issues_is_not_made_up,
];

/// The receiver may ask for a secret again when a proof fails.
const ASKED_AGAIN: Duration = Duration::from_secs(31);
/// No receiver serves a secret from its cache any more.
const FORGOTTEN: Duration = Duration::from_secs(301);

/// The status of a webhook that is signed as `endpoint` says, and the reason when it is refused.
async fn posted(world: &Shared, receiver: &Receiver, endpoint: &Endpoint) -> Result<(u16, String)> {
    let sample = world.sample_for(endpoint, "exists", |_| ())?;
    let answer = receiver.handle(&sample).await?.context("it was ended")?;
    let reason = if answer.status_code == 200 {
        String::new()
    } else {
        reason(&answer.body)?
    };
    Ok((answer.status_code, reason))
}

fn accepted() -> (u16, String) {
    (200, String::new())
}

fn refused() -> (u16, String) {
    (401, "token_mismatch".to_owned())
}

async fn both_secrets_verify_while_a_rotation_is_open_and_only_the_new_one_after_it(
    world: Shared,
) -> Result<()> {
    let directory = directory(&world)?;
    let (name, old) = added(&world, "google-calendar").await?;
    let rehearsal = Rehearsal::begin(&world).await?;
    let receiver = rehearsal.receiver(Plan::Pass).await?;
    ensure!(posted(&world, &receiver, &old).await? == accepted());

    let rotation = directory.prepare_rotation(&name, None, false).await?;
    let new = with_secret(&old, &rotation.secret);
    directory.begin_rotation(&rotation).await?;
    ensure!(listed(&world, &name).await?.rotation_open == Some(true));
    rehearsal.pass(ASKED_AGAIN);
    ensure!(posted(&world, &receiver, &new).await? == accepted());
    ensure!(posted(&world, &receiver, &old).await? == accepted());

    ensure!(directory.finish_rotation(&name).await?);
    ensure!(listed(&world, &name).await?.rotation_open == Some(false));
    rehearsal.pass(FORGOTTEN);
    ensure!(posted(&world, &receiver, &old).await? == refused());
    ensure!(posted(&world, &receiver, &new).await? == accepted());
    ensure!(!directory.finish_rotation(&name).await?, "finished twice");
    Ok(())
}

async fn a_second_rotation_is_refused_while_one_is_open_and_drops_the_oldest_when_forced(
    world: Shared,
) -> Result<()> {
    let directory = directory(&world)?;
    let (name, first) = added(&world, "google-calendar").await?;
    let rotation = directory.prepare_rotation(&name, None, false).await?;
    directory.begin_rotation(&rotation).await?;
    let second = with_secret(&first, &rotation.secret);

    let error = directory.prepare_rotation(&name, None, false).await.err();
    let error = error.context("it was rotated")?.to_string();
    ensure!(
        error.contains("--finish") && error.contains("--force") && error.contains("401"),
        "{error}"
    );
    let forced = directory.prepare_rotation(&name, None, true).await?;
    directory.begin_rotation(&forced).await?;
    let third = with_secret(&first, &forced.secret);

    let receiver = Rehearsal::begin(&world).await?.receiver(Plan::Pass).await?;
    ensure!(posted(&world, &receiver, &third).await? == accepted());
    ensure!(posted(&world, &receiver, &second).await? == accepted());
    ensure!(posted(&world, &receiver, &first).await? == refused());
    Ok(())
}

async fn of_two_rotations_at_once_one_counts(world: Shared) -> Result<()> {
    let directory = directory(&world)?;
    let (name, old) = added(&world, "google-calendar").await?;
    let one = directory.prepare_rotation(&name, None, false).await?;
    let other = directory.prepare_rotation(&name, None, false).await?;
    directory.begin_rotation(&one).await?;
    ensure!(
        directory.begin_rotation(&other).await.is_err(),
        "both count, and the old secret does not"
    );
    let receiver = Rehearsal::begin(&world).await?.receiver(Plan::Pass).await?;
    let with = |rotation: &sallyport_cli::endpoint::Rotation| with_secret(&old, &rotation.secret);
    ensure!(posted(&world, &receiver, &with(&one)).await? == accepted());
    ensure!(posted(&world, &receiver, &old).await? == accepted());
    ensure!(posted(&world, &receiver, &with(&other)).await? == refused());
    Ok(())
}

async fn a_rotation_that_is_prepared_and_never_begun_changes_nothing(world: Shared) -> Result<()> {
    let directory = directory(&world)?;
    let (name, old) = added(&world, "google-calendar").await?;
    let lost = directory.prepare_rotation(&name, None, false).await?;
    ensure!(listed(&world, &name).await?.rotation_open == Some(false));
    let rotation = directory.prepare_rotation(&name, None, false).await?;
    directory.begin_rotation(&rotation).await?;
    let receiver = Rehearsal::begin(&world).await?.receiver(Plan::Pass).await?;
    let with = |secret| with_secret(&old, secret);
    ensure!(posted(&world, &receiver, &with(&rotation.secret)).await? == accepted());
    ensure!(posted(&world, &receiver, &old).await? == accepted());
    ensure!(posted(&world, &receiver, &with(&lost.secret)).await? == refused());
    Ok(())
}

async fn a_secret_that_the_provider_issues_is_not_made_up(world: Shared) -> Result<()> {
    let directory = directory(&world)?;
    let current = sallyport::webhook::Secret::new("demo-twilio-secret-of-the-local-stack");
    for given in [None, Some(current)] {
        let wanted = if given.is_none() {
            "--secret-stdin"
        } else {
            "current secret"
        };
        let error = directory
            .prepare_rotation("twilio-demo", given, false)
            .await;
        let error = error.err().context("it was rotated")?.to_string();
        ensure!(error.contains(wanted), "{error}");
    }
    ensure!(listed(&world, "twilio-demo").await?.rotation_open == Some(false));
    Ok(())
}
