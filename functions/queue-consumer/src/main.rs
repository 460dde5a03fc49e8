//! The queue consumer's Lambda function.

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use queue_consumer::{App, Config, handle};
use sallyport::{
    ahead::Ahead,
    alert::{ErrorRate, Service},
    aws,
    clock::Clock,
    telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start("queue-consumer", async |variables| {
        let config = Config::read(variables)?;
        let app = &Ahead::new(|| {
            let (aws, clock) = (aws::configuration()?, Clock::system());
            let service = Service::QueueConsumer;
            telemetry::watch(ErrorRate::read(variables, &aws, service, clock.clone())?);
            Ok(App::new(config, &aws, clock)?)
        });
        let service = service_fn(async |invocation: LambdaEvent<SqsEvent>| {
            let (batch, context) = invocation.into_parts();
            let work =
                async { Ok::<_, Error>(handle(app.ready()?, batch, context.deadline()).await?) };
            telemetry::invoke(&context, work).await
        });
        app.serve(run(service)).await
    })
    .await
}
