//! How fast redaction is, against one plain pass over the same text as the limit.
//!
//! The bound: 100 MB/s or more on one core for the made-up transcripts of 10 kB to 1 MB; the time per byte of 1 MB at
//! most 1.5 times, of 10 MB at most 3.5 times that of 10 kB. It grows by what memory costs, not by more work: the
//! tokens are 3.5 times the text and every detector reads them, so that beyond the nearer caches each reading waits.
//! Texts dense in identifiers, and texts of a few words, are slower than these: about half.
//!
//! `cargo bench --bench redaction` prints the times, then a table of speeds, ratios and memory. With
//! `REDACTION_TEXTS=<folder>` it only writes the texts there, for `peer/measure.py`.

mod text;

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use divan::Bencher;
use divan::counter::BytesCount;
use sallyport::redaction::{Engine, Known, Profile, Vault};

const SIZES: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

fn redact(engine: &Engine, text: &str, profile: Profile) -> usize {
    let mut vault = Vault::new();
    engine
        .redact(text, profile, &Known::none(), &mut vault)
        .text
        .len()
}

/// The limit: every byte looked at once, here for digits.
fn scan(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

#[divan::bench]
fn build() -> Engine {
    Engine::default()
}

#[divan::bench(args = SIZES)]
fn transcript(bencher: Bencher, bytes: usize) {
    let (engine, text) = (Engine::default(), text::transcript(bytes));
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| redact(&engine, black_box(&text), Profile::Speech));
}

#[divan::bench]
fn webhook(bencher: Bencher) {
    let (engine, text) = (Engine::default(), text::webhook(10_000));
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| redact(&engine, black_box(&text), Profile::Machine));
}

#[divan::bench(args = SIZES)]
fn plain_pass(bencher: Bencher, bytes: usize) {
    let text = text::transcript(bytes);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| scan(black_box(&text)));
}

/// Megabytes (10⁶) per second: the best of the runs that fit into half a second.
fn speed(bytes: usize, mut work: impl FnMut() -> usize) -> f64 {
    let begin = Instant::now();
    let mut best = Duration::MAX;
    while begin.elapsed() < Duration::from_millis(500) {
        let start = Instant::now();
        black_box(work());
        best = best.min(start.elapsed());
    }
    #[allow(clippy::cast_precision_loss)]
    let bytes = bytes as f64;
    bytes / 1e6 / best.as_secs_f64()
}

/// Resident memory of this process in kilobytes; 0 where the system does not say.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}

fn compare() {
    println!("\n| text | MB/s | plain pass, MB/s | ratio |\n|---|---|---|---|");
    let engine = Engine::default();
    for bytes in SIZES {
        let text = text::transcript(bytes);
        let ours = speed(text.len(), || redact(&engine, &text, Profile::Speech));
        let limit = speed(text.len(), || scan(&text));
        println!(
            "| transcript, {bytes} B | {ours:.1} | {limit:.0} | 1 : {:.0} |",
            limit / ours
        );
    }
    let text = text::webhook(10_000);
    let ours = speed(text.len(), || redact(&engine, &text, Profile::Machine));
    let limit = speed(text.len(), || scan(&text));
    println!(
        "| webhook JSON, {} B | {ours:.1} | {limit:.0} | 1 : {:.0} |",
        text.len(),
        limit / ours
    );
}

/// Time this thread spent on a core. Other work on the machine does not count, so that seconds of work can be measured;
/// where the system does not say, the time on the wall.
fn on_core(since: Instant) -> Duration {
    fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|line| line.split(' ').next()?.parse().ok())
        .map_or_else(|| since.elapsed(), Duration::from_nanos)
}

/// Cuts after the first line end from each `bytes` bytes on.
fn pieces(text: &str, bytes: usize) -> Vec<&str> {
    let (mut out, mut rest) = (Vec::new(), text);
    while let Some(end) = rest.get(bytes..).and_then(|tail| tail.find('\n')) {
        let (piece, tail) = rest.split_at(bytes + end + 1);
        out.push(piece);
        rest = tail;
    }
    out.extend((!rest.is_empty()).then_some(rest));
    out
}

/// The same ten megabytes in pieces: were redaction not linear, longer pieces would take ever longer.
fn linearity() {
    println!(
        "\n| 10 MB of transcript in pieces of | MB/s on the core | time per byte against 10 kB |\n|---|---|---|"
    );
    let (engine, text) = (Engine::default(), text::transcript(10_000_000));
    let mut first = None;
    for bytes in [10_000, 100_000, 1_000_000, text.len()] {
        let pieces = pieces(&text, bytes);
        let best = (0..5).map(|_| {
            let begin = Instant::now();
            let start = on_core(begin);
            for piece in &pieces {
                black_box(redact(&engine, piece, Profile::Speech));
            }
            on_core(begin).saturating_sub(start).as_secs_f64()
        });
        let best = best.fold(f64::INFINITY, f64::min);
        let ratio = best / *first.get_or_insert(best);
        #[allow(clippy::cast_precision_loss)]
        let speed = text.len() as f64 / 1e6 / best;
        println!("| {bytes} B | {speed:.1} | {ratio:.2} |");
    }
}

/// Texts that repeat what is dearest to read: the time per byte must not grow with their length.
const HOSTILE: &[&str] = &[
    "one two three ",
    "1-",
    "[",
    "[ ssn 219-45-6178 ",
    "\"",
    "mrn ",
    "at dot com ",
    "{\"a\":",
    "::",
    "no wait ",
    "name is maria ",
    "i\n",
    "my address is\n",
    "a=",
    "a=1 b: ",
    "x=%3D",
    "http://a?",
    "12 oak street maria lopez, spelled l o p e z, born march 3rd 1980 ",
];

fn growth() {
    println!("\n| repeated | time per byte at 800 kB against 50 kB |\n|---|---|");
    let engine = Engine::default();
    for unit in HOSTILE {
        for profile in [Profile::Speech, Profile::Machine] {
            let [short, long] = [50_000, 800_000].map(|length| {
                let text = unit.repeat(length / unit.len());
                speed(text.len(), || redact(&engine, &text, profile))
            });
            println!("| {unit:?} {profile:?} | {:.1} |", short / long);
        }
    }
}

fn main() {
    if let Ok(folder) = std::env::var("REDACTION_TEXTS") {
        for (name, text) in [
            ("transcript-10k.txt", text::transcript(10_000)),
            ("transcript-1m.txt", text::transcript(1_000_000)),
            ("webhook-10k.json", text::webhook(10_000)),
        ] {
            fs::write(format!("{folder}/{name}"), text).expect("the folder can be written");
        }
        return;
    }
    let before = resident();
    let start = Instant::now();
    let engine = Engine::default();
    let first = start.elapsed();
    redact(&engine, &text::transcript(10_000), Profile::Speech);
    redact(&engine, &text::webhook(10_000), Profile::Machine);
    let after = resident();
    drop(engine);
    println!(
        "first engine built in {first:?}; {before} kB resident before, {after} kB after a transcript and a payload"
    );
    divan::main();
    compare();
    linearity();
    growth();
}
