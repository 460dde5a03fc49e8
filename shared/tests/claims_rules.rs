//! The rules, on claims of every kind: what a refusal says agrees with what was refused, and holds what it promises.

use std::time::Duration;

use proptest::prelude::*;
use sallyport::delivery::DeliveryId;
use sallyport::delivery::claim::{
    BodyDigest, Owner, Policy, Record, State, Subject, Terms, Verdict, gate, processing,
};
use sallyport::webhook::EventKey;
use time::OffsetDateTime;
use uuid::Uuid;

const POLICY: Policy = Policy::STANDARD;
const TERMS: Terms = Terms {
    lease: Duration::from_secs(10),
    retry_horizon: Duration::from_hours(24),
};
const OURS: Owner = Owner::of(1);

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap()
}

fn subject() -> Subject {
    Subject {
        delivery: DeliveryId::derive("e", &EventKey::of(["rules"])),
        body: BodyDigest::of(b"a"),
        organization: Uuid::nil(),
        endpoint: String::new(),
        provider: String::new(),
        event_type: String::new(),
        received_at: now(),
    }
}

fn state() -> impl Strategy<Value = State> {
    prop::sample::select(State::ALL.to_vec())
}

prop_compose! {
    /// Somebody's claim, that has not expired; its lease ends around now.
    fn claim()(
        state in state(),
        lease in prop_oneof![-1_000_000i64..0, -3_000i64..30_000, Just(0)],
        attempts in 0u32..8,
        same in any::<bool>(),
        kept in 1i64..1_000_000,
    ) -> Record {
        let made = gate::take(&POLICY, &subject(), TERMS, Owner::of(2), now()).apply(None).unwrap();
        Record {
            state,
            lease_until: if lease == 0 { 0 } else { now().unix_timestamp() * 1000 + lease },
            attempts,
            body: BodyDigest::of(if same { b"a" } else { b"b" }),
            expires_at: now().unix_timestamp() + kept,
            ..made
        }
    }
}

proptest! {
    #[test]
    fn a_receiver_that_comes_again_when_it_was_told_to_is_let_in(claim in claim()) {
        let taken = gate::take(&POLICY, &subject(), TERMS, OURS, now()).apply(Some(&claim));
        let reading = gate::refused(&POLICY, &claim, &subject(), OURS, now());
        if let Some(taken) = taken {
            prop_assert_eq!(claim.state, State::Received);
            prop_assert_eq!((taken.owner, taken.attempts), (OURS, claim.attempts + 1));
            return Ok(());
        }
        match reading {
            gate::Refused::Conflict => prop_assert_ne!(claim.body, subject().body),
            gate::Refused::Duplicate(state) => {
                prop_assert_eq!(state, claim.state);
                prop_assert_ne!(state, State::Received);
            }
            gate::Refused::InProgress { retry_after } | gate::Refused::Poisoned { retry_after, .. } => {
                let mut then = now() + retry_after;
                if claim.attempts >= POLICY.max_attempts
                    && let gate::Refused::InProgress { .. } = reading
                {
                    // It is told of the rest when it comes again.
                    then += POLICY.rest;
                }
                let again = gate::take(&POLICY, &subject(), TERMS, OURS, then);
                prop_assert!(again.apply(Some(&claim)).is_some(), "{:?}", reading);
                let early = gate::take(&POLICY, &subject(), TERMS, OURS, then - Duration::from_millis(1001));
                prop_assert!(early.apply(Some(&claim)).is_none(), "{:?}", reading);
            }
            other => prop_assert!(false, "{:?} of {:?}", other, claim),
        }
    }

    #[test]
    fn a_consumer_that_comes_again_when_it_was_told_to_begins(claim in claim()) {
        let begun = processing::begin(&POLICY, &subject(), TERMS, OURS, now()).apply(Some(&claim));
        let reading = processing::refused(&POLICY, &claim, OURS, now());
        if let Some(begun) = begun {
            prop_assert!(!claim.state.is_final());
            prop_assert_eq!((begun.state, begun.owner), (State::Processing, OURS));
            return Ok(());
        }
        match reading {
            processing::Refused::Duplicate(state) => prop_assert!(state.is_final() && state == claim.state),
            processing::Refused::InProgress { retry_after } => {
                prop_assert_eq!(claim.state, State::Processing);
                let again = processing::begin(&POLICY, &subject(), TERMS, OURS, now() + retry_after);
                prop_assert!(again.apply(Some(&claim)).is_some());
            }
            other => prop_assert!(false, "{:?} of {:?}", other, claim),
        }
    }

    #[test]
    fn only_its_owner_ends_or_gives_back_a_claim(claim in claim(), verdict in prop::sample::select(Verdict::ALL.to_vec())) {
        for (owner, owns) in [(OURS, false), (claim.owner, true)] {
            let finish = processing::finish(owner, verdict, None, now(), now());
            let finished = finish.apply(Some(&claim)).map(|record| record.state);
            let may = owns && claim.state == State::Processing;
            prop_assert_eq!(finished, may.then(|| verdict.state()));
            let mark = gate::mark_queued(owner, now()).apply(Some(&claim)).map(|record| record.state);
            let may = owns && claim.state == State::Received;
            prop_assert_eq!(mark, may.then_some(State::Queued));
            let released = gate::release(owner, claim.attempts).apply(Some(&claim));
            prop_assert_eq!(released.is_some(), owns);
        }
    }

    #[test]
    fn no_stored_number_and_no_time_of_receipt_panics(
        lease in any::<i64>(), expires in any::<i64>(), attempts in any::<u32>(),
        received in -62_135_596_800i64..=253_402_300_799, claim in claim(), horizon in any::<u64>(),
    ) {
        let subject = Subject {
            received_at: OffsetDateTime::from_unix_timestamp(received).unwrap(),
            ..subject()
        };
        let terms = Terms { retry_horizon: Duration::from_secs(horizon), ..TERMS };
        let claim = Record { lease_until: lease, expires_at: expires, attempts, ..claim };
        let _ = gate::take(&POLICY, &subject, terms, OURS, now()).apply(Some(&claim));
        let _ = gate::refused(&POLICY, &claim, &subject, OURS, now());
        let _ = gate::replace(&POLICY, &claim, &subject, terms, OURS, now()).apply(Some(&claim));
        let _ = processing::begin(&POLICY, &subject, terms, OURS, now()).apply(Some(&claim));
        let _ = processing::refused(&POLICY, &claim, OURS, now());
        let _ = processing::finish(OURS, Verdict::Dead, None, subject.received_at, now());
    }
}
