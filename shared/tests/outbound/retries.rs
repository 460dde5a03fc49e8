//! What is attempted again, how often, and what it costs.

use std::time::Duration;

use sallyport::outbound::{CallError, Class, Dependency, Rejection, Repeat};
use tokio::time::Instant;

use crate::far::{Far, Fate, answer, wait};
use crate::{AMPLE, call, class, outbound, twilio};

#[tokio::test]
async fn a_safe_call_is_repeated_until_it_succeeds() {
    for fate in [
        answer(500, ""),
        wait(503, "0"),
        Fate::Reset,
        Fate::Close,
        Fate::Half(200),
        answer(200, "<"),
    ] {
        let far = Far::start([fate.clone(), fate.clone(), answer(200, "{}")]).await;
        assert!(twilio(&far.url, Repeat::Safe).await.is_ok(), "{fate:?}");
        assert_eq!(far.count(), 3, "{fate:?}");
    }
}

#[tokio::test]
async fn a_safe_call_fails_for_the_servers_reason_after_three_attempts() {
    let far = Far::start([answer(500, "{}")]).await;
    let error = twilio(&far.url, Repeat::Safe).await.unwrap_err();
    assert_eq!(
        (error.class(), error.status()),
        (Some(Class::Server), Some(500))
    );
    assert_eq!(far.count(), 3);
}

#[tokio::test]
async fn a_wait_that_is_asked_for_is_kept_if_it_is_short_and_left_to_the_queue_if_not() {
    let far = Far::start([wait(503, "1"), answer(200, "{}")]).await;
    let began = Instant::now();
    assert!(twilio(&far.url, Repeat::Safe).await.is_ok());
    assert!(
        began.elapsed() >= Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    let far = Far::start([wait(503, "3")]).await;
    let error = twilio(&far.url, Repeat::Safe).await.unwrap_err();
    let CallError::Failed { retry_after, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(
        (retry_after, far.count()),
        (Some(Duration::from_secs(3)), 1)
    );
}

#[tokio::test]
async fn a_throttled_call_waits_once_and_not_twice() {
    for repeat in [Repeat::Safe, Repeat::Unsafe] {
        let far = Far::start([wait(429, "1"), answer(200, "{}")]).await;
        let began = Instant::now();
        assert!(twilio(&far.url, repeat).await.is_ok());
        assert!(began.elapsed() >= Duration::from_secs(1));
        assert_eq!(far.count(), 2);
    }
    let far = Far::start([wait(429, "1")]).await;
    assert_eq!(
        class(twilio(&far.url, Repeat::Safe).await),
        Class::Throttled
    );
    assert_eq!(far.count(), 2);
}

#[tokio::test]
async fn a_throttled_credential_is_left_alone_until_its_time_and_others_are_not() {
    for (asked, least) in [("30", 29), ("86400", 599), ("garbage", 4), ("", 4)] {
        let (outbound, far) = (outbound(), Far::start([wait(429, asked)]).await);
        let once =
            async |dependency| call(&outbound, dependency, &far.url, Repeat::Safe, AMPLE).await;
        assert_eq!(
            class(once(Dependency::Twilio).await),
            Class::Throttled,
            "{asked}"
        );
        let error = once(Dependency::Twilio).await.unwrap_err();
        let CallError::Rejected {
            reason: Rejection::RateGate,
            retry_after,
        } = error
        else {
            panic!("{asked}: {error:?}");
        };
        assert!(
            retry_after >= Duration::from_secs(least),
            "{asked}: {retry_after:?}"
        );
        assert!(
            retry_after <= Duration::from_mins(10),
            "{asked}: {retry_after:?}"
        );
        assert_eq!(far.count(), 1, "{asked}");
        assert_eq!(class(once(Dependency::Vapi).await), Class::Throttled);
        assert_eq!(far.count(), 2, "{asked}");
    }
}

#[tokio::test]
async fn a_retry_that_could_not_end_in_time_is_not_begun() {
    let far = Far::start([wait(503, "1")]).await;
    let time = Duration::from_millis(1600);
    let began = Instant::now();
    let result = call(
        &outbound(),
        Dependency::Twilio,
        &far.url,
        Repeat::Safe,
        time,
    )
    .await;
    assert_eq!(class(result), Class::Server);
    assert_eq!(far.count(), 1);
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "it waited for nothing"
    );
}

#[tokio::test]
async fn an_outage_costs_seven_retries_and_then_one_request_a_call() {
    let (outbound, far) = (outbound(), Far::start([answer(500, "{}")]).await);
    for _ in 0..9 {
        let result = call(&outbound, Dependency::Twilio, &far.url, Repeat::Safe, AMPLE).await;
        assert_eq!(class(result), Class::Server);
    }
    assert_eq!(far.count(), 9 + 7);
}
