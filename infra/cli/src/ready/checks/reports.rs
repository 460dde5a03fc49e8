//! What reaches people.

use anyhow::{Context as _, Result, ensure};

use super::super::Trial;
use super::{Found, intake};
use crate::stack::sandbox::Recorded;

pub(super) async fn sentry(trial: &mut Trial) -> Result<Found> {
    let Some(local) = &trial.local else {
        return Ok(Found::Missing(
            "only the local stage's Sentry tells what it has received".to_owned(),
        ));
    };
    let request = intake::changed(trial)?;
    let delivery = &trial.told()?.delivery;
    let url = format!("{}/_sandbox/requests", local.sandbox_url);
    let event = trial
        .until("Sentry receives the error", || async {
            let (status, _) = trial.post(&request).await?;
            ensure!(status == 409, "no error was made: {status}");
            let all: Vec<Recorded> = trial.http.get(&url).send().await?.json().await?;
            let event = all
                .into_iter()
                .find(|one| one.provider == "sentry" && one.body.contains(delivery));
            Ok(event)
        })
        .await?;
    let line = event
        .body
        .lines()
        .nth(2)
        .context("an envelope of no event")?;
    ensure!(
        !line.contains("Quillfeather"),
        "the event names the patient"
    );
    Ok(Found::Shown(format!("an event of {} bytes", line.len())))
}
