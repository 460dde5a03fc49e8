//! The providers' clients on a wire whose far end is ours.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::Region;
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use sallyport::clock::Clock;
use sallyport::outbound::circuit::{Circuits, Table};
use sallyport::outbound::credentials::{GoogleGrant, TwilioAccount};
use sallyport::outbound::google_calendar::{
    AccessTokens, Changes, GoogleCalendar, Inserted, NewEvent, event_id,
};
use sallyport::outbound::twilio::{Message, Twilio};
use sallyport::outbound::{Chance, Class, Outbound};
use sallyport::webhook::event::Channel;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::time::Instant;

/// The far end: its answers in turn, and what it was asked.
#[derive(Clone, Default)]
struct Far {
    answers: Arc<Mutex<VecDeque<(u16, Value)>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

#[derive(Clone, Debug)]
struct Asked {
    line: String,
    authorization: String,
    body: String,
}

async fn answer(State(far): State<Far>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    // The circuits' table, which knows of nothing wrong.
    if head.headers.contains_key("x-amz-target") {
        return Response::new(Body::from("{}"));
    }
    let authorization = head.headers.get("authorization");
    far.asked.lock().unwrap().push(Asked {
        line: format!("{} {}", head.method, head.uri),
        authorization: authorization
            .map_or("", |value| value.to_str().unwrap())
            .to_owned(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let (status, body) = far.answers.lock().unwrap().pop_front().unwrap();
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    Response::builder()
        .status(status)
        .body(Body::from(body))
        .unwrap()
}

struct Stage {
    url: String,
    far: Far,
    outbound: Outbound,
    tokens: AccessTokens,
    clock: Clock,
    account: TwilioAccount,
    grant: GoogleGrant,
}

impl Stage {
    async fn set(answers: impl IntoIterator<Item = (u16, Value)>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let far = Far::default();
        far.answers.lock().unwrap().extend(answers);
        let router = Router::new().fallback(answer).with_state(far.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let aws = sallyport::aws::base()
            .unwrap()
            .into_builder()
            .endpoint_url(&url)
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "id", "key", None, None, "test",
            )))
            .build();
        let client = aws_sdk_dynamodb::Client::new(&aws);
        let table = Table::new(&client, "circuits".to_owned(), Duration::from_secs(1));
        let clock = Clock::system();
        let circuits = Circuits::new(table, clock.clone(), Chance::system());
        let outbound = Outbound::new(circuits, clock.clone(), Chance::from_fn(|| 0.0)).unwrap();
        let text = str::to_owned;
        Self {
            url,
            far,
            outbound,
            tokens: AccessTokens::default(),
            clock,
            account: TwilioAccount {
                account_sid: text("AC1"),
                auth_token: text("token"),
            },
            grant: GoogleGrant {
                client_id: text("id"),
                client_secret: text("secret"),
                refresh_token: text("refresh"),
            },
        }
    }

    fn twilio(&self) -> Twilio<'_> {
        Twilio {
            outbound: &self.outbound,
            base_url: &self.url,
            organization: "o",
            account: &self.account,
        }
    }

    fn google<'a>(&'a self, token_url: &'a str) -> GoogleCalendar<'a> {
        GoogleCalendar {
            outbound: &self.outbound,
            api_url: &self.url,
            token_url,
            organization: "o",
            grant: &self.grant,
            tokens: &self.tokens,
            clock: &self.clock,
        }
    }

    fn asked(&self) -> Vec<Asked> {
        self.far.asked.lock().unwrap().clone()
    }
}

fn at(text: &str) -> OffsetDateTime {
    OffsetDateTime::parse(text, &Rfc3339).unwrap()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(8)
}

const TEXT: Message<'_> = Message {
    channel: Channel::WhatsApp,
    from: "+15550199",
    to: "+15550100",
    text: "At 9:30 & not later",
    status_callback: Some("https://hooks.example/webhooks/twilio/t?effect=confirmation.1"),
};

fn token() -> (u16, Value) {
    (200, json!({ "access_token": "first", "expires_in": 3599 }))
}

fn event(id: &str) -> NewEvent<'_> {
    NewEvent {
        id,
        calendar: "desk@example.com",
        summary: "Appointment",
        starts_at: at("2031-01-01T09:00:00Z"),
        ends_at: at("2031-01-01T09:30:00Z"),
        time_zone: "Europe/Berlin",
    }
}

#[tokio::test]
async fn a_message_goes_as_a_form_with_the_account_and_the_way_back() {
    let stage = Stage::set([(201, json!({ "sid": "SM1", "status": "queued" }))]).await;
    assert_eq!(stage.twilio().send(TEXT, soon()).await.unwrap().sid, "SM1");
    let asked = stage.asked().remove(0);
    assert_eq!(asked.line, "POST /2010-04-01/Accounts/AC1/Messages.json");
    assert_eq!(asked.authorization, "Basic QUMxOnRva2Vu");
    assert_eq!(
        asked.body,
        "To=whatsapp%3A%2B15550100&From=whatsapp%3A%2B15550199&Body=At+9%3A30+%26+not+later&StatusCallback=\
         https%3A%2F%2Fhooks.example%2Fwebhooks%2Ftwilio%2Ft%3Feffect%3Dconfirmation.1"
    );
}

