//! The circuits' protocol, explored exhaustively: processes that believe what they read long ago, calls that end late,
//! deaths before and during every write, lost answers, outages that come and go, clocks that differ, leases that run
//! out.
//!
//! The conditions of every write and the reading of every answer are the product's own (`circuit::rules`). That DynamoDB
//! evaluates them as the model does is tested on the running stack.

mod flaws;
mod liveness;
mod model;
mod rules;
mod steps;
mod world;

use model::Protocol;
use rules::{Flaw, Rules};
use stateright::{Checker, Model};
use world::Faults;

/// A model of so many processes.
fn protocol(processes: usize, faults: Faults, flaw: Option<Flaw>) -> Protocol {
    Protocol {
        rules: Rules::with(flaw),
        processes,
        faults,
    }
}

/// Explores every world that can come about.
fn explore(processes: usize, faults: Faults) {
    let checker = protocol(processes, faults, None)
        .checker()
        .threads(2)
        .spawn_bfs()
        .join();
    println!(
        "{} states, {} steps, {} deep: {processes} processes, {faults:?}",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth()
    );
    checker.assert_properties();
}

const fn faults(outages: u8, crashes: u8, late_writes: u8, lost_answers: u8) -> Faults {
    Faults {
        outages,
        crashes,
        late_writes,
        lost_answers,
    }
}

#[test]
fn two_processes_keep_every_promise_through_two_outages() {
    explore(2, faults(2, 0, 0, 0));
}

#[test]
fn a_death_breaks_no_promise() {
    explore(2, faults(1, 1, 0, 0));
}

#[test]
fn a_lost_answer_breaks_no_promise() {
    explore(2, faults(1, 0, 0, 1));
}

#[test]
fn a_circuit_can_always_be_closed_again_once_the_provider_is_well() {
    for faults in [faults(1, 1, 0, 0), faults(1, 0, 0, 1)] {
        let (worlds, stuck) = liveness::stuck(&protocol(2, faults, None));
        println!("{worlds} worlds: {faults:?}");
        assert_eq!(stuck, None);
    }
}

/// Run with `cargo test -p sallyport --test circuit_model -- --ignored`.
#[test]
#[ignore = "millions of states: minutes"]
fn the_same_holds_for_late_writes_more_faults_and_three_processes() {
    explore(2, faults(1, 0, 1, 0));
    explore(2, faults(2, 1, 0, 1));
    explore(3, faults(1, 0, 0, 0));
}
