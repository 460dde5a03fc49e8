//! Which secrets are active, and what of them is asked over the wire.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_sdk_secretsmanager::config::http::{HttpRequest, HttpResponse};
use aws_sdk_secretsmanager::config::{HttpClient, RuntimeComponents};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::*;

const NAME: &str = "sallyport/test/endpoints/demo";

/// The far end of the wire: what each version answers, and what was asked.
#[derive(Clone, Debug, Default)]
struct Store {
    versions: Arc<Mutex<HashMap<&'static str, (u16, Value)>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Store {
    fn holds(&self, stage: &'static str, text: &str) {
        self.answers(stage, 200, json!({ "SecretString": text }));
    }

    fn answers(&self, stage: &'static str, status: u16, answer: Value) {
        self.versions
            .lock()
            .unwrap()
            .insert(stage, (status, answer));
    }

    /// The versions asked for since this was asked last, in the order of their names.
    fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.sort();
        asked
    }
}

impl HttpClient for Store {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Store {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let asked: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        assert_eq!(asked["SecretId"], NAME);
        let stage = asked["VersionStage"].as_str().unwrap().to_owned();
        let absent = json!({ "__type": "ResourceNotFoundException" });
        let (status, answer) = self
            .versions
            .lock()
            .unwrap()
            .get(stage.as_str())
            .cloned()
            .unwrap_or((400, absent));
        self.asked.lock().unwrap().push(stage);
        let body = SdkBody::from(answer.to_string());
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), body)))
    }
}

/// The secrets of a store that holds `current`, the store, and the hand on the clock.
fn secrets(current: &str) -> (Secrets, Store, Arc<AtomicI64>) {
    let store = Store::default();
    store.holds(CURRENT, current);
    let aws = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-central-1"))
        .credentials_provider(
            aws_credential_types::provider::SharedCredentialsProvider::new(Credentials::new(
                "id", "key", None, None, "test",
            )),
        )
        .http_client(store.clone())
        .build();
    let seconds = Arc::new(AtomicI64::new(1_700_000_000));
    let hand = Arc::clone(&seconds);
    let clock = Clock::from_fn(move || {
        OffsetDateTime::from_unix_timestamp(hand.load(Ordering::Relaxed)).unwrap()
    });
    (Secrets::new(&aws, clock), store, seconds)
}

fn exposed(text: &SecretText) -> Vec<String> {
    let active = text.of_endpoint();
    active
        .iter()
        .map(|secret| secret.expose().to_owned())
        .collect()
}

async fn active(secrets: &Secrets) -> Vec<String> {
    exposed(&secrets.get(NAME).await.unwrap())
}

#[tokio::test]
async fn both_versions_are_active_the_current_one_first_and_each_secret_once() {
    let (secrets, store, _) = secrets(r#"{"secrets":["new","both"]}"#);
    store.holds(PREVIOUS, r#"{"secrets":["both","old"]}"#);
    assert_eq!(active(&secrets).await, ["new", "both", "old"]);
    assert_eq!(store.asked(), [CURRENT, PREVIOUS]);
    active(&secrets).await;
    assert!(store.asked().is_empty(), "the list is cached");
}

#[tokio::test]
async fn a_secret_that_was_never_rotated_is_whole() {
    let (secrets, _, _) = secrets("only");
    assert_eq!(active(&secrets).await, ["only"]);
}

#[tokio::test]
async fn without_a_usable_current_version_the_previous_one_counts_for_nothing() {
    for current in ["", "  ", r#"{"secrets":[]}"#, r#"{"secrets":[""]}"#, "{"] {
        let (secrets, store, _) = secrets(current);
        store.holds(PREVIOUS, "old");
        let active = active(&secrets).await;
        assert!(
            active.iter().all(|secret| secret.trim().is_empty()),
            "{current}: {active:?}"
        );
    }
    let (secrets, store, _) = secrets("new");
    store.holds(PREVIOUS, "old");
    let absent = json!({ "__type": "ResourceNotFoundException" });
    store.answers(CURRENT, 400, absent);
    assert_eq!(secrets.get(NAME).await, Err(SecretUnavailable));
}

#[tokio::test]
async fn a_previous_version_that_cannot_be_read_is_ignored() {
    for (status, answer) in [
        (400, json!({ "__type": "DecryptionFailure" })),
        (500, json!({ "__type": "InternalServiceError" })),
        (200, json!({ "SecretString": "{\"secret\":\"x\"}" })),
        (200, json!({ "SecretString": "" })),
        (200, json!({ "SecretBinary": "eA==" })),
    ] {
        let (secrets, store, _) = secrets("new");
        store.answers(PREVIOUS, status, answer.clone());
        assert_eq!(active(&secrets).await, ["new"], "{status} {answer}");
    }
}

#[tokio::test]
async fn a_refresh_sees_a_rotation_and_its_end() {
    let (secrets, store, seconds) = secrets("old");
    let known = secrets.get(NAME).await.unwrap();
    store.holds(PREVIOUS, "old");
    store.holds(CURRENT, "new");
    assert_eq!(secrets.newer(NAME, &known).await, None, "asked just now");
    seconds.fetch_add(30, Ordering::Relaxed);
    let rotated = secrets.newer(NAME, &known).await.unwrap();
    assert_eq!(exposed(&rotated), ["new", "old"]);

    store.versions.lock().unwrap().remove(PREVIOUS);
    assert_eq!(active(&secrets).await, ["new", "old"], "cached");
    seconds.fetch_add(300, Ordering::Relaxed);
    assert_eq!(active(&secrets).await, ["new"]);
}

#[tokio::test]
async fn both_versions_go_on_while_the_store_is_away() {
    let (secrets, store, seconds) = secrets("new");
    store.holds(PREVIOUS, "old");
    active(&secrets).await;
    let down = json!({ "__type": "InternalServiceError" });
    store.answers(CURRENT, 500, down.clone());
    store.answers(PREVIOUS, 500, down);
    seconds.fetch_add(3000, Ordering::Relaxed);
    assert_eq!(active(&secrets).await, ["new", "old"]);
}

#[test]
fn a_list_keeps_its_order_and_a_bare_text_is_one_secret() {
    let list = SecretText::new(r#"{"secrets":["new","old"]}"#).of_endpoint();
    assert_eq!(list, vec![Secret::new("new"), Secret::new("old")]);
    assert_eq!(
        SecretText::new("only").of_endpoint(),
        vec![Secret::new("only")]
    );
}

#[test]
fn json_of_another_shape_is_no_secret() {
    for text in [r#"{"secret":"x"}"#, r#" {"secrets":"x"}"#, "{broken"] {
        assert!(SecretText::new(text).of_endpoint().is_empty(), "{text}");
    }
}
