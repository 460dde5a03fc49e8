//! What it takes to verify a webhook: time on one core, and allocations.
//!
//!     cargo bench -p sallyport-tests --bench verification

#![allow(missing_docs)]

use divan::{AllocProfiler, Bencher};
use sallyport::webhook::{Headers, Inbound, Request, Secret, provider};
use sallyport_cli::{sample::Unsigned, stack::home::Home};
use time::OffsetDateTime;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const BASE: &str = "http://127.0.0.1:9750";
const WHSEC: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A sample of each provider, with a secret of its form.
const SAMPLES: [(&str, &str, &str); 8] = [
    ("vapi", "end-of-call-report", "a-shared-secret"),
    ("twilio", "message", "0123456789abcdef0123456789abcdef"),
    ("stripe", "payment_intent.succeeded", WHSEC),
    ("google-calendar", "exists", "a-channel-token"),
    ("supabase-auth", "send-sms", WHSEC),
    ("github", "push", "a-shared-secret"),
    ("slack", "app_mention", "0123456789abcdef0123456789abcdef"),
    ("standard-webhooks", "user.created", WHSEC),
];

fn main() {
    divan::main();
}

fn signed(name: &str) -> (Request, Vec<Secret>) {
    let (_, event, secret) = SAMPLES
        .iter()
        .find(|(one, ..)| *one == name)
        .expect("a sample");
    let home = Home::find("bench").expect("the workspace");
    let now = OffsetDateTime::now_utc();
    let url = format!("{BASE}/webhooks/{name}/{name}-demo");
    let mut sample = Unsigned::read(&home, name, event, None, &url).expect("readable");
    sample.refresh(name, now).expect("refreshable");
    sample.sign(name, secret, now).expect("signable");
    let path = sample.url.trim_start_matches(BASE);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let request = Request {
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: sample.headers.into_iter().collect::<Headers>(),
        body: sample.body,
        received_at: now,
    };
    (
        request,
        vec![Secret::new("of-before-the-rotation"), Secret::new(*secret)],
    )
}

/// From the request as it was received to one whose sender is known, with two active secrets.
#[divan::bench(args = SAMPLES.map(|(name, ..)| name))]
fn verify(bencher: Bencher<'_, '_>, name: &str) {
    let (request, secrets) = signed(name);
    let provider = provider(name).expect("a provider");
    let verified =
        |request: Request| Inbound::receive(request).verify(provider, None, &secrets, BASE);
    assert!(
        verified(request.clone()).is_ok(),
        "{name}: the sample is not valid"
    );
    bencher
        .with_inputs(|| request.clone())
        .bench_values(verified);
}
