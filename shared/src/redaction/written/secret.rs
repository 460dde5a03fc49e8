//! Credentials by their issuer's prefix, bearer tokens and JSON web tokens.

use crate::redaction::kind::Kind;
use crate::redaction::text::doc::Doc;

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
    ("sntrys_", 16),
    ("dp.st.", 16),
    ("vapi_", 16),
    ("hf_", 20),
    ("dop_v1_", 32),
    ("shpat_", 16),
    ("shpss_", 16),
    ("sq0atp-", 16),
    ("sq0csp-", 16),
    ("rzp_live_", 8),
    ("rzp_test_", 8),
    ("figd_", 16),
    ("ntn_", 20),
    ("gsk_", 20),
    ("nfp_", 16),
    ("dckr_pat_", 16),
    ("phc_", 20),
    ("pscale_tkn_", 16),
    ("pscale_pw_", 16),
    ("sgp_", 20),
    ("xkeysib-", 20),
    ("hvs.", 20),
    ("ghu_", 16),
    ("tskey-", 16),
    ("glsa_", 20),
    ("nvapi-", 20),
    ("pplx-", 20),
    ("PMAK-", 20),
    ("dapi", 32),
    ("ATATT", 20),
    ("EAAA", 40),
];

const _: () = assert!(PREFIXES.len() <= 64);

/// Finds credentials at the tokens that may begin one.
pub(crate) fn detect(doc: &mut Doc<'_>) {
    let anchors = std::mem::take(&mut doc.anchors.secret);
    let mut done = 0;
    for at in &anchors {
        let start = doc.tokens[*at as usize].start();
        if start >= done
            && let Some((start, end)) = credential(doc.text, start)
        {
            done = end;
            doc.add_bytes(start, end, Kind::Secret, "credential");
        }
    }
    doc.anchors.secret = anchors;
}

/// The prefixes that begin with each byte, as bits.
const BEGINS: [u64; 256] = {
    let mut bits = [0; 256];
    let mut i = 0;
    while i < PREFIXES.len() {
        bits[PREFIXES[i].0.as_bytes()[0] as usize] |= 1 << i;
        i += 1;
    }
    bits
};

/// The prefix that a text begins with.
fn prefix(head: &[u8]) -> Option<(&'static str, usize)> {
    let mut left = BEGINS[usize::from(*head.first()?)];
    while left != 0 {
        let (prefix, least) = PREFIXES[left.trailing_zeros() as usize];
        if head.starts_with(prefix.as_bytes()) {
            return Some((prefix, least));
        }
        left &= left - 1;
    }
    None
}

/// Whether the text begins with a credential.
pub(crate) fn is_credential(text: &str) -> bool {
    credential(text, 0).is_some()
}

/// The credential whose first word stands at `word`.
fn credential(text: &str, word: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let head = &bytes[word..];
    if head.starts_with(b"BEGIN ") {
        return private_key(text, word);
    }
    let (prefix, least) = prefix(head)?;
    if word > 0 && (bytes[word - 1].is_ascii_alphanumeric() || bytes[word - 1] == b'_') {
        return None;
    }
    let from = word + prefix.len();
    let mut end = from;
    while end < bytes.len()
        && (bytes[end].is_ascii_alphanumeric()
            || matches!(bytes[end], b'_' | b'-' | b'.' | b'/' | b'+' | b'=' | b'~'))
    {
        end += 1;
    }
    while end > from && matches!(bytes[end - 1], b'.' | b'-') {
        end -= 1;
    }
    let token = &bytes[from..end];
    if token.len() < least {
        return None;
    }
    if prefix.ends_with(' ') {
        // "bearer" and "basic" are also words: what follows must look like a token.
        let random = token.iter().any(u8::is_ascii_digit)
            || token.iter().skip(1).any(u8::is_ascii_uppercase);
        return random.then_some((from, end));
    }
    shaped(prefix, token).then_some((word, end))
}

/// `-----BEGIN … PRIVATE KEY-----` to its end, or to the end of the text when it was cut off.
fn private_key(text: &str, word: usize) -> Option<(usize, usize)> {
    let start = word.checked_sub(5)?;
    let label = &text.as_bytes()[word..text.len().min(word + 64)];
    let private = label.windows(11).any(|part| part == b"PRIVATE KEY");
    if !text[..word].ends_with("-----") || !private {
        return None;
    }
    let end = text[word..].find("-----END ").map_or(text.len(), |close| {
        let tail = word + close + 9;
        text[tail..]
            .find("-----")
            .map_or(text.len(), |i| tail + i + 5)
    });
    Some((start, end))
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
