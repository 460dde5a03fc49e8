//! One file per command.

mod age;
mod backfill;
mod bench;
mod circuit;
mod cost;
mod deliveries;
mod down;
mod endpoint;
mod erase;
mod export;
mod logs;
mod migrate;
mod ready;
mod redact;
mod replay;
mod retention;
mod send;
mod silence;
mod status;
mod up;
mod verify;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Sallyport on this machine: start it, send it webhooks, look inside.
#[derive(Debug, Parser)]
#[command(
    name = "sallyport",
    version,
    arg_required_else_help = true,
    after_help = "First steps:\n  cargo sallyport up --detach\n  cargo sallyport send vapi end-of-call-report"
)]
pub struct Arguments {
    /// Which local stack: each has its own folder; give a second one other ports too
    #[arg(long, global = true, default_value = "local", value_name = "NAME")]
    stack: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the functions, start the local stack, deploy template.yaml to it and seed a demo tenant
    Up(up::Up),
    /// Stop the local stack and everything it started
    Down,
    /// Show what runs, where, and what waits in the queues
    Status(status::Status),
    /// Show the log of a function, or of every part of the stack
    Logs(logs::Logs),
    /// Apply the migrations of infra/migrations that a database does not have yet
    Migrate(migrate::Migrate),
    /// Register webhook endpoints on any stage, rotate their secrets, disable and enable them
    Endpoint(endpoint::Endpoint),
    /// Send a signed sample webhook and follow it to the database
    Send(send::Send),
    /// Show the deliveries that somebody may have to look at: stuck, failed, dead
    Deliveries(deliveries::Deliveries),
    /// Begin dead deliveries again, once their cause is mended
    Replay(replay::Replay),
    /// Keep alerts from being told, for a time
    Silence(silence::Silence),
    /// Show a provider's circuit, or decide in its place
    Circuit(circuit::Circuit),
    /// Hide identifiers in texts: JSON lines in, JSON lines out
    Redact(redact::Redact),
    /// Have stored transcripts redacted again, after the engine or a policy has changed
    Backfill(backfill::Backfill),
    /// Test that a stage can be relied on: each check does the thing and looks at what came of it
    Ready(ready::Ready),
    /// Measure the release binaries beside an empty function
    Bench(bench::Bench),
    /// Reckon what a month of webhooks costs on AWS, and what gives first
    Cost(cost::Cost),
    /// Erase a person or a call: ask, look, carry out, and again after a restore
    Erase(erase::Erase),
    /// Write everything that is held about a person as one JSON document
    Export(export::Export),
    /// What is kept how long: plan, run, status, legal holds
    Retention(retention::Retention),
    /// Run signature vectors through the receiver's own verifier
    Verify(verify::Verify),
}

/// Runs one command to its end.
pub async fn run(arguments: Arguments) -> Result<()> {
    // One TLS provider for every client of the process. An error means that it was installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let home = crate::stack::home::Home::find(&arguments.stack)?;
    match arguments.command {
        Command::Up(up) => up.run(home).await,
        Command::Down => down::run(&home).await,
        Command::Status(status) => status.run(&home).await,
        Command::Logs(logs) => logs.run(&home).await,
        Command::Migrate(migrate) => migrate.run(&home).await,
        Command::Endpoint(endpoint) => endpoint.run(&home).await,
        Command::Send(send) => send.run(&home).await,
        Command::Deliveries(deliveries) => deliveries.run(&home).await,
        Command::Replay(replay) => replay.run(&home).await,
        Command::Silence(silence) => silence.run(&home).await,
        Command::Circuit(circuit) => circuit.run(&home).await,
        Command::Redact(redact) => redact.run(),
        Command::Backfill(backfill) => backfill.run(&home).await,
        Command::Ready(ready) => ready.run(&home).await,
        Command::Bench(bench) => bench.run(&home).await,
        Command::Cost(cost) => cost.run(&home),
        Command::Erase(erase) => erase.run(&home).await,
        Command::Export(export) => export.run(&home).await,
        Command::Retention(retention) => retention.run(&home).await,
        Command::Verify(verify) => verify.run(),
    }
}
