//! Each condition taken out, one at a time: the model must find what it was there against.

use sallyport::delivery::claim::{Clause, State};
use stateright::{Checker, HasDiscoveries, Model};

use crate::liveness::{ACKNOWLEDGED, FINISHED, stuck};
use crate::protocol;
use crate::rules::{COUNT, Flaw, LEASE, OWNER, Rule, STATE, body};
use crate::world::{Body, Faults};

const NONE: Faults = Faults {
    crashes: 0,
    late_writes: 0,
    lost_answers: 0,
    failures: 0,
    redeliveries: 0,
};
const ONE_CRASH: Faults = Faults { crashes: 1, ..NONE };
const ONE_LOST: Faults = Faults {
    lost_answers: 1,
    ..NONE
};
const ONE_FAILURE: Faults = Faults {
    failures: 1,
    ..NONE
};

/// Whether the flaw breaks the promise, or, if none is named, any.
fn breaks(
    posts: &[Body],
    consumers: usize,
    faults: Faults,
    flaw: Flaw,
    promise: Option<&'static str>,
) -> bool {
    let enough = promise.map_or(HasDiscoveries::AnyFailures, |promise| {
        HasDiscoveries::AnyOf([promise].into())
    });
    let checker = protocol(posts, consumers, faults, Some(flaw))
        .checker()
        .finish_when(enough)
        .spawn_bfs()
        .join();
    let found: Vec<_> = checker
        .discoveries()
        .into_iter()
        .filter(|(name, _)| checker.discovery_classification(name).to_string() == "counterexample")
        .filter(|(name, _)| promise.is_none_or(|promise| promise == *name))
        .collect();
    let states = checker.unique_state_count();
    for (name, path) in &found {
        println!(
            "{flaw:?}: {name}, after {states} states: {:?}",
            path.clone().into_actions()
        );
    }
    !found.is_empty()
}

fn without(rule: Rule, clause: Clause) -> Flaw {
    Flaw::Without(rule, clause)
}

macro_rules! red {
    ($($name:ident: $flaw:expr, $posts:expr, $consumers:expr, $faults:expr => $promise:expr;)+) => {
        $(#[test]
        fn $name() {
            assert!(breaks(&$posts, $consumers, $faults, $flaw, Some($promise)));
        })+
    };
}

red! {
    a_take_without_the_state_reopens_what_is_done:
        without(Rule::Take, STATE), [0, 0], 1, NONE => "what is done stays done";
    a_take_without_the_lease_robs_a_receiver_at_work:
        without(Rule::Take, LEASE), [0, 0], 0, NONE => "no attempt at work loses its claim";
    a_take_without_the_body_loses_the_second_body:
        without(Rule::Take, body()), [0, 1], 1, ONE_CRASH => "nothing acknowledged is lost";
    a_take_without_the_count_lets_a_deadly_delivery_kill_on:
        without(Rule::Take, COUNT), [0, 0, 0], 0, ONE_CRASH => "a deadly delivery kills a bounded number";
    a_release_without_the_owner_gives_away_anothers_claim:
        without(Rule::Release, OWNER), [0, 0, 0], 0, ONE_FAILURE => "no attempt at work loses its claim";
    an_unguarded_mark_reopens_what_is_done:
        Flaw::UnguardedMark, [0], 1, NONE => "what is done stays done";
    a_begin_without_the_state_robs_a_consumer_at_work:
        without(Rule::Begin, STATE), [0], 2, NONE => "no attempt at work loses its claim";
    a_begin_without_the_lease_robs_a_consumer_at_work:
        without(Rule::Begin, LEASE), [0], 2, NONE => "no attempt at work loses its claim";
    a_finish_without_the_owner_ends_the_successors_attempt:
        without(Rule::Finish, OWNER), [0], 2, ONE_FAILURE => "only the owner executes the effect";
    a_finish_without_the_state_overwrites_its_own_verdict:
        without(Rule::Finish, STATE), [0], 1, ONE_LOST => "what is done stays done";
    without_slack_a_fast_clock_robs_a_slow_one:
        Flaw::NoSlack, [0, 0], 0, NONE => "no attempt at work loses its claim";
    acknowledging_a_duplicate_of_an_unqueued_claim_loses_it:
        Flaw::AcknowledgesReceived, [0, 0], 0, NONE => "nothing acknowledged is lost";
    acknowledging_another_body_loses_it:
        Flaw::AcknowledgesConflict, [0, 1], 0, NONE => "nothing acknowledged is lost";
    acknowledging_before_the_send_loses_the_delivery:
        Flaw::AcknowledgesBeforeSend, [0], 0, NONE => "nothing acknowledged is lost";
    deleting_a_message_in_progress_loses_it:
        Flaw::DeletesInProgress, [0], 2, NONE => "nothing acknowledged is lost";
    taking_what_was_given_up_for_finished_loses_it:
        Flaw::DeletesGivenUp, [0], 1, ONE_FAILURE => "nothing acknowledged is lost";
    an_attempt_that_ignores_its_lease_acts_without_owning:
        Flaw::IgnoresOwnLease, [0], 2, NONE => "only the owner executes the effect";
    no_claim_makes_up_for_a_target_that_does_not_know_deliveries:
        Flaw::UnkeyedEffect, [0], 1, ONE_CRASH => "the effect is applied at most once";
    finishing_before_the_effect_calls_done_what_is_not:
        Flaw::FinishesFirst, [0], 1, NONE => "what is done was applied";
}

#[test]
fn either_condition_of_the_mark_suffices() {
    for clause in [OWNER, STATE] {
        let flaw = without(Rule::Mark, clause);
        assert!(!breaks(&[0, 0], 1, ONE_CRASH, flaw, None));
        assert!(!breaks(&[0], 2, ONE_CRASH, flaw, None));
    }
}

#[test]
fn a_state_that_is_never_begun_strands_the_delivery() {
    for (state, faults) in [
        (State::Received, ONE_FAILURE),
        (State::Queued, NONE),
        (State::Failed, ONE_FAILURE),
        (State::Processing, ONE_CRASH),
    ] {
        let flawed = |flaw| stuck(&protocol(&[0], 1, faults, flaw), FINISHED).1;
        assert_ne!(flawed(Some(Flaw::NeverBegins(state))), None, "{state:?}");
        assert_eq!(flawed(None), None);
    }
}

#[test]
fn deleting_a_message_whose_verdict_was_not_stored_strands_the_claim() {
    let flawed = protocol(&[0], 1, ONE_FAILURE, Some(Flaw::DeletesUnfinished));
    let (_, world) = stuck(&flawed, FINISHED);
    assert_eq!(
        world.expect("a stranded claim").state(),
        Some(State::Processing)
    );
}

#[test]
fn without_a_takeover_a_dead_receiver_shuts_its_delivery_out() {
    let flawed = protocol(&[0, 0], 0, ONE_CRASH, Some(Flaw::NeverTakesOver));
    let (_, world) = stuck(&flawed, ACKNOWLEDGED);
    assert_eq!(
        world.expect("a delivery shut out").state(),
        Some(State::Received)
    );
}
