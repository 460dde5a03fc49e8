//! What pages of other origins may read.

use anyhow::{Result, ensure};
use reqwest::{Method, header::ORIGIN};

use super::super::Trial;
use super::Found;

/// An origin that no configuration names.
const FOREIGN: &str = "https://origin.invalid";
const ALLOWED: &str = "access-control-allow-origin";

pub(super) async fn foreign(trial: &mut Trial) -> Result<Found> {
    let told = trial
        .reached
        .parameter("CorsOrigins")
        .await
        .unwrap_or_default();
    let ours = told.split(',').map(str::trim).find(|one| !one.is_empty());
    let health = format!("{}/health", trial.api_url);
    for (url, method) in [
        (&health, Method::GET),
        (&health, Method::OPTIONS),
        (&trial.vapi.url, Method::OPTIONS),
    ] {
        let allowed = permitted(trial, method, url, FOREIGN).await?;
        ensure!(allowed.is_none(), "a page of any origin may read {url}");
    }
    if let Some(ours) = ours {
        let allowed = permitted(trial, Method::GET, &health, ours).await?;
        ensure!(allowed.as_deref() == Some(ours), "a page of {ours} may not");
    }
    Ok(Found::Shown(match ours {
        Some(ours) => format!("{ours} may, a foreign page may not"),
        None => "no page may: no origin is configured".to_owned(),
    }))
}

async fn permitted(
    trial: &Trial,
    method: Method,
    url: &str,
    origin: &str,
) -> Result<Option<String>> {
    let request = trial.http.request(method, url).header(ORIGIN, origin);
    let request = request.header("access-control-request-method", "GET");
    let answer = request.send().await?;
    let header = answer.headers().get(ALLOWED);
    Ok(header.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()))
}
