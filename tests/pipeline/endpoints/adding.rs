//! Adding an endpoint.

use anyhow::{Context, Result, ensure};
use aws_sdk_dynamodb::types::AttributeValue;
use clap::Parser as _;
use sallyport::webhook::Secret;
use sallyport_cli::{
    commands::{self, Arguments},
    endpoint::NewEndpoint,
    stage::Stage,
};
use uuid::Uuid;

use super::desk::{directory, directory_through, listed, new_endpoint, registered};
use crate::{
    rehearsal::relay::{Plan, Relay},
    tests,
    world::Shared,
};

tests![
    an_added_endpoint_takes_a_signed_webhook_and_applies_it,
    an_added_endpoint_is_in_the_list_with_all_that_is_known_of_it,
    a_second_endpoint_of_the_same_name_is_refused_and_changes_nothing,
    an_endpoint_of_an_unknown_organisation_is_refused_and_nothing_is_made,
    a_name_that_the_database_links_to_another_organisation_is_refused,
    a_name_that_is_taken_at_the_last_moment_is_left_as_it_is,
    a_secret_that_is_there_is_never_replaced,
    an_add_ended_at_any_call_is_completed_when_it_is_run_again,
    the_stage_is_found_from_the_command_line,
];

async fn an_added_endpoint_takes_a_signed_webhook_and_applies_it(world: Shared) -> Result<()> {
    let settings = r#"{ "kind": "hmac" }"#;
    let new = NewEndpoint {
        settings: Some(settings.to_owned()),
        ..new_endpoint(&world, "vapi").await?
    };
    let added = directory(&world)?.add(new.clone()).await?;
    ensure!(added.found.is_empty(), "{:?}", added.found);
    let secret = added.chosen.context("no secret was chosen")?;
    ensure!(
        added.url == format!("{}/webhooks/vapi/{}", world.api_url, new.name),
        "{}",
        added.url
    );
    let endpoint = registered(&new, &added.url, &secret);
    let sample = world.sample_for(&endpoint, "end-of-call-report", |_| ())?;
    let delivery = world.accepted(&sample).await?;
    let (state, reason) = world.at_rest(&delivery).await?;
    ensure!(state == "done", "{state} {reason:?}");
    let (organization,): (Uuid,) =
        sqlx::query_as("select org_id from webhook_deliveries where delivery = $1")
            .bind(&delivery)
            .fetch_one(&world.database)
            .await?;
    ensure!(organization == new.organization);
    Ok(())
}

async fn an_added_endpoint_is_in_the_list_with_all_that_is_known_of_it(
    world: Shared,
) -> Result<()> {
    let new = NewEndpoint {
        tier: Some("trial".to_owned()),
        ..new_endpoint(&world, "stripe").await?
    };
    let new = NewEndpoint {
        secret: Some(Secret::new("whsec_issued_by_stripe")),
        ..new
    };
    let added = directory(&world)?.add(new.clone()).await?;
    ensure!(added.chosen.is_none(), "a secret that was given is shown");
    let listed = listed(&world, &new.name).await?;
    ensure!(listed.provider.as_deref() == Some("stripe"));
    ensure!(listed.organization == Some(new.organization));
    ensure!(listed.tier.as_deref() == Some("trial"));
    ensure!(listed.state == "enabled");
    ensure!(listed.held.count == 0 && !listed.held.more);
    ensure!(listed.rotation_open == Some(false));
    ensure!(
        listed.secret_age_s.is_some_and(|age| age < 3600),
        "{:?}",
        listed.secret_age_s
    );
    Ok(())
}

