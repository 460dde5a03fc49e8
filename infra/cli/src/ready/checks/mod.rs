//! The checks, in the order they are made: some build on the report that the first one sends.

mod alerts;
mod browser;
mod circuit;
mod configuration;
mod dead;
mod health;
mod intake;
mod limit;
mod patients;
mod reports;
mod retention;

use futures::future::BoxFuture;

use super::{Check, Trial};

/// What a check found, where nothing was wrong.
pub(super) enum Found {
    /// It is so, and this was seen.
    Shown(String),
    /// This stage gives no means to show it; this is missing.
    Missing(String),
}

/// How a check is made.
pub(super) type Run = for<'a> fn(&'a mut Trial) -> BoxFuture<'a, anyhow::Result<Found>>;

macro_rules! checks {
    ($($name:literal: $shows:literal => $run:path,)*) => {
        /// All of them.
        pub const CHECKS: &[Check] = &[$(Check {
            name: $name,
            shows: $shows,
            run: |trial| Box::pin($run(trial)),
        }),*];
    };
}

checks![
    "configuration": "everything that must be set is set" => configuration::complete,
    "health": "the function answers without touching a dependency" => health::alive,
    "readiness": "every dependency of the receiver works, and no dead letters lie there" => health::ready,
    "webhook-processed": "a signed webhook is applied to the database" => intake::processed,
    "webhook-duplicate": "the same webhook again is acknowledged and not applied again" => intake::duplicate,
    "webhook-forged": "a webhook whose signature does not fit is refused" => intake::forged,
    "webhook-stale": "a signature of ten minutes ago is refused" => intake::stale,
    "webhook-unknown-endpoint": "an endpoint that nobody registered takes nothing in" => intake::unknown,
    "webhook-conflict": "another body under the same event is refused" => intake::conflict,
    "limit-exact": "an organisation is admitted up to its limit and not once more" => limit::exact,
    "cors": "no page of a foreign origin may read an answer" => browser::foreign,
    "redaction": "what a patient says is stored without whose it is" => patients::redacted,
    "tenancy": "a user of another organisation sees nothing, and one of its own does" => patients::apart,
    "circuit": "a failing provider is left alone by every process, tried by one, and called again" => circuit::opened_and_recovered,
    "alert-delivered": "an alert is one message in Slack, and says when it is over" => alerts::told_and_over,
    "dead-letter": "what is given up is told to people and by the readiness, and is applied by a replay" => dead::told_and_replayed,
    "sweep-dry-run": "what would be swept is counted, and nothing is removed" => retention::dry_run,
    "schedules": "every schedule has fired in time" => retention::schedules,
    "errors-reported": "an error reaches Sentry" => reports::sentry,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::CHECKS;

    #[test]
    fn there_are_at_least_fourteen_and_no_name_stands_twice() {
        let names: BTreeSet<_> = CHECKS.iter().map(|check| check.name).collect();
        assert!(names.len() >= 14 && names.len() == CHECKS.len());
    }
}
