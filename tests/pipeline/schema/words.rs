//! The words of a call: stored once for each delivery and policy, and never without the record of their redaction.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};

use super::{
    event::{apply, delivery, status},
    role::{service, sqlstate},
    sample::{self, CLINIC},
};

async fn store(
    connection: &mut PgConnection,
    number: u64,
    call: &str,
    transcript: &str,
    policy: &str,
) -> sqlx::Result<String> {
    sqlx::query_scalar(
        "select store_call_words($1, $2::uuid, $3, '{}', $4, p_transcript => $5) ->> 'outcome'",
    )
    .bind(delivery(number))
    .bind(CLINIC)
    .bind(call)
    .bind(policy)
    .bind(transcript)
    .fetch_one(connection)
    .await
}

async fn transcript(connection: &mut PgConnection) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("select transcript from calls")
        .fetch_one(connection)
        .await?)
}

pub async fn words_are_stored_once_for_each_delivery_and_policy(pool: PgPool) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    ensure!(store(&mut connection, 1, "call-1", "before", "1").await? == "gone");
    apply(
        &mut connection,
        CLINIC,
        &delivery(1),
        &status("call-1", "ended", "2030-01-01T10:00:00Z"),
    )
    .await?;
    ensure!(store(&mut connection, 1, "call-1", "first", "1").await? == "stored");
    ensure!(store(&mut connection, 1, "call-1", "again", "1").await? == "duplicate");
    ensure!(transcript(&mut connection).await?.as_deref() == Some("first"));
    ensure!(store(&mut connection, 1, "call-1", "newer", "2").await? == "stored");
    ensure!(transcript(&mut connection).await?.as_deref() == Some("newer"));
    Ok(())
}

pub async fn no_words_stand_without_the_record_of_their_redaction(pool: PgPool) -> Result<()> {
    sample::rows(&pool).await?;
    for column in ["transcript = 'x'", "summary = 'x'", "analysis = '{}'"] {
        let sql = format!("update calls set {column}");
        let error = sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&pool)
            .await
            .unwrap_err();
        ensure!(
            sqlstate(&error).as_deref() == Some("23514"),
            "{column}: {error}"
        );
    }
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    let error = store(&mut connection, 1, "call-1", "x", "")
        .await
        .unwrap_err();
    ensure!(sqlstate(&error).as_deref() == Some("22023"), "{error}");
    Ok(())
}

pub async fn what_an_older_engine_or_policy_redacted_is_found_and_replaced_once(
    pool: PgPool,
) -> Result<()> {
    sample::organizations(&pool).await?;
    let service = service(&pool, 1).await?;
    let mut connection = service.acquire().await?;
    for call in ["call-1", "call-2"] {
        let event = status(call, "ended", "2030-01-01T10:00:00Z");
        let number = if call == "call-1" { 1 } else { 2 };
        apply(&mut connection, CLINIC, &delivery(number), &event).await?;
        store(&mut connection, number, call, "said", "1").await?;
    }
    let outdated = async |connection: &mut PgConnection, engine: &str| -> Result<Value> {
        let sql = "select outdated_call_words($1, 10)::text";
        let text: String = sqlx::query_scalar(sql)
            .bind(engine)
            .fetch_one(connection)
            .await?;
        Ok(serde_json::from_str(&text)?)
    };
    ensure!(outdated(&mut connection, "1").await? == json!({ "left": 0, "calls": [] }));
    let page = outdated(&mut connection, "2").await?;
    ensure!(
        page["left"] == 2
            && page["calls"]
                .as_array()
                .is_some_and(|calls| calls.len() == 2)
    );

    sqlx::query("insert into redaction_policies (org_id) values ($1::uuid)")
        .bind(CLINIC)
        .execute(&mut *connection)
        .await?;
    ensure!(
        outdated(&mut connection, "1").await?["left"] == 2,
        "the organisation's own policy"
    );
    let replace = async |connection: &mut PgConnection| -> Result<String> {
        Ok(sqlx::query_scalar(
            "select replace_call_words(org_id, id, '1', '{}', '1+1', p_transcript => 'less') ->> 'outcome'
             from calls where provider_call_id = 'call-1'",
        )
        .fetch_one(connection)
        .await?)
    };
    ensure!(replace(&mut connection).await? == "stored");
    ensure!(replace(&mut connection).await? == "duplicate");
    ensure!(outdated(&mut connection, "1").await?["left"] == 1);
    sqlx::query("update redaction_policies set operator = 'mask'")
        .execute(&mut *connection)
        .await?;
    ensure!(
        outdated(&mut connection, "1").await?["left"] == 2,
        "a change is a new version"
    );
    Ok(())
}
