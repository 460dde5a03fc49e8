//! What AWS charges, in US dollars: us-east-1, on demand, arm64, without any free tier.
//!
//! Source: the services' public price pages, read in August 2026.

/// When the prices were read.
pub const AS_OF: &str = "2026-08";

const MILLION: f64 = 1e6;
/// Requests a month up to which an HTTP API's first price holds.
const FIRST_TIER: f64 = 300e6;

/// Requests of an HTTP API, each up to 512 KB.
pub(super) fn http_api(requests: f64) -> f64 {
    let first = requests.min(FIRST_TIER);
    (first + (requests - first) * 0.9) / MILLION
}

/// Invocations, and gigabyte-seconds of memory.
pub(super) fn lambda(invocations: f64, gb_seconds: f64) -> f64 {
    invocations * 0.2 / MILLION + gb_seconds * 1.333_34e-5
}

/// Requests to SQS, each up to 64 KB.
pub(super) fn sqs(requests: f64) -> f64 {
    requests * 0.4 / MILLION
}

/// Write units of `DynamoDB`, and gigabytes stored.
pub(super) fn dynamodb(write_units: f64, gigabytes: f64) -> f64 {
    write_units * 0.625 / MILLION + gigabytes * 0.25
}

/// Gigabytes of logs taken in.
pub(super) fn logs(gigabytes: f64) -> f64 {
    gigabytes * 0.5
}

/// What is paid whatever happens: alarms, secrets, keys, and metrics of our own.
pub(super) fn standing(alarms: f64, secrets: f64, keys: f64, metrics: f64) -> f64 {
    alarms * 0.1 + secrets * 0.4 + keys + metrics * 0.3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_tier_of_an_api_costs_a_tenth_less() {
        assert!((http_api(300e6) - 300.0).abs() < 1e-9);
        assert!((http_api(400e6) - 390.0).abs() < 1e-9);
    }
}
