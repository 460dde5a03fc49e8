//! A status callback's way: its query names the effect that sent the message, and is covered by the signature.

use sallyport::delivery::QueueMessage;
use sallyport::webhook::proof::{Algorithm, Encoding};
use serde_json::{Value, json};

use crate::stage::{NOW, ORGANIZATION, Stage, reason};
use crate::wire::Reply;

const PATH: &str = "/webhooks/twilio/demo";
/// Sorted by name, as they are signed.
const FORM: [(&str, &str); 3] = [
    ("From", "+14155550100"),
    ("MessageSid", "SM7"),
    ("MessageStatus", "delivered"),
];

/// A callback on this query, signed for `signed_query`.
fn callback(query: &str, signed_query: &str) -> Value {
    let url = match signed_query {
        "" => format!("https://hooks.example{PATH}"),
        query => format!("https://hooks.example{PATH}?{query}"),
    };
    let mut parts = vec![url.as_bytes()];
    parts.extend(
        FORM.iter()
            .flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]),
    );
    let code = Encoding::Base64.encode(&Algorithm::Sha1.mac(b"k1", &parts));
    json!({
        "version": "2.0", "rawPath": PATH, "rawQueryString": query,
        "headers": { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": code },
        "body": "From=%2B14155550100&MessageSid=SM7&MessageStatus=delivered", "isBase64Encoded": false,
        "requestContext": { "http": { "method": "POST", "sourceIp": "192.0.2.1" }, "timeEpoch": NOW * 1000 },
    })
}

async fn stage() -> Stage {
    let stage = Stage::set().await;
    let item = json!({ "Item": {
        "endpoint": { "S": "demo" }, "provider": { "S": "twilio" }, "organization": { "S": ORGANIZATION },
        "secret": { "S": "sallyport/test/endpoints/demo" }, "state": { "S": "enabled" },
    }});
    stage.wire.reply("GetItem endpoints", Reply::Json(item));
    stage
}

/// The effect in the message that was queued.
async fn queued(query: &str) -> Option<String> {
    let stage = stage().await;
    let response = stage.send(callback(query, query)).await;
    assert_eq!(response.status_code, 200, "{query}: {}", response.body);
    let calls = stage.wire.calls();
    let send = calls
        .iter()
        .find(|call| call.name == "SendMessage")
        .unwrap()
        .json();
    QueueMessage::from_json(send["MessageBody"].as_str().unwrap())
        .unwrap()
        .effect
}

#[tokio::test]
async fn the_effect_of_a_callback_s_url_travels_with_the_delivery() {
    assert_eq!(queued("effect=eff_7").await.as_deref(), Some("eff_7"));
    assert_eq!(
        queued("a=b&effect=eff_7&c=d").await.as_deref(),
        Some("eff_7")
    );
    assert_eq!(queued("").await, None);
    assert_eq!(
        queued("effect=no%20id").await,
        None,
        "not an id, and no reason to lose the report"
    );
}

#[tokio::test]
async fn an_effect_that_was_not_signed_is_refused() {
    let stage = stage().await;
    for (sent, signed) in [
        ("effect=eff_8", "effect=eff_7"),
        ("effect=eff_7", ""),
        ("", "effect=eff_7"),
    ] {
        let response = stage.send(callback(sent, signed)).await;
        assert_eq!(
            (response.status_code, reason(&response).as_str()),
            (401, "signature_mismatch")
        );
    }
    assert!(!stage.wire.names().contains(&"SendMessage".to_owned()));
}