async fn a_second_endpoint_of_the_same_name_is_refused_and_changes_nothing(
    world: Shared,
) -> Result<()> {
    let directory = directory(&world)?;
    let new = new_endpoint(&world, "vapi").await?;
    let first = directory.add(new.clone()).await?;
    let secret = first.chosen.context("no secret was chosen")?;
    let other = new_endpoint(&world, "vapi").await?;
    let seconds = [
        (new.clone(), "whole"),
        (
            NewEndpoint {
                organization: other.organization,
                ..new.clone()
            },
            "as another one",
        ),
        (
            NewEndpoint {
                provider: "github".to_owned(),
                ..new.clone()
            },
            "as another one",
        ),
        (
            NewEndpoint {
                tier: Some("trial".to_owned()),
                ..new.clone()
            },
            "as another one",
        ),
    ];
    for (second, why) in seconds {
        let error = directory.add(second).await.err().context("it was added")?;
        ensure!(error.to_string().contains(why), "{error:#}");
    }
    let endpoint = registered(&new, &first.url, &secret);
    let sample = world.sample_for(&endpoint, "status-update", |_| ())?;
    world.accepted(&sample).await?;
    Ok(())
}

async fn an_endpoint_of_an_unknown_organisation_is_refused_and_nothing_is_made(
    world: Shared,
) -> Result<()> {
    let new = NewEndpoint {
        organization: Uuid::new_v4(),
        ..new_endpoint(&world, "vapi").await?
    };
    let error = directory(&world)?.add(new.clone()).await.err();
    let error = error.context("it was added")?.to_string();
    ensure!(error.contains("public.organizations"), "{error}");
    ensure!(stored_secret(&world, &new.name).await?.is_none());
    ensure!(directory(&world)?.find(&new.name).await.is_err());
    Ok(())
}

async fn a_name_that_the_database_links_to_another_organisation_is_refused(
    world: Shared,
) -> Result<()> {
    let (new, other) = (
        new_endpoint(&world, "vapi").await?,
        new_endpoint(&world, "vapi").await?,
    );
    sqlx::query("insert into endpoints (org_id, endpoint, provider) values ($1, $2, 'vapi')")
        .bind(other.organization)
        .bind(&new.name)
        .execute(&world.database)
        .await?;
    let error = directory(&world)?.add(new.clone()).await.err();
    let error = error.context("it was added")?.to_string();
    ensure!(error.contains("choose another name"), "{error}");
    ensure!(directory(&world)?.find(&new.name).await.is_err());
    Ok(())
}

async fn a_name_that_is_taken_at_the_last_moment_is_left_as_it_is(world: Shared) -> Result<()> {
    let new = new_endpoint(&world, "vapi").await?;
    let relay = Relay::start(&world.aws_url, Plan::Hold("CreateSecret")).await?;
    let through = directory_through(&world, &relay)?;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let meanwhile = async {
        relay.holding().await;
        let put = aws_sdk_dynamodb::Client::new(&world.aws)
            .put_item()
            .table_name(world.outputs.get("EndpointsTable")?)
            .item("endpoint", text(&new.name))
            .item("provider", text("github"))
            .item("organization", text(&Uuid::new_v4().to_string()))
            .item("secret", text("another"))
            .item("state", text("disabled"));
        put.send().await.map_err(aws_sdk_dynamodb::Error::from)?;
        relay.release();
        anyhow::Ok(())
    };
    let (refused, meanwhile) = tokio::join!(through.add(new.clone()), meanwhile);
    meanwhile?;
    let error = refused.err().context("it was added")?.to_string();
    ensure!(error.contains("as another one"), "{error}");
    let there = directory(&world)?.find(&new.name).await?;
    ensure!(there.provider == "github" && !there.enabled, "{there:?}");
    Ok(())
}

