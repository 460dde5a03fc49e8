//! A call of which each application counts: whatever happens to it, it goes out once, unless it is known that it did
//! not arrive.

use std::time::Duration;

use sallyport::outbound::{CallError, Class, Dependency, Rejection, Repeat, Reply};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::far::{Far, Fate, answer, wait};
use crate::{AMPLE, call, class, outbound, twilio};

#[tokio::test]
async fn a_success_is_read_whole_and_what_was_sent_arrives_as_it_is() {
    let far = Far::start([answer(201, r#"{"sid":"SM1"}"#)]).await;
    let reply = twilio(&format!("{}/Messages.json", far.url), Repeat::Unsafe)
        .await
        .unwrap();
    assert_eq!(
        (reply.status, &reply.body[..]),
        (201, &br#"{"sid":"SM1"}"#[..])
    );
    let requests = far.requests();
    assert!(
        requests[0].starts_with("POST /Messages.json HTTP/1.1"),
        "{requests:?}"
    );
    assert!(requests[0].ends_with("Body=CANARY"), "{requests:?}");
}

#[tokio::test]
async fn what_may_have_been_applied_is_ambiguous_and_goes_out_once() {
    for fate in [
        answer(500, "{}"),
        answer(502, "<html>"),
        wait(503, "1"),
        answer(504, ""),
        answer(408, ""),
        answer(201, "<html>not theirs"),
        answer(201, r#"{"sid":"SM"#),
        answer(201, ""),
        Fate::Half(201),
        Fate::Half(500),
        Fate::Close,
        Fate::Reset,
    ] {
        let far = Far::start([fate.clone(), answer(201, "{}")]).await;
        let error = twilio(&far.url, Repeat::Unsafe).await.unwrap_err();
        assert!(error.is_ambiguous(), "{fate:?}: {error:?}");
        assert_eq!(far.count(), 1, "{fate:?}");
    }
}

#[tokio::test]
async fn what_never_ends_is_given_up_in_time_and_ambiguous() {
    for fate in [Fate::Silence, Fate::Dribble] {
        let far = Far::start([fate.clone()]).await;
        let time = Duration::from_millis(1200);
        let result = call(
            &outbound(),
            Dependency::Twilio,
            &far.url,
            Repeat::Unsafe,
            time,
        )
        .await;
        assert_eq!(class(result), Class::Ambiguous, "{fate:?}");
        assert_eq!(far.count(), 1);
    }
}

#[tokio::test]
async fn more_than_is_read_of_an_answer_is_ambiguous() {
    let body = format!("\"{}\"", "x".repeat(Reply::LARGEST));
    let far = Far::start([answer(200, &body)]).await;
    assert_eq!(
        class(twilio(&far.url, Repeat::Unsafe).await),
        Class::Ambiguous
    );
    let far = Far::start([answer(200, &body[1..body.len() - 1].replace('x', "1"))]).await;
    assert!(twilio(&far.url, Repeat::Unsafe).await.is_ok());
}

#[tokio::test]
async fn what_was_never_sent_is_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let refused = format!("http://{address}");
    for url in [refused.as_str(), "http://nowhere.invalid"] {
        let error = twilio(url, Repeat::Unsafe).await.unwrap_err();
        assert_eq!(
            (error.class(), error.status()),
            (Some(Class::NotSent), None),
            "{url}"
        );
    }
    // TLS, to a server that speaks none.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 X\r\n\r\n").await;
        }
    });
    let result = twilio(&url, Repeat::Unsafe).await;
    assert_eq!(class(result), Class::NotSent);
}

#[tokio::test]
async fn what_is_refused_is_told_with_its_answer_and_goes_out_once() {
    for (status, expected) in [
        (400, Class::Permanent),
        (401, Class::Auth),
        (403, Class::Auth),
        (404, Class::Permanent),
        (422, Class::Permanent),
    ] {
        let far = Far::start([answer(status, r#"{"code":21610}"#)]).await;
        match twilio(&far.url, Repeat::Unsafe).await.unwrap_err() {
            CallError::Failed {
                class,
                status: told,
                reply: Some(reply),
                ..
            } => {
                assert_eq!((class, told), (expected, Some(status)));
                assert_eq!(&reply.body[..], br#"{"code":21610}"#);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(far.count(), 1);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Far::start([answer(200, "{}")]).await;
    let to = format!("location: {}\r\n", other.url);
    let far = Far::start([Fate::Answer(307, to, String::new())]).await;
    assert_eq!(
        class(twilio(&far.url, Repeat::Unsafe).await),
        Class::Permanent
    );
    assert_eq!((far.count(), other.count()), (1, 0));
}

#[tokio::test]
async fn nothing_is_begun_that_could_not_end_in_time() {
    let far = Far::start([answer(200, "{}")]).await;
    let time = Duration::from_millis(600);
    let error = call(
        &outbound(),
        Dependency::Twilio,
        &far.url,
        Repeat::Unsafe,
        time,
    )
    .await;
    let error = error.unwrap_err();
    let is_late = matches!(
        error,
        CallError::Rejected {
            reason: Rejection::NoTime,
            ..
        }
    );
    assert!(is_late, "{error:?}");
    assert_eq!(far.count(), 0);
    assert!(
        call(
            &outbound(),
            Dependency::Twilio,
            &far.url,
            Repeat::Unsafe,
            AMPLE
        )
        .await
        .is_ok()
    );
}