#[tokio::test]
async fn a_message_that_may_have_been_sent_is_not_sent_again() {
    for answer in [
        (500, json!({})),
        (201, json!("half an answer")),
        (200, json!({})),
    ] {
        let stage = Stage::set([answer.clone()]).await;
        let error = stage.twilio().send(TEXT, soon()).await.unwrap_err();
        assert_eq!(error.class(), Some(Class::Ambiguous), "{answer:?}");
        assert_eq!(stage.asked().len(), 1);
    }
}

#[tokio::test]
async fn what_twilio_refuses_at_once_is_refused() {
    for answer in [
        (400, json!({ "code": 21610 })),
        (
            201,
            json!({ "sid": "SM1", "status": "failed", "error_code": 30006 }),
        ),
    ] {
        let stage = Stage::set([answer]).await;
        let error = stage.twilio().send(TEXT, soon()).await.unwrap_err();
        assert_eq!(error.class(), Some(Class::Permanent));
    }
}

#[tokio::test]
async fn what_may_have_been_sent_is_found_by_its_text_and_time() {
    let message = |sid: &str, text: &str, date: &str, direction: &str| json!({ "sid": sid, "body": text, "date_created": date, "direction": direction });
    let now = "Wed, 01 Jan 2031 09:00:05 +0000";
    let page = json!({ "messages": [
        message("SM4", TEXT.text, now, "outbound-api"),
        message("SM3", "another", now, "outbound-api"),
        message("SM2", TEXT.text, now, "inbound"),
        message("SM1", TEXT.text, "Wed, 01 Jan 2031 08:00:00 +0000", "outbound-api"),
    ]});
    let stage = Stage::set([(200, page)]).await;
    let since = at("2031-01-01T09:00:00Z");
    let found = stage.twilio().find(TEXT, since, soon()).await.unwrap();
    assert_eq!(
        found
            .iter()
            .map(|sent| sent.sid.as_str())
            .collect::<Vec<_>>(),
        ["SM4"]
    );
    assert_eq!(
        stage.asked()[0].line,
        "GET /2010-04-01/Accounts/AC1/Messages.json?To=whatsapp%3A%2B15550100&From=whatsapp%3A%2B15550199&PageSize=100"
    );
}

fn page(sid: &str, date: &str, next: Option<&str>) -> (u16, Value) {
    let message =
        json!({ "sid": sid, "body": TEXT.text, "date_created": date, "direction": "outbound-api" });
    (200, json!({ "messages": [message], "next_page_uri": next }))
}

#[tokio::test]
async fn it_is_looked_for_page_after_page_until_all_is_older() {
    let (now, next) = (
        "Wed, 01 Jan 2031 09:00:00 +0000",
        Some("/2010-04-01/Accounts/AC1/Messages.json?Page=1&PageToken=PA1"),
    );
    let older = "Wed, 01 Jan 2031 08:59:59 +0000";
    let pages = [page("SM2", now, next), page("SM1", older, next)];
    let stage = Stage::set(pages).await;
    // Twilio tells whole seconds: one of the same second is not older.
    let since = at("2031-01-01T09:00:00.9Z");
    let found = stage.twilio().find(TEXT, since, soon()).await.unwrap();
    assert_eq!(found.len(), 1);
    let asked = stage.asked();
    assert_eq!(
        (asked.len(), asked[1].line.as_str()),
        (
            2,
            "GET /2010-04-01/Accounts/AC1/Messages.json?Page=1&PageToken=PA1"
        )
    );
}

#[tokio::test]
async fn a_next_page_elsewhere_is_not_shown_the_accounts_token() {
    for elsewhere in [
        "@canary.example/2010-04-01/Accounts/AC1/Messages.json",
        "0/2010-04-01/Accounts/AC1/Messages.json",
        "/2010-04-01/Accounts/AC2/Messages.json",
        "/2010-04-01/Accounts/AC1/Messages.json/../../AC2/Messages.json",
    ] {
        let now = "Wed, 01 Jan 2031 09:00:00 +0000";
        let stage = Stage::set([page("SM1", now, Some(elsewhere))]).await;
        let since = at("2031-01-01T09:00:00Z");
        let found = stage.twilio().find(TEXT, since, soon()).await;
        assert!(found.is_err(), "{elsewhere}");
        assert_eq!(stage.asked().len(), 1, "{elsewhere}");
    }
}

