//! Tokens in links: whoever has the link of a mail may do what it allows (`/reset/lPAF…`, `?t=alKq…`).

/// Segments before a token that lets somebody in.
const BEFORE: &[&str] = &[
    "reset",
    "reset-password",
    "password-reset",
    "password",
    "verify",
    "verify-email",
    "verification",
    "confirm",
    "confirmation",
    "activate",
    "activation",
    "invite",
    "invites",
    "invitation",
    "accept",
    "join",
    "magic",
    "magic-link",
    "login",
    "signin",
    "sso",
    "token",
    "unlock",
    "recover",
    "unsubscribe",
    "unsub",
    "optout",
    "opt-out",
    "preferences",
];

/// Segments of one letter, as mails shorten them: "view", "link", "unsubscribe".
const SHORT: &[&str] = &["v", "l", "m", "u", "r", "c", "t", "i", "s"];

/// Whether the last segment of a path is a token, by the segment before it.
pub(crate) fn in_path(before: &str, segment: &str) -> bool {
    if segment.len() < 16 {
        return false;
    }
    BEFORE.contains(&before) && one_word(segment) && (mixed(segment) || hex(segment))
        || SHORT.contains(&before) && segment.len() >= 24 && one_word(segment) && mixed(segment)
}

/// Whether the value of a parameter with a name of one or two letters is a token: `t=alKq…`.
pub(crate) fn in_query(key: &str, value: &str) -> bool {
    key.len() <= 2 && value.len() >= 20 && one_word(value) && mixed(value)
}

fn one_word(value: &str) -> bool {
    value
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'='))
}

/// Capitals, small letters and digits as chance mixes them, and no words: "Main-2024-Campaign" changes seldom.
fn mixed(value: &str) -> bool {
    let class = |b: u8| match b {
        b'A'..=b'Z' => 1,
        b'a'..=b'z' => 2,
        b'0'..=b'9' => 3,
        _ => 0,
    };
    let (mut seen, mut changes, mut before) = (0_u8, 0, 0);
    for b in value.bytes() {
        let class = class(b);
        seen |= 1 << class;
        changes += usize::from(class != before && class != 0 && before != 0);
        before = class;
    }
    seen & 0b1110 == 0b1110 && changes * 4 >= value.len()
}

fn hex(value: &str) -> bool {
    value.len() >= 32 && value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}