async fn a_secret_that_is_there_is_never_replaced(world: Shared) -> Result<()> {
    let new = NewEndpoint {
        secret: Some(Secret::new("the-given-one")),
        ..new_endpoint(&world, "vapi").await?
    };
    aws_sdk_secretsmanager::Client::new(&world.aws)
        .create_secret()
        .name(format!("sallyport/local/endpoints/{}", new.name))
        .secret_string(r#"{"secrets":["the-one-before"]}"#)
        .send()
        .await
        .map_err(aws_sdk_secretsmanager::Error::from)?;
    let error = directory(&world)?.add(new.clone()).await.err();
    let error = error.context("it was added")?.to_string();
    ensure!(error.contains("is not replaced"), "{error}");
    ensure!(!error.contains("the-given-one") && !error.contains("the-one-before"));
    let stored = stored_secret(&world, &new.name).await?;
    ensure!(stored.as_deref() == Some(r#"{"secrets":["the-one-before"]}"#));
    ensure!(directory(&world)?.find(&new.name).await.is_err());
    Ok(())
}

/// Whatever the moment: the second run ends with a whole endpoint and the secret that is stored for it. Only when the
/// first run was whole but for its last words the second one has nothing to do, and says so.
async fn an_add_ended_at_any_call_is_completed_when_it_is_run_again(world: Shared) -> Result<()> {
    let undisturbed = Relay::start(&world.aws_url, Plan::Pass).await?;
    let new = new_endpoint(&world, "vapi").await?;
    directory_through(&world, &undisturbed)?.add(new).await?;
    let calls = undisturbed.operations();
    ensure!(
        calls == ["GetItem", "GetSecretValue", "CreateSecret", "PutItem"],
        "{calls:?}"
    );
    for number in 0..calls.len() {
        for plan in [Plan::EndBefore(number), Plan::EndAfter(number)] {
            let new = new_endpoint(&world, "vapi").await?;
            let relay = Relay::start(&world.aws_url, plan.clone()).await?;
            let directory_there = directory_through(&world, &relay)?;
            let ended = relay.run(directory_there.add(new.clone())).await;
            ensure!(ended.is_none(), "{plan:?}: it was not ended");
            let again = directory(&world)?.add(new.clone()).await;
            if plan == Plan::EndAfter(calls.len() - 1) {
                let error = again.err().context("it was added twice")?.to_string();
                ensure!(error.contains("whole"), "{error}");
                continue;
            }
            let again = again.with_context(|| format!("{plan:?}"))?;
            let secret = again.chosen.context("no secret is shown")?;
            let endpoint = registered(&new, &again.url, &secret);
            let sample = world.sample_for(&endpoint, "status-update", |_| ())?;
            let accepted = world.accepted(&sample).await;
            accepted.with_context(|| format!("{plan:?}"))?;
        }
    }
    Ok(())
}

async fn the_stage_is_found_from_the_command_line(world: Shared) -> Result<()> {
    let reached = Stage::Local.reach(&world.home).await?;
    for name in [
        "EndpointsTable",
        "OversizeBucket",
        "PostgrestUrl",
        "DataKeyArn",
    ] {
        ensure!(reached.outputs.get(name)? == world.outputs.get(name)?);
    }
    let run = |words: &str| {
        let words = words.split(' ').map(str::to_owned);
        commands::run(Arguments::parse_from(words))
    };
    let new = new_endpoint(&world, "vapi").await?;
    directory(&world)?.add(new.clone()).await?;
    let disable = format!("sallyport --stack tests endpoint disable {}", new.name);
    run(&disable).await?;
    ensure!(listed(&world, &new.name).await?.state == "disabled");
    let error = run("sallyport --stack tests endpoint disable no-such-endpoint").await;
    let error = error.err().context("it was disabled")?.to_string();
    ensure!(error.contains("endpoint list"), "{error}");
    Ok(())
}

/// The text of the endpoint's secret, if there is one.
async fn stored_secret(world: &Shared, name: &str) -> Result<Option<String>> {
    use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
    let request = aws_sdk_secretsmanager::Client::new(&world.aws).get_secret_value();
    let name = format!("sallyport/local/endpoints/{name}");
    match request.secret_id(name).send().await {
        Ok(output) => Ok(output.secret_string),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(GetSecretValueError::is_resource_not_found_exception) =>
        {
            Ok(None)
        }
        Err(error) => Err(aws_sdk_secretsmanager::Error::from(error).into()),
    }
}
