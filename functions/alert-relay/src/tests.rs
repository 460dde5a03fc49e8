//! The rules of an alert as properties: whatever comes in whatever order, and whatever fails meanwhile.

use std::time::Duration;

use proptest::prelude::*;
use sallyport::alert::{Code, Ends, Service, Severity, State, Word};
use sallyport::outbound::slack::Posted as Message;

use crate::channels::Unreached;
use crate::occurrence::{About, Occurrence};
use crate::plan::{Hush, Step, plan};
use crate::record::{FLAP_WINDOW, MINUTE, Phase, Record, Report};
use crate::tell::Done;

const START: i64 = 1_700_000_000_000;
const HOUR: i64 = 60 * MINUTE;

fn occurrence(code: Code, id: u64, state: State, at: i64) -> Occurrence {
    let about = About {
        ends: if code == Code::Alarm {
            Ends::ByReport
        } else {
            code.ends()
        },
        ..About::new(code, Service::QueueConsumer, Word::new("test"))
    };
    Occurrence {
        id,
        fingerprint: about.fingerprint(),
        about,
        state,
        at,
    }
}

/// People, and the relay that tells them: everything but the stores.
struct Desk {
    record: Record,
    now: i64,
    slack_is_down: bool,
    hush: Option<Hush>,
    steps: Vec<Step>,
    /// When the note that was left comes.
    note_at: Option<i64>,
}

impl Desk {
    fn new(first: &Occurrence) -> Self {
        Self {
            record: Record::of(first),
            now: first.at,
            slack_is_down: false,
            hush: None,
            steps: Vec::new(),
            note_at: None,
        }
    }

    fn report(&mut self, occurrence: &Occurrence) -> Report {
        self.now = self.now.max(occurrence.at);
        let report = self.record.report(occurrence, self.now);
        self.tell();
        report
    }

    /// Does what is to be done now.
    fn tell(&mut self) {
        for _ in 0..20 {
            self.record.settle(self.now);
            let plan = plan(&self.record, self.hush, self.now);
            let Some(step) = plan.step else {
                self.note_at = plan.again_at;
                return;
            };
            let done = self.perform(step);
            self.record.note(&done, self.now);
        }
        panic!("the plan has no end: {:?}", self.steps);
    }

    fn perform(&mut self, step: Step) -> Done {
        let is_slack = matches!(step, Step::Post | Step::Update | Step::Thread);
        if is_slack && self.slack_is_down {
            return Done::SlackUnreached(Unreached::Down(None));
        }
        self.steps.push(step);
        match step {
            Step::Admit => Done::Admitted(true),
            Step::Page => Done::Paged(true),
            Step::Unpage => Done::Paged(false),
            Step::Post => Done::Posted(
                Message {
                    channel: "C1".to_owned(),
                    ts: "1.0".to_owned(),
                },
                self.record.shows(),
            ),
            Step::Update => Done::Updated(self.record.shows()),
            Step::Thread => Done::Threaded(self.record.phase()),
            Step::Digest => Done::Digested(self.record.state),
        }
    }

    /// Lets time pass, with the notes that come on the way.
    fn pass(&mut self, time: i64) {
        let end = self.now + time;
        while let Some(at) = self.note_at.filter(|at| *at <= end) {
            assert!(at > self.now, "a note in the past");
            self.now = at;
            self.tell();
        }
        self.now = end;
    }

    fn count(&self, step: Step) -> usize {
        self.steps.iter().filter(|one| **one == step).count()
    }
}

fn alarm(id: u64, state: State, at: i64) -> Occurrence {
    occurrence(Code::DeadLetters, id, state, START + at)
}

#[test]
fn an_alert_is_posted_once_and_paged_once_and_then_counted() {
    let mut desk = Desk::new(&alarm(0, State::Firing, 0));
    for id in 0..100 {
        desk.report(&alarm(id, State::Firing, i64::try_from(id).unwrap() * 100));
    }
    assert_eq!((desk.count(Step::Post), desk.count(Step::Page)), (1, 1));
    assert_eq!(desk.count(Step::Update), 0, "not before its time");
    desk.pass(MINUTE);
    assert_eq!(desk.count(Step::Update), 1);
    let told = desk.record.slack.told.as_ref().unwrap();
    assert_eq!(told.shows.count, 100);
}

#[test]
fn the_end_turns_the_same_message_and_closes_the_incident() {
    use Step::{Admit, Page, Post, Thread, Unpage, Update};

    let mut desk = Desk::new(&alarm(0, State::Firing, 0));
    desk.report(&alarm(0, State::Firing, 0));
    desk.report(&alarm(1, State::Resolved, 90_000));
    assert_eq!(
        desk.steps,
        [Admit, Page, Post, Thread, Unpage, Update, Thread]
    );
    assert_eq!(desk.record.slack.told.unwrap().shows.phase, Phase::Resolved);
}

