//! Each look-alike over HTTP, as a client meets it.

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{Deed, Ending, Fault, Sandbox, google, pagerduty, slack, twilio};

struct Desk {
    sandbox: Sandbox,
    http: Client,
}

impl Desk {
    async fn open() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            sandbox: Sandbox::start(0).await.unwrap(),
            http: Client::new(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    fn messages(&self) -> String {
        self.url(&format!(
            "/twilio/2010-04-01/Accounts/{}/Messages.json",
            twilio::ACCOUNT_SID
        ))
    }

    /// Sends a text message with these fields.
    fn text(&self, fields: &[(&str, &str)]) -> RequestBuilder {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.http
            .post(self.messages())
            .basic_auth(twilio::ACCOUNT_SID, Some(twilio::AUTH_TOKEN))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.finish())
    }

    async fn token(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs([
            ("grant_type", "refresh_token"),
            ("client_id", google::CLIENT_ID),
            ("client_secret", google::CLIENT_SECRET),
            ("refresh_token", google::REFRESH_TOKEN),
        ]);
        let given = self
            .http
            .post(self.url("/google/token"))
            .body(form.finish());
        let (status, body) = answer(given).await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    fn events(&self, rest: &str) -> String {
        self.url(&format!(
            "/google/calendar/v3/calendars/dr%40clinic.example/events{rest}"
        ))
    }
}

const GOOD: [(&str, &str); 3] = [
    ("To", "+14155550142"),
    ("From", "+14155550100"),
    ("Body", "hello"),
];

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    (status, answer.json().await.unwrap_or_default())
}

fn event(id: &str, from: &str, to: &str) -> Value {
    json!({ "id": id, "summary": "s", "start": { "dateTime": from }, "end": { "dateTime": to } })
}

const NINE: &str = "2026-12-01T09:00:00Z";
const TEN: &str = "2026-12-01T10:00:00Z";

#[tokio::test]
async fn twilio_takes_a_message_as_often_as_it_is_sent_and_lists_it() {
    let desk = Desk::open().await;
    for _ in 0..3 {
        let (status, body) = answer(desk.text(&GOOD)).await;
        assert_eq!(status, 201, "{body}");
        let sid = body["sid"].as_str().unwrap();
        assert!(sid.starts_with("SM") && sid.len() == 34, "{sid}");
    }
    let list = |query: &str| {
        desk.http
            .get(format!("{}?{query}", desk.messages()))
            .basic_auth(twilio::ACCOUNT_SID, Some(twilio::AUTH_TOKEN))
    };
    let (_, first) = answer(list("To=%2B14155550142&PageSize=2")).await;
    assert_eq!(first["messages"].as_array().unwrap().len(), 2);
    let next = desk.url(&format!(
        "/twilio{}",
        first["next_page_uri"].as_str().unwrap()
    ));
    let next = desk
        .http
        .get(next)
        .basic_auth(twilio::ACCOUNT_SID, Some(twilio::AUTH_TOKEN));
    let (_, second) = answer(next).await;
    assert_eq!(second["messages"].as_array().unwrap().len(), 1);
    assert_eq!(second["next_page_uri"], Value::Null);
    let (_, none) = answer(list("To=%2B14155550143")).await;
    assert_eq!(none["messages"], json!([]));
    let (_, later) = answer(list("DateSent%3E=2999-01-01")).await;
    assert_eq!(later["messages"], json!([]));
}

#[tokio::test]
async fn twilio_refuses_with_its_own_codes() {
    let desk = Desk::open().await;
    for (field, value, code) in [
        ("To", "", 21604),
        ("From", "", 21603),
        ("Body", "", 21602),
        ("To", "4155550142", 21211),
        ("From", "whatsapp:+14155550100", 21212),
    ] {
        let mut fields = GOOD;
        for pair in &mut fields {
            if pair.0 == field {
                pair.1 = value;
            }
        }
        let (status, body) = answer(desk.text(&fields)).await;
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::BAD_REQUEST, &json!(code))
        );
    }
    let number = "+14155550142".to_owned();
    desk.sandbox
        .act(Deed::Unsubscribe { number })
        .await
        .unwrap();
    let (_, body) = answer(desk.text(&GOOD)).await;
    assert_eq!(body["code"], 21610);
    let stranger = desk
        .http
        .post(desk.messages())
        .basic_auth(twilio::ACCOUNT_SID, Some("x"));
    let (status, body) = answer(stranger).await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::UNAUTHORIZED, &json!(20003))
    );
    assert_eq!(desk.sandbox.state("twilio")["messages"], json!([]));
}

