//! What a stack writes down for the commands that come after, in its home: `supervisor.pid` from its first
//! moment to its last, `state.json` while it is ready.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::{
    home::{Home, Ports},
    process,
    seed::Endpoint,
};

/// A stack that is ready.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// The process that supervises it.
    pub supervisor: u32,
    /// The ports it listens on.
    pub ports: Ports,
    /// What `up --json` prints.
    pub summary: Summary,
    /// The deliveries queue.
    pub deliveries_queue_url: String,
    /// Its dead-letter queue.
    pub dead_letter_queue_url: String,
}

/// What `up --json` prints: how to reach a ready stack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Summary {
    /// Where providers post.
    pub api_url: String,
    /// The REST interface of the database.
    pub postgrest_url: String,
    /// The provider sandbox.
    pub sandbox_url: String,
    /// The AWS emulator.
    pub aws_endpoint_url: String,
    /// Postgres, as superuser.
    pub database_url: String,
    /// The key that acts as `service_role`.
    pub service_role_key: String,
    /// The demo tenant's registered endpoints.
    pub endpoints: Vec<Endpoint>,
    /// How long it took from the command to ready, in seconds.
    pub ready_after_s: f64,
}

impl State {
    /// The state of the stack at `home`, if its supervisor runs.
    pub fn read(home: &Home) -> Result<Option<Self>> {
        let Ok(text) = fs::read_to_string(path(home)) else {
            return Ok(None);
        };
        let state: Self = serde_json::from_str(&text)
            .with_context(|| format!("read {}", path(home).display()))?;
        Ok(process::alive(state.supervisor).then_some(state))
    }

    /// The state, or an error that says how to get one.
    pub fn require(home: &Home) -> Result<Self> {
        match Self::read(home)? {
            Some(state) => Ok(state),
            None => {
                bail!("the local stack is not running: start it with `cargo sallyport up --detach`")
            }
        }
    }

    /// Writes the state down, whole or not at all.
    pub fn write(&self, home: &Home) -> Result<()> {
        let partial = path(home).with_extension("partial");
        fs::write(&partial, serde_json::to_vec_pretty(self)?)?;
        Ok(fs::rename(partial, path(home))?)
    }

    /// Forgets the stack.
    pub fn remove(home: &Home) {
        let _ = fs::remove_file(path(home));
    }
}

/// The claim of one process on a stack's home, given up when dropped.
#[derive(Debug)]
pub struct Occupied {
    file: PathBuf,
}

impl Occupied {
    /// Claims the home for this process.
    ///
    /// # Errors
    /// When a process that runs has it.
    pub fn claim(home: &Home) -> Result<Self> {
        if let Some(pid) = supervisor(home) {
            bail!(
                "a stack runs already, or is starting (process {pid}): `cargo sallyport down` stops it"
            );
        }
        fs::create_dir_all(&home.stack)
            .with_context(|| format!("create {}", home.stack.display()))?;
        let file = pid_file(home);
        fs::write(&file, std::process::id().to_string())?;
        Ok(Self { file })
    }
}

impl Drop for Occupied {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}

/// The process that supervises the stack at `home`, ready or not, if it runs.
#[must_use]
pub fn supervisor(home: &Home) -> Option<u32> {
    let pid = fs::read_to_string(pid_file(home))
        .ok()?
        .trim()
        .parse()
        .ok()?;
    process::alive(pid).then_some(pid)
}

fn pid_file(home: &Home) -> PathBuf {
    home.stack.join("supervisor.pid")
}

fn path(home: &Home) -> PathBuf {
    home.stack.join("state.json")
}
