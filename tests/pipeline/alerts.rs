//! From what a function reports to what people read.

mod canaries;
mod crash;
mod desk;
mod error_rate;
mod live;
mod told;

use crate::runner::Test;

pub fn tests() -> Vec<Test> {
    let mut tests = told::tests();
    tests.extend(crash::tests());
    tests.extend(live::tests());
    tests.extend(error_rate::tests());
    tests.extend(canaries::tests());
    tests
}