#[tokio::test]
async fn a_list_without_an_end_is_nothing_to_conclude_from() {
    let next = Some("/2010-04-01/Accounts/AC1/Messages.json?Page=1");
    let now = "Wed, 01 Jan 2031 09:00:00 +0000";
    let stage = Stage::set((0..20).map(|_| page("SM1", now, next))).await;
    let since = at("2031-01-01T09:00:00Z");
    let until = Instant::now() + Duration::from_secs(20);
    let error = stage.twilio().find(TEXT, since, until).await.unwrap_err();
    assert_eq!(
        (error.class(), stage.asked().len()),
        (Some(Class::Server), 10)
    );
}

#[tokio::test]
async fn an_event_is_inserted_under_its_own_id() {
    let stage = Stage::set([token(), (200, json!({ "id": "x" }))]).await;
    let (tokens, id) = (
        format!("{}/token", stage.url),
        event_id("o", "calendar_event.1"),
    );
    let inserted = stage
        .google(&tokens)
        .insert(event(&id), soon())
        .await
        .unwrap();
    assert_eq!(inserted, Inserted::Made);
    let asked = stage.asked();
    assert_eq!(
        asked[0].body,
        "grant_type=refresh_token&client_id=id&client_secret=secret&refresh_token=refresh"
    );
    assert_eq!(
        (asked[1].line.as_str(), asked[1].authorization.as_str()),
        (
            "POST /calendar/v3/calendars/desk@example.com/events?sendUpdates=none&fields=id",
            "Bearer first"
        )
    );
    let body: Value = serde_json::from_str(&asked[1].body).unwrap();
    assert_eq!(
        (&body["id"], &body["start"]["dateTime"]),
        (&json!(id), &json!("2031-01-01T09:00:00Z"))
    );
}

#[tokio::test]
async fn an_event_that_is_there_is_compared_and_as_good() {
    let found = |status: &str, start: &str| {
        json!({ "id": "x", "status": status, "start": { "dateTime": start },
                "end": { "dateTime": "2031-01-01T10:30:00+01:00" } })
    };
    for (found, expected) in [
        (
            found("confirmed", "2031-01-01T10:00:00+01:00"),
            Inserted::There,
        ),
        (
            found("confirmed", "2031-01-01T11:00:00+01:00"),
            Inserted::Changed,
        ),
        (
            found("cancelled", "2031-01-01T10:00:00+01:00"),
            Inserted::Changed,
        ),
    ] {
        let stage = Stage::set([token(), (409, json!({})), (200, found)]).await;
        let tokens = format!("{}/token", stage.url);
        let inserted = stage
            .google(&tokens)
            .insert(event("x"), soon())
            .await
            .unwrap();
        assert_eq!(inserted, expected);
    }
}

#[tokio::test]
async fn a_refused_access_token_is_replaced_once() {
    let second = (200, json!({ "access_token": "second", "expires_in": 3599 }));
    let stage = Stage::set([token(), (401, json!({})), second, (204, Value::Null)]).await;
    let tokens = format!("{}/token", stage.url);
    stage
        .google(&tokens)
        .cancel("c", "x", soon())
        .await
        .unwrap();
    let asked = stage.asked();
    assert_eq!(asked[3].authorization, "Bearer second");
    assert_eq!(
        asked[3].line,
        "DELETE /calendar/v3/calendars/c/events/x?sendUpdates=none"
    );
}

#[tokio::test]
async fn an_event_that_is_not_there_is_as_good_as_removed() {
    for status in [404, 410] {
        let stage = Stage::set([token(), (status, json!({}))]).await;
        let tokens = format!("{}/token", stage.url);
        stage
            .google(&tokens)
            .cancel("c", "x", soon())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn changes_come_in_pages_and_an_old_token_is_told() {
    let items = json!([
        { "id": "a", "status": "cancelled" },
        { "id": "b", "status": "confirmed", "start": { "dateTime": "2031-01-01T10:00:00+01:00" }, "end": { "date": "2031-01-02" } },
    ]);
    let stage = Stage::set([
        token(),
        (200, json!({ "items": items, "nextPageToken": "p2" })),
        (410, json!({})),
    ])
    .await;
    let tokens = format!("{}/token", stage.url);
    let google = stage.google(&tokens);
    let Changes::Page(page) = google.changes("c", Some("t1"), None, soon()).await.unwrap() else {
        panic!("no page");
    };
    assert_eq!(
        (page.next_page.as_deref(), page.sync_token),
        (Some("p2"), None)
    );
    assert!(page.events[0].cancelled && !page.events[1].cancelled);
    let starts: Option<OffsetDateTime> = page.events[1].starts_at;
    assert_eq!(starts, Some(at("2031-01-01T09:00:00Z")));
    assert_eq!(page.events[1].ends_at, None);
    let gone = google
        .changes("c", Some("t0"), Some("p2"), soon())
        .await
        .unwrap();
    assert_eq!(gone, Changes::Gone);
    assert!(
        stage.asked()[2]
            .line
            .ends_with("&syncToken=t0&pageToken=p2")
    );
}
