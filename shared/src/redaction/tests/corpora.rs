//! The labelled samples, scored as their README says.

use serde_json::Value;

use crate::redaction::jsonl::spans;
use crate::redaction::{Engine, Known, Profile, Vault};

const OPTIONAL: [&str; 3] = ["AGE", "MEDICATION", "PERSON_CLINICIAN"];

fn range(span: &Value) -> (usize, usize) {
    let at = |key: &str| usize::try_from(span[key].as_u64().expect("offset")).expect("small");
    (at("start"), at("end"))
}

/// Missed and all required spans, damaged and all values to keep.
fn score(lines: &str) -> [usize; 4] {
    let engine = Engine::default();
    let mut out = [0; 4];
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let text = row["text"].as_str().expect("text");
        let found = spans(
            text,
            &engine
                .find(text, Profile::Speech, &Known::none())
                .expect("judged"),
        );
        let covered = |(a, b): (usize, usize)| {
            found
                .iter()
                .map(|s| s.end.min(b).saturating_sub(s.start.max(a)))
                .sum::<usize>()
        };
        for span in row["spans"].as_array().expect("spans") {
            if OPTIONAL.contains(&span["type"].as_str().expect("type")) {
                continue;
            }
            let (a, b) = range(span);
            out[1] += 1;
            if covered((a, b)) * 10 < (b - a) * 9 {
                out[0] += 1;
                println!("missed {} {}", row["id"], span);
            }
        }
        for keep in row["keep"].as_array().expect("keep") {
            out[3] += 1;
            if covered(range(keep)) > 0 {
                out[2] += 1;
                println!("damaged {} {}", row["id"], keep);
            }
        }
    }
    out
}

#[test]
fn ordinary_calls_lose_their_identifiers_and_nothing_else() {
    let [missed, all, damaged, keep] = score(include_str!("../../../../tests/corpora/calls.jsonl"));
    assert!(
        missed * 100 <= all && damaged * 200 <= keep,
        "{missed}/{all} {damaged}/{keep}"
    );
}

#[test]
fn hard_cases_lose_their_identifiers_and_nothing_else() {
    let [missed, all, damaged, keep] = score(include_str!("../../../../tests/corpora/hard.jsonl"));
    assert!(
        missed * 10 <= all && damaged * 20 <= keep,
        "{missed}/{all} {damaged}/{keep}"
    );
}

#[test]
fn other_authors_sayings_lose_their_identifiers_and_little_else() {
    let lines = include_str!("../../../../tests/corpora/sayings.jsonl");
    let [missed, all, damaged, keep] = score(lines);
    assert!(
        missed * 20 <= all && damaged * 50 <= keep,
        "{missed}/{all} {damaged}/{keep}"
    );
}

#[test]
fn other_authors_calls_lose_their_identifiers_and_nothing_else() {
    let lines = include_str!("../../../../tests/corpora/visits.jsonl");
    let [missed, all, damaged, keep] = score(lines);
    assert!(
        missed * 33 <= all && damaged * 200 <= keep,
        "{missed}/{all} {damaged}/{keep}"
    );
}

#[test]
fn payloads_lose_their_secrets_and_keep_their_machine_values() {
    let engine = Engine::default();
    for line in include_str!("../../../../tests/corpora/payloads.jsonl").lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let out = engine
            .redact(
                row["text"].as_str().expect("text"),
                Profile::Machine,
                &Known::none(),
                &mut Vault::new(),
            )
            .text;
        let again = engine
            .redact(&out, Profile::Machine, &Known::none(), &mut Vault::new())
            .text;
        assert_eq!(out, again, "{}", row["id"]);
        for secret in row["secrets"].as_array().expect("secrets") {
            assert!(
                !out.contains(secret.as_str().expect("text")),
                "{} in {}",
                secret,
                row["id"]
            );
        }
        for keep in row["must_keep"].as_array().expect("must_keep") {
            assert!(
                out.contains(keep.as_str().expect("text")),
                "{} not in {}",
                keep,
                row["id"]
            );
        }
    }
}

#[test]
fn every_labelled_text_comes_out_the_same_a_second_time() {
    let engine = Engine::default();
    let redact = |text: &str| {
        engine
            .redact(text, Profile::Speech, &Known::none(), &mut Vault::new())
            .text
    };
    let files = [
        include_str!("../../../../tests/corpora/calls.jsonl"),
        include_str!("../../../../tests/corpora/hard.jsonl"),
        include_str!("../../../../tests/corpora/sayings.jsonl"),
        include_str!("../../../../tests/corpora/visits.jsonl"),
    ];
    for line in files.into_iter().flat_map(str::lines) {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let once = redact(row["text"].as_str().expect("text"));
        assert_eq!(redact(&once), once, "{}", row["id"]);
    }
}

/// A line without its braces, and the byte ranges that stood in them.
fn marked(line: &str) -> (String, Vec<(usize, usize)>) {
    let line = line.replace(" / ", "\n");
    let (mut text, mut ranges, mut open) = (String::new(), Vec::new(), 0);
    for c in line.chars() {
        match c {
            '{' => open = text.len(),
            '}' => ranges.push((open, text.len())),
            c => text.push(c),
        }
    }
    (text, ranges)
}

fn cases(lines: &str, removed: bool) {
    let engine = Engine::default();
    for line in lines.lines() {
        let (text, ranges) = marked(line);
        let found = engine
            .find(&text, Profile::Speech, &Known::none())
            .expect("judged");
        for (a, b) in ranges {
            let covered: usize = found
                .iter()
                .map(|f| f.end.min(b).saturating_sub(f.start.max(a)))
                .sum();
            assert!(
                if removed {
                    covered * 10 >= (b - a) * 9
                } else {
                    covered == 0
                },
                "{:?} in {text:?}",
                &text[a..b]
            );
        }
    }
}

#[test]
fn every_way_to_say_an_identifier_is_found() {
    cases(include_str!("../../../../tests/corpora/remove.txt"), true);
}

#[test]
fn clinical_and_daily_numbers_stay() {
    cases(include_str!("../../../../tests/corpora/keep.txt"), false);
}
