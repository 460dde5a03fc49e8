//! Each condition taken out, one at a time: the model must find what it was there against.

use sallyport::outbound::circuit::{Clause, State};
use stateright::{Checker, HasDiscoveries, Model};

use crate::liveness::stuck;
use crate::protocol;
use crate::rules::{Flaw, GENERATION, LEASE, MODE, OPEN_TIME, Rule, STATE};
use crate::world::Faults;

const OUTAGE: Faults = Faults {
    outages: 1,
    crashes: 0,
    late_writes: 0,
    lost_answers: 0,
};
const TWO_OUTAGES: Faults = Faults {
    outages: 2,
    ..OUTAGE
};

/// Whether the flaw breaks the promise, or, if none is named, any.
fn breaks(processes: usize, faults: Faults, flaw: Flaw, promise: Option<&'static str>) -> bool {
    let enough = promise.map_or(HasDiscoveries::AnyFailures, |promise| {
        HasDiscoveries::AnyOf([promise].into())
    });
    let checker = protocol(processes, faults, Some(flaw))
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

macro_rules! red {
    ($($name:ident: $flaw:expr, $processes:expr, $faults:expr => $promise:expr;)+) => {
        $(#[test]
        fn $name() {
            assert!(breaks($processes, $faults, $flaw, Some($promise)));
        })+
    };
}

const fn without(rule: Rule, clause: Clause) -> Flaw {
    Flaw::Without(rule, clause)
}

red! {
    an_unfenced_probe_shares_its_generation:
        without(Rule::Probe, GENERATION), 2, OUTAGE => "each probe has a generation of its own";
    without_the_fence_a_stale_probe_closes_what_a_newer_one_found_down:
        Flaw::Unfenced, 2, TWO_OUTAGES => "no probe closes that is older than the newest failure";
    an_unfenced_verdict_closes_what_a_newer_probe_found_down:
        without(Rule::Verdict, GENERATION), 2, TWO_OUTAGES => "no probe closes that is older than the newest failure";
    an_unfenced_verdict_reopens_what_others_probe:
        without(Rule::Verdict, GENERATION), 2, OUTAGE => "no overtaken probe reopens";
    an_unfenced_trip_opens_what_has_recovered:
        without(Rule::Trip, GENERATION), 2, OUTAGE => "no failure opens what recovered since";
    who_ignores_the_lease_robs_another:
        Flaw::IgnoresLease, 2, OUTAGE => "no probe is taken over within its lease";
    without_slack_a_fast_clock_robs_a_slow_one:
        Flaw::NoSlack, 2, OUTAGE => "no probe is taken over within its lease";
    a_probe_of_what_was_half_open_reopens_what_is_closed:
        Flaw::WithoutThis(Rule::Probe, Clause::State(State::HalfOpen)), 2, OUTAGE => "what is closed is not probed";
}

/// Each of these says again what the generation says already, in every order of events.
#[test]
fn some_conditions_follow_from_the_generation() {
    for flaw in [
        without(Rule::Trip, STATE),
        without(Rule::Trip, MODE),
        without(Rule::Probe, MODE),
        without(Rule::Probe, OPEN_TIME),
        without(Rule::Probe, LEASE),
        without(Rule::Verdict, STATE),
    ] {
        assert!(!breaks(2, OUTAGE, flaw, None), "{flaw:?}");
    }
}

#[test]
fn without_a_takeover_the_circuit_is_never_closed() {
    let (_, world) = stuck(&protocol(2, OUTAGE, Some(Flaw::NeverTakesOver)));
    assert!(world.is_some());
}

#[test]
fn successes_that_are_forgotten_never_close_the_circuit() {
    let (_, world) = stuck(&protocol(2, OUTAGE, Some(Flaw::ForgetsSuccesses)));
    assert!(world.is_some());
}
