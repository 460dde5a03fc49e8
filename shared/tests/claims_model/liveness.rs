//! What can always still happen: from every reachable world, without any further fault.

use std::collections::HashMap;

use sallyport::delivery::claim::State;
use stateright::Model;

use crate::model::Protocol;
use crate::world::{Receiver, World};

/// A hope: what some worlds must be able to lead to.
#[derive(Clone, Copy)]
pub struct Hope {
    from: fn(&World) -> bool,
    to: fn(&World) -> bool,
}

/// What is acknowledged can be done or given up.
pub const FINISHED: Hope = Hope {
    from: |world| (0..2).any(|body| world.has_acknowledged(body)),
    to: |world| matches!(world.state(), Some(State::Done | State::Dead)),
};

/// What the provider will post once more can be acknowledged.
pub const ACKNOWLEDGED: Hope = Hope {
    from: |world| world.receivers.contains(&Receiver::Waiting),
    to: |world| (0..2).any(|body| world.has_acknowledged(body)),
};

/// A reachable world that disappoints the hope; and how many worlds were looked at.
pub fn stuck(protocol: &Protocol, hope: Hope) -> (usize, Option<World>) {
    let mut numbers: HashMap<World, usize> = HashMap::new();
    let mut worlds = protocol.init_states();
    // Who leads here without a fault.
    let mut predecessors: Vec<Vec<usize>> = vec![vec![]; worlds.len()];
    numbers.extend(worlds.iter().cloned().zip(0..));
    let mut at = 0;
    while at < worlds.len() {
        let mut actions = Vec::new();
        protocol.actions(&worlds[at], &mut actions);
        for action in actions {
            let Some(next) = protocol.next_state(&worlds[at], action) else {
                continue;
            };
            let number = *numbers.entry(next).or_insert_with_key(|next| {
                worlds.push(next.clone());
                predecessors.push(vec![]);
                worlds.len() - 1
            });
            if !action.is_fault() {
                predecessors[number].push(at);
            }
        }
        at += 1;
    }
    let mut hopeful: Vec<bool> = worlds.iter().map(hope.to).collect();
    let mut spread: Vec<usize> = (0..worlds.len())
        .filter(|number| hopeful[*number])
        .collect();
    while let Some(number) = spread.pop() {
        for before in &predecessors[number] {
            if !std::mem::replace(&mut hopeful[*before], true) {
                spread.push(*before);
            }
        }
    }
    let hopeless =
        (0..worlds.len()).find(|number| !hopeful[*number] && (hope.from)(&worlds[*number]));
    (worlds.len(), hopeless.map(|number| worlds[number].clone()))
}
