//! The claims' protocol, explored exhaustively: a provider that posts again, two consumers at once, deaths before and
//! during every call, lost answers, messages handed out again, clocks that differ, leases that run out.
//!
//! The conditions of every write and the reading of every refusal are the product's own (`claim::gate` and
//! `claim::processing`). That DynamoDB evaluates them as the model does is tested on the running stack.

mod flaws;
mod liveness;
mod model;
mod rules;
mod steps;
mod world;

use liveness::{ACKNOWLEDGED, FINISHED, stuck};
use model::Protocol;
use rules::{Flaw, Rules};
use stateright::{Checker, Model};
use world::{Body, Faults};

/// A model in which the provider posts these bodies.
fn protocol(posts: &[Body], consumers: usize, faults: Faults, flaw: Option<Flaw>) -> Protocol {
    Protocol {
        rules: Rules::with(flaw),
        subjects: [0, 1].map(world::subject),
        posts: posts.to_vec(),
        consumers,
        faults,
    }
}

/// Explores every world that can come about.
fn explore(posts: &[Body], consumers: usize, faults: Faults) {
    let checker = protocol(posts, consumers, faults, None)
        .checker()
        .threads(2)
        .spawn_bfs()
        .join();
    println!(
        "{} states, {} steps, {} deep: posts {posts:?}, {consumers} consumers, {faults:?}",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth()
    );
    checker.assert_properties();
}

const fn faults(
    crashes: u8,
    late_writes: u8,
    lost_answers: u8,
    failures: u8,
    redeliveries: u8,
) -> Faults {
    Faults {
        crashes,
        late_writes,
        lost_answers,
        failures,
        redeliveries,
    }
}

#[test]
fn three_posts_at_once_do_not_disturb_each_other() {
    explore(&[0, 0, 0], 0, faults(1, 1, 1, 1, 0));
}

#[test]
fn three_posts_are_applied_once() {
    explore(&[0, 0, 0], 1, faults(1, 0, 0, 0, 0));
}

#[test]
fn two_posts_are_applied_once_whatever_fails() {
    explore(&[0, 0], 1, faults(1, 0, 1, 1, 0));
}

#[test]
fn two_posts_are_applied_once_by_two_consumers() {
    explore(&[0, 0], 2, faults(0, 0, 0, 0, 0));
}

#[test]
fn two_consumers_apply_a_delivery_once_whatever_fails() {
    explore(&[0], 2, faults(1, 0, 1, 1, 1));
}

#[test]
fn a_write_that_lands_after_its_sender_died_does_no_harm() {
    explore(&[0], 2, faults(0, 1, 0, 0, 0));
}

#[test]
fn of_two_bodies_under_one_key_only_one_is_acknowledged() {
    explore(&[0, 1], 1, faults(1, 0, 1, 1, 0));
}

#[test]
fn what_is_acknowledged_can_always_still_be_finished() {
    for (posts, consumers, faults) in [
        (&[0, 0][..], 1, faults(1, 0, 1, 0, 0)),
        (&[0], 2, faults(1, 0, 0, 1, 0)),
        (&[0], 1, faults(0, 1, 1, 0, 0)),
    ] {
        let (worlds, stuck) = stuck(&protocol(posts, consumers, faults, None), FINISHED);
        println!("{worlds} worlds: posts {posts:?}, {consumers} consumers, {faults:?}");
        assert_eq!(stuck, None);
    }
}

#[test]
fn what_is_posted_once_more_can_always_still_be_acknowledged() {
    for (posts, consumers, faults) in [
        (&[0, 0][..], 1, faults(1, 0, 1, 1, 0)),
        (&[0, 0], 0, faults(0, 1, 1, 1, 0)),
    ] {
        let mut protocol = protocol(posts, consumers, faults, None);
        // A delivery that looks deadly rests; here the rest is over.
        protocol.rules.policy.rest = std::time::Duration::ZERO;
        let (worlds, stuck) = stuck(&protocol, ACKNOWLEDGED);
        println!("{worlds} worlds: posts {posts:?}, {consumers} consumers, {faults:?}");
        assert_eq!(stuck, None);
    }
}

/// Run with `cargo test -p sallyport --test claims_model -- --ignored`.
#[test]
#[ignore = "millions of states: minutes"]
fn the_same_holds_under_more_faults_at_once() {
    explore(&[0, 0], 2, faults(1, 0, 0, 0, 0));
    explore(&[0, 0], 2, faults(0, 1, 0, 0, 0));
    explore(&[0, 0], 1, faults(1, 1, 1, 1, 0));
    explore(&[0], 2, faults(2, 1, 1, 1, 1));
}
