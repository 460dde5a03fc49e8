//! A secret on standard input: the one way into the command that leaves no trace in a shell's history or in the
//! list of processes.

use std::io::{self, IsTerminal as _, Read};

use anyhow::{Context, Result, bail};
use sallyport::webhook::Secret;

/// The longest secret that is read, in bytes. None in use is near it.
const LONGEST: u64 = 4096;

/// Reads a secret from standard input: one line.
pub(super) fn from_stdin() -> Result<Secret> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        eprintln!("Paste the secret (it will be visible), then Enter and Ctrl-D:");
    }
    read(stdin.lock())
}

fn read(input: impl Read) -> Result<Secret> {
    let mut text = String::new();
    let read = input.take(LONGEST + 1).read_to_string(&mut text);
    read.context("standard input holds no text")?;
    let secret = text.trim();
    if secret.is_empty() {
        bail!("standard input is empty: pipe the secret in, as in `… --secret-stdin < secret.txt`");
    }
    if text.len() as u64 > LONGEST || secret.contains(char::is_control) {
        bail!("standard input holds more than one line: the secret alone is wanted");
    }
    Ok(Secret::new(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_read_without_what_surrounds_it() {
        let secret = read(" whsec_abc \r\n".as_bytes()).unwrap();
        assert_eq!(secret.expose(), "whsec_abc");
    }

    #[test]
    fn nothing_and_too_much_are_refused_and_never_quoted() {
        let long = "CANARY".repeat(1000);
        for text in ["", "\n", "CANARY\nCANARY", &long] {
            let error = read(text.as_bytes()).unwrap_err().to_string();
            assert!(!error.contains("CANARY"), "{error}");
        }
        assert!(read(&b"\xff\xfe"[..]).is_err());
    }
}
