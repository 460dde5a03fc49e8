//! Fixed work, done as often as asked, for `tests/instructions/run` to count the instructions of.

mod text;

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use sallyport::delivery::claim::{Expressions, Owner, Policy, Terms, gate};
use sallyport::redaction::{Engine, Known, Profile, Vault};
use sallyport::webhook::{Headers, Inbound, Request, Secret, provider};
use serde::Deserialize;
use time::OffsetDateTime;
use uuid::Uuid;

/// Where the samples were posted to.
const BASE: &str = "http://127.0.0.1:9750";
/// Before this one, by which the samples are signed, there was another.
const ROTATED: &str = "of-before-the-rotation";
const TERMS: Terms = Terms {
    lease: Duration::from_secs(10),
    retry_horizon: Duration::from_hours(24),
};

/// A work's name, and what does it so many times.
type Work = (&'static str, fn(u32));

const WORKS: [Work; 5] = [
    ("claim-vapi", |times| {
        claim(
            times,
            "vapi",
            "end-of-call-report",
            "demo-vapi-secret-of-the-local-stack",
        );
    }),
    ("claim-twilio", |times| {
        claim(
            times,
            "twilio",
            "message",
            "demo-twilio-secret-of-the-local-stack",
        );
    }),
    ("claim-stripe", |times| {
        let secret = "whsec_demo_stripe_secret_of_the_local_stack";
        claim(times, "stripe", "payment_intent.succeeded", secret);
    }),
    ("redact-transcript", |times| {
        redact(times, &text::transcript(10_000), Profile::Speech);
    }),
    ("redact-webhook", |times| {
        redact(times, &text::webhook(10_000), Profile::Machine);
    }),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sample {
    raw_path: String,
    raw_query_string: String,
    headers: BTreeMap<String, String>,
    request_context: Context,
    body: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    time_epoch: i64,
}

fn sample(provider: &str, event: &str) -> Request {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    let text = fs::read_to_string(folder.join(provider).join(format!("{event}.json")));
    let sample: Sample = serde_json::from_str(&text.expect("a sample")).expect("an event");
    let received_at = sample.request_context.time_epoch / 1000;
    Request {
        method: "POST".to_owned(),
        path: sample.raw_path,
        query: sample.raw_query_string,
        headers: sample.headers.into_iter().collect::<Headers>(),
        body: sample.body.into_bytes(),
        received_at: OffsetDateTime::from_unix_timestamp(received_at).expect("a time"),
    }
}

/// From the request to the claim in DynamoDB's terms.
fn claim(times: u32, name: &str, event: &str, secret: &str) {
    let provider = provider(name).expect("a provider");
    let (request, secrets) = (
        sample(name, event),
        [Secret::new(ROTATED), Secret::new(secret)],
    );
    for _ in 0..times {
        let raw = Inbound::receive(black_box(request.clone()));
        let verified = raw
            .verify(provider, None, &secrets, BASE)
            .expect("the provider's");
        let head = verified.head(provider).expect("a head");
        let subject = verified.subject(provider, "demo", Uuid::nil(), head);
        let now = verified.request().received_at;
        let owner = Owner::parse("0123456789abcdef0123456789abcdef").expect("an owner");
        let write = gate::take(
            &Policy::STANDARD,
            &subject.expect("a subject"),
            TERMS,
            owner,
            now,
        );
        black_box(Expressions::of(&write));
    }
}

fn redact(times: u32, text: &str, profile: Profile) {
    let engine = Engine::default();
    for _ in 0..times {
        let mut vault = Vault::new();
        black_box(engine.redact(black_box(text), profile, &Known::none(), &mut vault));
    }
}

/// `instructions <work> <times>`; without arguments, the names of the works.
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, times] = arguments.as_slice() else {
        for (name, _) in WORKS {
            println!("{name}");
        }
        return;
    };
    let (_, work) = WORKS
        .iter()
        .find(|(other, _)| other == name)
        .expect("a work's name");
    work(times.parse().expect("a number"));
}