#[test]
fn an_event_that_comes_twice_is_one() {
    let mut desk = Desk::new(&alarm(0, State::Firing, 0));
    desk.report(&alarm(0, State::Firing, 0));
    let before = (desk.record.clone(), desk.steps.clone());
    assert_eq!(desk.report(&alarm(0, State::Firing, 0)), Report::Known);
    assert_eq!((desk.record, desk.steps), before);
}

#[test]
fn what_ended_before_anybody_was_told_is_not_told() {
    let mut desk = Desk::new(&alarm(0, State::Firing, 0));
    desk.record.report(&alarm(0, State::Firing, 0), START);
    desk.report(&alarm(1, State::Resolved, 10));
    desk.pass(24 * HOUR);
    assert_eq!(desk.steps, []);
}

#[test]
fn an_alarm_that_goes_on_and_off_is_told_so_once_and_then_left_until_it_is_steady() {
    let mut desk = Desk::new(&alarm(0, State::Firing, 0));
    for id in 0..40 {
        let state = if id % 2 == 0 {
            State::Firing
        } else {
            State::Resolved
        };
        desk.report(&alarm(id, state, i64::try_from(id).unwrap() * 20_000));
    }
    assert_eq!(desk.record.phase(), Phase::Flapping);
    assert_eq!(desk.count(Step::Post), 1, "{:?}", desk.steps);
    let updates = desk.count(Step::Update);
    assert!(
        desk.record.pager.told.unwrap().open,
        "whoever was woken is not told that it is over"
    );
    desk.pass(FLAP_WINDOW + 1);
    assert_eq!(
        desk.record.slack.told.as_ref().unwrap().shows.phase,
        Phase::Resolved
    );
    assert!(desk.count(Step::Update) > updates);
    assert!(!desk.record.pager.told.unwrap().open);
}

#[test]
fn what_is_wrong_again_soon_after_is_told_in_the_same_message_and_later_in_a_new_one() {
    let mut desk = Desk::new(&alarm(0, State::Firing, 0));
    desk.report(&alarm(0, State::Firing, 0));
    desk.report(&alarm(1, State::Resolved, 8 * MINUTE));
    desk.report(&alarm(2, State::Firing, 12 * MINUTE));
    assert_eq!((desk.count(Step::Post), desk.count(Step::Page)), (1, 2));
    desk.report(&alarm(3, State::Resolved, 30 * MINUTE));
    desk.report(&alarm(4, State::Firing, 60 * MINUTE));
    assert_eq!((desk.count(Step::Post), desk.count(Step::Page)), (2, 3));
}

#[test]
fn what_stays_wrong_is_told_again_every_four_hours() {
    let mut desk = Desk::new(&alarm(0, State::Firing, 0));
    desk.report(&alarm(0, State::Firing, 0));
    desk.pass(13 * HOUR);
    assert_eq!((desk.count(Step::Post), desk.count(Step::Page)), (4, 1));
}

#[test]
fn what_is_never_reported_to_end_is_over_after_half_an_hour_of_quiet() {
    let dead = |id, at| occurrence(Code::DeliveryDead, id, State::Firing, START + at);
    let mut desk = Desk::new(&dead(0, 0));
    desk.report(&dead(0, 0));
    desk.pass(20 * MINUTE);
    desk.report(&dead(1, 20 * MINUTE));
    desk.pass(29 * MINUTE);
    assert_eq!(desk.record.phase(), Phase::Firing);
    desk.pass(MINUTE);
    assert_eq!(desk.record.phase(), Phase::Resolved);
    assert_eq!(
        desk.record.slack.told.as_ref().unwrap().shows.phase,
        Phase::Resolved
    );
    assert_eq!(desk.count(Step::Post), 1);
}

#[test]
fn while_slack_is_down_the_pager_stands_in_and_nothing_is_lost() {
    let warning = |id, state, at| occurrence(Code::QueueAge, id, state, START + at);
    let mut desk = Desk::new(&warning(0, State::Firing, 0));
    desk.slack_is_down = true;
    desk.report(&warning(0, State::Firing, 0));
    assert_eq!(desk.steps, [Step::Admit, Step::Page]);
    desk.pass(MINUTE);
    desk.slack_is_down = false;
    desk.pass(MINUTE);
    assert_eq!(
        desk.steps,
        [Step::Admit, Step::Page, Step::Post, Step::Thread]
    );
    desk.report(&warning(1, State::Resolved, 3 * MINUTE));
    assert_eq!((desk.count(Step::Unpage), desk.count(Step::Update)), (1, 1));
}

