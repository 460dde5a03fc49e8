//! The alert relay's Lambda function.

use alert_relay::{App, Config, handle};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use sallyport::{ahead::Ahead, aws, clock::Clock, telemetry};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start("alert-relay", async |variables| {
        let config = Config::read(variables)?;
        let app = &Ahead::new(|| {
            let (aws, clock) = (aws::configuration()?, Clock::system());
            Ok(App::new(config, &aws, clock)?)
        });
        let service = service_fn(async |invocation: LambdaEvent<Value>| {
            let (input, context) = invocation.into_parts();
            let deadline = context.deadline();
            let work = async { Ok::<_, Error>(handle(app.ready()?, input, deadline).await?) };
            telemetry::invoke(&context, work).await
        });
        app.serve(run(service)).await
    })
    .await
}
