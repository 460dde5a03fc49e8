//! The samples of `events/`, as requests.

use std::collections::BTreeMap;
use std::path::Path;

use sallyport::webhook::{Headers, Provider, Request, provider};
use serde::Deserialize;
use time::OffsetDateTime;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    raw_path: String,
    raw_query_string: String,
    headers: BTreeMap<String, String>,
    request_context: Context,
    body: String,
    is_base64_encoded: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    time_epoch: i64,
}

/// The folder of a provider's samples.
pub fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../events")
        .join(name)
}

/// A sample as the request it is, received when it says.
pub fn sample(provider: &str, event: &str) -> Request {
    let text = std::fs::read_to_string(folder(provider).join(format!("{event}.json"))).unwrap();
    let event: Event = serde_json::from_str(&text).unwrap();
    assert!(!event.is_base64_encoded);
    Request {
        method: "POST".to_owned(),
        path: event.raw_path,
        query: event.raw_query_string,
        headers: event.headers.into_iter().collect::<Headers>(),
        body: event.body.into_bytes(),
        received_at: OffsetDateTime::from_unix_timestamp(event.request_context.time_epoch / 1000)
            .unwrap(),
    }
}

/// A registered provider.
pub fn known(name: &str) -> &'static dyn Provider {
    provider(name).expect("registered")
}
