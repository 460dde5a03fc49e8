//! The limits, tried on the store: each test gets a client, which it may tap, and the table of limits, in which
//! it uses subjects of its own.

use std::pin::Pin;

use anyhow::Result;
use aws_sdk_dynamodb::Client;

mod bound;
mod item;
pub mod stage;
mod trouble;
pub mod wire;

/// One test: it is given a client and the name of the table of limits.
pub type Test = fn(Client, String) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>;

macro_rules! list {
    ($($module:ident { $($name:ident),+ $(,)? })+) => {
        vec![$($((
            concat!("rate_limit::", stringify!($module), "::", stringify!($name)),
            (|client, table| Box::pin($module::$name(client, table))) as Test,
        )),+),+]
    };
}

/// Every test of the limits, by name.
#[must_use]
pub fn tests() -> Vec<(&'static str, Test)> {
    list! {
        bound {
            of_200_parallel_requests_at_a_limit_of_50_exactly_50_are_admitted,
            a_flood_ten_times_over_costs_a_tenth_of_a_write_a_request_and_never_exceeds_the_limit,
            a_denial_is_learned_once_by_each_environment_and_then_costs_nothing,
            a_denial_ends_when_enough_has_left_the_window,
            a_raised_limit_admits_at_once,
            addresses_and_organizations_do_not_share_counts,
        }
        item {
            a_busy_item_stays_below_one_write_unit_and_tells_nothing,
            a_key_used_rarely_is_tidied,
            a_denied_request_gives_its_count_back_once,
        }
        trouble {
            an_answer_that_is_lost_only_counts_too_much,
            a_store_that_is_away_admits_organizations_up_to_a_ceiling_and_no_addresses,
            a_store_that_says_nothing_costs_at_most_its_time_out_once_a_pause,
            a_store_that_is_back_counts_again,
            a_key_that_the_store_throttles_is_denied,
        }
    }
}
