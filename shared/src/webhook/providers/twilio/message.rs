//! What Twilio's forms say about a message. Its text is looked at for one thing, a keyword, and left behind.

use super::super::super::event::{
    Channel, Keyword, MessageEvent, MessageKind, MessageStatus, Version,
};
use super::super::super::scalar::Scalar;
use super::super::super::{Event, Queued, Unreadable, form};

/// A message that came in.
pub(super) fn received(queued: Queued<'_>) -> Result<Event, Unreadable> {
    read(queued, MessageKind::Received)
}

/// A report on a message of ours.
pub(super) fn status(queued: Queued<'_>) -> Result<Event, Unreadable> {
    read(queued, MessageKind::Status)
}

fn read(queued: Queued<'_>, kind: MessageKind) -> Result<Event, Unreadable> {
    let field = |name| form::field(queued.body, name);
    let either = |name, older| field(name).or_else(|| field(older));
    let id = either("MessageSid", "SmsSid").and_then(|id| Scalar::Text(id).identifier());
    let provider_message_id = id.ok_or(Unreadable {
        field: "MessageSid",
    })?;
    let (from, to) = (field("From"), field("To"));
    let Some(channel) = channel(from.as_deref(), to.as_deref()) else {
        return Ok(Event::Ignored {
            reason: "unknown_channel",
        });
    };
    let status = match kind {
        MessageKind::Received => None,
        MessageKind::Status => {
            let word = either("MessageStatus", "SmsStatus").ok_or(Unreadable {
                field: "MessageStatus",
            })?;
            let Some(status) = message_status(&word) else {
                return Ok(Event::Ignored {
                    reason: "unknown_message_status",
                });
            };
            Some(status)
        }
    };
    let is_code = |code: &String| code.len() <= 8 && code.bytes().all(|c| c.is_ascii_digit());
    Ok(Event::Message(Box::new(MessageEvent {
        version: Version,
        provider_message_id,
        channel,
        kind,
        from: number(from),
        to: number(to),
        keyword: match kind {
            MessageKind::Received => keyword(field("OptOutType"), field("Body")),
            MessageKind::Status => None,
        },
        status,
        error_code: field("ErrorCode").filter(is_code),
        effect: queued.effect.map(str::to_owned),
        occurred_at: queued.received_at,
    })))
}

/// The channel, by the addresses' prefix: none for text messages. A prefix of another channel is none of ours.
fn channel(from: Option<&str>, to: Option<&str>) -> Option<Channel> {
    let prefix = |address: Option<&str>| {
        let (prefix, _) = address?.split_once(':')?;
        Some(prefix.to_ascii_lowercase())
    };
    match prefix(from).or(prefix(to)).as_deref() {
        None => Some(Channel::Sms),
        Some("whatsapp") => Some(Channel::WhatsApp),
        Some(_) => None,
    }
}

fn number(address: Option<String>) -> Option<String> {
    let address = address?;
    let number = address
        .split_once(':')
        .map_or(address.as_str(), |(_, number)| number);
    Scalar::Text(number.to_owned()).e164()
}

/// The states of the provider as ours. Scheduled ones wait; one that was cancelled never leaves.
fn message_status(word: &str) -> Option<MessageStatus> {
    Some(match word {
        "accepted" | "scheduled" | "queued" => MessageStatus::Queued,
        "sending" => MessageStatus::Sending,
        "sent" => MessageStatus::Sent,
        "failed" | "canceled" => MessageStatus::Failed,
        "undelivered" => MessageStatus::Undelivered,
        "delivered" => MessageStatus::Delivered,
        "read" => MessageStatus::Read,
        _ => return None,
    })
}

/// What Twilio took the message for, where it looks itself; else the whole text if it is one of the standard words.
///
/// Source: <https://help.twilio.com/articles/223134027> and the parameters of Advanced Opt-Out.
fn keyword(stated: Option<String>, body: Option<String>) -> Option<Keyword> {
    let is = |text: &str, words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if let Some(stated) = stated {
        let stated = stated.trim();
        for (word, keyword) in [
            ("STOP", Keyword::Stop),
            ("START", Keyword::Start),
            ("HELP", Keyword::Help),
        ] {
            if stated.eq_ignore_ascii_case(word) {
                return Some(keyword);
            }
        }
    }
    let text = body?;
    let text = text.trim();
    [
        (STOP, Keyword::Stop),
        (START, Keyword::Start),
        (HELP, Keyword::Help),
    ]
    .into_iter()
    .find(|(words, _)| is(text, words))
    .map(|(_, keyword)| keyword)
}

