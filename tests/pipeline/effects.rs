//! What deliveries do outside the database, by every kind of event and through every trouble: the consumer in this
//! process, Postgres, PostgREST and the AWS emulator real, and the providers' look-alikes behind their real clients.

pub mod clinic;
mod kinds;
pub mod scenes;
mod trouble;

use crate::runner::Test;

pub fn tests() -> Vec<Test> {
    let mut all = kinds::tests();
    all.extend(trouble::tests());
    all
}
