//! The queue consumer's Lambda function.

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use queue_consumer::{App, Config, handle};
use sallyport::{aws, clock::Clock, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start("queue-consumer", async |variables| {
        let config = Config::read(variables)?;
        let app = &App::new(config, &aws::configuration().await, Clock::system())?;
        run(service_fn(async |invocation: LambdaEvent<SqsEvent>| {
            let (batch, context) = invocation.into_parts();
            telemetry::invoke(&context, handle(app, batch, context.deadline())).await
        }))
        .await
    })
    .await
}
