//! The store evaluates every write as the rules' own model of it does, so that what the model checker explored is what
//! runs; and every state, mode and reason is read as it was written.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use aws_sdk_dynamodb::Client;
use sallyport::outbound::{
    Class,
    circuit::{
        Clause, Field, Guard, Mode, Owner, Policy, Record, State, Table, Write, Written,
        rules::{self, Verdict},
    },
};
use time::OffsetDateTime;

use super::stage::{Credential, Hand, store};

/// Every kind of circuit, with ends at `now` and around it.
fn records(now: i64) -> Vec<Option<Record>> {
    let mut all = vec![None];
    let mut classes = Class::ALL.into_iter().cycle();
    for state in State::ALL {
        for mode in Mode::ALL {
            for (open_until, lease_until) in [
                (now - 2001, now - 2000),
                (now - 1999, now - 1999),
                (now, now),
            ] {
                all.push(Some(Record {
                    state,
                    generation: 7,
                    mode,
                    opened_at: now - 9000,
                    open_until,
                    failed_probes: 3,
                    owner: Some(Owner::of(5)),
                    lease_until,
                    successes: 1,
                    reason: classes.next(),
                    expires_at: (mode == Mode::Auto).then_some(now / 1000),
                }));
            }
        }
    }
    all
}

/// Every write there is, by one who saw the circuit at this generation.
fn writes(seen: &Record, now: OffsetDateTime) -> Vec<Write> {
    let (policy, second) = (Policy::STANDARD, Duration::from_secs(1));
    let verdicts = [
        Verdict::Success,
        Verdict::Neither,
        Verdict::Failure(Class::NotSent, second),
    ];
    let mut all = vec![
        rules::trip(seen.generation, Class::Server, second, now),
        rules::probe(&policy, seen, Owner::of(9), second, now),
        rules::decide(Mode::ForcedOpen, now),
        rules::decide_first(Mode::ForcedClosed, now),
    ];
    all.extend(verdicts.map(|verdict| rules::verdict(&policy, seen, verdict, now)));
    all
}

/// Stores this record, whatever is there.
async fn put(table: &Table, credential: &Credential, record: &Record) -> Result<()> {
    let mut fields = vec![
        Field::State(record.state),
        Field::Generation(record.generation),
        Field::Mode(record.mode),
        Field::OpenedAt(record.opened_at),
        Field::OpenUntil(record.open_until),
        Field::FailedProbes(record.failed_probes),
        Field::LeaseUntil(record.lease_until),
        Field::Successes(record.successes),
        Field::ExpiresAt(record.expires_at),
    ];
    fields.extend(record.owner.map(Field::Owner));
    fields.extend(record.reason.map(Field::Reason));
    let guard = Guard(vec![vec![Clause::Absent], vec![Clause::Present]]);
    let written = table
        .write(&credential.key(), &Write { guard, fields })
        .await?;
    ensure!(
        written == Written::Made(record.clone()),
        "{record:?} became {written:?}"
    );
    Ok(())
}

pub async fn the_store_decides_and_writes_as_the_rules_say(
    client: Client,
    table: String,
) -> Result<()> {
    let (table, hand) = (store(&client, &table), Hand::now());
    let now = hand.clock().now();
    let (mut made, mut refused) = (0, 0);
    for record in records(hand.ms()) {
        for generation in [7, 6] {
            let seen = Record {
                generation,
                ..record.clone().unwrap_or_default()
            };
            for write in writes(&seen, now) {
                let credential = Credential::fresh();
                if let Some(record) = &record {
                    put(&table, &credential, record).await?;
                }
                let expected = write.apply(record.as_ref());
                match (table.write(&credential.key(), &write).await?, expected) {
                    (Written::Made(found), Some(expected)) if found == expected => made += 1,
                    (Written::Refused(found), None)
                        if found == record.clone().unwrap_or_default() =>
                    {
                        refused += 1;
                    }
                    (found, expected) => {
                        bail!("{write:?} on {record:?}: {found:?}, not {expected:?}")
                    }
                }
            }
        }
    }
    println!("{made} made, {refused} refused");
    ensure!(made > 50 && refused > 100, "{made} made, {refused} refused");
    Ok(())
}
