//! Effects that tell people, and what people are told of effects.

use sallyport::alert::{Code, Condition, OrganizationRef};
use sallyport::outbound::Dependency;

use super::{Desk, Ending, Kind};
use crate::failure::Failure;

/// Publishes an alert that a delivery asks for. Alerts about one thing have one fingerprint, by which whoever tells
/// people knows the second one.
pub(super) async fn publish(desk: Desk<'_>, kind: Kind) -> Ending {
    let code = match kind {
        Kind::HotLeadAlert => Code::HotLead,
        Kind::BookingConflictAlert => Code::BookingConflict,
        _ => Code::CalendarConflict,
    };
    let condition = Condition::firing(code).delivery(&desk.message.delivery);
    match desk.app.alerts.publish(condition).await {
        Ok(_) => Ending::Done(None),
        Err(error) => Ending::Again(Failure::Alert(error)),
    }
}

/// Tells people of an effect that will not be done, or not before somebody has acted.
pub(super) async fn report(desk: Desk<'_>, kind: Kind, ending: &Ending) {
    let code = match ending {
        Ending::Failed(_) => Code::EffectFailed,
        Ending::Again(Failure::CredentialRefused) => Code::CredentialRefused,
        _ => return,
    };
    let condition = Condition::firing(code).reason(kind.as_str());
    let condition = condition.delivery(&desk.message.delivery);
    // As its circuit's alert has them, which explains this one while the circuit is open.
    let organization = OrganizationRef::new(desk.message.organization);
    let condition = match dependency(kind) {
        Some(dependency) => condition
            .dependency(dependency.as_str())
            .organization(organization),
        None => condition,
    };
    // What fails is logged where it fails; the effect's own end is what counts.
    let _ = desk.app.alerts.publish(condition).await;
}

const fn dependency(kind: Kind) -> Option<Dependency> {
    match kind {
        Kind::CalendarEvent | Kind::CalendarCancellation => Some(Dependency::GoogleCalendar),
        Kind::Confirmation | Kind::HelpReply => Some(Dependency::Twilio),
        _ => None,
    }
}
