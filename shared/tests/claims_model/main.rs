//! The claims' protocol, explored exhaustively: providers that post again, two consumers at once, crashes before and
//! during every call, lost answers, messages handed out again, clocks that differ, leases that run out.
//!
//! The conditions and the reading of refusals are the product's own (`claim::gate`, `claim::processing`); that
//! DynamoDB evaluates them as the model does is tested on the running stack.

mod flaws;
mod liveness;
mod model;
mod rules;
mod world;

use model::Protocol;
use rules::{Flaw, Rules};
use stateright::{Checker, HasDiscoveries, Model};
use world::{Body, Faults};

/// Several posts of one body, and one consumer.
fn posts(posts: &[Body], consumers: usize, faults: [u8; 4], flaw: Option<Flaw>) -> Protocol {
    let [crashes, lost_answers, failures, redeliveries] = faults;
    Protocol {
        rules: Rules::with(flaw),
        subjects: [0, 1].map(world::subject),
        posts: posts.to_vec(),
        consumers,
        faults: Faults {
            crashes,
            lost_answers,
            failures,
            redeliveries,
        },
    }
}

fn explore(name: &str, protocol: Protocol) {
    let checker = protocol.checker().threads(2).spawn_bfs().join();
    println!(
        "{name}: {} states, {} steps, depth {}",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth()
    );
    checker.assert_properties();
}

#[test]
fn tune() {
    for spec in std::env::var("SPEC").unwrap().split(';') {
        let n: Vec<u8> = spec.split(',').map(|x| x.parse().unwrap()).collect();
        let p = posts(&vec![0; n[0] as usize], n[1] as usize, [n[2], n[3], n[4], n[5]], None);
        let t = std::time::Instant::now();
        let checker = p.checker().threads(2).target_state_count(400_000).spawn_bfs().join();
        println!("{spec}: {} unique {} steps depth {} {:?} {:?}", checker.unique_state_count(), checker.state_count(), checker.max_depth(), t.elapsed(), checker.discoveries().keys());
        for (k, d) in checker.discoveries() { if checker.discovery_classification(k).to_string() == "counterexample" { println!("{k} {:?}", d.into_actions()); } }
    }
}

/// The property whose counterexample was found first.
fn counterexample(protocol: Protocol) -> Option<&'static str> {
    let checker = protocol
        .checker()
        .finish_when(HasDiscoveries::AnyFailures)
        .spawn_bfs()
        .join();
    let discoveries = checker.discoveries();
    let failed = discoveries
        .keys()
        .find(|name| checker.discovery_classification(name).to_string() == "counterexample");
    if let Some(name) = failed {
        println!(
            "{name}, after {} states: {:?}",
            checker.unique_state_count(),
            discoveries[*name].clone().into_actions()
        );
    }
    failed.copied()
}
