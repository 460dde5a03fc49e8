//! What the receiver answers to requests that are wrong: a problem document with a stable reason, never a
//! server error.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use crate::{tests, world::Shared};
use sallyport_cli::sample::Unsigned;

tests![
    an_unknown_endpoint_is_not_found,
    an_unknown_provider_is_not_found,
    a_wrong_signature_is_refused,
    a_missing_signature_is_refused,
    a_stale_timestamp_is_refused,
    a_future_timestamp_is_refused,
    a_body_over_the_cap_is_too_large,
    a_large_body_under_the_cap_is_applied,
    a_body_that_is_no_json_is_refused_after_its_proof,
    a_deeply_nested_body_is_refused_after_its_proof,
    a_body_that_is_no_utf8_is_refused_after_its_proof,
    a_method_without_a_route_is_refused,
    odd_headers_and_queries_never_cause_a_server_error,
];

async fn refused(world: &Shared, request: &Unsigned, status: u16, reason: &str) -> Result<()> {
    let answer = world.post(request).await?;
    let found = answer.status().as_u16();
    let media = answer
        .headers()
        .get("content-type")
        .context("no content type")?
        .to_str()?
        .to_owned();
    let problem: Value = answer.json().await?;
    ensure!(found == status, "{found} {problem}");
    ensure!(media.starts_with("application/problem+json"), "{media}");
    ensure!(problem["reason"] == reason, "{problem}");
    ensure!(problem["status"] == status, "{problem}");
    Ok(())
}

fn signed(world: &Shared, at: OffsetDateTime, body: &[u8]) -> Result<Unsigned> {
    let endpoint = world.endpoint("vapi")?;
    let mut request = world.sample("vapi", "status-update")?;
    request.body = body.to_vec();
    request.sign("vapi", &endpoint.secret, at)?;
    Ok(request)
}

async fn an_unknown_endpoint_is_not_found(world: Shared) -> Result<()> {
    let mut request = world.sample("vapi", "status-update")?;
    request.url = format!("{}/webhooks/vapi/nobody-here", world.api_url);
    refused(&world, &request, 404, "unknown_endpoint").await
}

async fn an_unknown_provider_is_not_found(world: Shared) -> Result<()> {
    let mut request = world.sample("vapi", "status-update")?;
    request.url = format!("{}/webhooks/carrier-pigeon/vapi-demo", world.api_url);
    refused(&world, &request, 404, "unknown_endpoint").await
}

async fn a_wrong_signature_is_refused(world: Shared) -> Result<()> {
    let mut request = world.sample("vapi", "status-update")?;
    request.tamper();
    refused(&world, &request, 401, "signature_mismatch").await
}

async fn a_missing_signature_is_refused(world: Shared) -> Result<()> {
    let mut request = world.sample("vapi", "status-update")?;
    request.headers.retain(|(name, _)| name != "x-signature");
    refused(&world, &request, 401, "missing_header").await
}

async fn a_stale_timestamp_is_refused(world: Shared) -> Result<()> {
    let body = world.sample("vapi", "status-update")?.body;
    let request = signed(
        &world,
        OffsetDateTime::now_utc() - Duration::seconds(310),
        &body,
    )?;
    refused(&world, &request, 401, "timestamp_too_old").await
}

async fn a_future_timestamp_is_refused(world: Shared) -> Result<()> {
    let body = world.sample("vapi", "status-update")?.body;
    let request = signed(
        &world,
        OffsetDateTime::now_utc() + Duration::seconds(310),
        &body,
    )?;
    refused(&world, &request, 401, "timestamp_in_future").await
}

async fn a_body_over_the_cap_is_too_large(world: Shared) -> Result<()> {
    let request = signed(
        &world,
        OffsetDateTime::now_utc(),
        &vec![b' '; 6 * 1024 * 1024 + 1],
    )?;
    let answer = world.post(&request).await?;
    ensure!(answer.status() == 413, "{}", answer.status());
    Ok(())
}

/// Larger than a queue message may be: it travels through the bucket.
async fn a_large_body_under_the_cap_is_applied(world: Shared) -> Result<()> {
    let request = world.sample_with("vapi", "end-of-call-report", |request| {
        let mut body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        body["message"]["artifact"]["padding"] = "x".repeat(1_500_000).into();
        request.body = body.to_string().into_bytes();
    })?;
    let delivery = world.accepted(&request).await?;
    let (state, reason) = world.at_rest(&delivery).await?;
    ensure!(state == "done", "{state} {reason:?}");
    Ok(())
}

async fn a_body_that_is_no_json_is_refused_after_its_proof(world: Shared) -> Result<()> {
    let request = signed(&world, OffsetDateTime::now_utc(), b"{\"message\":")?;
    refused(&world, &request, 400, "invalid_json").await
}

async fn a_deeply_nested_body_is_refused_after_its_proof(world: Shared) -> Result<()> {
    let body = format!(
        "{{\"message\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let request = signed(&world, OffsetDateTime::now_utc(), body.as_bytes())?;
    refused(&world, &request, 400, "invalid_json").await
}

async fn a_body_that_is_no_utf8_is_refused_after_its_proof(world: Shared) -> Result<()> {
    let mut request = signed(
        &world,
        OffsetDateTime::now_utc(),
        b"{\"message\":\"\xff\xfe\"}",
    )?;
    // API Gateway hands a body of this type on in base64, byte for byte.
    request.set_header("content-type", "application/octet-stream");
    refused(&world, &request, 400, "invalid_utf8").await
}

async fn a_method_without_a_route_is_refused(world: Shared) -> Result<()> {
    let url = &world.endpoint("vapi")?.url;
    let answer = world.http.put(url).send().await?;
    ensure!(answer.status().is_client_error(), "{}", answer.status());
    Ok(())
}

async fn odd_headers_and_queries_never_cause_a_server_error(world: Shared) -> Result<()> {
    let sample = world.sample("vapi", "status-update")?;
    let long = "h".repeat(6_000);
    let odd = [
        ("x-signature", "é"),
        ("x-signature", ","),
        ("x-timestamp", "1e9"),
        ("x-timestamp", "99999999999999999999999999"),
        ("x-timestamp", "-1"),
        ("content-type", "\u{7f}"),
        ("x-odd", long.as_str()),
    ];
    for (name, value) in odd {
        let Ok(value) = reqwest::header::HeaderValue::from_bytes(value.as_bytes()) else {
            continue;
        };
        let mut post = world.http.post(&sample.url).body(sample.body.clone());
        for (known, text) in sample
            .headers
            .iter()
            .filter(|(known, _)| known != name && known != "host")
        {
            post = post.header(known, text);
        }
        let answer = post.header(name, value).send().await?;
        ensure!(
            !answer.status().is_server_error(),
            "{name}: {}",
            answer.status()
        );
    }
    for query in ["?%", "?a=%ff&&=", "?<script>", "?x=\u{e9}"] {
        let mut request = sample.clone();
        request.url.push_str(query);
        let answer = world.post(&request).await?;
        ensure!(
            !answer.status().is_server_error(),
            "{query}: {}",
            answer.status()
        );
    }
    Ok(())
}
