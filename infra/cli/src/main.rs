//! The `sallyport` command: wires the arguments to the commands.

use std::process::ExitCode;

use clap::Parser;
use sallyport_cli::commands::{self, Arguments};

#[tokio::main]
async fn main() -> ExitCode {
    match commands::run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
