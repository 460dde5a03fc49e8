//! Child processes of the stack: started in a process group of their own, stopped in the order the stack
//! decides, and found again after a crash.
//!
//! Ctrl-C in a terminal goes to the whole foreground group. The servers must not die of it on their own, in
//! any order: each gets its own group, and only [`Server::stop`] ends it. Every process also carries the
//! stack's mark in its environment, which the emulator hands on to the functions it spawns. [`sweep`] finds
//! by that mark whatever a killed supervisor left behind; correctness of `down` hangs on it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process};
use tokio::process::{Child, Command};

/// The environment variable that carries the stack's mark: the path of its home.
pub const MARK: &str = "SALLYPORT_STACK";

/// A server process of the stack, with its output going to a log file.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts `command` in its own process group, marked with `home`, output appended to `log`.
    pub fn spawn(
        name: &'static str,
        mut command: Command,
        home: &Path,
        log: PathBuf,
    ) -> Result<Self> {
        let out = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .with_context(|| format!("open the log {}", log.display()))?;
        let child = command
            .env(MARK, home)
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("start {name}"))?;
        Ok(Self { name, child, log })
    }

    /// The process id, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// An error that quotes the end of the log, if the process has ended.
    pub fn ensure_running(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!(
                "{} ended ({status}); the end of {}:\n{}",
                self.name,
                self.log.display(),
                tail(&self.log, 20)
            );
        }
        Ok(())
    }

    /// Asks with `signal`, waits up to `grace`, then kills the process group.
    pub async fn stop(&mut self, signal: Signal, grace: Duration) -> Result<()> {
        let Some(pid) = self.child.id().and_then(as_pid) else {
            return Ok(());
        };
        // An error here means that it has ended already, which is what is wanted.
        let _ = kill_process(pid, signal);
        if tokio::time::timeout(grace, self.child.wait())
            .await
            .is_err()
        {
            let _ = kill_process_group(pid, Signal::KILL);
            self.child
                .wait()
                .await
                .with_context(|| format!("wait for {} to end", self.name))?;
        }
        Ok(())
    }
}

/// The last `lines` lines of a log, for an error message.
#[must_use]
pub fn tail(log: &Path, lines: usize) -> String {
    let text = fs::read(log)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default();
    let mut last: Vec<&str> = text.lines().rev().take(lines).collect();
    last.reverse();
    last.join("\n")
}

/// Whether a process with this id runs. One that has ended and that nobody has waited for does not.
#[must_use]
pub fn alive(pid: u32) -> bool {
    let exists = as_pid(pid).is_some_and(|pid| test_kill_process(pid).is_ok());
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    exists
        && !state
            .rsplit(')')
            .next()
            .is_some_and(|rest| rest.trim_start().starts_with('Z'))
}

/// Sends `signal` to a process; it may have ended already.
pub fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = as_pid(pid) {
        let _ = kill_process(pid, signal);
    }
}

/// The processes that carry the mark of the stack at `home`, this one excepted, with their environment.
///
/// Reads `/proc`; on a system without it the list is empty, and only recorded process ids can be stopped.
#[must_use]
pub fn marked(home: &Path) -> Vec<Marked> {
    let mark = format!("{MARK}={}", home.display());
    let own = std::process::id();
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| *pid != own)
        .filter_map(|pid| {
            let environment = fs::read(format!("/proc/{pid}/environ")).ok()?;
            let environment: Vec<String> = environment
                .split(|byte| *byte == 0)
                .map(|entry| String::from_utf8_lossy(entry).into_owned())
                .collect();
            environment
                .contains(&mark)
                .then_some(Marked { pid, environment })
        })
        .collect()
}

/// A process that belongs to a stack.
#[derive(Debug)]
pub struct Marked {
    /// Its process id.
    pub pid: u32,
    environment: Vec<String>,
}

impl Marked {
    /// The value of one of its environment variables.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment
            .iter()
            .find_map(|entry| entry.strip_prefix(name)?.strip_prefix('='))
    }
}

/// Kills every process that carries the mark of the stack at `home` and waits until none is left.
/// Returns how many there were.
pub async fn sweep(home: &Path) -> Result<usize> {
    let found = marked(home);
    for process in &found {
        signal(process.pid, Signal::KILL);
    }
    let gone = async {
        while !marked(home).is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone)
        .await
        .with_context(|| format!("processes of {} do not end", home.display()))?;
    Ok(found.len())
}

fn as_pid(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}
