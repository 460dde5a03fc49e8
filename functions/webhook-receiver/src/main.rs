//! The webhook receiver's Lambda function.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use sallyport::{
    ahead::Ahead,
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
        let app = &Ahead::new(|| {
            let (aws, clock) = (aws::configuration()?, Clock::system());
            let service = Service::WebhookReceiver;
            telemetry::watch(ErrorRate::read(variables, &aws, service, clock.clone())?);
            Ok(App::new(config, &aws, clock))
        });
        let service = service_fn(async |invocation: LambdaEvent<Event>| {
            let (event, context) = invocation.into_parts();
            let deadline = context.deadline();
            let work = async { Ok::<_, Error>(handle(app.ready()?, event, deadline).await) };
            telemetry::invoke(&context, work).await
        });
        app.serve(run(service)).await
    })
    .await
}
