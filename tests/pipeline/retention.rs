//! Retention on the running stack.

mod function;
mod sweeps;

pub use sweeps::retention_with;

use crate::runner::Test;

pub fn tests() -> Vec<Test> {
    let mut tests = sweeps::tests();
    tests.extend(function::tests());
    tests
}
