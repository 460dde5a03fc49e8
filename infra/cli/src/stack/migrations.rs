//! Applies the numbered migrations of `infra/migrations`: forward only, each in its own transaction, each
//! once. A migration that was applied and then changed is an error, never applied again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use sqlx::{Acquire, PgConnection, Row};

/// Two tools that migrate at once take turns on this advisory lock.
const LOCK: i64 = 0x5a11_7907;

/// One migration file.
#[derive(Debug)]
struct Migration {
    number: i32,
    name: String,
    sql: String,
    digest: String,
}

/// Applies every migration of `folder` that the database does not have, in order. Returns how many.
///
/// # Errors
/// A migration that fails leaves nothing behind and names its file.
pub async fn apply(connection: &mut PgConnection, folder: &Path) -> Result<usize> {
    sqlx::query("select pg_advisory_lock($1)")
        .bind(LOCK)
        .execute(&mut *connection)
        .await?;
    let applied = apply_locked(connection, folder).await;
    sqlx::query("select pg_advisory_unlock($1)")
        .bind(LOCK)
        .execute(&mut *connection)
        .await?;
    applied
}

async fn apply_locked(connection: &mut PgConnection, folder: &Path) -> Result<usize> {
    sqlx::raw_sql(
        "create schema if not exists sallyport;
         create table if not exists sallyport.migrations (
             number int primary key,
             name text not null,
             sha256 text not null,
             applied_at timestamptz not null default now()
         );",
    )
    .execute(&mut *connection)
    .await?;
    let mut count = 0;
    for migration in read(folder)? {
        let known = sqlx::query("select sha256 from sallyport.migrations where number = $1")
            .bind(migration.number)
            .fetch_optional(&mut *connection)
            .await?
            .map(|row| row.get::<String, _>(0));
        match known {
            Some(digest) if digest == migration.digest => {}
            Some(_) => bail!(
                "{} was changed after it had been applied: write a new migration",
                migration.name
            ),
            None => {
                run(connection, &migration)
                    .await
                    .with_context(|| format!("migration {}", migration.name))?;
                count += 1;
            }
        }
    }
    Ok(count)
}

async fn run(connection: &mut PgConnection, migration: &Migration) -> Result<()> {
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(migration.sql.as_str()))
        .execute(&mut *transaction)
        .await?;
    sqlx::query("insert into sallyport.migrations (number, name, sha256) values ($1, $2, $3)")
        .bind(migration.number)
        .bind(&migration.name)
        .bind(&migration.digest)
        .execute(&mut *transaction)
        .await?;
    Ok(transaction.commit().await?)
}

fn read(folder: &Path) -> Result<Vec<Migration>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| format!("read {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files.iter().map(|path| Migration::read(path)).collect()
}

impl Migration {
    fn read(path: &Path) -> Result<Self> {
        let name = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default()
            .to_owned();
        let number = name
            .split('_')
            .next()
            .and_then(|digits| digits.parse().ok())
            .with_context(|| format!("{}: the name must start with a number", path.display()))?;
        let sql = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
        let digest = hex::encode(Sha256::digest(&sql));
        Ok(Self {
            number,
            name,
            sql,
            digest,
        })
    }
}