#[test]
fn a_way_that_is_busy_is_no_way_that_is_down() {
    let warning = occurrence(Code::QueueAge, 0, State::Firing, START);
    let mut desk = Desk::new(&warning);
    desk.record.report(&warning, START);
    desk.record.note(&Done::Admitted(true), START);
    let busy = Unreached::Busy(Duration::from_secs(30));
    desk.record.note(&Done::SlackUnreached(busy), START);
    let plan = plan(&desk.record, None, START);
    assert_eq!((plan.step, plan.again_at), (None, Some(START + 30_000)));
}

#[test]
fn what_is_hushed_is_told_when_it_is_not_any_more() {
    for hush in [Hush::Silenced, Hush::Explained] {
        let mut desk = Desk::new(&alarm(0, State::Firing, 0));
        desk.hush = Some(hush);
        desk.report(&alarm(0, State::Firing, 0));
        desk.pass(HOUR);
        assert_eq!(desk.steps, []);
        desk.hush = None;
        desk.pass(6 * MINUTE);
        assert_eq!((desk.count(Step::Post), desk.count(Step::Page)), (1, 1));
    }
}

#[test]
fn a_sign_of_life_is_posted_each_day_and_that_is_all() {
    let life = |day: u64| {
        let at = START + 24 * HOUR * i64::try_from(day).unwrap();
        occurrence(Code::Heartbeat, day, State::Firing, at)
    };
    let mut desk = Desk::new(&life(0));
    for day in 0..3 {
        desk.pass(HOUR);
        desk.report(&life(day));
    }
    assert_eq!(desk.steps, [Step::Post; 3]);
}

/// Reports of one alert: distinct moments, some of them handed out twice.
fn reports() -> impl Strategy<Value = Vec<Occurrence>> {
    let one = (any::<bool>(), 0_i64..7200);
    prop::collection::vec(one, 1..20).prop_map(|all| {
        let numbered = all.into_iter().zip(0_u64..);
        let each = numbered.map(|((wrong, at), id)| {
            let state = if wrong {
                State::Firing
            } else {
                State::Resolved
            };
            alarm(id, state, at * 1000)
        });
        each.collect()
    })
}

/// The state that the latest report says; of two at one moment, that it is wrong.
fn truth(reports: &[Occurrence]) -> State {
    let latest = reports
        .iter()
        .max_by_key(|one| (one.at, one.state == State::Firing));
    latest.map_or(State::Resolved, |one| one.state)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_state_is_that_of_the_latest_report_in_whatever_order_they_come(
        (reports, shuffled) in reports().prop_flat_map(|reports| {
            let twice = [reports.clone(), reports.clone()].concat();
            (Just(reports), Just(twice).prop_shuffle())
        })
    ) {
        let mut record = Record::of(&shuffled[0]);
        for report in &shuffled {
            record.report(report, report.at);
        }
        prop_assert_eq!(record.state, truth(&reports));
    }

    #[test]
    fn people_are_told_the_truth_in_the_end_and_in_few_messages(
        reports in reports(), shuffle in any::<u64>(), slack_is_down in prop::collection::vec(any::<bool>(), 20),
    ) {
        let mut order: Vec<usize> = (0..reports.len()).collect();
        order.sort_by_key(|index| (*index as u64).wrapping_mul(shuffle | 1));
        let mut desk = Desk::new(&reports[order[0]]);
        for (step, index) in order.iter().enumerate() {
            desk.slack_is_down = slack_is_down[step];
            desk.report(&reports[*index]);
        }
        desk.slack_is_down = false;
        desk.pass(HOUR);
        let wrong = truth(&reports) == State::Firing;
        prop_assert_eq!(desk.record.pager.told.is_some_and(|paged| paged.open), wrong);
        match &desk.record.slack.told {
            Some(posted) if posted.episode == desk.record.episode => {
                prop_assert_eq!(posted.shows, desk.record.shows());
                prop_assert_eq!(posted.shows.phase == Phase::Firing, wrong);
                prop_assert_eq!(posted.thread, Some(posted.shows.phase));
            }
            // A later episode was over before it could be told.
            Some(posted) => prop_assert!(!wrong && posted.shows.phase == Phase::Resolved),
            None => prop_assert!(!wrong),
        }
        prop_assert!(desk.count(Step::Post) <= usize::try_from(desk.record.episode).unwrap());
    }

    #[test]
    fn a_record_is_read_as_it_was_written(reports in reports(), severity in 0_usize..3) {
        let mut desk = Desk::new(&reports[0]);
        for report in &reports {
            desk.report(report);
        }
        desk.record.about.severity = [Severity::Info, Severity::Warning, Severity::Critical][severity];
        let json = serde_json::to_string(&desk.record).unwrap();
        prop_assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), desk.record);
    }
}
