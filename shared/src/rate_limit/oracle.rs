//! The arithmetic against an exact log: random arrivals at several environments whose clocks differ, writes that
//! arrive late, denials that arrive later, answers that are lost.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;

use super::window::{Counts, Verdict, Window};

const START: u64 = 1_700_000_012_345;

/// The item, with what the store's writes do to it.
#[derive(Default)]
struct Item {
    buckets: BTreeMap<u64, u64>,
    denied_until: u64,
    writes: usize,
}

impl Item {
    /// `None`: the key is denied.
    fn count(&mut self, window: Window, at: u64) -> Option<Counts> {
        self.writes += 1;
        if self.denied_until > at {
            return None;
        }
        *self.buckets.entry(window.bucket(at)).or_default() += 1;
        for bucket in window.swept(at) {
            self.buckets.remove(&bucket);
        }
        let counts: Counts = self.buckets.clone().into_iter().collect();
        for bucket in counts.needless(window, at) {
            self.buckets.remove(&bucket);
        }
        Some(counts)
    }

    fn deny(&mut self, until: u64, bucket: u64) {
        self.writes += 1;
        self.denied_until = until;
        self.buckets.entry(bucket).and_modify(|count| *count -= 1);
    }
}

/// A request on its way. Times in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    /// After the one before.
    gap: u64,
    environment: usize,
    /// From reading the clock to the write.
    to_count: u64,
    /// From the count to the write of the denial, if one follows.
    to_denial: u64,
    answer_lost: bool,
}

/// How far the environments' clocks are off. The widest difference and the longest way to the write make
/// exactly the tolerance.
const SKEW_MS: [i64; 4] = [-350, 0, 0, 350];
const LONGEST_WAY_MS: u64 = 300;

enum Step {
    Count(usize),
    Deny { until: u64, bucket: u64 },
}

/// What came of a run.
struct Outcome {
    /// The true times of all arrivals.
    arrived: Vec<u64>,
    /// The true times of those admitted, in order.
    admitted: Vec<u64>,
    writes: usize,
}

fn run(window: Window, limit: u32, skew: [i64; 4], arrivals: &[Arrival]) -> Outcome {
    let mut agenda = BTreeMap::new();
    let mut arrived = Vec::new();
    let mut time = START;
    for (number, arrival) in arrivals.iter().enumerate() {
        time += arrival.gap;
        arrived.push(time);
        agenda.insert((time + arrival.to_count, number), Step::Count(number));
    }
    let (mut item, mut known, mut admitted) = (Item::default(), [0; 4], Vec::new());
    while let Some(((now, number), step)) = agenda.pop_first() {
        let index = match step {
            Step::Count(index) => index,
            Step::Deny { until, bucket } => {
                item.deny(until, bucket);
                continue;
            }
        };
        let arrival = arrivals[index];
        let known = &mut known[arrival.environment];
        let stamp = arrived[index].saturating_add_signed(skew[arrival.environment]);
        if *known > stamp {
            continue;
        }
        let Some(counts) = item.count(window, stamp) else {
            *known = item.denied_until;
            continue;
        };
        if arrival.answer_lost {
            continue;
        }
        match counts.judge(window, limit, stamp) {
            Verdict::Admit { .. } => admitted.push(arrived[index]),
            Verdict::Deny { until } => {
                *known = until;
                let bucket = window.bucket(stamp);
                let when = (now + arrival.to_denial, number + arrivals.len());
                agenda.insert(when, Step::Deny { until, bucket });
            }
        }
    }
    admitted.sort_unstable();
    Outcome {
        arrived,
        admitted,
        writes: item.writes,
    }
}

/// The most moments in any stretch `(t - span_ms, t]`.
fn most_in_any_window(moments: &[u64], span_ms: u64) -> usize {
    let mut window = VecDeque::new();
    let mut most = 0;
    for &moment in moments {
        window.push_back(moment);
        while window
            .front()
            .is_some_and(|first| first + span_ms <= moment)
        {
            window.pop_front();
        }
        most = most.max(window.len());
    }
    most
}

/// How many a limiter that remembers every admission would admit.
fn exact(moments: &[u64], limit: u32, span_ms: u64) -> usize {
    let (mut log, mut admitted) = (VecDeque::new(), 0);
    for &moment in moments {
        while log.front().is_some_and(|first| first + span_ms <= moment) {
            log.pop_front();
        }
        if log.len() < limit as usize {
            log.push_back(moment);
            admitted += 1;
        }
    }
    admitted
}

