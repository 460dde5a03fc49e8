//! `down`: stops the stack and leaves no process behind.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rustix::process::Signal;

use crate::stack::{
    home::Home,
    process,
    state::{State, supervisor},
};

pub(super) async fn run(home: &Home) -> Result<()> {
    let supervisor = supervisor(home);
    if let Some(supervisor) = supervisor {
        process::signal(supervisor, Signal::TERM);
        let start = Instant::now();
        while process::alive(supervisor) {
            if start.elapsed() > Duration::from_secs(20) {
                bail!(
                    "process {supervisor} does not end; see {}",
                    home.log("supervisor").display()
                );
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
    let left = process::sweep(&home.stack).await?;
    State::remove(home);
    match (supervisor, left) {
        (None, 0) => eprintln!("The local stack is not running."),
        (None, left) => {
            eprintln!("Stopped {left} processes that an earlier stack had left behind.");
        }
        (Some(_), _) => eprintln!("Stopped."),
    }
    Ok(())
}
