//! Credentials by their issuer's prefix, bearer tokens and JSON web tokens. One automaton finds the prefixes.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::doc::Doc;
use super::kind::Kind;

/// Prefixes whose following characters are secret, and how many must follow.
const PREFIXES: &[(&str, usize)] = &[
    ("sk_live_", 8),
    ("sk_test_", 8),
    ("rk_live_", 8),
    ("rk_test_", 8),
    ("whsec_", 8),
    ("sk-", 20),
    ("sb_secret_", 8),
    ("sbp_", 16),
    ("xoxb-", 8),
    ("xoxp-", 8),
    ("xoxa-", 8),
    ("xoxe.", 8),
    ("xapp-", 8),
    ("hooks.slack.com/services/", 8),
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 16),
    ("gho_", 16),
    ("ghs_", 16),
    ("ghr_", 16),
    ("github_pat_", 16),
    ("glpat-", 12),
    ("npm_", 20),
    ("AIza", 30),
    ("ya29.", 16),
    ("GOCSPX-", 16),
    ("SG.", 30),
    ("eyJ", 20),
    ("Bearer ", 8),
    ("bearer ", 8),
    ("Basic ", 8),
    ("-----BEGIN ", 8),
    ("sntrys_", 16),
    ("dp.st.", 16),
    ("vapi_", 16),
];

/// The automaton over the prefixes, built when the first text needs it.
#[derive(Default)]
pub(crate) struct Secrets(OnceLock<Option<AhoCorasick>>);

impl Secrets {
    /// Finds credentials.
    pub(crate) fn detect(&self, doc: &mut Doc<'_>) {
        if !doc.anchors.secret {
            return;
        }
        let automaton = self
            .0
            .get_or_init(|| AhoCorasick::new(PREFIXES.iter().map(|(prefix, _)| prefix)).ok());
        let Some(automaton) = automaton else { return };
        let text = doc.text;
        let bytes = text.as_bytes();
        let mut done = 0;
        for found in automaton.find_iter(bytes) {
            let (prefix, least) = PREFIXES[found.pattern().as_usize()];
            let mut start = found.start();
            if start < done
                || start > 0
                    && (bytes[start - 1].is_ascii_alphanumeric() || bytes[start - 1] == b'_')
            {
                continue;
            }
            let mut end = found.end();
            if prefix.starts_with("-----") {
                let Some(close) = text[end..].find("-----END ") else {
                    continue;
                };
                let tail = end + close + 9;
                end = text[tail..]
                    .find("-----")
                    .map_or(bytes.len(), |i| tail + i + 5);
                if !text[start..tail].contains("PRIVATE KEY") {
                    continue;
                }
            } else {
                while end < bytes.len()
                    && (bytes[end].is_ascii_alphanumeric()
                        || matches!(bytes[end], b'_' | b'-' | b'.' | b'/' | b'+' | b'=' | b'~'))
                {
                    end += 1;
                }
                while end > found.end() && matches!(bytes[end - 1], b'.' | b'-') {
                    end -= 1;
                }
                let token = &bytes[found.end()..end];
                if token.len() < least {
                    continue;
                }
                if prefix.ends_with(' ') {
                    // "bearer" and "basic" are also words: what follows must look like a token.
                    if !token.iter().any(u8::is_ascii_digit)
                        && !token.iter().skip(1).any(u8::is_ascii_uppercase)
                    {
                        continue;
                    }
                    start = found.end();
                } else if !shaped(prefix, token) {
                    continue;
                }
            }
            done = end;
            doc.add_bytes(start, end, Kind::Secret, "credential");
        }
    }
}

/// Two dots in a JSON web token; capitals and digits in an AWS key.
fn shaped(prefix: &str, token: &[u8]) -> bool {
    match prefix {
        "eyJ" => token.split(|b| *b == b'.').count() >= 3,
        "AKIA" | "ASIA" => token
            .iter()
            .take(16)
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()),
        _ => true,
    }
}
