//! The database schema, tried out: each test gets a superuser's pool on a fresh, migrated database of its own.
//!
//! What the API roles may do is tested as these roles, with the claims `PostgREST` would set; the superuser only
//! prepares and looks.

use std::pin::Pin;

use anyhow::Result;
use sqlx::PgPool;

mod append_only;
mod appointments;
mod bookings;
mod calendar_changes;
mod calls;
mod catalogue;
mod concurrency;
mod deliveries;
mod erasures;
mod event;
mod feature_flags;
mod flaws;
mod holds;
mod ledger;
mod message_events;
mod order;
mod privileges;
mod role;
mod sample;
pub mod sweeps;
mod tenancy;
mod words;

/// One test: it is given its database.
pub type Test = fn(PgPool) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>;

macro_rules! list {
    ($($module:ident { $($name:ident),+ $(,)? })+) => {
        vec![$($((
            concat!("schema::", stringify!($module), "::", stringify!($name)),
            (|pool| Box::pin($module::$name(pool))) as Test,
        )),+),+]
    };
}

/// Every test of the schema, by name.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a list")]
pub fn tests() -> Vec<(&'static str, Test)> {
    list! {
        append_only {
            the_audit_log_cannot_be_rewritten_by_anybody,
            only_the_owner_can_delete_audit_rows_older_than_six_years,
            a_users_change_is_audited_by_column_and_never_by_value,
        }
        appointments {
            overlapping_appointments_of_a_calendar_are_refused,
            adjacent_appointments_and_other_calendars_are_free,
            a_cancelled_appointment_does_not_block,
            of_two_bookings_at_once_one_wins,
            two_transactions_that_book_the_same_hours_do_not_deadlock,
            an_appointment_without_length_is_refused,
        }
        bookings {
            a_booking_becomes_an_appointment_by_the_clinics_clock,
            a_call_books_once_and_names_its_effects_until_they_are_settled,
            a_time_that_is_taken_makes_an_alert_and_fails_nothing,
            what_the_dashboard_books_and_cancels_plans_the_same_effects,
        }
        calendar_changes {
            moved_events_move_and_cancelled_ones_cancel,
            a_move_onto_another_appointment_is_kept_visible,
            a_page_counts_only_from_where_the_calendar_stands,
            in_any_order_a_payment_is_what_its_newest_event_says,
        }
        calls {
            a_report_before_any_status_makes_an_ended_final_call,
            a_late_status_changes_nothing_and_is_recorded,
            a_known_fact_is_never_lost,
            a_contact_is_made_once_per_number,
            calls_of_the_same_id_in_two_organizations_are_two_calls,
        }
        catalogue {
            the_schema_keeps_every_rule,
            each_rule_goes_red_for_a_planted_fault,
            what_is_created_next_is_closed_by_default,
        }
        concurrency {
            one_delivery_on_many_connections_is_applied_once,
            a_second_attempt_waits_for_the_first_and_applies_if_it_rolled_back,
            two_events_of_one_call_take_turns,
            events_applied_at_once_end_in_the_same_row_without_deadlock,
        }
        deliveries {
            an_unknown_organization_is_an_error_and_leaves_nothing,
            a_malformed_event_is_refused_without_repeating_it,
            an_ignored_delivery_is_recorded_once_and_can_still_be_applied,
            a_delivery_that_failed_before_is_finished_by_a_later_attempt,
        }
        erasures {
            every_tenant_table_is_erased_told_or_about_nobody,
            what_is_told_of_an_erased_call_afterwards_goes_with_it,
            nothing_is_removed_before_the_grace_or_without_a_request,
        }
        feature_flags {
            an_override_wins_over_the_percentage_and_off_wins_over_both,
            buckets_are_stable_and_never_negative,
            every_change_of_a_flag_is_audited,
        }
        flaws {
            an_order_that_is_taken_for_granted_goes_red,
            an_effect_without_a_key_goes_red,
        }
        holds {
            no_policy_goes_beyond_the_products_bounds,
            a_policy_and_a_hold_are_audited_and_not_the_tenants_to_write,
            a_hold_is_released_once_and_names_what_is_there,
            a_hold_keeps_all_it_is_on_and_nothing_else,
            a_hold_waits_for_the_batch_that_runs_and_wins_over_the_next,
        }
        ledger {
            a_delivery_is_done_when_its_last_effect_is_settled,
            an_attempt_without_an_end_is_looked_for_and_never_blindly_repeated,
            what_was_not_sent_is_free_to_be_attempted,
            consent_and_existence_are_asked_for_at_the_moment_of_sending,
            an_obstacle_does_not_end_what_may_have_been_done,
            a_carriers_opt_out_withdraws_consent,
            one_message_settles_one_effect,
            an_event_is_removed_only_when_it_is_known_to_be_there,
            an_event_that_was_never_attempted_is_neither_made_nor_removed,
            effects_settled_at_once_leave_no_delivery_open,
            nobody_but_the_service_role_begins_or_settles,
        }
        message_events {
            the_newest_word_on_consent_counts_in_any_order,
            a_call_for_help_is_answered_once_and_by_the_way_it_came,
            in_any_order_the_status_that_knows_most_stays,
            a_report_that_names_its_effect_heals_it,
            a_malformed_message_is_refused_without_repeating_it,
        }
        order {
            any_order_and_any_repetition_of_a_calls_events_ends_in_the_same_row,
        }
        privileges {
            tenants_have_exactly_the_privileges_listed,
            anon_can_touch_nothing,
            no_tenant_can_call_a_function,
            the_service_role_works_through_grants_and_cannot_delete_records,
        }
        sweeps {
            what_is_due_goes_and_what_is_young_stays_to_the_day,
            a_contact_goes_when_nothing_happened_with_it_since,
            a_delivery_that_was_applied_late_stays_until_it_is_old_itself,
            more_than_the_guard_lets_go_needs_an_approval,
            ten_times_the_median_of_a_week_needs_an_approval,
            a_sweep_ended_at_any_batch_resumes_without_loss_or_double_count,
            two_sweeps_at_once_remove_each_row_once,
            only_a_run_removes_and_only_its_class,
            every_tenant_table_has_a_record_class,
            each_batch_of_a_hundred_thousand_rows_walks_an_index_and_is_quick,
        }
        tenancy {
            a_tenant_sees_its_own_rows_in_every_table_and_no_others,
            a_tenant_cannot_write_into_another_organization,
            user_metadata_and_malformed_claims_see_nothing,
            a_foreign_key_cannot_cross_organizations,
            org_id_is_immutable_in_every_table,
        }
        words {
            words_are_stored_once_for_each_delivery_and_policy,
            no_words_stand_without_the_record_of_their_redaction,
            what_an_older_engine_or_policy_redacted_is_found_and_replaced_once,
        }
    }
}
