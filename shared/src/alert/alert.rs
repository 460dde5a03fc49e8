//! An alert as it stands in an event.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Code, Condition, Ends, Fingerprint, OrganizationRef, Service, Word};
use crate::clock::rfc3339_ms;
use crate::delivery::DeliveryId;

/// How bad it is, and whom it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// To be looked at in working hours.
    Warning,
    /// Wakes somebody.
    Critical,
}

impl Severity {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// Whether it is wrong now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is wrong.
    Firing,
    /// It is well again.
    Resolved,
}

impl State {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Resolved => "resolved",
        }
    }
}

/// What else is known, all of it in closed words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attributes {
    /// Whose API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dependency: Option<Word>,
    /// Whose webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Word>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Word>,
    /// The latest delivery it happened to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryId>,
    /// Which organisation, as a keyed hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationRef>,
}

/// The form's version; another one is not read.
const VERSION: u8 = 1;

/// An alert: a [`Condition`], and who met it, where and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alert {
    version: u8,
    /// Which alerts are about the same thing.
    pub fingerprint: Fingerprint,
    /// Who met it.
    pub service: Service,
    /// Where.
    pub stage: Word,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it is wrong.
    pub state: State,
    /// Since when it is in that state. Of two alerts about one thing the later one counts.
    #[serde(serialize_with = "in_utc")]
    pub started_at: OffsetDateTime,
    /// What it is.
    pub code: Code,
    /// The section of the runbook.
    pub runbook: String,
    /// What else is known.
    pub attributes: Attributes,
}

/// An event's detail that is no alert. Nothing of it is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an alert that this build can read")]
pub struct UnreadableAlert;

/// As it is written; what is derived is derived again.
#[derive(Deserialize)]
struct Written {
    version: u8,
    service: Service,
    stage: Word,
    severity: Severity,
    state: State,
    #[serde(with = "time::serde::rfc3339")]
    started_at: OffsetDateTime,
    code: Code,
    #[serde(default)]
    attributes: Attributes,
}

impl Alert {
    /// What `service` of `stage` met at `started_at`, which is kept to the millisecond, as it is written.
    #[must_use]
    pub fn new(
        condition: Condition,
        service: Service,
        stage: Word,
        started_at: OffsetDateTime,
    ) -> Self {
        let about = |word: &Option<Word>| word.clone().map(String::from).unwrap_or_default();
        let attributes = condition.attributes;
        let organization = attributes.organization.as_ref();
        let reason = match condition.code.ends() {
            Ends::ByQuiet => about(&attributes.reason),
            Ends::ByReport => String::new(),
        };
        let delivery = attributes.delivery.as_ref();
        let delivery = delivery.filter(|_| condition.code.is_each_deliverys());
        let fingerprint = Fingerprint::of([
            stage.as_str(),
            service.as_str(),
            condition.code.as_str(),
            &about(&attributes.dependency),
            &about(&attributes.provider),
            organization.map_or("", OrganizationRef::as_str),
            &reason,
            delivery.map_or("", DeliveryId::as_str),
        ]);
        Self {
            version: VERSION,
            fingerprint,
            service,
            stage,
            severity: condition.severity,
            state: condition.state,
            started_at: started_at.truncate_to_millisecond(),
            code: condition.code,
            runbook: condition.code.anchor(),
            attributes,
        }
    }

    /// The event's detail.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers alone: there is nothing that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads an event's detail. Every field is held to its closed form, and what is derived is derived again.
    ///
    /// # Errors
    /// [`UnreadableAlert`], also of a version, a code or an attribute that this build does not know.
    pub fn read(detail: &str) -> Result<Self, UnreadableAlert> {
        let written: Written = serde_json::from_str(detail).map_err(|_| UnreadableAlert)?;
        if written.version != VERSION {
            return Err(UnreadableAlert);
        }
        let condition = Condition {
            code: written.code,
            state: written.state,
            severity: written.severity,
            attributes: written.attributes,
        };
        Ok(Self::new(
            condition,
            written.service,
            written.stage,
            written.started_at,
        ))
    }
}

