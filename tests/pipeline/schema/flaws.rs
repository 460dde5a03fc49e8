//! Flaws built into the procedures of a database of their own: the tests that guard against them must see them.

use anyhow::{Result, ensure};
use sqlx::{AssertSqlSafe, PgPool};

use super::{concurrency, order};

/// Replaces `right` by `wrong` in the definition of a function.
async fn build_in(pool: &PgPool, function: &str, right: &str, wrong: &str) -> Result<()> {
    let definition: String =
        sqlx::query_scalar("select pg_get_functiondef(oid) from pg_proc where proname = $1")
            .bind(function)
            .fetch_one(pool)
            .await?;
    let flawed = definition.replace(right, wrong);
    ensure!(flawed != definition, "{function} has no {right:?}");
    sqlx::raw_sql(AssertSqlSafe(flawed)).execute(pool).await?;
    Ok(())
}

/// FLAW-008: events are taken to arrive in the order in which they happened.
pub async fn an_order_that_is_taken_for_granted_goes_red(pool: PgPool) -> Result<()> {
    let (right, wrong) = (
        "v_newer := v_place collate \"C\" > v_known_place collate \"C\"",
        "v_newer := true",
    );
    build_in(&pool, "apply_call_facts", right, wrong).await?;
    let seen = order::any_order_and_any_repetition_of_a_calls_events_ends_in_the_same_row(pool);
    ensure!(seen.await.is_err(), "nobody saw it");
    Ok(())
}

/// FLAW-010: an attempt that ends after the effect and before the acknowledgement is followed by a second effect.
pub async fn an_effect_without_a_key_goes_red(pool: PgPool) -> Result<()> {
    build_in(&pool, "finish_delivery", "return found", "return true").await?;
    let seen = concurrency::one_delivery_on_many_connections_is_applied_once(pool);
    ensure!(seen.await.is_err(), "nobody saw it");
    Ok(())
}
