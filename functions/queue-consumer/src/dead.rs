//! A message that was handed out for the last time: its delivery is dead, and people are told.
//!
//! SQS moves the message to the dead letters by itself, whatever becomes of this. A process that is killed, or that
//! runs out of time, says nothing here: the alarm on the dead letters' depth does, and `sallyport deliveries`, which
//! reads the dead letters too, has the log say so.

use sallyport::alert::{Code, Condition};
use sallyport::batch::Bounds;
use sallyport::delivery::QueueMessage;
use tokio::time::timeout_at;

use crate::App;
use crate::failure::Failure;
use crate::procedure;

/// Says of a message that failed whether it was the last time, and if so that it is dead: to the log and to people,
/// side by side, since neither may keep the other from it.
pub(crate) async fn report(
    app: &App,
    message: Option<&QueueMessage>,
    failure: &Failure,
    bounds: Bounds,
) {
    if bounds.receives < app.max_receive_count {
        return;
    }
    let now = app.clock.now();
    let recorded = async {
        // One that cannot be read says not whose it is.
        let Some(message) = message else { return };
        let (procedures, secrets) = (&app.procedures, &app.secrets);
        let recorded =
            procedure::record_dead(procedures, secrets, message, failure.code(), now).await;
        if let Err(error) = recorded {
            let detail = tracing::field::display(&error);
            tracing::error!(delivery = %message.delivery, detail, "dead delivery not recorded");
        }
    };
    let condition = match message {
        Some(message) => Condition::firing(Code::DeliveryDead)
            .provider(&message.provider)
            .delivery(&message.delivery),
        None => Condition::firing(Code::MessageDead),
    };
    // An alert that is not published has left its line.
    let told = app.alerts.publish(condition.reason(failure.code()));
    // The batch's other messages wait for this answer: what takes longer is left to the alarm.
    let both = async { tokio::join!(recorded, told) };
    if timeout_at(bounds.report_until, both).await.is_err() {
        tracing::error!("no time left to report a dead delivery");
    }
}