#[tokio::test]
async fn google_knows_an_event_by_the_id_it_was_given_even_when_it_is_deleted() {
    let desk = Desk::open().await;
    let token = desk.token().await;
    let insert = |event: Value| {
        desk.http
            .post(desk.events(""))
            .bearer_auth(&token)
            .json(&event)
    };
    let (status, body) = answer(insert(event("eabc123", NINE, TEN))).await;
    assert_eq!(
        (status, &body["status"]),
        (StatusCode::OK, &json!("confirmed"))
    );
    let conflict = answer(insert(event("eabc123", NINE, TEN))).await;
    assert_eq!(conflict.0, 409);
    let one = desk.events("/eabc123");
    let remove = || desk.http.delete(&one).bearer_auth(&token);
    assert_eq!(answer(remove()).await.0, 204);
    assert_eq!(answer(remove()).await.0, 410);
    assert_eq!(answer(insert(event("eabc123", NINE, TEN))).await.0, 409);
    let (_, found) = answer(desk.http.get(&one).bearer_auth(&token)).await;
    assert_eq!(found["status"], "cancelled");
    for (id, from, to) in [("e", NINE, TEN), ("ewxyz", NINE, TEN), ("eabc1", TEN, NINE)] {
        assert_eq!(answer(insert(event(id, from, to))).await.0, 400, "{id}");
    }
    desk.sandbox.act(Deed::ExpireTokens).await.unwrap();
    assert_eq!(answer(desk.http.get(&one).bearer_auth(&token)).await.0, 401);
}

#[tokio::test]
async fn google_tells_what_changed_since_a_sync_token_in_pages() {
    let desk = Desk::open().await;
    let token = desk.token().await;
    let list = |query: &str| desk.http.get(desk.events(query)).bearer_auth(&token);
    for id in ["eaaaa1", "eaaaa2", "eaaaa3"] {
        let made = desk.http.post(desk.events("")).bearer_auth(&token);
        answer(made.json(&event(id, NINE, TEN))).await;
    }
    let (_, part) = answer(list("?maxResults=1&fields=items(id)")).await;
    assert_eq!(part, json!({ "items": [{ "id": "eaaaa1" }] }));
    assert_eq!(answer(list("?fields=items(")).await.0, 400);
    let (_, page) = answer(list("?maxResults=2")).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert!(page["nextSyncToken"].is_null());
    let next = page["nextPageToken"].as_str().unwrap();
    let (_, page) = answer(list(&format!("?maxResults=2&pageToken={next}"))).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    let sync = page["nextSyncToken"].as_str().unwrap().to_owned();
    let moved = Deed::EditEvent {
        calendar: "dr@clinic.example".to_owned(),
        event: json!({ "id": "eaaaa2", "status": "cancelled" }),
    };
    desk.sandbox.act(moved).await.unwrap();
    let (_, changes) = answer(list(&format!("?syncToken={sync}"))).await;
    assert_eq!(changes["items"].as_array().unwrap().len(), 1);
    assert_eq!(changes["items"][0]["status"], "cancelled");
    desk.sandbox.act(Deed::ExpireSyncTokens).await.unwrap();
    assert_eq!(answer(list(&format!("?syncToken={sync}"))).await.0, 410);
}

