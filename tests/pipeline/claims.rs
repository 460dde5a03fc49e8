//! The claims, tried on the store: each test gets a client, which it may tap, and the table of deliveries, in which
//! it uses deliveries of its own.
//!
//! The cases of Powertools' idempotency (Python, functional tests), and where each is tried here:
//!
//! | Powertools | here |
//! |---|---|
//! | `first_execution`, `first_execution_with_validation` | `gate::the_first_attempt_proceeds` |
//! | `already_completed` | `gate::whatever_is_past_received_is_a_duplicate` |
//! | `in_progress`, `in_progress_with_cache`, `in_progress_never_saved_to_cache` | `gate::a_claim_in_progress_is_no_duplicate_however_often_it_is_asked` |
//! | `expires_in_progress_before_expire`, `…_after_expire` | `gate::a_claim_is_taken_over_after_lease_and_slack_and_not_a_millisecond_before`, `processing::…` the same |
//! | `expires_in_progress_unavailable_remaining_time`, `…_none_remaining_time` | `gate::an_attempt_without_time_left_blocks_nobody_for_long` |
//! | `expired` | `gate::an_expired_claim_counts_as_absent`, `processing::an_expired_claim_is_begun_anew` |
//! | `expired_during_request` | `gate::an_expired_claim_may_vanish_or_be_replaced_meanwhile` |
//! | `exception` (record deleted) | `gate::a_claim_given_back_is_free_at_once`, `processing::a_failed_attempt_is_followed_by_another` |
//! | `persistence_exception_deleting`, `…_updating`, `…_getting` | `trouble::a_store_that_says_nothing_is_an_error_within_its_time_out` |
//! | `already_completed_with_validation_bad_payload`, `…_from_local_cache`, `nested_tampering` | `gate::another_body_is_a_conflict_in_every_state` |
//! | `data_record_invalid_status_value` | `trouble::a_claim_that_cannot_be_read_is_an_error` |
//! | `item_to_datarecord_conversion…` | `agreement::the_store_decides_and_writes_as_the_rules_say` |
//! | `redis_orphan_record`, `redis_orphan_record_race_condition` | `gate::of_64_at_an_orphan_one_takes_over` |
//! | falsy payloads | `gate::an_empty_body_is_a_body` |
//! | late update and delete (unconditional there) | `gate::a_late_receiver_cannot_touch_its_successors_claim`, `processing::a_late_consumer_cannot_touch_its_successors_claim` |
//!
//! Not here, because this product has no such thing: a cached response, key extraction by `JMESPath`, a switch that
//! turns idempotency off.

use std::pin::Pin;

use anyhow::Result;
use aws_sdk_dynamodb::Client;

mod agreement;
mod cost;
mod desk;
mod gate;
mod processing;
mod trouble;
mod wire;

/// One test: it is given a client and the name of the table of deliveries.
pub type Test = fn(Client, String) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>;

macro_rules! list {
    ($($module:ident { $($name:ident),+ $(,)? })+) => {
        vec![$($((
            concat!("claims::", stringify!($module), "::", stringify!($name)),
            (|client, table| Box::pin($module::$name(client, table))) as Test,
        )),+),+]
    };
}

/// Every test of the claims, by name.
#[must_use]
pub fn tests() -> Vec<(&'static str, Test)> {
    list! {
        gate {
            the_first_attempt_proceeds,
            whatever_is_past_received_is_a_duplicate,
            a_claim_in_progress_is_no_duplicate_however_often_it_is_asked,
            a_claim_is_taken_over_after_lease_and_slack_and_not_a_millisecond_before,
            an_attempt_without_time_left_blocks_nobody_for_long,
            an_expired_claim_counts_as_absent,
            an_expired_claim_may_vanish_or_be_replaced_meanwhile,
            a_claim_given_back_is_free_at_once,
            another_body_is_a_conflict_in_every_state,
            an_empty_body_is_a_body,
            of_64_at_once_one_proceeds,
            of_64_at_an_orphan_one_takes_over,
            of_64_at_an_expired_claim_one_proceeds,
            a_delivery_that_kills_its_receivers_rests_and_is_never_refused_for_good,
            a_late_receiver_cannot_touch_its_successors_claim,
            a_delivery_of_a_disabled_endpoint_is_held,
        }
        processing {
            whatever_waits_is_begun,
            what_is_final_is_a_duplicate,
            a_message_may_be_faster_than_the_mark,
            a_message_without_a_claim_is_begun,
            a_delivery_is_taken_over_after_lease_and_slack_and_not_a_millisecond_before,
            of_64_consumers_one_begins,
            an_expired_claim_is_begun_anew,
            a_failed_attempt_is_followed_by_another,
            a_late_consumer_cannot_touch_its_successors_claim,
            an_attempt_cannot_take_back_its_own_verdict,
        }
        trouble {
            a_lost_answer_is_made_up_for_by_the_second_attempt,
            a_store_that_says_nothing_is_an_error_within_its_time_out,
            a_claim_that_cannot_be_read_is_an_error,
        }
        agreement {
            the_store_decides_and_writes_as_the_rules_say,
        }
        cost {
            a_delivery_costs_four_write_units_and_two_calls_before_its_acknowledgement,
            a_claim_is_remembered_for_the_retry_horizon_and_a_day_at_least,
            the_largest_claim_stays_below_one_write_unit_and_holds_no_payload,
        }
    }
}
