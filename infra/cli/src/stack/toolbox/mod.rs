//! The tools the stack installs for itself, once per target folder, pinned by version and hash.
//!
//! An installation counts only when its stamp is there, and the stamp is written last: one that was cut off
//! is thrown away and made again. A file lock keeps two stacks from installing at the same time.

mod emulator;
mod postgres;

use std::{
    fs::{self, File},
    future::Future,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use tokio::process::Command;

pub use emulator::Emulator;
pub use postgres::Postgres;

/// A tool that can be installed into a folder.
trait Tool {
    /// What it is called, with its version.
    const NAME: &'static str;

    /// What the installation is made from: a change of it makes a new one.
    fn pins() -> &'static [&'static str];

    /// Installs into the empty folder `folder`.
    fn install(folder: &Path) -> impl Future<Output = Result<()>> + Send;
}

/// The folder of an installed tool, and whether it had to be installed now.
async fn ensure<T: Tool>(toolbox: &Path) -> Result<(PathBuf, bool)> {
    let digest = T::pins()
        .iter()
        .fold(Sha256::new(), Digest::chain_update)
        .finalize();
    let folder = toolbox.join(format!(
        "{}-{}",
        T::NAME.replace(' ', "-"),
        hex::encode(&digest[..4])
    ));
    let stamp = folder.join(".installed");
    fs::create_dir_all(toolbox).with_context(|| format!("create {}", toolbox.display()))?;
    let lock = File::create(toolbox.join("lock"))?;
    let _held = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await??;
    if stamp.is_file() {
        return Ok((folder, false));
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    T::install(&folder)
        .await
        .with_context(|| format!("install {} into {}", T::NAME, folder.display()))?;
    fs::write(&stamp, "")?;
    Ok((folder, true))
}

/// Whether the tools are installed already, so that a person can be told to wait.
#[must_use]
pub fn is_empty(toolbox: &Path) -> bool {
    fs::read_dir(toolbox).map_or(true, |mut entries| {
        !entries.any(|entry| entry.is_ok_and(|e| e.path().is_dir()))
    })
}

/// Runs an installer to its end. Its output is shown only if it fails.
async fn run(command: &mut Command, missing: &str) -> Result<()> {
    let output = match command.kill_on_drop(true).output().await {
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("{missing}"),
        other => other?,
    };
    if !output.status.success() {
        bail!(
            "`{:?}` failed ({}):\n{}{}",
            command.as_std(),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