/// Arrivals at once, seconds, about a bucket and about a window apart.
fn arrivals(window: Window) -> impl Strategy<Value = Vec<Arrival>> {
    let (width, span) = (window.width_s() * 1000, window.span_s() * 1000);
    let gap = prop_oneof![
        8 => Just(0),
        8 => 0..width / 4,
        3 => width - 1500..width + 1500,
        1 => span - 1500..span + 2500,
    ];
    let arrival = (
        gap,
        0usize..4,
        0..=LONGEST_WAY_MS,
        0u64..5000,
        prop::bool::weighted(0.1),
    );
    let arrival =
        arrival.prop_map(
            |(gap, environment, to_count, to_denial, answer_lost)| Arrival {
                gap,
                environment,
                to_count,
                to_denial,
                answer_lost,
            },
        );
    prop::collection::vec(arrival, 1..400)
}

fn windows() -> impl Strategy<Value = Window> {
    prop_oneof![
        Just(Window::new(60, 60)),
        Just(Window::new(15, 60)),
        Just(Window::new(4, 2)),
        Just(Window::new(1, 5)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_rolling_window_ever_holds_more_than_the_limit(
        (window, arrivals) in windows().prop_flat_map(|window| (Just(window), arrivals(window))),
        limit in 1u32..30,
    ) {
        let outcome = run(window, limit, SKEW_MS, &arrivals);
        let most = most_in_any_window(&outcome.admitted, window.span_s() * 1000);
        prop_assert!(most <= limit as usize, "{most} of {limit}");
    }

    #[test]
    fn nobody_is_refused_before_as_many_came_within_a_window_and_a_bucket(
        (window, arrivals) in windows().prop_flat_map(|window| (Just(window), arrivals(window))),
        limit in 1u32..30,
    ) {
        let calm = |arrival: &Arrival| Arrival { to_count: 0, answer_lost: false, ..*arrival };
        let arrivals: Vec<_> = arrivals.iter().map(calm).collect();
        let outcome = run(window, limit, [0; 4], &arrivals);
        let reach = (window.span_s() + window.width_s()) * 1000 + super::TOLERANCE_MS;
        let mut admitted = outcome.admitted.iter().peekable();
        for (index, moment) in outcome.arrived.iter().enumerate() {
            if admitted.next_if_eq(&moment).is_some() {
                continue;
            }
            let before = outcome.arrived[..index].iter().filter(|at| **at + reach > *moment).count();
            prop_assert!(before >= limit as usize, "{before} of {limit}");
        }
    }
}

/// Arrivals every `gap` milliseconds for six hours at so many environments, in turn.
fn steady(gap: u64, environments: usize) -> Vec<Arrival> {
    let arrival = |number: u64| Arrival {
        gap,
        environment: usize::try_from(number).unwrap_or_default() % environments,
        to_count: 5,
        to_denial: 5,
        answer_lost: false,
    };
    (0..6 * 3_600_000 / gap).map(arrival).collect()
}

#[test]
fn a_thousand_an_hour_admits_nearly_what_an_exact_log_would_and_a_flood_costs_a_tenth() {
    let hour = Window::new(60, 60);
    // 1.5, 3, 10 and 100 times the limit; shares and writes in thousandths.
    for (gap, environments, least_share, most_writes) in [
        (2400, 1, 990, 700),
        (1200, 2, 990, 400),
        (360, 1, 990, 110),
        (360, 4, 990, 110),
        (36, 4, 990, 20),
    ] {
        let outcome = run(hour, 1000, [0; 4], &steady(gap, environments));
        let possible = exact(&outcome.arrived, 1000, 3_600_000);
        let share = outcome.admitted.len() * 1000 / possible;
        let writes = outcome.writes * 1000 / outcome.arrived.len();
        println!("every {gap} ms at {environments}: {share}‰ of possible, {writes}‰ writes");
        assert!(most_in_any_window(&outcome.admitted, 3_600_000) <= 1000);
        assert!(share >= least_share, "{share}‰ of what was possible");
        assert!(writes <= most_writes, "{writes}‰ writes a request");
    }
}
