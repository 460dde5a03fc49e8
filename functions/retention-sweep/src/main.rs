//! The retention sweep's Lambda function.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use retention_sweep::{Tick, handle};
use sallyport::telemetry;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start("retention-sweep", async |_| {
        run(service_fn(async |invocation: LambdaEvent<Tick>| {
            let (event, context) = invocation.into_parts();
            telemetry::invoke(&context, async { handle(&event) }).await
        }))
        .await
    })
    .await
}
