//! The queue consumer's Lambda function.

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use queue_consumer::{App, Config, handle};
use sallyport::{aws, clock::Clock, config::Variables, telemetry};
use tracing::Instrument as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let variables = Variables::process();
    telemetry::init("queue-consumer", &variables);
    let config =
        Config::read(&variables).inspect_err(|error| tracing::error!(%error, "cannot start"))?;
    let app = &App::new(config, &aws::configuration().await, Clock::system())?;
    run(service_fn(async |invocation: LambdaEvent<SqsEvent>| {
        let (batch, context) = invocation.into_parts();
        let span = telemetry::invocation(&context.request_id, context.xray_trace_id.as_deref());
        Ok::<_, Error>(
            handle(app, batch, context.deadline())
                .instrument(span)
                .await?,
        )
    }))
    .await
}
