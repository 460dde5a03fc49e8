//! The retention sweep's Lambda function.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use retention_sweep::{App, Config, handle};
use sallyport::{
    alert::{ErrorRate, Service},
    aws,
    clock::Clock,
    retention::Order,
    telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start("retention-sweep", async |variables| {
        let config = Config::read(variables)?;
        let (aws, clock) = (aws::configuration()?, Clock::system());
        let service = Service::RetentionSweep;
        telemetry::watch(ErrorRate::read(variables, &aws, service, clock.clone())?);
        let app = &App::new(config, &aws, clock)?;
        run(service_fn(async |invocation: LambdaEvent<Order>| {
            let (order, context) = invocation.into_parts();
            let deadline = context.deadline();
            telemetry::invoke(&context, handle(app, order, deadline)).await
        }))
        .await
    })
    .await
}
