//! What can be wrong: the closed list of codes, and what people are told of each.
//!
//! A code is three things: the word in the event, the sentence people read, and a section of the runbook
//! (`infra/runbooks/runbook.md`) under an anchor of the same words. Adding one touches this file and the runbook.

use serde::{Deserialize, Serialize};

use super::Severity;

/// How people learn that it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// Somebody reports that it is well again.
    ByReport,
    /// It happens and is not reported to end: it is over when it has not happened for a while. Its reason is a part of
    /// what it is.
    ByQuiet,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $severity:ident, $ends:ident, $summary:literal;)+) => {
        /// What is wrong, or was.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $word)] $name,)+
        }

        impl Code {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word in the event.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// How bad it is, where whoever reports it says nothing else.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }

            /// How it ends.
            #[must_use]
            pub const fn ends(self) -> Ends {
                match self { $(Self::$name => Ends::$ends,)+ }
            }

            /// What people read.
            #[must_use]
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$name => $summary,)+ }
            }
        }
    };
}

codes! {
    /// A dependency's circuit is open: its calls wait.
    CircuitOpen = "circuit_open", Critical, ByReport, "A provider does not answer well; its calls wait";
    /// A dependency refuses our credential.
    CredentialRefused = "credential_refused", Critical, ByReport, "A provider refuses our credential";
    /// A message, booking or other effect was refused for good.
    EffectFailed = "effect_failed", Warning, ByQuiet, "An effect was refused for good";
    /// Nobody knows whether an effect was applied.
    EffectAmbiguous = "effect_ambiguous", Warning, ByQuiet, "It is not known whether an effect was applied";
    /// A delivery was given up and is a dead letter.
    DeliveryDead = "delivery_dead", Critical, ByQuiet, "A delivery was given up";
    /// A message that nobody can read was given up and is a dead letter.
    MessageDead = "message_dead", Critical, ByQuiet, "An unreadable message was given up";
    /// There are messages in a dead-letter queue.
    DeadLetters = "dead_letters", Critical, ByReport, "There are dead letters";
    /// Messages wait too long in a queue.
    QueueAge = "queue_age", Warning, ByReport, "Messages wait too long";
    /// A function failed more often within the window than is borne.
    ErrorRate = "error_rate", Critical, ByQuiet, "A function fails often";
    /// A function's invocation failed to the last attempt.
    InvocationFailed = "invocation_failed", Critical, ByQuiet, "An invocation failed to its last attempt";
    /// The receiver answers 5xx.
    ReceiverErrors = "receiver_errors", Critical, ByReport, "The receiver answers errors of its own";
    /// A delivery came again with another body.
    BodyConflict = "body_conflict", Warning, ByQuiet, "A delivery came again with another body";
    /// A delivery ended its receiver again and again.
    PoisonedDelivery = "poisoned_delivery", Warning, ByQuiet, "A delivery ended its receiver again and again";
    /// The rate limiter admits without counting, because its store does not answer.
    LimiterOpen = "limiter_open", Warning, ByReport, "Requests are admitted uncounted";
    /// Words could not be redacted.
    RedactionFailed = "redaction_failed", Critical, ByQuiet, "Words could not be redacted";
    /// A retention run failed.
    RetentionFailed = "retention_failed", Critical, ByQuiet, "A retention run failed";
    /// A retention run did not happen when it had to.
    SweepMissed = "sweep_missed", Critical, ByReport, "A retention run did not happen";
    /// A request to erase or export somebody's data failed, or nears its deadline.
    ErasureOverdue = "erasure_overdue", Critical, ByQuiet, "A request about somebody's data is not carried out";
    /// A caller should be called back soon.
    HotLead = "hot_lead", Info, ByQuiet, "A caller should be called back soon";
    /// A caller was promised a time that is taken.
    BookingConflict = "booking_conflict", Warning, ByQuiet, "A caller was promised a time that is taken";
    /// A calendar puts an appointment where another one is.
    CalendarConflict = "calendar_conflict", Warning, ByQuiet, "A calendar puts an appointment where another one is";
    /// A calendar's connection is lost until its owner connects it again.
    CalendarDisconnected = "calendar_disconnected", Warning, ByReport, "A calendar is disconnected";
    /// The relay itself fails.
    RelayFailing = "relay_failing", Critical, ByReport, "The alert relay fails";
    /// The relay's daily sign of life did not come.
    HeartbeatMissed = "heartbeat_missed", Critical, ByReport, "The alert relay gave no sign of life";
    /// The relay's daily sign of life.
    Heartbeat = "heartbeat", Info, ByQuiet, "The alert relay is alive";
    /// An alarm that this build has no code for.
    Alarm = "alarm", Warning, ByReport, "An alarm without a code of its own";
    /// So many things are wrong at once that they are told in one message.
    AlertStorm = "alert_storm", Critical, ByQuiet, "Many things are wrong at once";
    /// Something came to the alerts queue that no rule of the relay understands.
    UnparsedAlert = "unparsed_alert", Warning, ByQuiet, "Something came that is no known alert";
}

impl Code {
    /// The code of this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == word)
    }

    /// Whether each delivery's is an alert of its own: somebody has to act on that one.
    #[must_use]
    pub const fn is_each_deliverys(self) -> bool {
        matches!(
            self,
            Self::HotLead | Self::BookingConflict | Self::CalendarConflict
        )
    }

    /// Whether it explains the failures of its dependency's calls, so that they need no alert of their own.
    #[must_use]
    pub const fn explains(self) -> bool {
        matches!(self, Self::CircuitOpen)
    }

    /// Whether an open circuit of its dependency explains it.
    #[must_use]
    pub const fn is_explained(self) -> bool {
        matches!(
            self,
            Self::EffectFailed
                | Self::EffectAmbiguous
                | Self::DeliveryDead
                | Self::InvocationFailed
        )
    }

    /// The section of the runbook, as it stands in a link after `#`.
    #[must_use]
    pub fn anchor(self) -> String {
        self.as_str().replace('_', "-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_written_and_read_by_its_word() {
        for code in Code::ALL {
            let text = serde_json::to_string(code).unwrap();
            assert_eq!(text, format!("\"{}\"", code.as_str()));
            assert_eq!(Code::named(code.as_str()), Some(*code));
            assert!(super::super::Word::read(code.as_str()).is_some());
        }
        assert_eq!(Code::named("fire"), None);
    }
}
