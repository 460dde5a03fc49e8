//! What the tests of the limits share: a clock to set, environments, and subjects nobody else uses.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use sallyport::{
    clock::{self, Clock},
    rate_limit::{AddressKey, Limiter, Subject},
};
use time::OffsetDateTime;
use uuid::Uuid;

/// A clock that stands still until it is set, beginning at the machine's present minute.
#[derive(Clone, Debug)]
pub struct Hand(Arc<AtomicI64>);

impl Hand {
    /// The machine's time, at the beginning of the minute: where a bucket begins too.
    pub fn now() -> Self {
        let seconds = OffsetDateTime::now_utc().unix_timestamp();
        Self(Arc::new(AtomicI64::new((seconds - seconds % 60) * 1000)))
    }

    /// Unix milliseconds.
    pub fn ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Sets it to Unix milliseconds.
    pub fn set(&self, ms: i64) {
        self.0.store(ms, Ordering::SeqCst);
    }

    /// Moves it on.
    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// The clock of this hand.
    pub fn clock(&self) -> Clock {
        let hand = self.clone();
        Clock::from_fn(move || clock::from_unix_ms(hand.ms()).unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }
}

/// An environment: a limiter with a memory of its own, and more patience than a function has, for the machine
/// that runs the tests may be busy with anything.
pub fn environment(client: &Client, table: &str, hand: &Hand) -> Limiter {
    Limiter::new(
        client,
        table.to_owned(),
        Duration::from_secs(20),
        hand.clock(),
    )
}

/// An organisation that nobody else uses.
pub fn organization() -> (Subject, Uuid) {
    let id = Uuid::new_v4();
    (Subject::organization(id), id)
}

/// A sender that nobody else uses.
pub fn sender() -> Result<Subject> {
    let key = AddressKey::new(Uuid::new_v4().as_bytes()).context("a key")?;
    Ok(key.subject("192.0.2.7"))
}

/// Everything the table holds of this organisation.
pub async fn item(
    client: &Client,
    table: &str,
    id: Uuid,
) -> Result<HashMap<String, AttributeValue>> {
    let key = AttributeValue::S(format!("organization/60x60/{id}"));
    let answer = client
        .get_item()
        .table_name(table)
        .key("limit", key)
        .consistent_read(true);
    answer.send().await?.item.context("no item")
}

/// The counts of an item, by bucket.
pub fn buckets(item: &HashMap<String, AttributeValue>) -> Vec<(&str, i64)> {
    item.iter()
        .filter(|(name, _)| {
            name.strip_prefix('b')
                .is_some_and(|rest| rest.parse::<u32>().is_ok())
        })
        .filter_map(|(name, value)| Some((name.as_str(), value.as_n().ok()?.parse().ok()?)))
        .collect()
}
