//! Acting as an API role, the way `PostgREST` does: role and claims set for one transaction.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, PgPool,
    postgres::{PgPoolOptions, PgQueryResult},
};

/// Insufficient privilege, which row security reports as well.
pub const DENIED: &str = "42501";
/// `raise exception` without a code of its own.
pub const RAISED: &str = "P0001";
/// A foreign key names nothing.
pub const NO_SUCH_ROW: &str = "23503";

/// Makes the current transaction one of `role` with these JWT claims.
pub async fn act_as(transaction: &mut PgConnection, role: &str, claims: &str) -> Result<()> {
    sqlx::query("select set_config('request.jwt.claims', $1, true), set_config('role', $2, true)")
        .bind(claims)
        .bind(role)
        .execute(transaction)
        .await?;
    Ok(())
}

/// The claims of a user of `organization`, as Supabase Auth writes them.
pub fn user_of(organization: &str) -> Value {
    json!({
        "role": "authenticated",
        "sub": "11111111-2222-4333-8444-555555555555",
        "app_metadata": { "org_id": organization },
    })
}

/// A pool whose connections are the service role's, as many as the test needs at once.
pub async fn service(pool: &PgPool, connections: u32) -> Result<PgPool> {
    let options = PgPoolOptions::new()
        .max_connections(connections)
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::query("set role service_role")
                    .execute(connection)
                    .await
                    .map(drop)
            })
        });
    Ok(options
        .connect_with((*pool.connect_options()).clone())
        .await?)
}

/// Runs statements that a test made.
pub async fn run(connection: &mut PgConnection, sql: &str) -> sqlx::Result<PgQueryResult> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await
}

/// Runs statements that must fail, undoes them, and gives the SQLSTATE.
pub async fn refusal(connection: &mut PgConnection, sql: &str) -> Result<String> {
    let mut savepoint = connection.begin().await?;
    let outcome = run(&mut savepoint, sql).await;
    savepoint.rollback().await?;
    match outcome {
        Ok(done) => bail!("accepted, {} rows: {sql}", done.rows_affected()),
        Err(error) => sqlstate(&error).with_context(|| format!("{sql}: {error}")),
    }
}

/// Fails unless the statements are refused with this SQLSTATE.
pub async fn expect_refusal(connection: &mut PgConnection, code: &str, sql: &str) -> Result<()> {
    let found = refusal(connection, sql).await?;
    anyhow::ensure!(found == code, "refused with {found}, not {code}: {sql}");
    Ok(())
}

/// The SQLSTATE of a database error.
pub fn sqlstate(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// The names in the first column.
pub async fn names(connection: &mut PgConnection, sql: &'static str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(sql).fetch_all(connection).await?)
}

/// One number.
pub async fn count(connection: &mut PgConnection, sql: &str) -> Result<i64> {
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(connection)
        .await
        .with_context(|| sql.to_owned())
}
