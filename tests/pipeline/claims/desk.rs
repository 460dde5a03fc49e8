//! What the tests of the claims share: a clock to set, a delivery nobody else has, and the way to each state.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail};
use aws_sdk_dynamodb::Client;
use sallyport::{
    clock::{self, Clock},
    delivery::{
        DeliveryId,
        claim::{
            Admission, BodyDigest, Claim, Claims, Processing, Receiving, Record, Recorded, Start,
            State, Subject, Table, Terms, Verdict,
        },
    },
    webhook::EventKey,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// The lease that the tests ask for.
pub const LEASE: Duration = Duration::from_secs(10);
/// What the tests ask for.
pub const TERMS: Terms = Terms {
    lease: LEASE,
    retry_horizon: Duration::from_hours(24),
};
/// How much later a lease is over for others.
pub const SLACK: Duration = Duration::from_secs(2);
/// A day.
pub const DAY: Duration = Duration::from_hours(24);

/// A delivery, the claims, and the clock they go by.
#[derive(Clone, Debug)]
pub struct Desk {
    pub claims: Claims,
    pub table: Table,
    pub subject: Subject,
    pub terms: Terms,
    now: Arc<AtomicI64>,
}

impl Desk {
    /// A delivery that nobody has claimed. The clock stands still, at the machine's time.
    pub fn new(client: &Client, table: &str) -> Self {
        let now = OffsetDateTime::now_utc().unix_timestamp() * 1000;
        let now = Arc::new(AtomicI64::new(now));
        let table = Table::new(client, table.to_owned());
        Self {
            claims: Claims::new(table.clone(), clock_of(&now)),
            table,
            subject: subject(&now),
            terms: TERMS,
            now,
        }
    }

    /// The same claims with a delivery of its own, at the same time.
    pub fn another(&self) -> Self {
        Self {
            subject: subject(&self.now),
            ..self.clone()
        }
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    /// Lets all but the last millisecond of a time pass.
    pub fn pass_nearly(&self, time: Duration) {
        self.pass(time.saturating_sub(Duration::from_millis(1)));
    }

    /// The time.
    pub fn now(&self) -> OffsetDateTime {
        clock_of(&self.now).now()
    }

    /// The same delivery with another body.
    pub fn altered(&self) -> Subject {
        Subject {
            body: BodyDigest::of(b"another"),
            ..self.subject.clone()
        }
    }

    /// Claims the delivery.
    pub async fn take(&self) -> Result<Admission> {
        Ok(self.claims.take(&self.subject, self.terms).await?)
    }

    /// Claims the delivery, which must succeed.
    pub async fn taken(&self) -> Result<Claim<Receiving>> {
        match self.take().await? {
            Admission::Proceed(claim) => Ok(claim),
            other => bail!("not claimed: {other:?}"),
        }
    }

    /// Begins the delivery.
    pub async fn begin(&self) -> Result<Start> {
        Ok(self.claims.begin(&self.subject, self.terms).await?)
    }

    /// Begins the delivery, which must succeed.
    pub async fn begun(&self) -> Result<Claim<Processing>> {
        match self.begin().await? {
            Start::Proceed(claim) => Ok(claim),
            other => bail!("not begun: {other:?}"),
        }
    }

    /// Brings the delivery to a state, from nothing.
    pub async fn brought_to(&self, state: State) -> Result<()> {
        let claim = self.taken().await?;
        let recorded = match state {
            State::Received => Recorded::Yes,
            State::Queued => self.claims.mark_queued(&claim).await?,
            State::Held => self.claims.hold(&claim).await?,
            State::Processing => self.begun().await.map(|_| Recorded::Yes)?,
            State::Done | State::Failed | State::Dead | State::Ignored => {
                let verdict = Verdict::ALL.into_iter().find(|it| it.state() == state);
                let begun = self.begun().await?;
                let verdict = verdict.context("a verdict")?;
                self.claims.finish(&begun, verdict, Some("because")).await?
            }
        };
        anyhow::ensure!(recorded == Recorded::Yes, "{recorded:?}");
        anyhow::ensure!(self.stored().await?.state == state);
        Ok(())
    }

    /// The stored claim.
    pub async fn stored(&self) -> Result<Record> {
        let found = self.table.find(&self.subject.delivery).await?;
        found.context("no claim is stored")
    }
}

fn clock_of(now: &Arc<AtomicI64>) -> Clock {
    let now = now.clone();
    Clock::from_fn(move || {
        clock::from_unix_ms(now.load(Ordering::SeqCst)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    })
}

fn subject(now: &Arc<AtomicI64>) -> Subject {
    Subject {
        delivery: DeliveryId::derive("claims", &EventKey::of([Uuid::new_v4().to_string()])),
        body: BodyDigest::of(b"a body"),
        organization: Uuid::new_v4(),
        endpoint: "claims".to_owned(),
        provider: "vapi".to_owned(),
        event_type: "status-update".to_owned(),
        received_at: clock_of(now).now(),
    }
}

/// How many of these hold.
pub fn count<T>(all: &[T], holds: impl Fn(&T) -> bool) -> usize {
    all.iter().filter(|one| holds(one)).count()
}

/// Does the same 64 times at once.
pub async fn at_once<T, F, Fut>(act: F) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T>> + Send + 'static,
{
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..64 {
        tasks.spawn(act());
    }
    tasks.join_all().await.into_iter().collect()
}