#[tokio::test]
async fn slack_keeps_a_message_as_it_stands_and_answers_errors_well() {
    let desk = Desk::open().await;
    let ask = |method: &str, body: Value| {
        let url = desk.url(&format!("/slack/api/{method}"));
        desk.http.post(url).bearer_auth(slack::TOKEN).json(&body)
    };
    let (_, posted) = answer(ask(
        "chat.postMessage",
        json!({ "channel": slack::CHANNEL, "text": "one" }),
    ))
    .await;
    assert_eq!(posted["ok"], true);
    let changed = json!({ "channel": slack::CHANNEL, "ts": posted["ts"], "text": "two" });
    assert_eq!(answer(ask("chat.update", changed)).await.1["ok"], true);
    let state = desk.sandbox.state("slack");
    assert_eq!(state["messages"][0]["text"], "two");
    assert_eq!(state["messages"][0]["edits"], 1);
    let long = json!([{ "type": "header", "text": { "text": "x".repeat(151) } }]);
    for (body, error) in [
        (
            json!({ "channel": "nowhere", "text": "a" }),
            "channel_not_found",
        ),
        (json!({ "channel": slack::CHANNEL }), "no_text"),
        (
            json!({ "channel": slack::CHANNEL, "blocks": long }),
            "invalid_blocks",
        ),
    ] {
        let (status, body) = answer(ask("chat.postMessage", body)).await;
        assert_eq!((status, &body["error"]), (StatusCode::OK, &json!(error)));
    }
    let lost = json!({ "channel": slack::CHANNEL, "ts": "1.2", "text": "a" });
    assert_eq!(
        answer(ask("chat.update", lost)).await.1["error"],
        "message_not_found"
    );
}

#[tokio::test]
async fn pagerduty_has_one_incident_for_a_key_while_it_is_open() {
    let desk = Desk::open().await;
    let tell = |action: &str| {
        desk.http
            .post(desk.url("/pagerduty/v2/enqueue"))
            .json(&json!({
                "routing_key": pagerduty::ROUTING_KEY, "event_action": action, "dedup_key": "k",
                "payload": { "summary": "s", "source": "sallyport", "severity": "critical" },
            }))
    };
    for action in [
        "acknowledge",
        "trigger",
        "resolve",
        "acknowledge",
        "resolve",
    ] {
        assert_eq!(answer(tell(action)).await.0, 202);
    }
    let closed = &desk.sandbox.state("pagerduty")["incidents"]["k"];
    assert_eq!(
        (&closed["opened"], &closed["state"]),
        (&json!(1), &json!("resolved"))
    );
    for action in ["trigger", "trigger", "acknowledge", "trigger"] {
        assert_eq!(answer(tell(action)).await.0, 202);
    }
    let incident = &desk.sandbox.state("pagerduty")["incidents"]["k"];
    assert_eq!(
        (&incident["opened"], &incident["state"]),
        (&json!(2), &json!("acknowledged"))
    );
    assert_eq!(answer(tell("shout")).await.0, 400);
}

#[tokio::test]
async fn a_reset_or_a_cut_answer_is_none_though_the_request_was_applied() {
    let desk = Desk::open().await;
    let fault = Fault::of("twilio");
    desk.sandbox.add_fault(Fault {
        applied: true,
        ends: Ending::Reset,
        ..fault.clone()
    });
    assert!(desk.text(&GOOD).send().await.is_err());
    assert_eq!(
        desk.sandbox.state("twilio")["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    desk.sandbox.add_fault(Fault {
        ends: Ending::Reset,
        ..fault.clone()
    });
    assert!(desk.text(&GOOD).send().await.is_err());
    assert_eq!(
        desk.sandbox.state("twilio")["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    desk.sandbox.add_fault(Fault {
        applied: true,
        ends: Ending::Truncate,
        ..fault.clone()
    });
    let cut = desk.text(&GOOD).send().await.unwrap();
    assert_eq!(cut.status(), 201);
    assert!(cut.bytes().await.is_err());
    assert_eq!(
        desk.sandbox.state("twilio")["messages"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    desk.sandbox.add_fault(Fault {
        status: Some(429),
        retry_after: Some("7".to_owned()),
        ..fault
    });
    let throttled = desk.text(&GOOD).send().await.unwrap();
    assert_eq!(throttled.status(), 429);
    assert_eq!(throttled.headers()["retry-after"], "7");
    assert_eq!(desk.sandbox.requests().len(), 4);
    assert_eq!(desk.sandbox.requests()[0].status, 0);
}

#[tokio::test]
async fn an_unknown_provider_is_not_found_rather_than_quietly_well() {
    let desk = Desk::open().await;
    assert_eq!(answer(desk.http.post(desk.url("/fax/send"))).await.0, 404);
}
