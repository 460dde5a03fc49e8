//! The providers, one file each, and their registry.

mod generic_hmac;
mod github;
mod google_calendar;
mod meta;
mod slack;
mod standard_webhooks;
mod stripe;
mod supabase_auth;
mod supabase_db;
mod twilio;
mod vapi;

use super::Provider;

/// Every provider this build knows.
const REGISTRY: &[&dyn Provider] = &[
    &generic_hmac::GenericHmac,
    &github::GitHub,
    &google_calendar::GoogleCalendar,
    &meta::Meta,
    &slack::Slack,
    &standard_webhooks::StandardWebhooks,
    &stripe::Stripe,
    &supabase_auth::SupabaseAuth,
    &supabase_db::SupabaseDatabase,
    &twilio::Twilio,
    &vapi::Vapi,
];

/// The provider of this name.
#[must_use]
pub fn provider(name: &str) -> Option<&'static dyn Provider> {
    REGISTRY
        .iter()
        .copied()
        .find(|provider| provider.name() == name)
}

/// The names of all providers.
pub fn names() -> impl Iterator<Item = &'static str> {
    REGISTRY.iter().map(|provider| provider.name())
}
