//! Every provider's proof against the signature vectors.

use sallyport::webhook::vector::{Failure, Vectors};

/// Verdicts collected from the providers' documentation and from the tests of their own libraries.
const COLLECTED: &str = include_str!("../../tests/vectors/signatures.json");
/// The cases beside them, with verdicts computed by another implementation (`edge_cases.py`).
const EDGE_CASES: &str = include_str!("../../tests/vectors/edge-cases.json");

fn failures(text: &str) -> Vec<Failure> {
    let file: Vectors = serde_json::from_str(text).unwrap();
    assert_eq!(file.schema, "webhook-intake-vectors/1");
    assert!(!file.vectors.is_empty());
    file.run().filter_map(Result::err).collect()
}

#[test]
fn every_collected_vector_and_handshake_gets_its_verdict() {
    assert_eq!(failures(COLLECTED), []);
}

#[test]
fn every_edge_case_gets_its_verdict() {
    assert_eq!(failures(EDGE_CASES), []);
}

/// A runner that reported nothing would pass everything.
#[test]
fn a_verdict_that_is_not_the_expected_one_is_a_failure() {
    let mut file: serde_json::Value = serde_json::from_str(EDGE_CASES).unwrap();
    let vectors = file["vectors"].as_array_mut().unwrap();
    for vector in vectors.iter_mut() {
        let valid = vector["expect"] == "valid";
        vector["expect"] = if valid { "invalid" } else { "valid" }.into();
        vector["reason"] = if valid {
            "signature_mismatch".into()
        } else {
            serde_json::Value::Null
        };
    }
    let count = vectors.len();
    assert_eq!(failures(&file.to_string()).len(), count);
}

#[test]
fn what_cannot_be_run_is_a_failure_and_stops_nothing() {
    let good = r#"{"id":"good","provider":"github","scheme":"github-sha256","expect":"invalid","reason":"missing_header",
                   "secrets":["k"],"config":null,"request":{"url":"","headers":{}}}"#;
    let entries = [
        good.to_owned(),
        good.replace(r#""github","scheme""#, r#""nobody","scheme""#),
        good.replace("github-sha256", "stripe-v1"),
        good.replace(r#""url":"""#, r#""body_base64":"?""#),
        good.replace(r#""secrets":["k"]"#, r#""now":9e99"#),
        r#"{"id":"empty"}"#.to_owned(),
        "7".to_owned(),
        good.to_owned(),
    ];
    let text = format!(
        r#"{{"schema":"webhook-intake-vectors/1","vectors":[{}],"handshakes":[{{"id":"h"}}]}}"#,
        entries.join(",")
    );
    let got: Vec<_> = failures(&text)
        .into_iter()
        .map(|failure| failure.got)
        .collect();
    assert_eq!(got.len(), 7, "{got:?}");
    assert_eq!(got[0], r#"unknown provider "nobody""#);
    assert_eq!(got[1], r#"unknown scheme "stripe-v1" of provider "github""#);
}