const STOP: &[&str] = &[
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
];
const START: &[&str] = &["START", "YES", "UNSTOP"];
const HELP: &[&str] = &["HELP", "INFO"];

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;

    fn queued<'a>(body: &'a str, effect: Option<&'a str>) -> Queued<'a> {
        Queued {
            event_type: "message",
            body: body.as_bytes(),
            effect,
            received_at: OffsetDateTime::UNIX_EPOCH,
        }
    }

    fn message(read: Result<Event, Unreadable>) -> MessageEvent {
        match read {
            Ok(Event::Message(message)) => *message,
            other => panic!("no message: {other:?}"),
        }
    }

    fn said(text: &str) -> Option<Keyword> {
        let text = form::encode_component(text.as_bytes());
        let body = format!("MessageSid=SM1&From=%2B14155550142&To=%2B14155550100&Body={text}");
        message(received(queued(&body, None))).keyword
    }

    #[test]
    fn a_message_is_told_without_its_text() {
        let body = "MessageSid=SM1&From=whatsapp%3A%2B14155550142&To=whatsapp%3A%2B14155550100&Body=CANARY&ProfileName=CANARY";
        let message = message(received(queued(body, None)));
        assert_eq!(message.channel, Channel::WhatsApp);
        assert_eq!(message.from.as_deref(), Some("+14155550142"));
        assert_eq!(message.to.as_deref(), Some("+14155550100"));
        assert_eq!((message.keyword, message.status), (None, None));
        let written = serde_json::to_string(&message).unwrap();
        assert!(!written.contains("CANARY"), "{written}");
        assert!(written.contains(r#""version":1"#) && written.contains(r#""channel":"whatsapp""#));
        assert!(written.contains(r#""kind":"received""#));
    }

    #[test]
    fn a_report_says_how_far_a_message_got_and_which_effect_sent_it() {
        let body = "MessageSid=SM2&MessageStatus=undelivered&ErrorCode=30003&From=12345&To=%2B14155550142&Body=STOP";
        let report = message(status(queued(body, Some("eff_7"))));
        assert_eq!(report.channel, Channel::Sms);
        assert_eq!(report.status, Some(MessageStatus::Undelivered));
        assert_eq!(report.error_code.as_deref(), Some("30003"));
        assert_eq!(report.effect.as_deref(), Some("eff_7"));
        assert_eq!(report.from, None, "a short code is no E.164");
        assert_eq!(report.keyword, None, "our own text is no request");
        let older = message(status(queued(
            "SmsSid=SM2&SmsStatus=sent&ErrorCode=He+said",
            None,
        )));
        assert_eq!(older.status, Some(MessageStatus::Sent));
        assert_eq!(older.error_code, None);
    }

    #[test]
    fn keywords_are_the_whole_message_in_any_case() {
        for word in STOP {
            assert_eq!(
                said(&format!(" {} \n", word.to_lowercase())),
                Some(Keyword::Stop)
            );
        }
        for word in START {
            assert_eq!(said(word), Some(Keyword::Start));
        }
        for word in HELP {
            assert_eq!(said(word), Some(Keyword::Help));
        }
        for text in [
            "please stop",
            "STOP it",
            "stops",
            "",
            "the end",
            "yes please",
            "\u{ff33}TOP",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }

    #[test]
    fn what_the_provider_took_it_for_goes_first() {
        let opt_out = |kind: &str, text: &str| {
            let body = format!("MessageSid=SM1&From=%2B14155550142&OptOutType={kind}&Body={text}");
            message(received(queued(&body, None))).keyword
        };
        assert_eq!(opt_out("STOP", "Arr%C3%AAt"), Some(Keyword::Stop));
        assert_eq!(opt_out("start", "stop"), Some(Keyword::Start));
        assert_eq!(opt_out("OTHER", "stop"), Some(Keyword::Stop));
    }

    #[test]
    fn reports_are_ordered_by_what_is_known() {
        use MessageStatus::{Delivered, Failed, Queued, Read, Sending, Sent, Undelivered};
        let order = [Queued, Sending, Sent, Failed, Undelivered, Delivered, Read];
        assert!(order.is_sorted());
        for word in [
            "queued",
            "sending",
            "sent",
            "failed",
            "undelivered",
            "delivered",
            "read",
        ] {
            let status = message_status(word).unwrap();
            assert_eq!(serde_json::to_value(status).unwrap(), word);
        }
    }

    #[test]
    fn what_is_no_message_of_ours_is_ignored_or_unreadable() {
        let ignored = |reason| Ok(Event::Ignored { reason });
        let other = "MessageSid=SM1&From=messenger%3A1234&Body=hi";
        assert_eq!(received(queued(other, None)), ignored("unknown_channel"));
        let unknown = "MessageSid=SM1&MessageStatus=teleported";
        assert_eq!(
            status(queued(unknown, None)),
            ignored("unknown_message_status")
        );
        let nameless = Err(Unreadable {
            field: "MessageSid",
        });
        assert_eq!(received(queued("Body=hi", None)), nameless);
        assert_eq!(received(queued("MessageSid=SM+1", None)), nameless);
        assert_eq!(
            status(queued("MessageSid=SM1", None)),
            Err(Unreadable {
                field: "MessageStatus"
            })
        );
    }
}
