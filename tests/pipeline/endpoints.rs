//! Endpoints as an operator adds, rotates, disables and enables them, against the real stack's stores.

mod adding;
mod desk;
mod holding;
mod releasing;
mod rotating;

use crate::runner::Test;

/// Every test of the endpoints.
pub fn tests() -> Vec<Test> {
    let all = [
        adding::tests(),
        rotating::tests(),
        holding::tests(),
        releasing::tests(),
    ];
    all.into_iter().flatten().collect()
}
