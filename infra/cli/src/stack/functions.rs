//! Builds the functions and packs each into the zip that Lambda wants: one file, `bootstrap`.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use tokio::process::Command;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{home::Home, process, template::Template};

/// How the functions are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Fast to build.
    Dev,
    /// As it is deployed, for this machine's processor.
    Release,
}

impl Profile {
    fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// A packed function.
#[derive(Debug)]
pub struct Package {
    /// The Cargo package and binary.
    pub binary: String,
    /// The zip.
    pub zip: PathBuf,
    /// The key under which it is uploaded: it changes when the code does.
    pub key: String,
}

/// Builds every function the template names and packs it. Cargo's own progress goes to standard error.
pub async fn build(
    home: &Home,
    template: &Template,
    profile: Profile,
    quiet: bool,
) -> Result<Vec<Package>> {
    let binaries = template.binaries()?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .arg("build")
        .current_dir(&home.workspace)
        .kill_on_drop(true);
    // By binary, not by package: so the whole workspace's features count, as in every other build of it, and
    // nothing is compiled a second time with fewer.
    for binary in &binaries {
        cargo.args(["--bin", binary]);
    }
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    if quiet {
        cargo.arg("--quiet");
    }
    // What `cargo run` tells this program about itself is none of the functions' business: build scripts that
    // look at it would run again, and everything above them with it.
    for (name, _) in std::env::vars_os() {
        let told = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
            "CARGO_PRIMARY_",
        ];
        if name
            .to_str()
            .is_some_and(|name| told.iter().any(|prefix| name.starts_with(prefix)))
        {
            cargo.env_remove(name);
        }
    }
    // Marked, so that an interrupted start takes the compiler down with it.
    cargo
        .env("CARGO_TARGET_DIR", &home.target)
        .env(process::MARK, &home.stack);
    let status = cargo
        .stdout(io::stderr())
        .status()
        .await
        .context("run cargo")?;
    if !status.success() {
        bail!("the functions do not compile: see cargo's messages above");
    }
    let home = home.clone();
    tokio::task::spawn_blocking(move || {
        binaries
            .into_iter()
            .map(|binary| pack(&home, profile, binary))
            .collect::<Result<_>>()
    })
    .await?
}

fn pack(home: &Home, profile: Profile, binary: String) -> Result<Package> {
    let path = home.target.join(profile.folder()).join(&binary);
    let bytes = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    let key = format!("{binary}-{}.zip", hex::encode(&Sha256::digest(&bytes)[..8]));
    let folder = home.target.join("sallyport").join("packages");
    let zip = folder.join(&key);
    if !zip.is_file() {
        fs::create_dir_all(&folder)?;
        drop_older(&folder, &binary)?;
        let partial = zip.with_extension(format!("partial-{}", std::process::id()));
        write_zip(&partial, &bytes).with_context(|| format!("write {}", partial.display()))?;
        fs::rename(&partial, &zip)?;
    }
    Ok(Package { binary, zip, key })
}

fn write_zip(path: &Path, bootstrap: &[u8]) -> Result<()> {
    let mut zip = ZipWriter::new(File::create(path)?);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1));
    zip.start_file("bootstrap", options.unix_permissions(0o755))?;
    zip.write_all(bootstrap)?;
    zip.finish()?;
    Ok(())
}

fn drop_older(folder: &Path, binary: &str) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let older = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_prefix(binary))
            .is_some_and(|rest| rest.len() == "-0123456789abcdef.zip".len());
        if older {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
