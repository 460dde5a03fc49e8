//! `bench`: what the functions cost, beside the floor.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;
use tokio::process::Command;

use crate::{
    bench::{FLOOR, Figures, Load, Plan, SUBJECTS, Shape, Spread, Subject, chart, load, measure},
    stack::home::Home,
};

/// `bench`.
#[derive(Debug, Args)]
#[command(after_help = "\
Builds the release binaries, then measures each against a stand-in for the Lambda Runtime API, with the services it
calls answered on loopback after a set time. The floor is an empty function of the same runtime, built the same way and
measured in the same run: compare the ratios, since a busy machine slows both. Needs no stack and no AWS account.")]
pub struct Bench {
    /// How many processes are started of each function
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    runs: u32,
    /// How many further invocations each process is given
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    warm: u32,
    /// How long every service takes to answer, in milliseconds
    #[arg(long, default_value_t = 2, value_name = "MS")]
    latency: u64,
    /// Instead: deliveries a second of those that are handed batches, by batch size and number of processes
    #[arg(long, conflicts_with = "chart")]
    load: bool,
    /// How long each load lasts, in seconds
    #[arg(long, default_value_t = 5, value_name = "S", requires = "load", value_parser = clap::value_parser!(u64).range(1..=600))]
    lasts: u64,
    /// Only the functions whose name contains this, and the floor
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Measure the binaries of the dev profile: quick to build, and no figures to quote
    #[arg(long)]
    dev: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Where to write the chart (SVG)
    #[arg(long, value_name = "FILE")]
    chart: Option<PathBuf>,
}

/// Messages of a batch that `--load` tries; ten is what the template allows.
const BATCHES: [usize; 4] = [1, 2, 5, 10];
/// Processes at once that `--load` tries.
const PROCESSES: [usize; 3] = [1, 2, 4];

impl Bench {
    pub(super) async fn run(self, home: &Home) -> Result<()> {
        let chosen = |subject: &&Subject| {
            self.only
                .as_ref()
                .is_none_or(|text| subject.name.contains(text))
        };
        let subjects: Vec<&Subject> = SUBJECTS.iter().filter(chosen).collect();
        if subjects.is_empty() {
            let names: Vec<&str> = SUBJECTS.iter().map(|subject| subject.name).collect();
            bail!(
                "no function has that in its name; there are: {}",
                names.join(", ")
            );
        }
        if self.load {
            return self.put_load_on(home, &subjects).await;
        }
        let all: Vec<&Subject> = std::iter::once(&FLOOR).chain(subjects).collect();
        let folder = self.build(home).await?;
        let plan = Plan {
            runs: self.runs,
            warm: self.warm,
            latency: Duration::from_millis(self.latency),
        };
        let round = |round| eprintln!("  round {round} of {}", self.runs);
        let figures = measure(home, &folder, &all, plan, round).await?;
        let names = all.iter().map(|subject| subject.name);
        let functions: Vec<_> = names.zip(figures).collect();
        if let Some(path) = &self.chart {
            std::fs::write(path, chart(&functions))
                .with_context(|| format!("write {}", path.display()))?;
        }
        let load = load_average();
        if self.json {
            let functions: serde_json::Map<_, _> = functions
                .iter()
                .map(|(name, figures)| Ok(((*name).to_owned(), serde_json::to_value(figures)?)))
                .collect::<Result<_>>()?;
            let noise = json!({ "load_average": load });
            println!("{}", json!({ "functions": functions, "machine": noise }));
        } else {
            self.show(&functions, load);
        }
        Ok(())
    }

    async fn put_load_on(&self, home: &Home, subjects: &[&Subject]) -> Result<()> {
        let folder = self.build(home).await?;
        let mut loads = Vec::new();
        for subject in subjects.iter().filter(|subject| subject.batches) {
            for processes in PROCESSES {
                for batch in BATCHES {
                    eprintln!(
                        "  {}: batches of {batch}, {processes} processes",
                        subject.name
                    );
                    let shape = Shape {
                        batch,
                        processes,
                        lasts: Duration::from_secs(self.lasts),
                        latency: Duration::from_millis(self.latency),
                    };
                    loads.push(load(home, &folder.join(subject.name), subject, shape).await?);
                }
            }
        }
        if loads.is_empty() {
            bail!("none of these is handed batches");
        }
        if self.json {
            let noise = json!({ "load_average": load_average() });
            println!("{}", json!({ "loads": loads, "machine": noise }));
        } else {
            self.show_loads(&loads);
        }
        Ok(())
    }

