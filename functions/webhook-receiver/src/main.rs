//! The webhook receiver's Lambda function.

use std::convert::Infallible;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use sallyport::{
    alert::{ErrorRate, Service},
    aws,
    clock::Clock,
    telemetry,
};
use webhook_receiver::{App, Config, gateway::Event, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start("webhook-receiver", async |variables| {
        let config = Config::read(variables)?;
        let (aws, clock) = (aws::configuration()?, Clock::system());
        let service = Service::WebhookReceiver;
        telemetry::watch(ErrorRate::read(variables, &aws, service, clock.clone())?);
        let app = &App::new(config, &aws, clock);
        run(service_fn(async |invocation: LambdaEvent<Event>| {
            let (event, context) = invocation.into_parts();
            let answer = handle(app, event, context.deadline());
            telemetry::invoke(&context, async { Ok::<_, Infallible>(answer.await) }).await
        }))
        .await
    })
    .await
}
