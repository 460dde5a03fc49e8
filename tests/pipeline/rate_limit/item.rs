//! What lies in the table.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use sallyport::rate_limit::{ADDRESS, AddressKey, Decision, Policy};

use super::{
    stage::{Hand, buckets, environment, item, organization},
    wire::{Fault, Wire},
};

pub async fn a_busy_item_stays_below_one_write_unit_and_tells_nothing(
    client: Client,
    table: String,
) -> Result<()> {
    let (policy, (subject, id), hand) = (Policy::organization(600), organization(), Hand::now());
    let limiter = environment(&client, &table, &hand);
    // An hour and a quarter, 11 requests in every minute: denied now and then.
    for _ in 0..75 * 11 {
        hand.advance(5454);
        limiter.check(&policy, &subject).await;
    }
    let item = item(&client, &table, id).await?;
    ensure!(
        buckets(&item).len() <= 60 + 3,
        "{} buckets",
        buckets(&item).len()
    );
    let size = size(&item);
    ensure!(size < 1024, "{size} bytes");
    let number = |name: &str| -> Result<i64> {
        let value = item.get(name).context("missing")?;
        Ok(value.as_n().ok().context("not a number")?.parse()?)
    };
    let (expires_at, denied_until) = (number("expires_at")?, number("denied_until")?);
    ensure!(
        expires_at * 1000 > denied_until.max(hand.ms()),
        "it would expire too early"
    );
    ensure!(
        expires_at <= hand.ms() / 1000 + 3600 + 3 * 60,
        "it would expire too late"
    );

    let key = AddressKey::new(b"of the test").context("a key")?;
    let address = key.subject("192.0.2.77");
    ensure!(limiter.check(&ADDRESS, &address).await.admits());
    let all = client
        .scan()
        .table_name(&table)
        .consistent_read(true)
        .send()
        .await?;
    let all = format!("{:?}", all.items());
    ensure!(all.contains("address/15x60/") && !all.contains("192.0.2.77"));
    Ok(())
}

/// The size that DynamoDB bills: names and values; a number takes a byte and one for two digits.
fn size(item: &HashMap<String, AttributeValue>) -> usize {
    let value = |value: &AttributeValue| match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
        _ => 1024,
    };
    item.iter().map(|(name, of)| name.len() + value(of)).sum()
}

pub async fn a_key_used_rarely_is_tidied(client: Client, table: String) -> Result<()> {
    let (policy, (subject, id), hand) = (Policy::organization(1000), organization(), Hand::now());
    let (tapped, wire) = Wire::tap(&client, |_| Fault::None)?;
    let limiter = environment(&tapped, &table, &hand);
    let mut most = 0;
    for _ in 0..100 {
        // Long after everything it knows has left the window.
        hand.advance(3 * 3_600_000);
        ensure!(matches!(
            limiter.check(&policy, &subject).await,
            Decision::Admitted(_)
        ));
        most = most.max(buckets(&item(&client, &table, id).await?).len());
    }
    ensure!(most <= 20, "{most} buckets");
    ensure!(
        wire.calls() <= 107,
        "{} writes for 100 requests",
        wire.calls()
    );
    Ok(())
}

pub async fn a_denied_request_gives_its_count_back_once(
    client: Client,
    table: String,
) -> Result<()> {
    let (policy, hand) = (Policy::organization(3), Hand::now());
    // Also when the answer to the giving back, which is the fifth call, is lost.
    for fate in [
        |_| Fault::None,
        |call| {
            if call == 4 {
                Fault::AnswerLost
            } else {
                Fault::None
            }
        },
    ] {
        let (subject, id) = organization();
        let (tapped, _) = Wire::tap(&client, fate)?;
        let limiter = environment(&tapped, &table, &hand);
        for expected in [true, true, true, false] {
            ensure!(limiter.check(&policy, &subject).await.admits() == expected);
        }
        let item = item(&client, &table, id).await?;
        let counted: Vec<_> = buckets(&item).iter().map(|(_, count)| *count).collect();
        ensure!(counted == [3], "{counted:?}");
    }
    Ok(())
}
