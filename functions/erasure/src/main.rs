//! The erasure's Lambda function.

use erasure::{App, Config, Request, handle};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use sallyport::{
    alert::{ErrorRate, Service},
    aws,
    clock::Clock,
    telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start("erasure", async |variables| {
        let config = Config::read(variables)?;
        let (aws, clock) = (aws::configuration()?, Clock::system());
        let service = Service::Erasure;
        telemetry::watch(ErrorRate::read(variables, &aws, service, clock.clone())?);
        let app = &App::new(config, &aws, clock)?;
        run(service_fn(async |invocation: LambdaEvent<Request>| {
            let (request, context) = invocation.into_parts();
            telemetry::invoke(&context, handle(app, request)).await
        }))
        .await
    })
    .await
}
