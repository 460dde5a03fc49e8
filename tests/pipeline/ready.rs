//! The production-readiness test, tried on the running stack and on a broken one.

mod broken;
mod whole;

use crate::runner::Test;

pub fn tests() -> Vec<Test> {
    let mut tests = whole::tests();
    tests.extend(broken::tests());
    tests
}
