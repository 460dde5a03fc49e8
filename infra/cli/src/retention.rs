//! The stores of a stage, as retention and erasure see them.

use anyhow::Result;
use sallyport::{
    clock::Clock,
    database::{Database, Procedures},
    outbound::google_calendar::{API_URL, TOKEN_URL},
    retention::{CalendarPlace, Places, Retention},
    secrets::Secrets,
};

use crate::stage::Reached;

/// The stores of a stage.
///
/// # Errors
/// When the stage's stack does not tell of one of them.
pub fn stores(reached: &Reached) -> Result<Retention> {
    let output = |name| reached.outputs.get(name).map(str::to_owned);
    let procedures = Procedures {
        database: Database::new(output("PostgrestUrl")?)?,
        secret: output("DatabaseSecret")?,
    };
    let places = Places {
        deliveries_table: output("DeliveriesTable")?,
        oversize_bucket: output("OversizeBucket")?,
        tombstones_table: output("TombstonesTable")?,
        tombstones_secret: output("TombstonesSecret")?,
        dead_letter_queues: vec![
            output("DeliveriesDeadLetterQueueUrl")?,
            output("TranscriptsDeadLetterQueueUrl")?,
        ],
        // Look-alikes are the local stack's: there, its functions reach the calendars.
        calendars: output("CircuitsTable")
            .ok()
            .map(|circuits_table| CalendarPlace {
                circuits_table,
                api_url: API_URL.to_owned(),
                token_url: TOKEN_URL.to_owned(),
                stage: reached.stage.to_string(),
            }),
    };
    let secrets = Secrets::new(&reached.aws, Clock::system());
    Ok(Retention::new(procedures, secrets, &reached.aws, &places))
}
