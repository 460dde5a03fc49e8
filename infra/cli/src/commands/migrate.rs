//! `migrate`: brings the schema of a stage's Postgres up to date.

use anyhow::{Context, Result, bail};
use clap::Args;
use sqlx::{Connection, PgConnection};

use crate::stack::{home::Home, migrations};

#[derive(Debug, Args)]
pub struct Migrate {
    /// The database, as its owner: postgres://user:password@host:port/database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: String,
}

impl Migrate {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        // The URL holds a password: no error may quote it.
        let Ok(mut connection) = PgConnection::connect(&self.database_url).await else {
            bail!("the database cannot be reached with that URL");
        };
        let applied = migrations::apply(
            &mut connection,
            &home.workspace.join("infra").join("migrations"),
        )
        .await
        .context("nothing of the failed migration was kept")?;
        println!("{applied} migrations applied.");
        Ok(())
    }
}
