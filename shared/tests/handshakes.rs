//! What is answered before a proof, and what a subscription must show.

use sallyport::webhook::{Answer, Inbound, Refusal, Request, Secret, provider};
use time::OffsetDateTime;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn request(method: &str, query: &str, headers: &[(&str, &str)], body: &str) -> Request {
    Request {
        method: method.to_owned(),
        path: "/webhooks/any/demo".to_owned(),
        query: query.to_owned(),
        headers: headers.iter().copied().collect(),
        body: body.into(),
        received_at: OffsetDateTime::UNIX_EPOCH,
    }
}

fn subscription(query: &str, settings: Option<&str>) -> Result<Option<Answer>, Refusal> {
    let meta = provider("meta").unwrap();
    Inbound::receive(request("GET", query, &[], ""))
        .verify(
            meta,
            settings,
            &[Secret::new("app secret")],
            "https://hooks.example.com",
        )
        .map(|verified| meta.handshake(verified.request()))
        .map_err(|unproven| unproven.refusal)
}

#[test]
fn slacks_unsigned_check_of_the_certificate_gets_an_empty_answer_and_nothing_else_does() {
    let slack = provider("slack").unwrap();
    let answer = slack.unproven_answer(&request("POST", "", &[FORM], "ssl_check=1&token=x"));
    assert_eq!(
        answer.map(|answer| (answer.status, answer.body)),
        Some((200, String::new()))
    );
    let signed = [FORM, ("x-slack-signature", "v0=00")];
    for (headers, body) in [
        (&signed[..], "ssl_check=1&command=/x"),
        (&[FORM][..], "ssl_check=0"),
        (&[FORM][..], "command=/x"),
        (&[][..], "ssl_check=1"),
        (&[][..], r#"{"type":"url_verification","challenge":"c"}"#),
    ] {
        assert_eq!(
            slack.unproven_answer(&request("POST", "", headers, body)),
            None,
            "{body}"
        );
    }
}

#[test]
fn no_other_provider_answers_before_its_proof() {
    for name in sallyport::webhook::providers::names().filter(|name| *name != "slack") {
        let provider = provider(name).unwrap();
        for body in [
            "ssl_check=1",
            r#"{"type":"url_verification","challenge":"c"}"#,
            "",
        ] {
            assert_eq!(
                provider.unproven_answer(&request("POST", "", &[FORM], body)),
                None,
                "{name}"
            );
        }
    }
}

#[test]
fn metas_challenge_is_given_back_to_who_shows_the_word() {
    let settings = Some(r#"{"verify_token":"word"}"#);
    let query = "hub.mode=subscribe&hub.verify_token=word&hub.challenge=1158201444";
    let answer = subscription(query, settings).unwrap().unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "1158201444"));
    let wrong = query.replace("word", "other");
    assert_eq!(subscription(&wrong, settings), Err(Refusal::TokenMismatch));
    assert_eq!(
        subscription("hub.challenge=1", settings),
        Err(Refusal::MissingHeader)
    );
    assert_eq!(
        subscription(query, None),
        Err(Refusal::SecretMissing),
        "no word is configured"
    );
    let secret = query.replace("word", "app%20secret");
    assert_eq!(
        subscription(&secret, settings),
        Err(Refusal::TokenMismatch),
        "that is for signing"
    );
    let script = query.replace("1158201444", "%3Cscript%3E");
    assert_eq!(
        subscription(&script, settings),
        Ok(None),
        "only plain characters are given back"
    );
}

#[test]
fn metas_word_signs_nothing() {
    let code = sallyport::webhook::proof::Algorithm::Sha256.mac(b"word", &[b"{}"]);
    let header = format!(
        "sha256={}",
        sallyport::webhook::proof::Encoding::Hex.encode(&code)
    );
    let verdict = Inbound::receive(request(
        "POST",
        "",
        &[("x-hub-signature-256", &header)],
        "{}",
    ))
    .verify(
        provider("meta").unwrap(),
        Some(r#"{"verify_token":"word"}"#),
        &[Secret::new("app secret")],
        "https://hooks.example.com",
    )
    .map(|_| ());
    assert_eq!(verdict.unwrap_err().refusal, Refusal::SignatureMismatch);
}
