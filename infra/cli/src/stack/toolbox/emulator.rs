//! The AWS emulator: MiniStack with the SAM transform, in a Python environment of its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use tokio::process::Command;

use super::{Tool, ensure, run};

const REQUIREMENTS: &str = include_str!("requirements.txt");

/// An installed emulator.
#[derive(Clone, Debug)]
pub struct Emulator {
    folder: PathBuf,
}

impl Emulator {
    /// The name and version, for people.
    pub const NAME: &'static str = <Self as Tool>::NAME;

    /// The emulator, installed if it was not there; says whether it had to be.
    pub async fn ensure(toolbox: &Path) -> Result<(Self, bool)> {
        let (folder, installed) = ensure::<Self>(toolbox).await?;
        Ok((Self { folder }, installed))
    }

    /// The Python interpreter that has the emulator.
    #[must_use]
    pub fn python(&self) -> PathBuf {
        self.folder.join("bin").join("python")
    }
}

impl Tool for Emulator {
    const NAME: &'static str = "ministack 1.5.33";

    fn pins() -> &'static [&'static str] {
        &[REQUIREMENTS]
    }

    async fn install(folder: &Path) -> Result<()> {
        let missing =
            "python3 is not on the PATH: the AWS emulator needs Python 3.11 or later with pip";
        run(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(folder),
            missing,
        )
        .await?;
        let requirements = folder.join("requirements.txt");
        fs::write(&requirements, REQUIREMENTS)?;
        let mut pip = Command::new(folder.join("bin").join("python"));
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "--requirement",
        ]);
        run(pip.arg(requirements), missing).await
    }
}
