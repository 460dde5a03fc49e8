//! The alert relay's Lambda function.

use alert_relay::{Batch, handle};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use sallyport::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start("alert-relay", async |_| {
        run(service_fn(async |invocation: LambdaEvent<Batch>| {
            let (event, context) = invocation.into_parts();
            telemetry::invoke(&context, async { handle(&event) }).await
        }))
        .await
    })
    .await
}
