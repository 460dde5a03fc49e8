//! The AWS emulator: every AWS service the functions use, and the functions themselves as real processes.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rustix::process::Signal;
use tokio::process::Command;

use super::{home::Home, process::Server, toolbox};

/// The region everything local pretends to be in.
pub const REGION: &str = "us-east-1";
/// The account everything local pretends to belong to.
pub const ACCOUNT: &str = "000000000000";

/// The running emulator.
#[derive(Debug)]
pub struct Emulator {
    server: Server,
    url: String,
}

impl Emulator {
    /// Starts the emulator on `port` of loopback and waits until it answers.
    ///
    /// `enforce_iam`: every call is checked against the caller's own policies, so a function that lacks a
    /// permission is refused here as it would be on AWS.
    pub async fn start(
        tool: &toolbox::Emulator,
        home: &Home,
        port: u16,
        enforce_iam: bool,
    ) -> Result<Self> {
        let url = format!("http://127.0.0.1:{port}");
        let scratch = home.stack.join("emulator");
        // It unpacks every function anew, some 240 MB each time, and tidies up nothing.
        match std::fs::remove_dir_all(&scratch) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("clearing {}", scratch.display()));
            }
            _ => std::fs::create_dir_all(&scratch)?,
        }
        let mut command = Command::new(tool.python());
        // Functions inherit the emulator's environment: it starts from nothing. Without AWS_ENDPOINT_URL
        // they would call the real AWS; without BIND_HOST it would listen on every interface.
        command
            .args(["-m", "ministack"])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &scratch)
            .env("TMPDIR", &scratch)
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_HOST", "localhost")
            .env("GATEWAY_PORT", port.to_string())
            .env("AWS_ENDPOINT_URL", &url)
            // Listeners that nothing here needs and that two stacks would fight over.
            .env("IOT_MTLS_ENABLED", "0")
            .env("SFTP_ENABLED", "0")
            .env("AUTH", enforce_iam.to_string())
            .env("LOG_LEVEL", "INFO")
            .current_dir(&scratch);
        let server = Server::spawn("the AWS emulator", command, &home.stack, Self::log(home))?;
        let mut emulator = Self { server, url };
        emulator.ready(Duration::from_secs(30)).await?;
        Ok(emulator)
    }

    /// The log of the emulator and of the functions it runs.
    #[must_use]
    pub fn log(home: &Home) -> PathBuf {
        home.log("emulator")
    }

    /// Its base URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its process id, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.server.pid()
    }

    /// Stops it and, with it, the functions it runs.
    pub async fn stop(&mut self) -> Result<()> {
        self.server.stop(Signal::TERM, Duration::from_secs(5)).await
    }

    async fn ready(&mut self, patience: Duration) -> Result<()> {
        let health = format!("{}/_ministack/health", self.url);
        let start = Instant::now();
        loop {
            self.server.ensure_running()?;
            match reqwest::get(&health).await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(_) | Err(_) if start.elapsed() < patience => {
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
                Ok(answer) => return Err(anyhow::anyhow!("{health} answered {}", answer.status())),
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("{health} did not answer in {patience:?}"));
                }
            }
        }
    }
}
