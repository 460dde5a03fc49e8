//! What Slack is to show: one message for an alert, and its thread.

use sallyport::alert::Severity;
use serde_json::{Value, json};

use crate::record::{Phase, Posted, Record};
use crate::text::{SLACK_LONGEST, cut, details, escaped, measure, members, title};

/// A message, ready to be shown.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// What a notification shows, and the first line of the message.
    pub(crate) text: String,
    pub(crate) blocks: Vec<Value>,
    pub(crate) colour: Option<&'static str>,
}

/// An alert's message, as it stands now.
pub(crate) fn message(record: &Record, runbook: &str, now: i64) -> Message {
    let mut text = measure(record, now);
    for line in members(record) {
        text.push('\n');
        text.push_str(&line);
    }
    // Our own words alone.
    let link = format!("<{runbook}#{}|What to do>", record.about.code.anchor());
    Message {
        text: shown(&title(record)),
        blocks: vec![
            json!({ "type": "section", "text": { "type": "plain_text", "text": shown(&text) } }),
            json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": link }] }),
        ],
        colour: Some(colour(record)),
    }
}

/// What its thread says next: first all that is known, then how it goes on.
pub(crate) fn thread(posted: &Posted, record: &Record, fingerprint: &str, now: i64) -> Message {
    let text = if posted.thread.is_none() {
        details(record, fingerprint)
    } else {
        let phase = match record.phase() {
            Phase::Firing => "Wrong again",
            Phase::Flapping => "Goes on and off; nothing more is said until it is steady",
            Phase::Resolved => "Over",
        };
        format!("{phase}: {}", measure(record, now))
    };
    Message {
        text: shown(&text),
        blocks: Vec::new(),
        colour: None,
    }
}

fn shown(text: &str) -> String {
    cut(&escaped(text), SLACK_LONGEST)
}

fn colour(record: &Record) -> &'static str {
    match (record.phase(), record.about.severity) {
        (Phase::Resolved, _) => "#2eb67d",
        (Phase::Flapping, _) | (Phase::Firing, Severity::Warning) => "#ecb22e",
        (Phase::Firing, Severity::Critical) => "#e01e5a",
        (Phase::Firing, Severity::Info) => "#36c5f0",
    }
}
