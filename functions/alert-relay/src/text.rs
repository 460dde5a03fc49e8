//! What people read. Made of closed words, and past three guards all the same: the redaction engine, then escaping,
//! then a length in characters.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use sallyport::alert::{Severity, Word};
use sallyport::clock::{from_unix_ms, rfc3339_ms};
use sallyport::redaction::{Engine, Known, Policy, Profile, Vault};

use crate::record::{Member, Phase, Record};

/// The longest text of a section of a Slack message, in characters.
///
/// Source: <https://docs.slack.dev/reference/block-kit/blocks/section-block>
pub(crate) const SLACK_LONGEST: usize = 3000;
/// The longest summary of a `PagerDuty` event, in characters.
///
/// Source: <https://developer.pagerduty.com/docs/send-alert-event>
pub(crate) const PAGER_LONGEST: usize = 1024;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Policy::default()));

/// The one line that says what is wrong.
pub(crate) fn title(record: &Record) -> String {
    let about = &record.about;
    let severity = match about.severity {
        Severity::Critical => "CRITICAL ",
        Severity::Warning => "Warning: ",
        Severity::Info => "",
    };
    let phase = match record.phase() {
        Phase::Firing => severity,
        Phase::Flapping => "Flapping: ",
        Phase::Resolved => "Resolved: ",
    };
    let of = [&about.dependency, &about.provider, &about.alarm];
    let of: Vec<&str> = of.into_iter().flatten().map(Word::as_str).collect();
    let of = if of.is_empty() {
        String::new()
    } else {
        format!(" ({})", of.join(", "))
    };
    let (summary, service, stage) = (about.code.summary(), &about.service, &about.stage);
    clean(&format!("{phase}{summary}{of}: {service}, {stage}"))
}

