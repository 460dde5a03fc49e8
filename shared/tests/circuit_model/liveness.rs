//! What can always still happen: from every reachable world, without any further fault.

use std::collections::HashMap;

use sallyport::outbound::circuit::State;
use stateright::Model;

use crate::model::Protocol;
use crate::world::World;

/// A reachable world from which the circuit cannot be closed although the provider is well or can become so; and how
/// many worlds were looked at.
pub fn stuck(protocol: &Protocol) -> (usize, Option<World>) {
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
    let is_closed = |world: &World| world.healthy && world.stored().state == State::Closed;
    let mut hopeful: Vec<bool> = worlds.iter().map(is_closed).collect();
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
    let hopeless = (0..worlds.len()).find(|number| !hopeful[*number]);
    (worlds.len(), hopeless.map(|number| worlds[number].clone()))
}
