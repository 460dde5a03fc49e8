//! Seeded random histories: the functions in this process, on the real stack's services, through everything that
//! providers, the queue, the machine and operators may do to them; and what must hold in the end.
//!
//! A seed decides a history: which events are reported, in which order, how often, what is ended where and which
//! provider fails how. What two processes do at the same time is decided by the machine, so a failing seed is worth
//! some tries. `SALLYPORT_HISTORIES` says how many are played (2,000 unless told), `SALLYPORT_SEED` from which seed.
//!
//! | invariant | is |
//! |---|---|
//! | I1 | what was acknowledged was in the queue before, and ends done, or dead with people told |
//! | I2 | each effect is there at most once, and as often as the ledger says |
//! | I3 | nothing is read or written for another organisation |
//! | I5 | a circuit has one probe a generation, and is never closed by one older than its newest failure |
//! | I8 | once faults stop, everything comes to rest within so many rounds |
//! | I9 | no provider is asked for one thing more often than a call's attempts allow |

mod course;
pub mod events;
mod invariants;
mod processes;
pub mod random;
mod tally;

use std::{env, sync::Arc, time::Instant};

use anyhow::{Context, Result, ensure};
use futures::StreamExt as _;

use crate::{tests, world::Shared};
use course::Course;
use processes::Processes;
use tally::Tally;

tests![whatever_happens_everything_is_applied_once_and_comes_to_rest];

/// How many are played unless told.
const HISTORIES: u64 = 2000;
/// The first seed unless told.
const SEED: u64 = 0x5a11_e900;
/// How many are played at once: enough to keep two cores busy while some of them wait.
const AT_ONCE: usize = 12;

async fn whatever_happens_everything_is_applied_once_and_comes_to_rest(
    world: Shared,
) -> Result<()> {
    let (count, first) = (
        told("SALLYPORT_HISTORIES", HISTORIES)?,
        told("SALLYPORT_SEED", SEED)?,
    );
    let began = Instant::now();
    let processes = Arc::new(Processes::none(&world).await?);
    let played = (0..count).map(|number| {
        let (world, processes, seed) =
            (world.clone(), processes.clone(), first.wrapping_add(number));
        let played = tokio::spawn(async move { play(&world, &processes, seed).await });
        async move { (seed, played.await) }
    });
    let mut played = futures::stream::iter(played).buffer_unordered(AT_ONCE);
    let (mut all, mut failed) = (Tally::default(), 0);
    while let Some((seed, outcome)) = played.next().await {
        match outcome.context("a history panicked").and_then(|it| it) {
            Ok(tally) => all.add(tally),
            Err(error) => {
                failed += 1;
                println!("seed {seed}: {error:#}");
                println!(
                    "  again: SALLYPORT_SEED={seed} SALLYPORT_HISTORIES=1 \
                     cargo test -p sallyport-tests --test pipeline -- histories::"
                );
            }
        }
    }
    let took = began.elapsed();
    println!("{all}");
    println!(
        "{:.1} s, {:.1} histories a second, seeds {first} to {}",
        took.as_secs_f64(),
        f64::from(u32::try_from(count)?) / took.as_secs_f64(),
        first.wrapping_add(count - 1)
    );
    ensure!(failed == 0, "{failed} of {count} histories failed");
    nothing_crosses(&world).await
}

async fn play(world: &Shared, processes: &Arc<Processes>, seed: u64) -> Result<Tally> {
    let mut course = Course::begin(world, processes, seed).await?;
    let tally = course_of(&mut course).await;
    tally.with_context(|| format!("\n  {}\n", course.tell()))
}

async fn course_of(course: &mut Course) -> Result<Tally> {
    course.trouble().await?;
    course.rest().await?;
    invariants::hold(course).await?;
    let tally = course.tally;
    if course.is_repeated {
        course.again().await?;
        let held = invariants::hold(course).await;
        held.context("after everything came once more")?;
    }
    Ok(Tally {
        histories: 1,
        ..tally
    })
}

/// I3 in the database: no row belongs to what is another organisation's.
async fn nothing_crosses(world: &Shared) -> Result<()> {
    let (crossing,): (i64,) = sqlx::query_as(
        "select (select count(*) from appointments a join contacts c on c.id = a.contact_id where c.org_id <> a.org_id)
              + (select count(*) from appointments a join calls c on c.id = a.call_id where c.org_id <> a.org_id)
              + (select count(*) from calls a join contacts c on c.id = a.contact_id where c.org_id <> a.org_id)
              + (select count(*) from messages a join contacts c on c.id = a.contact_id where c.org_id <> a.org_id)
              + (select count(*) from effects a join contacts c on c.id = a.contact_id where c.org_id <> a.org_id)
              + (select count(*) from effects a join appointments c on c.id = a.appointment_id
                 where c.org_id <> a.org_id)",
    )
    .fetch_one(&world.database)
    .await?;
    ensure!(crossing == 0, "I3: {crossing} rows cross organisations");
    Ok(())
}

fn told(name: &str, unless: u64) -> Result<u64> {
    match env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name} is no number")),
        Err(_) => Ok(unless),
    }
}
