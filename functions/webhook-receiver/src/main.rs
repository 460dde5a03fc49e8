//! The webhook receiver's Lambda function.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use sallyport::{aws, clock::Clock, config::Variables, telemetry};
use tracing::Instrument as _;
use webhook_receiver::{App, Config, gateway::Event, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let variables = Variables::process();
    telemetry::init("webhook-receiver", &variables);
    let config =
        Config::read(&variables).inspect_err(|error| tracing::error!(%error, "cannot start"))?;
    let app = &App::new(config, &aws::configuration().await, Clock::system());
    run(service_fn(async |invocation: LambdaEvent<Event>| {
        let (event, context) = invocation.into_parts();
        let span = telemetry::invocation(&context.request_id, context.xray_trace_id.as_deref());
        Ok::<_, Error>(
            handle(app, event, context.deadline())
                .instrument(span)
                .await,
        )
    }))
    .await
}
