//! The alert relay's Lambda function.

use alert_relay::{App, Config, handle};
use lambda_runtime::{LambdaEvent, run, service_fn};
use sallyport::{aws, clock::Clock, telemetry};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start("alert-relay", async |variables| {
        let config = Config::read(variables)?;
        let app = &App::new(config, &aws::configuration()?, Clock::system())?;
        run(service_fn(async |invocation: LambdaEvent<Value>| {
            let (input, context) = invocation.into_parts();
            let deadline = context.deadline();
            telemetry::invoke(&context, handle(app, input, deadline)).await
        }))
        .await
    })
    .await
}
