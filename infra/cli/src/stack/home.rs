//! Where a stack keeps its files and which ports it listens on.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

/// The ports of a stack, all on loopback.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Ports {
    /// The HTTP API, as providers would reach it.
    pub api: u16,
    /// The PostgREST-compatible server.
    pub postgrest: u16,
    /// The provider sandbox.
    pub sandbox: u16,
    /// The AWS emulator.
    pub emulator: u16,
    /// Postgres.
    pub postgres: u16,
}

impl Ports {
    /// Five ports from `first` on.
    #[must_use]
    pub fn from(first: u16) -> Self {
        Self {
            api: first,
            postgrest: first + 1,
            sandbox: first + 2,
            emulator: first + 3,
            postgres: first + 4,
        }
    }

    /// Five ports that were free a moment ago: for tests, which must not meet a running stack.
    pub fn free() -> Result<Self> {
        let listeners: Vec<TcpListener> = (0..5)
            .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .collect::<std::io::Result<_>>()?;
        let port = |index: usize| -> Result<u16> { Ok(listeners[index].local_addr()?.port()) };
        Ok(Self {
            api: port(0)?,
            postgrest: port(1)?,
            sandbox: port(2)?,
            emulator: port(3)?,
            postgres: port(4)?,
        })
    }

    fn named(self) -> [(&'static str, u16); 5] {
        [
            ("the HTTP API", self.api),
            ("PostgREST", self.postgrest),
            ("the provider sandbox", self.sandbox),
            ("the AWS emulator", self.emulator),
            ("Postgres", self.postgres),
        ]
    }

    /// An error that names the port and who wants it, if one is taken.
    pub fn ensure_free(self) -> Result<()> {
        for (who, port) in self.named() {
            if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                bail!(
                    "port {port}, wanted for {who}, cannot be used: {error}\n\
                     stop what listens there, or choose other ports with `--port <first of five>`"
                );
            }
        }
        Ok(())
    }
}

/// The folders of one stack.
#[derive(Clone, Debug)]
pub struct Home {
    /// The workspace: where `Cargo.toml` and `template.yaml` are.
    pub workspace: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// This stack's own folder.
    pub stack: PathBuf,
}

impl Home {
    /// The folders of the stack called `name`, found from the workspace this program was built in.
    pub fn find(name: &str) -> Result<Self> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("the workspace folder")?;
        if !workspace.join("template.yaml").is_file() {
            bail!(
                "{} has no template.yaml: this program was built there and needs the checkout; \
                 run `cargo sallyport …` inside it",
                workspace.display()
            );
        }
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
            || workspace.join("target"),
            |folder| workspace.join(PathBuf::from(folder)),
        );
        let stack = target.join("sallyport").join(name);
        Ok(Self {
            workspace: workspace.to_owned(),
            target,
            stack,
        })
    }

    /// Where pinned tools are installed, once for all stacks.
    #[must_use]
    pub fn toolbox(&self) -> PathBuf {
        self.target.join("sallyport").join("toolbox")
    }

    /// The log of one part.
    #[must_use]
    pub fn log(&self, part: &str) -> PathBuf {
        self.stack.join(format!("{part}.log"))
    }
}
