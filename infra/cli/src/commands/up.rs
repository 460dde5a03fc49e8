//! `up`: the stack in this process until Ctrl-C, or in a detached copy of it.

use std::{
    fs::File,
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use crate::stack::{
    Options, Stack,
    functions::Profile,
    home::{Home, Ports},
    process,
    progress::Progress,
    state::{State, Summary},
};

/// The first of the five ports unless told otherwise: unassigned by IANA.
const FIRST_PORT: u16 = 9750;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Up {
    /// Return once the stack is ready; it goes on in the background until `sallyport down`
    #[arg(long)]
    detach: bool,
    /// Print one JSON object on standard output when ready
    #[arg(long)]
    json: bool,
    /// Compile the functions as they are deployed (slower to build, faster to run)
    #[arg(long)]
    release: bool,
    /// The first of five ports on loopback: API, PostgREST, sandbox, AWS, Postgres
    #[arg(long, default_value_t = FIRST_PORT, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1024..65530))]
    port: u16,
    /// Let every function do everything, as if its policy allowed it (to tell a bug from a missing permission)
    #[arg(long)]
    without_iam: bool,
}

impl Up {
    pub(super) async fn run(self, home: Home) -> Result<()> {
        if let Some(state) = State::read(&home)? {
            eprintln!(
                "The local stack runs already (process {}).",
                state.supervisor
            );
            self.print(&state.summary)?;
            return Ok(());
        }
        if self.detach {
            self.detached(&home).await
        } else {
            self.attached(home).await
        }
    }

    async fn attached(self, home: Home) -> Result<()> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let options = Options {
            home: home.clone(),
            ports: Ports::from(self.port),
            profile: if self.release {
                Profile::Release
            } else {
                Profile::Dev
            },
            enforce_iam: !self.without_iam,
            progress: Progress::shown(),
        };
        let started = tokio::select! {
            started = Stack::start(options) => Some(started?),
            _ = interrupt.recv() => None,
            _ = terminate.recv() => None,
        };
        let Some(stack) = started else {
            process::sweep(&home.stack).await?;
            bail!("interrupted before the stack was ready; nothing was left running");
        };
        self.print(&stack.state.summary)?;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        eprintln!("\nstopping …");
        stack.stop().await?;
        eprintln!("stopped");
        Ok(())
    }

    /// Starts a copy of this program that supervises the stack, and shows what it says until it is ready.
    async fn detached(self, home: &Home) -> Result<()> {
        std::fs::create_dir_all(&home.stack)?;
        let log = home.log("supervisor");
        let out = File::create(&log).with_context(|| format!("create {}", log.display()))?;
        let mut command = Command::new(std::env::current_exe()?);
        let name = home.stack.file_name().context("the stack's name")?;
        command
            .arg("--stack")
            .arg(name)
            .args(["up", "--port", &self.port.to_string()]);
        if self.release {
            command.arg("--release");
        }
        if self.without_iam {
            command.arg("--without-iam");
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .process_group(0)
            .spawn()
            .context("start the supervisor")?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut shown = 0;
        let start = Instant::now();
        loop {
            shown = show_from(&log, shown)?;
            if let Some(status) = child.try_wait()? {
                show_from(&log, shown)?;
                bail!("the stack did not start ({status}): see above");
            }
            if let Some(state) = State::read(home)?.filter(|state| state.supervisor == child.id()) {
                self.print(&state.summary)?;
                return Ok(());
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(50)) => {}
                _ = interrupt.recv() => {
                    process::signal(child.id(), rustix::process::Signal::TERM);
                    tokio::task::spawn_blocking(move || child.wait()).await??;
                    bail!("interrupted after {:.0} s; nothing was left running", start.elapsed().as_secs_f64());
                }
            }
        }
    }

    fn print(&self, summary: &Summary) -> Result<()> {
        if self.json {
            println!("{}", serde_json::to_string(summary)?);
            return Ok(());
        }
        eprintln!("\nReady after {:.1} s.\n", summary.ready_after_s);
        println!("  API        {}", summary.api_url);
        println!("  PostgREST  {}", summary.postgrest_url);
        println!("  Sandbox    {}", summary.sandbox_url);
        println!("  AWS        {}", summary.aws_endpoint_url);
        println!("  Postgres   {}", summary.database_url);
        println!("\n  Webhooks of the demo tenant:");
        for endpoint in &summary.endpoints {
            println!("    {:<18} {}", endpoint.provider, endpoint.url);
            println!("    {:<18} secret: {}", "", endpoint.secret);
        }
        println!("\n  Next: cargo sallyport send vapi end-of-call-report");
        println!("        cargo sallyport status | logs | down");
        Ok(())
    }
}

/// Copies what the log has past `shown` bytes to standard error. Returns how far it got.
///
/// The supervisor's own summary at the end is left out: the caller prints it.
fn show_from(log: &Path, shown: usize) -> Result<usize> {
    let text = std::fs::read(log)?;
    let new = String::from_utf8_lossy(text.get(shown..).unwrap_or_default()).into_owned();
    let end = new
        .find("\nReady after")
        .unwrap_or(new.rfind('\n').map_or(0, |last| last + 1));
    eprint!("{}", &new[..end]);
    Ok(shown + end)
}
