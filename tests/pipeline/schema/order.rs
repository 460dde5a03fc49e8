//! A call's row depends on the set of its events, never on their order or repetition.
//!
//! The expectation is computed here from the law itself (the greatest event that tells a thing decides it), not
//! by the way the SQL gets there.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};

use super::{
    event::{apply, delivery, status, with},
    role::service,
};

/// The product of Knuth's MMIX: the same numbers on each run.
pub struct Lcg(pub u64);

impl Lcg {
    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % bound as u64).expect("below a usize")
    }

    /// Puts the items in any order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

const STATUSES: [&str; 5] = ["queued", "ringing", "in-progress", "forwarding", "ended"];
const FACTS: [&str; 6] = [
    "direction",
    "customer_number",
    "assistant_id",
    "ended_reason",
    "duration_seconds",
    "started_at",
];

/// One event of a call, with the facts it tells (`null` for those it does not).
#[derive(Clone, Debug)]
pub struct Told {
    pub delivery: String,
    is_final: bool,
    status: usize,
    minute: usize,
    facts: [Value; 6],
}

impl Told {
    /// Any event. Few statuses and times, so that ties are common.
    pub fn any(random: &mut Lcg, number: u64) -> Self {
        let is_final = random.below(5) == 0;
        let facts = std::array::from_fn(|fact| {
            let pick = random.below(6);
            match fact {
                _ if pick >= 3 => Value::Null,
                0 => json!(["inbound", "outbound", "web"][pick]),
                1 => json!(format!("+1555010{pick}")),
                4 => json!(pick),
                5 => json!(format!("2030-01-01T09:0{pick}:00+00:00")),
                _ => json!(format!("value-{pick}")),
            }
        });
        Self {
            delivery: delivery(number),
            is_final,
            status: if is_final { 4 } else { random.below(5) },
            minute: random.below(3),
            facts,
        }
    }

    /// Its place in the order of events.
    fn place(&self) -> (bool, usize, usize, &str) {
        (self.is_final, self.status, self.minute, &self.delivery)
    }

    /// As the consumer sends it.
    pub fn event(&self) -> Value {
        let event = status(
            "call-1",
            STATUSES[self.status],
            &format!("2030-01-01T10:0{}:00Z", self.minute),
        );
        let facts: Value = FACTS
            .iter()
            .map(|name| (*name).to_owned())
            .zip(self.facts.clone())
            .collect();
        with(with(event, &facts), &json!({ "final": self.is_final }))
    }
}

/// What the row must say after these events.
pub fn expected(events: &[Told]) -> Value {
    let greatest = |tells: &dyn Fn(&Told) -> bool| {
        events
            .iter()
            .filter(|event| tells(event))
            .max_by_key(|event| event.place())
    };
    let newest = greatest(&|_| true).expect("at least one event");
    let mut row = vec![
        json!(STATUSES[newest.status]),
        json!(newest.is_final),
        json!(newest.minute),
        json!(newest.delivery),
    ];
    for fact in 0..FACTS.len() {
        row.push(
            greatest(&|event| !event.facts[fact].is_null())
                .map_or(Value::Null, |event| event.facts[fact].clone()),
        );
    }
    Value::Array(row)
}

/// What the row says.
pub async fn found(connection: &mut PgConnection, organization: &str) -> Result<Value> {
    let text: String = sqlx::query_scalar(
        "select jsonb_build_array(c.status, c.final, extract(minute from c.status_at)::int, c.status_delivery, c.direction,
             k.phone, c.assistant_id, c.ended_reason, c.duration_seconds, c.started_at)::text
         from public.calls c left join public.contacts k on k.org_id = c.org_id and k.id = c.contact_id
         where c.org_id = $1::uuid",
    )
    .bind(organization)
    .fetch_one(connection)
    .await?;
    Ok(serde_json::from_str(&text)?)
}

/// A new organisation, so that a history starts from nothing under the same delivery ids.
pub async fn organization(pool: &PgPool) -> Result<String> {
    let sql = "insert into public.organizations (name) values ('A clinic') returning id::text";
    Ok(sqlx::query_scalar(sql).fetch_one(pool).await?)
}

pub async fn any_order_and_any_repetition_of_a_calls_events_ends_in_the_same_row(
    pool: PgPool,
) -> Result<()> {
    let service = service(&pool, 1).await?;
    let mut random = Lcg(0x5a11_7907);
    for history in 0..50 {
        let events: Vec<Told> = (0..=random.below(7))
            .map(|n| Told::any(&mut random, n as u64))
            .collect();
        for order in 0..6 {
            let mut arriving = events.clone();
            for _ in 0..random.below(4) {
                arriving.push(events[random.below(events.len())].clone());
            }
            random.shuffle(&mut arriving);
            let organization = organization(&pool).await?;
            let mut transaction = service.begin().await?;
            for (position, event) in arriving.iter().enumerate() {
                let before = &arriving[..position];
                let outcome = if before
                    .iter()
                    .any(|earlier| earlier.delivery == event.delivery)
                {
                    "duplicate"
                } else if before.iter().any(|earlier| earlier.place() > event.place()) {
                    "stale"
                } else {
                    "applied"
                };
                let answer = apply(
                    &mut transaction,
                    &organization,
                    &event.delivery,
                    &event.event(),
                )
                .await?;
                let row = found(&mut transaction, &organization).await?;
                ensure!(
                    answer.0 == outcome && row == expected(&arriving[..=position]),
                    "history {history}, order {order}, event {position}: {} and {row}\n{arriving:#?}",
                    answer.0
                );
            }
            transaction.commit().await?;
            let row = found(&mut *service.acquire().await?, &organization).await?;
            ensure!(
                row == expected(&events),
                "history {history}, order {order}: {row}"
            );
        }
    }
    Ok(())
}
