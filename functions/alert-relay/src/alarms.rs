//! The alarms of `template.yaml`, by their names: what each is, in the terms of alerts.

use sallyport::alert::{Code, Service};

use Service::{AlertRelay, QueueConsumer, Redaction, RetentionSweep, WebhookReceiver};

/// The alarm's name after `sallyport-<stage>-`, what it tells, and whose it is.
pub(crate) const ALARMS: &[(&str, Code, Service)] = &[
    ("receiver-internal", Code::ReceiverErrors, WebhookReceiver),
    ("receiver-errors", Code::ReceiverErrors, WebhookReceiver),
    (
        "receiver-body-conflict",
        Code::BodyConflict,
        WebhookReceiver,
    ),
    ("receiver-poisoned", Code::PoisonedDelivery, WebhookReceiver),
    ("limiter-open", Code::LimiterOpen, WebhookReceiver),
    ("dead-letters-deliveries", Code::DeadLetters, QueueConsumer),
    (
        "dead-letter-age-deliveries",
        Code::DeadLetters,
        QueueConsumer,
    ),
    ("dead-letters-transcripts", Code::DeadLetters, Redaction),
    ("dead-letter-age-transcripts", Code::DeadLetters, Redaction),
    ("dead-letters-schedules", Code::DeadLetters, RetentionSweep),
    ("dead-letters-alerts", Code::RelayFailing, AlertRelay),
    ("queue-age-deliveries", Code::QueueAge, QueueConsumer),
    ("queue-age-transcripts", Code::QueueAge, Redaction),
    ("consumer-errors", Code::InvocationFailed, QueueConsumer),
    ("redaction-errors", Code::RedactionFailed, Redaction),
    ("circuit-open", Code::CircuitOpen, QueueConsumer),
    ("circuit-reopened", Code::CircuitOpen, QueueConsumer),
    ("retention-silent", Code::SweepMissed, RetentionSweep),
    ("retention-late", Code::SweepMissed, RetentionSweep),
    ("retention-failed", Code::RetentionFailed, RetentionSweep),
    ("retention-refused", Code::RetentionFailed, RetentionSweep),
    ("relay-errors", Code::RelayFailing, AlertRelay),
    ("relay-failed", Code::RelayFailing, AlertRelay),
    ("relay-fallback", Code::RelayFailing, AlertRelay),
    ("queue-age-alerts", Code::RelayFailing, AlertRelay),
    ("heartbeat-missed", Code::HeartbeatMissed, AlertRelay),
];

/// What the alarm of this name tells.
pub(crate) fn known(name: &str) -> Option<(Code, Service)> {
    let found = ALARMS.iter().find(|(known, ..)| *known == name);
    found.map(|(_, code, service)| (*code, *service))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const TEMPLATE: &str = include_str!("../../../template.yaml");
    const RUNBOOK: &str = include_str!("../../../infra/runbooks/runbook.md");

    /// The alarms of the template: the name after the stage, and the section of the runbook it sends people to.
    fn deployed() -> Vec<(&'static str, &'static str)> {
        let alarms = TEMPLATE.split("Type: AWS::CloudWatch::Alarm").skip(1);
        let between = |text: &'static str, before: &str| {
            let (_, rest) = text.split_once(before).unwrap();
            rest.split(|c: char| c.is_whitespace()).next().unwrap()
        };
        alarms
            .map(|alarm| {
                (
                    between(alarm, "sallyport-${Stage}-"),
                    between(alarm, "runbook.md#"),
                )
            })
            .collect()
    }

    #[test]
    fn every_alarm_that_is_deployed_is_known_and_every_known_one_is_deployed() {
        let deployed: BTreeSet<_> = deployed().into_iter().map(|(name, _)| name).collect();
        let listed: BTreeSet<_> = ALARMS.iter().map(|(name, ..)| *name).collect();
        assert_eq!(deployed, listed);
    }

    #[test]
    fn every_alarm_sends_people_where_its_alert_does() {
        for (name, section) in deployed() {
            let (code, _) = known(name).unwrap();
            assert_eq!(code.anchor(), section, "{name}");
        }
    }

    #[test]
    fn every_code_has_its_section_in_the_runbook() {
        for code in Code::ALL {
            let heading = format!("\n## {}\n", code.anchor());
            assert!(RUNBOOK.contains(&heading), "{} has none", code.anchor());
        }
    }
}
