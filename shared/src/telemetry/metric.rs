//! Metrics: a log line that names one is counted by CloudWatch (embedded metric format), without a call or an agent.
//!
//! A line counts when it has a field `metric`. Its dimensions are the service and, of the fields below, those the line
//! has: closed lists, so that the number of metrics is known. Never an organisation, an endpoint or a delivery.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

/// The namespace of every metric.
const NAMESPACE: &str = "Sallyport";
/// The field that makes a line count, with the metric's name.
pub(super) const MARK: &str = "metric";
/// The time taken, in milliseconds; measured where the line has it.
const LATENCY: &str = "latency_ms";

/// Makes a line with a `metric` field one that is counted.
pub(super) fn embed(line: &mut Map<String, Value>, now: OffsetDateTime) {
    let Some(Value::String(name)) = line.remove(MARK) else {
        return;
    };
    let of = |fields: &[&str]| -> Vec<String> {
        let given = fields.iter().filter(|field| line.contains_key(**field));
        given.map(|field| (*field).to_owned()).collect()
    };
    let mut dimensions = vec![of(&["service", "outcome"])];
    for more in [
        of(&["service", "outcome", "reason"]),
        of(&["service", "dependency", "outcome"]),
    ] {
        if !dimensions.contains(&more) {
            dimensions.push(more);
        }
    }
    let mut metrics = vec![json!({ "Name": name, "Unit": "Count" })];
    if line.contains_key(LATENCY) {
        metrics.push(json!({ "Name": LATENCY, "Unit": "Milliseconds" }));
    }
    let milliseconds = i64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or_default();
    let directive = json!({
        "Timestamp": milliseconds,
        "CloudWatchMetrics": [
            { "Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics }
        ],
    });
    line.insert(name, 1.into());
    line.insert("_aws".to_owned(), directive);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedded(mut line: Value) -> Value {
        embed(line.as_object_mut().unwrap(), OffsetDateTime::UNIX_EPOCH);
        line
    }

    #[test]
    fn a_line_that_names_a_metric_is_counted_by_outcome_and_reason() {
        let line = embedded(json!({
            "service": "s", "metric": "Requests", "outcome": "refused", "reason": "r", "latency_ms": 3
        }));
        assert_eq!(line["Requests"], 1);
        assert_eq!(line.get("metric"), None);
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(
            directive["Dimensions"],
            json!([["service", "outcome"], ["service", "outcome", "reason"]])
        );
        assert_eq!(directive["Metrics"][1]["Name"], "latency_ms");
    }

    #[test]
    fn a_call_is_counted_by_what_was_called_too() {
        let line = embedded(json!({
            "service": "s", "metric": "Calls", "dependency": "d", "outcome": "failed", "reason": "r"
        }));
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(
            directive["Dimensions"],
            json!([
                ["service", "outcome"],
                ["service", "outcome", "reason"],
                ["service", "dependency", "outcome"],
            ])
        );
    }

    #[test]
    fn every_dimension_is_a_field_of_the_line() {
        let line = embedded(json!({ "service": "s", "metric": "Requests", "outcome": "accepted" }));
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Dimensions"], json!([["service", "outcome"]]));
        assert_eq!(directive["Metrics"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        let line = json!({ "service": "s", "message": "m" });
        assert_eq!(embedded(line.clone()), line);
    }
}
