//! The circuits, tried on the store: each test gets a client, which it may tap, and the table of circuits, in which it
//! uses a credential of its own.

use std::pin::Pin;

use anyhow::Result;
use aws_sdk_dynamodb::Client;

mod agreement;
mod fence;
mod outage;
mod stage;
mod trouble;

/// One test: it is given a client and the name of the table of circuits.
pub type Test = fn(Client, String) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>;

macro_rules! list {
    ($($module:ident { $($name:ident),+ $(,)? })+) => {
        vec![$($((
            concat!("circuit::", stringify!($module), "::", stringify!($name)),
            (|client, table| Box::pin($module::$name(client, table))) as Test,
        )),+),+]
    };
}

/// Every test of the circuits, by name.
#[must_use]
pub fn tests() -> Vec<(&'static str, Test)> {
    list! {
        agreement {
            the_store_decides_and_writes_as_the_rules_say,
        }
        fence {
            a_frozen_probe_can_neither_close_nor_reopen,
            a_slow_failure_from_before_an_outage_opens_nothing,
            an_answer_that_is_lost_changes_nothing,
        }
        outage {
            ten_instances_stop_calling_after_five_failures_each_at_most,
            one_probe_goes_out_at_a_time_and_two_successes_close,
            a_failed_probe_doubles_the_open_time_and_the_provider_may_ask_for_more,
            what_a_provider_refuses_opens_nothing,
        }
        trouble {
            a_healthy_provider_costs_no_write_and_one_read_in_five_seconds,
            a_store_that_is_away_stops_no_call,
            a_store_that_is_back_is_asked_by_the_next_call,
            an_operator_decides_for_everybody,
        }
    }
}
