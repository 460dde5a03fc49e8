//! Which words of a line are ours: from closed lists, or ids of our making. They are written as they are; everything
//! else is free text and passes the last net first.
//!
//! Nothing is ours by its name alone. The line must come from one of our crates, and the value must have the form that
//! its field's values have, so that a sender's text under one of these names is free text again.

/// Our own crates, whose lines the configured level governs and whose errors are reported.
pub(super) const OURS: &[&str] = &[
    "alert_relay",
    "erasure",
    "queue_consumer",
    "redaction",
    "retention_sweep",
    "sallyport",
    "webhook_receiver",
];

/// Fields whose values come from closed lists: reasons, kinds, names of types.
const WORDS: &[&str] = &[
    "decision",
    "dependency",
    "event_type",
    "kind",
    "limit",
    "metric",
    "outcome",
    "provider",
    "reason",
    "service",
    "stage",
];

/// Fields whose values are ids and names that we made or registered.
const IDS: &[&str] = &[
    "circuit",
    "correlation_id",
    "delivery",
    "endpoint",
    "function_name",
    "function_request_id",
    "location",
    "place",
    "secret",
    "xray_trace_id",
];

/// The most digits of a word: a version has some, a telephone number has more.
const WORD_DIGITS: usize = 4;
/// The longest id, in bytes: an ARN of a secret is the longest there is.
const ID_LENGTH: usize = 256;

/// Whether `target` lies in one of our crates.
pub(super) fn is_ours(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or(target);
    OURS.contains(&name)
}

/// Whether `text` may stand in the field `name` of one of our lines as it is.
pub(super) fn is_closed(name: &str, text: &str) -> bool {
    if name == "message" {
        is_sentence(text)
    } else if WORDS.contains(&name) {
        is_word(text)
    } else {
        IDS.contains(&name) && is_id(text)
    }
}

/// Our messages are literals of lower-case words; one with a value put into it is free text.
pub(super) fn is_sentence(text: &str) -> bool {
    text.len() <= 80 && text.bytes().all(|c| c.is_ascii_lowercase() || c == b' ')
}

/// A reason, a type of event, the name of a metric.
pub(super) fn is_word(text: &str) -> bool {
    text.len() <= 64
        && text.bytes().filter(u8::is_ascii_digit).count() <= WORD_DIGITS
        && text
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.' | b':' | b'/'))
}

/// An id, a name that was registered, a place in the code.
pub(super) fn is_id(text: &str) -> bool {
    text.len() <= ID_LENGTH
        && text.bytes().all(|c| {
            c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.' | b':' | b'/' | b'=' | b';')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_ours_by_its_whole_name() {
        assert!(is_ours("redaction"));
        assert!(is_ours("sallyport::delivery::queue"));
        assert!(!is_ours("redaction_of_somebody_else"));
        assert!(!is_ours("hyper::client"));
    }

    #[test]
    fn our_own_ids_are_closed() {
        for (name, text) in [
            ("message", "delivery could not be queued"),
            ("outcome", "accepted"),
            ("reason", "signature_mismatch"),
            ("event_type", "payment_intent.succeeded"),
            ("dependency", "google_calendar"),
            ("circuit", "twilio/4d4045e00194b65e5e47542da3f9763a"),
            ("delivery", "dlv_4d4045e00194b65e5e47542da3f9763a"),
            ("endpoint", "trial-5a11e90000004000800000000000001"),
            ("location", "queue_consumer::attempt:41"),
            (
                "xray_trace_id",
                "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
            ),
        ] {
            assert!(is_closed(name, text), "{name}={text}");
        }
    }

    #[test]
    fn a_senders_text_under_one_of_our_names_is_free() {
        for (name, text) in [
            ("message", "call of +14155550142"),
            ("message", "Jordan called"),
            ("event_type", "4155550142"),
            ("event_type", "415-555-0142"),
            ("reason", "jordan@example.com"),
            ("provider", "Jordan Avery"),
            ("delivery", "jordan@example.com"),
            ("detail", "timeout"),
        ] {
            assert!(!is_closed(name, text), "{name}={text}");
        }
    }
}