/// How often and how long: numbers alone, which the engine might take for somebody's.
pub(crate) fn measure(record: &Record, now: i64) -> String {
    let times = match record.count {
        0 | 1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let open = record.open_members();
    let of_storm = if record.members.is_empty() {
        String::new()
    } else {
        format!(
            ", {} alerts, {open} of them still open",
            record.members.len()
        )
    };
    let lasted = duration(record.ended.unwrap_or(now) - record.began);
    match record.phase() {
        Phase::Resolved => format!("{times} in {lasted}{of_storm}"),
        Phase::Firing => format!(
            "{times} since {}, {lasted} now{of_storm}",
            clock(record.began)
        ),
        Phase::Flapping => format!("on and off, {times} since {}", clock(record.began)),
    }
}

/// What else is known, a line each: for the thread, where there is room.
pub(crate) fn details(record: &Record, fingerprint: &str) -> String {
    let about = &record.about;
    let word = |word: &Option<Word>| word.as_ref().map(|word| word.as_str().to_owned());
    let organization = about.organization.clone().map(String::from);
    let fields = [
        ("code", Some(about.code.as_str().to_owned())),
        ("service", Some(about.service.as_str().to_owned())),
        ("dependency", word(&about.dependency)),
        ("provider", word(&about.provider)),
        ("reason", word(&about.reason)),
        ("organisation", organization),
    ];
    let fields = fields.into_iter();
    let lines = fields.filter_map(|(name, value)| Some(format!("{name}: {}", value?)));
    let mut lines: Vec<String> = lines.map(|line| clean(&line)).collect();
    lines.push(format!("began: {}", clock(record.began)));
    lines.extend(record.ended.map(|ended| format!("ended: {}", clock(ended))));
    // Ids of our making: a digest each, which the engine might take for somebody's number.
    if let Some(delivery) = &about.delivery {
        lines.push(format!("latest delivery: {delivery}"));
    }
    lines.push(format!("fingerprint: {fingerprint}"));
    lines.extend(members(record));
    lines.join("\n")
}

/// What a storm is made of: how many of each kind.
pub(crate) fn members(record: &Record) -> Vec<String> {
    let mut kinds: Vec<(&Member, usize)> = Vec::new();
    for member in record.members.values() {
        match kinds.iter_mut().find(|(known, _)| *known == member) {
            Some((_, count)) => *count += 1,
            None => kinds.push((member, 1)),
        }
    }
    let line = |(member, count): (&Member, usize)| {
        let (code, state) = (member.code.summary(), member.state.as_str());
        clean(&format!("{count} × {code}: {}, {state}", member.service))
    };
    kinds.into_iter().map(line).collect()
}

/// The last net: text without what identifies a person or opens a door, or replaced whole.
pub(crate) fn clean(text: &str) -> String {
    let judge = || {
        let redacted = ENGINE.redact(text, Profile::Machine, &Known::none(), &mut Vault::new());
        redacted.audit.refused.is_none().then_some(redacted.text)
    };
    let judged = catch_unwind(AssertUnwindSafe(judge)).ok().flatten();
    judged.unwrap_or_else(|| "[REDACTED]".to_owned())
}

/// `text` so that Slack shows it and does nothing else with it: no link, no mention, no call to a whole channel.
///
/// Source: <https://docs.slack.dev/messaging/formatting-message-text#escaping>
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A zero-width space behind it: `@channel` and `@here` are no mention then.
            '@' => out.push_str("@\u{200b}"),
            c if c.is_control() && c != '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// At most `most` characters of `text`.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

fn clock(ms: i64) -> String {
    from_unix_ms(ms).map_or_else(|| "an unknown time".to_owned(), rfc3339_ms)
}

fn duration(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

#[cfg(test)]
mod tests {
    use sallyport::alert::{Code, Service, State};

    use super::*;
    use crate::occurrence::{About, Occurrence};

    fn record(code: Code) -> Record {
        let about = About {
            dependency: Some(Word::new("google_calendar")),
            provider: Some(Word::new("vapi")),
            reason: Some(Word::new("database_refused")),
            ..About::new(code, Service::QueueConsumer, Word::new("prod"))
        };
        let occurrence = Occurrence {
            id: 1,
            fingerprint: about.fingerprint(),
            about,
            state: State::Firing,
            at: 1_700_000_000_007,
        };
        let mut record = Record::of(&occurrence);
        record.report(&occurrence, occurrence.at);
        record
    }

    #[test]
    fn nothing_of_ours_is_taken_for_somebodys() {
        for code in Code::ALL {
            let mut record = record(*code);
            for service in Service::ALL {
                record.about.service = Word::new(service.as_str());
                let texts = [
                    title(&record),
                    measure(&record, 1_700_000_100_000),
                    details(&record, "f"),
                ];
                for text in texts {
                    assert!(!text.contains('['), "{text}");
                }
            }
        }
        let text = title(&record(Code::CircuitOpen));
        assert_eq!(
            text,
            "CRITICAL A provider does not answer well; its calls wait (google_calendar, vapi): queue-consumer, prod"
        );
    }

    #[test]
    fn what_identifies_is_caught_by_the_net() {
        for canary in ["+14155550142", "jordan.avery@example.com", "219-09-9998"] {
            let text = clean(&format!("call {canary} back"));
            assert!(!text.contains(canary), "{text}");
        }
    }

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            escaped("<!channel> @here & <https://x|y>\u{7}"),
            "&lt;!channel&gt; @\u{200b}here &amp; &lt;https://x|y&gt; "
        );
    }

    #[test]
    fn a_text_is_cut_by_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
        assert_eq!(
            cut(&"€".repeat(4000), SLACK_LONGEST).chars().count(),
            SLACK_LONGEST
        );
    }

    #[test]
    fn durations_are_told_in_the_unit_that_fits() {
        for (ms, text) in [
            (59_999, "59 s"),
            (60_000, "1 min"),
            (3_660_000, "1 h 1 min"),
            (90_000_000, "1 d 1 h"),
            (-5, "0 s"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }
}
