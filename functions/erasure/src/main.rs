//! The erasure's Lambda function.

use erasure::{App, Config, Request, handle};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use sallyport::{
    ahead::Ahead,
    alert::{ErrorRate, Service},
    aws,
    clock::Clock,
    telemetry,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start("erasure", async |variables| {
        let config = Config::read(variables)?;
        let app = &Ahead::new(|| {
            let (aws, clock) = (aws::configuration()?, Clock::system());
            let service = Service::Erasure;
            telemetry::watch(ErrorRate::read(variables, &aws, service, clock.clone())?);
            Ok(App::new(config, &aws, clock)?)
        });
        let service = service_fn(async |invocation: LambdaEvent<Request>| {
            let (request, context) = invocation.into_parts();
            let work = async { Ok::<_, Error>(handle(app.ready()?, request).await?) };
            telemetry::invoke(&context, work).await
        });
        app.serve(run(service)).await
    })
    .await
}
