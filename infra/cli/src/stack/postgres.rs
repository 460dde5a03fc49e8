//! The stack's Postgres: a new cluster each time, owned by an ordinary user, listening on loopback only.
//!
//! `initdb` and `postgres` refuse to run as root. A root user's stack runs them as `nobody`, from a folder
//! that `nobody` can reach: root's own home usually is not one.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use tokio::process::Command;

use super::{home::Home, process::Server, toolbox};

/// The superuser of the local cluster.
pub const SUPERUSER: &str = "postgres";
/// The password of every local role that can log in. The server listens on loopback only and holds samples.
pub const PASSWORD: &str = "local";
/// The one database.
pub const DATABASE: &str = "postgres";
/// `nobody` and its group on Linux (Debian's and Red Hat's number).
const NOBODY: u32 = 65534;

/// The running Postgres.
#[derive(Debug)]
pub struct Postgres {
    server: Option<Server>,
    native: PathBuf,
    data: PathBuf,
    home: Home,
    port: u16,
    as_nobody: bool,
}

impl Postgres {
    /// Makes a new cluster, starts it on `port` and waits until it takes connections.
    pub async fn start(tool: &toolbox::Postgres, home: &Home, port: u16) -> Result<Self> {
        let as_nobody = rustix::process::geteuid().is_root();
        let native = if as_nobody {
            reachable(tool.native())?
        } else {
            tool.native().to_owned()
        };
        let data = if as_nobody {
            nobodys_folder(home)?
        } else {
            home.stack.join("postgres")
        };
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        fs::create_dir_all(&data)?;
        if as_nobody {
            chown(&data, Some(NOBODY), Some(NOBODY))?;
        }
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700))?;
        let mut postgres = Self {
            server: None,
            native,
            data,
            home: home.clone(),
            port,
            as_nobody,
        };
        postgres.initdb().await?;
        postgres.resume().await?;
        Ok(postgres)
    }

    /// Starts the server on the existing cluster and waits until it takes connections.
    pub async fn resume(&mut self) -> Result<()> {
        let mut command = self.program("postgres");
        command.arg("-D").arg(&self.data).args([
            "-p",
            &self.port.to_string(),
            "-c",
            "listen_addresses=127.0.0.1",
        ]);
        // Samples only: a crash of the machine may lose them, so nothing waits for the disk.
        for setting in [
            "unix_socket_directories=",
            "fsync=off",
            "max_connections=60",
            "timezone=UTC",
            "log_timezone=UTC",
        ] {
            command.args(["-c", setting]);
        }
        let server = Server::spawn(
            "Postgres",
            command,
            &self.home.stack,
            self.home.log("postgres"),
        )?;
        let pid = server.pid();
        self.server = Some(server);
        self.ready(pid, Duration::from_secs(30)).await
    }

    /// Stops the server at once, as a failover would: open connections are cut.
    pub async fn stop(&mut self) -> Result<()> {
        match self.server.take() {
            Some(mut server) => server.stop(Signal::INT, Duration::from_secs(10)).await,
            None => Ok(()),
        }
    }

    /// Removes a cluster that does not lie in the stack's folder.
    pub fn remove(&self) -> Result<()> {
        if self.data.exists() {
            fs::remove_dir_all(&self.data)
                .with_context(|| format!("remove {}", self.data.display()))?;
        }
        Ok(())
    }

    /// The process id of the server, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.server.as_ref().and_then(Server::pid)
    }

    /// The URL with which `role` connects.
    #[must_use]
    pub fn url(&self, role: &str) -> String {
        format!(
            "postgres://{role}:{PASSWORD}@127.0.0.1:{}/{DATABASE}",
            self.port
        )
    }

    /// A pool of connections to the stack's database as superuser.
    pub async fn superuser(&self) -> Result<PgPool> {
        self.superuser_of(DATABASE).await
    }

    /// A pool of connections to `database` as superuser.
    pub async fn superuser_of(&self, database: &str) -> Result<PgPool> {
        let options = PgConnectOptions::new()
            .host("127.0.0.1")
            .port(self.port)
            .username(SUPERUSER)
            .password(PASSWORD)
            .database(database);
        Ok(PgPoolOptions::new()
            .max_connections(16)
            .connect_with(options)
            .await?)
    }

    async fn initdb(&self) -> Result<()> {
        let password = self.data.with_extension("password");
        fs::write(&password, PASSWORD)?;
        let mut command = self.program("initdb");
        command
            .arg("-D")
            .arg(&self.data)
            .arg("--pwfile")
            .arg(&password)
            .args([
                "--username",
                SUPERUSER,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ]);
        let output = command.output().await.context("run initdb")?;
        fs::remove_file(&password)?;
        if !output.status.success() {
            bail!(
                "initdb failed ({}):\n{}",
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(())
    }

    /// A port that is open is not readiness; the eighth line of `postmaster.pid` is. Its first line tells
    /// whether the file is this server's or was left by one before.
    async fn ready(&mut self, pid: Option<u32>, patience: Duration) -> Result<()> {
        let file = self.data.join("postmaster.pid");
        let start = Instant::now();
        loop {
            let text = fs::read_to_string(&file).unwrap_or_default();
            let mut lines = text.lines();
            let ours = lines.next().and_then(|line| line.trim().parse().ok()) == pid;
            if ours && lines.nth(6).is_some_and(|status| status.trim() == "ready") {
                return Ok(());
            }
            if let Some(server) = self.server.as_mut() {
                server.ensure_running()?;
            }
            if start.elapsed() > patience {
                bail!(
                    "Postgres was not ready in {patience:?}: see {}",
                    self.home.log("postgres").display()
                );
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.native.join("bin").join(name));
        command
            .env("LD_LIBRARY_PATH", self.native.join("lib"))
            .env("TZ", "UTC")
            .current_dir("/")
            .kill_on_drop(true);
        if self.as_nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

/// Where the cluster of a root user's stack lies: outside the checkout, private to `nobody`.
fn nobodys_folder(home: &Home) -> Result<PathBuf> {
    let digest = Sha256::digest(home.stack.as_os_str().as_encoded_bytes());
    let folder =
        Path::new("/var/tmp").join(format!("sallyport-postgres-{}", hex::encode(&digest[..6])));
    if fs::symlink_metadata(&folder).is_ok_and(|found| found.is_symlink()) {
        bail!("{} is a symbolic link: remove it", folder.display());
    }
    Ok(folder)
}

/// The binaries as they are if every user can reach them, else a copy that every user can.
fn reachable(native: &Path) -> Result<PathBuf> {
    let open = native.ancestors().all(|folder| {
        fs::metadata(folder).is_ok_and(|found| found.permissions().mode() & 0o005 == 0o005)
    });
    if open {
        return Ok(native.to_owned());
    }
    let version = native
        .ancestors()
        .nth(4)
        .and_then(Path::file_name)
        .context("the installed Postgres")?;
    let copy = Path::new("/var/tmp").join(format!("sallyport-{}", version.display()));
    let stamp = copy.join(".copied");
    // /var/tmp is everybody's: only a copy that this user made is run.
    let ours = fs::symlink_metadata(&copy).is_ok_and(|found| found.is_dir() && found.uid() == 0);
    if copy.exists() && !ours {
        bail!("{} belongs to another user: remove it", copy.display());
    }
    if !stamp.is_file() {
        let status = std::process::Command::new("cp")
            .args(["-a", "--"])
            .arg(native)
            .arg(&copy)
            .status()?;
        if !status.success() {
            bail!("copying {} to {} failed", native.display(), copy.display());
        }
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755))?;
        fs::write(&stamp, "")?;
    }
    Ok(copy)
}
