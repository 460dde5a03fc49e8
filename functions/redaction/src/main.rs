//! The redaction's Lambda function.

use lambda_runtime::{LambdaEvent, run, service_fn};
use redaction::{App, Config, handle};
use sallyport::{
    alert::{ErrorRate, Service},
    aws,
    clock::Clock,
    telemetry,
};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start("redaction", async |variables| {
        let config = Config::read(variables)?;
        let (aws, clock) = (aws::configuration()?, Clock::system());
        let service = Service::Redaction;
        telemetry::watch(ErrorRate::read(variables, &aws, service, clock.clone())?);
        let app = &App::new(config, &aws, clock)?;
        run(service_fn(async |invocation: LambdaEvent<Value>| {
            let (input, context) = invocation.into_parts();
            let deadline = context.deadline();
            telemetry::invoke(&context, handle(app, input, deadline)).await
        }))
        .await
    })
    .await
}
