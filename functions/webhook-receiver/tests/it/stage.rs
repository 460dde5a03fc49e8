//! An endpoint with its secret, and requests for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use sallyport::clock::{Clock, from_unix_ms};
use sallyport::delivery::claim::BodyDigest;
use sallyport::rate_limit::Tiers;
use sallyport::webhook::proof::{Algorithm, Encoding};
use serde_json::{Value, json};
use webhook_receiver::gateway::{Event, Response};
use webhook_receiver::{App, Config, handle};

use crate::wire::{Reply, Wire, claim, made};

/// The claim's write, as the wire names it.
pub const CLAIM: &str = "UpdateItem deliveries";
/// The limit's write.
pub const LIMIT: &str = "UpdateItem limits";

pub const NOW: i64 = 1_700_000_000;
pub const ORGANIZATION: &str = "5a11e900-0000-4000-8000-000000000001";
pub const BODY: &str = r#"{"message":{"type":"status-update","status":"ended","timestamp":1700000000000,"call":{"id":"call_123"}}}"#;

/// A receiver, the services behind it, and the hand on its clock.
pub struct Stage {
    pub wire: Wire,
    pub seconds: Arc<AtomicI64>,
    app: App,
}

impl Stage {
    /// One enabled Vapi endpoint, `demo`, with the secret `k1`.
    pub async fn set() -> Self {
        let wire = Wire::start().await;
        let seconds = Arc::new(AtomicI64::new(NOW));
        let hand = Arc::clone(&seconds);
        let clock =
            Clock::from_fn(move || from_unix_ms(hand.load(Ordering::Relaxed) * 1000).unwrap());
        let config = Config {
            endpoints_table: "endpoints".to_owned(),
            deliveries_table: "deliveries".to_owned(),
            limits_table: "limits".to_owned(),
            limits_secret: "sallyport/test/limits".to_owned(),
            limit_timeout: Duration::from_millis(600),
            tiers: Tiers::parse(r#"{"default":3}"#).unwrap(),
            cors_origins: vec!["https://app.example".to_owned()],
            deliveries_queue_url: format!("{}/000000000000/deliveries", wire.url),
            dead_letter_queue_url: format!("{}/000000000000/dead-letters", wire.url),
            oversize_bucket: "oversize".to_owned(),
            public_base_url: "https://hooks.example".to_owned(),
        };
        let app = App::new(config, &wire.aws(), clock);
        let stage = Self { wire, seconds, app };
        stage.endpoint("enabled");
        stage.secret(r#"{"secrets":["k1"]}"#);
        let taken = claim("received", (NOW + 8) * 1000, &digest(BODY));
        stage.wire.reply(CLAIM, made(&taken));
        stage
    }

    pub fn endpoint(&self, state: &str) {
        let item = json!({ "Item": {
            "endpoint": { "S": "demo" }, "provider": { "S": "vapi" }, "organization": { "S": ORGANIZATION },
            "secret": { "S": "sallyport/test/endpoints/demo" }, "state": { "S": state },
        }});
        self.wire.reply("GetItem endpoints", Reply::Json(item));
    }

    pub fn secret(&self, text: &str) {
        self.wire.reply(
            "GetSecretValue",
            Reply::Json(json!({ "SecretString": text })),
        );
    }

    pub async fn send(&self, event: Value) -> Response {
        let event: Event = serde_json::from_value(event).unwrap();
        handle(
            &self.app,
            event,
            SystemTime::now() + Duration::from_secs(20),
        )
        .await
    }

    pub async fn post(&self, body: &str) -> Response {
        self.send(signed(body, "k1", self.seconds.load(Ordering::Relaxed)))
            .await
    }
}

/// A correctly signed request for `demo`.
pub fn signed(body: &str, secret: &str, at: i64) -> Value {
    let stamp = at.to_string();
    let code = Algorithm::Sha256.mac(
        secret.as_bytes(),
        &[stamp.as_bytes(), b".", body.as_bytes()],
    );
    json!({
        "version": "2.0", "rawPath": "/webhooks/vapi/demo", "rawQueryString": "",
        "headers": { "content-type": "application/json", "x-timestamp": stamp,
                     "x-signature": Encoding::Hex.encode(&code) },
        "body": body, "isBase64Encoded": false,
        "requestContext": { "http": { "method": "POST", "sourceIp": "192.0.2.1" }, "timeEpoch": at * 1000 },
    })
}

/// The digest under which a body is claimed.
pub fn digest(body: &str) -> String {
    BodyDigest::of(body.as_bytes()).text()
}

/// The reason a problem gives.
pub fn reason(response: &Response) -> String {
    assert_eq!(
        response.headers["content-type"], "application/problem+json",
        "{}",
        response.body
    );
    let body: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(body["status"], response.status_code);
    body["reason"].as_str().unwrap().to_owned()
}