    fn show_loads(&self, loads: &[Load]) {
        println!(
            "{:<18}{:>7}{:>11}{:>14}{:>22}{:>18}{:>9}",
            "function",
            "batch",
            "processes",
            "deliveries/s",
            "invocation p50/p99 ms",
            "CPU ms/delivery",
            "peak MB"
        );
        for load in loads {
            println!(
                "{:<18}{:>7}{:>11}{:>14.0}{:>22}{:>18.2}{:>9}",
                load.function,
                load.batch,
                load.processes,
                load.per_second,
                format!(
                    "{} / {}",
                    told(load.invocation_ms.p50),
                    told(load.invocation_ms.p99)
                ),
                load.cpu_ms,
                mega(load.peak_bytes),
            );
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        println!(
            "\nServices answer after {} ms, any number at once. {cores} cores, shared with what drives the load; load \
             average {}.",
            self.latency,
            load_average().map_or_else(|| "unknown".to_owned(), |load| format!("{load:.1}")),
        );
        if self.dev {
            println!("Dev profile: no figures to quote.");
        }
    }

    async fn build(&self, home: &Home) -> Result<PathBuf> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(["build", "--locked"])
            .current_dir(&home.workspace);
        // All of them, whichever are measured, and nothing else: so the features are always the same, and none of the
        // local stack's come along.
        for subject in SUBJECTS.iter().chain([&FLOOR]) {
            cargo.args(["--package", subject.name]);
        }
        if !self.dev {
            cargo.arg("--release");
        }
        let built = cargo.env("CARGO_TARGET_DIR", &home.target).status().await?;
        if !built.success() {
            bail!("the functions do not compile: see cargo's messages above");
        }
        Ok(home.target.join(if self.dev { "debug" } else { "release" }))
    }

    fn show(&self, functions: &[(&str, Figures)], load: Option<f64>) {
        let Some((_, floor)) = functions.first() else {
            return;
        };
        println!(
            "{:<18}{:>15}{:>13}{:>17}{:>13}{:>10}{:>9}{:>9}{:>9}{:>7}{:>8}",
            "function",
            "init ms (×)",
            "first ms",
            "warm p50/p99 ms",
            "own ms",
            "CPU ms",
            "peak MB",
            "bin MB",
            "zip MB",
            "calls",
            "sent kB"
        );
        for (name, figures) in functions {
            println!(
                "{name:<18}{:>15}{:>13}{:>17}{:>13}{:>10}{:>9}{:>9}{:>9}{:>7}{:>8}",
                format!(
                    "{} ({})",
                    told(figures.init_ms.p50),
                    ratio(&figures.init_ms, &floor.init_ms)
                ),
                told(figures.first_ms.p50),
                format!(
                    "{} / {}",
                    told(figures.warm_ms.p50),
                    told(figures.warm_ms.p99)
                ),
                told(figures.own_ms.p50),
                told(figures.cpu_ms.p50),
                mega(figures.peak_bytes),
                mega(figures.binary_bytes),
                mega(figures.zip_bytes),
                figures.calls,
                kilo(figures.bytes),
            );
        }
        println!(
            "\n{} processes of each function, {} further invocations of each; services answer after {} ms.",
            self.runs, self.warm, self.latency
        );
        println!("own: of a warm invocation, what was not spent waiting for a service.");
        let spread = ratio_of(floor.init_ms.p99, floor.init_ms.p50);
        println!(
            "Noise: load average {}; of the floor's init p99 is {spread} times p50.",
            load.map_or_else(|| "unknown".to_owned(), |load| format!("{load:.1}")),
        );
        if self.dev {
            println!("Dev profile: no figures to quote.");
        }
    }
}

fn told(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

fn ratio(of: &Spread, to: &Spread) -> String {
    ratio_of(of.p50, to.p50)
}

fn ratio_of(of: Option<f64>, to: Option<f64>) -> String {
    match (of, to) {
        (Some(of), Some(to)) if to > 0.0 => format!("{:.2}", of / to),
        _ => "–".to_owned(),
    }
}

fn mega(bytes: u64) -> String {
    format!("{}.{}", bytes / 1_000_000, bytes / 100_000 % 10)
}

fn kilo(bytes: usize) -> String {
    format!("{}.{}", bytes / 1000, bytes / 100 % 10)
}

/// The one-minute load average, where the system tells it.
fn load_average() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}
