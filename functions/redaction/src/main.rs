//! The redaction's Lambda function.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use redaction::{App, Config, handle};
use sallyport::{aws, clock::Clock, config::Variables, telemetry};
use serde_json::Value;
use tracing::Instrument as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let variables = Variables::process();
    telemetry::init("redaction", &variables);
    let config =
        Config::read(&variables).inspect_err(|error| tracing::error!(%error, "cannot start"))?;
    let app = &App::new(config, &aws::configuration().await, Clock::system())?;
    run(service_fn(async |invocation: LambdaEvent<Value>| {
        let (input, context) = invocation.into_parts();
        let span = telemetry::invocation(&context.request_id, context.xray_trace_id.as_deref());
        Ok::<_, Error>(
            handle(app, input, context.deadline())
                .instrument(span)
                .await?,
        )
    }))
    .await
}
