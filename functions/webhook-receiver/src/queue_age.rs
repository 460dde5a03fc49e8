//! How long the oldest message has waited: SQS tells it to CloudWatch alone, a minute late.

use std::sync::OnceLock;

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Datapoint, Dimension, Statistic};
use time::OffsetDateTime;

/// The span that is looked at, in seconds: SQS reports each minute, and may be some minutes late.
const SPAN_S: i64 = 300;

/// The age of one queue's oldest message. The client is made when it is first asked.
#[derive(Clone, Debug)]
pub(crate) struct QueueAge {
    aws: SdkConfig,
    client: OnceLock<Client>,
    queue: String,
}

impl QueueAge {
    /// That of the queue at `url`.
    pub(crate) fn new(aws: &SdkConfig, url: &str) -> Self {
        Self {
            aws: aws.clone(),
            client: OnceLock::new(),
            queue: url.rsplit('/').next().unwrap_or_default().to_owned(),
        }
    }

    /// The greatest age of the last minutes, in seconds; `None` where CloudWatch has none.
    pub(crate) async fn oldest(&self, now: OffsetDateTime) -> Option<f64> {
        let now = now.unix_timestamp();
        let request = self
            .client
            .get_or_init(|| Client::new(&self.aws))
            .get_metric_statistics()
            .namespace("AWS/SQS")
            .metric_name("ApproximateAgeOfOldestMessage")
            .dimensions(
                Dimension::builder()
                    .name("QueueName")
                    .value(&self.queue)
                    .build(),
            )
            .start_time(DateTime::from_secs(now - SPAN_S))
            .end_time(DateTime::from_secs(now))
            .period(60)
            .statistics(Statistic::Maximum);
        let answer = request.send().await.ok()?;
        let ages = answer.datapoints().iter().filter_map(Datapoint::maximum);
        ages.reduce(f64::max)
    }
}
