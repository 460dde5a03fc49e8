//! A function's process, and what the kernel tells of it.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};

/// A process that ends with this value.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    folder: PathBuf,
}

impl Process {
    pub(super) fn start(
        binary: &Path,
        environment: &BTreeMap<String, String>,
        runtime_api: &str,
    ) -> Result<Self> {
        let child = Command::new(binary)
            .env_clear()
            .envs(environment)
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("start {}", binary.display()))?;
        let folder = PathBuf::from(format!("/proc/{}", child.id()));
        Ok(Self { child, folder })
    }

    /// The processor time of its living threads.
    pub(super) fn cpu(&self) -> Result<Duration> {
        let mut nanoseconds = 0;
        for task in std::fs::read_dir(self.folder.join("task"))? {
            let path = task?.path().join("schedstat");
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let first = text.split(' ').next().unwrap_or_default();
            nanoseconds += first.parse::<u64>().unwrap_or_default();
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// The most memory it has held, in bytes.
    pub(super) fn peak(&self) -> Result<u64> {
        let status = std::fs::read_to_string(self.folder.join("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let kilobytes: u64 = kilobytes.context("the kernel tells no peak")?.parse()?;
        Ok(kilobytes * 1024)
    }

    /// What it wrote to standard error, if it has ended.
    pub(super) fn last_words(&mut self) -> Option<String> {
        self.child.try_wait().ok()??;
        let mut words = String::new();
        self.child
            .stderr
            .as_mut()?
            .read_to_string(&mut words)
            .ok()?;
        Some(words.trim().to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