fn in_utc<S: serde::Serializer>(moment: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339_ms(*moment))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::clock::from_unix_ms;

    fn at(ms: i64) -> OffsetDateTime {
        from_unix_ms(ms).unwrap()
    }

    fn alert(condition: Condition) -> Alert {
        Alert::new(
            condition,
            Service::QueueConsumer,
            Word::new("dev"),
            at(1_700_000_000_007),
        )
    }

    #[test]
    fn an_alert_is_read_as_it_was_written() {
        let organization = OrganizationRef::new(uuid::Uuid::from_u128(1));
        let full = Condition::firing(Code::CircuitOpen)
            .dependency("twilio")
            .provider("vapi")
            .reason("timeout")
            .organization(organization)
            .delivery(&DeliveryId::derive(
                "e",
                &crate::webhook::EventKey::of(["a"]),
            ))
            .severity(Severity::Info);
        for condition in [full, Condition::resolved(Code::Heartbeat)] {
            let alert = alert(condition);
            assert_eq!(Alert::read(&alert.to_json()), Ok(alert));
        }
    }

    #[test]
    fn the_event_has_these_fields() {
        let alert = alert(Condition::firing(Code::CircuitOpen).dependency("twilio"));
        let written: Value = serde_json::from_str(&alert.to_json()).unwrap();
        assert_eq!(
            written,
            json!({
                "version": 1, "fingerprint": alert.fingerprint.as_str(), "service": "queue-consumer", "stage": "dev",
                "severity": "critical", "state": "firing", "started_at": "2023-11-14T22:13:20.007Z",
                "code": "circuit_open", "runbook": "circuit-open", "attributes": { "dependency": "twilio" },
            })
        );
    }

    #[test]
    fn the_end_of_a_thing_has_the_fingerprint_of_its_beginning() {
        let firing = Condition::firing(Code::CircuitOpen)
            .dependency("twilio")
            .reason("timeout");
        let resolved = Condition::resolved(Code::CircuitOpen).dependency("twilio");
        assert_eq!(
            alert(firing.clone()).fingerprint,
            alert(resolved).fingerprint
        );
        for other in [
            Condition::firing(Code::CircuitOpen).dependency("vapi"),
            Condition::firing(Code::CircuitOpen).provider("twilio"),
            Condition::firing(Code::EffectFailed).dependency("twilio"),
        ] {
            assert_ne!(alert(firing.clone()).fingerprint, alert(other).fingerprint);
        }
    }

    #[test]
    fn what_is_never_reported_to_end_is_told_apart_by_its_reason() {
        let dead = |reason| alert(Condition::firing(Code::DeliveryDead).reason(reason)).fingerprint;
        assert_ne!(dead("body_gone"), dead("unreadable_payload"));
        let of = |name: &str| {
            let delivery = DeliveryId::derive("e", &crate::webhook::EventKey::of([name]));
            alert(Condition::firing(Code::DeliveryDead).delivery(&delivery)).fingerprint
        };
        assert_eq!(of("a"), of("b"));
    }

    #[test]
    fn a_provider_that_is_not_registered_is_left_out() {
        let provider = |name| {
            Condition::firing(Code::DeliveryDead)
                .provider(name)
                .attributes
                .provider
        };
        assert_eq!(provider("vapi"), Word::read("vapi"));
        assert_eq!(provider("jordan"), None);
    }

    #[test]
    fn nothing_but_closed_words_is_read() {
        let good = alert(Condition::firing(Code::CircuitOpen).dependency("twilio")).to_json();
        for (from, to) in [
            ("\"version\":1", "\"version\":2"),
            ("circuit_open", "jordan_called"),
            ("twilio", "Jordan Avery"),
            ("twilio", "+14155550142"),
            ("\"dependency\"", "\"patient\""),
            ("\"dev\"", "\"call 415 555 0142\""),
            ("queue-consumer", "fax"),
            ("2023-11-14T22:13:20.007Z", "tuesday"),
        ] {
            assert!(good.contains(from), "{from}");
            assert_eq!(
                Alert::read(&good.replace(from, to)),
                Err(UnreadableAlert),
                "{to}"
            );
        }
    }

    #[test]
    fn a_fingerprint_that_was_sent_is_not_believed() {
        let alert = alert(Condition::firing(Code::CircuitOpen));
        let forged = alert
            .to_json()
            .replace(alert.fingerprint.as_str(), &"0".repeat(32));
        assert_eq!(Alert::read(&forged).unwrap().fingerprint, alert.fingerprint);
    }
}
