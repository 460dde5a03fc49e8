//! That the store and the rules mean the same: what is proved of the rules is then true of the store.

use anyhow::{Result, ensure};
use aws_sdk_dynamodb::Client;
use sallyport::delivery::claim::{
    BodyDigest, Clause, Count, Field, Guard, Owner, Record, State, Write, Written,
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::desk::Desk;

/// Pseudo-random choices (xorshift64), the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        let index = usize::try_from(self.below(all.len() as u64)).unwrap_or_default();
        all[index].clone()
    }

    fn owner(&mut self) -> Owner {
        self.of(&[1, 2, u128::MAX].map(Owner::of))
    }

    fn body(&mut self) -> BodyDigest {
        self.of(&[&b""[..], b"a"].map(BodyDigest::of))
    }

    /// Neighbours, so that comparisons meet their edges; far enough in the future that nothing is removed.
    fn number(&mut self) -> i64 {
        4_000_000_000 + self.of(&[0, 1, 2])
    }

    fn small(&mut self) -> u32 {
        self.of(&[0, 1, 2])
    }

    fn moment(&mut self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(self.of(&[0, 1, 1_700_000_000_123]))
    }

    fn clause(&mut self) -> Clause {
        match self.below(7) {
            0 => Clause::Absent,
            1 => Clause::Owner(self.owner()),
            2 => Clause::State(self.of(&[
                &[State::Received][..],
                &[State::Queued, State::Failed, State::Dead],
                &State::ALL,
            ])),
            3 => Clause::LeaseEndedBy(self.number()),
            4 => Clause::Body(self.body()),
            5 => Clause::AttemptsBelow(self.small()),
            _ => Clause::ExpiredBy(self.number()),
        }
    }

    fn count(&mut self) -> Count {
        if self.below(2) == 0 {
            Count::Next
        } else {
            Count::Set(self.small())
        }
    }

    fn maybe_moment(&mut self) -> Option<OffsetDateTime> {
        (self.below(2) == 0).then(|| self.moment())
    }

    /// Every field, or about half of them.
    fn fields(&mut self, all: bool) -> Vec<Field> {
        let label = ["", "a", "ä€𝄞 \"'"].map(str::to_owned);
        let fields = [
            Field::State(self.of(&State::ALL)),
            Field::Owner(self.owner()),
            Field::LeaseUntil(self.number()),
            Field::Attempts(self.count()),
            Field::Starts(self.count()),
            Field::Body(self.body()),
            Field::Organization(Uuid::from_u128(self.small().into())),
            Field::Endpoint(self.of(&label)),
            Field::Provider(self.of(&label)),
            Field::EventType(self.of(&label)),
            Field::ReceivedAt(self.moment()),
            Field::QueuedAt(self.maybe_moment()),
            Field::StartedAt(self.maybe_moment()),
            Field::FinishedAt(self.maybe_moment()),
            Field::Reason(self.of(&[None, Some("a"), Some("b")])),
            Field::ExpiresAt(self.number()),
        ];
        fields
            .into_iter()
            .filter(|_| all || self.below(2) == 0)
            .collect()
    }
}

pub async fn the_store_decides_and_writes_as_the_rules_say(
    client: Client,
    table: String,
) -> Result<()> {
    let (desk, mut dice) = (Desk::new(&client, &table), Dice(0x5a11_e900));
    let (mut made, mut refused) = (0, 0);
    for round in 0..60 {
        let desk = desk.another();
        let mut record: Option<Record> = None;
        for step in 0..12 {
            let write = Write {
                guard: Guard(
                    (0..=dice.below(2))
                        .map(|_| (0..=dice.below(2)).map(|_| dice.clause()).collect())
                        .chain((step == 0).then(|| vec![Clause::Absent]))
                        .collect(),
                ),
                fields: match dice.fields(record.is_none()) {
                    none if none.is_empty() => continue,
                    some => some,
                },
            };
            let expected = write.apply(record.as_ref());
            let written = desk.table.write(&desk.subject.delivery, &write).await?;
            let agrees = match (&written, &expected) {
                (Written::Made(stored), Some(expected)) => **stored == *expected,
                (Written::Refused(found), None) => found.as_deref() == record.as_ref(),
                _ => false,
            };
            ensure!(
                agrees,
                "round {round}: {write:?} on {record:?} gives {written:?}, not {expected:?}"
            );
            match expected {
                Some(next) => (made, record) = (made + 1, Some(next)),
                None => refused += 1,
            }
        }
        ensure!(desk.table.find(&desk.subject.delivery).await? == record);
    }
    ensure!(
        made > 150 && refused > 150,
        "{made} made, {refused} refused: not much of a test"
    );
    Ok(())
}
