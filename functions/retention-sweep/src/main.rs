//! The retention sweep's Lambda function.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use retention_sweep::{App, Config, handle};
use sallyport::{
    ahead::Ahead,
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
        let app = &Ahead::new(|| {
            let (aws, clock) = (aws::configuration()?, Clock::system());
            let service = Service::RetentionSweep;
            telemetry::watch(ErrorRate::read(variables, &aws, service, clock.clone())?);
            Ok(App::new(config, &aws, clock)?)
        });
        let service = service_fn(async |invocation: LambdaEvent<Order>| {
            let (order, context) = invocation.into_parts();
            let deadline = context.deadline();
            let work = async { Ok::<_, Error>(handle(app.ready()?, order, deadline).await?) };
            telemetry::invoke(&context, work).await
        });
        app.serve(run(service)).await
    })
    .await
}
