//! The retention sweep's Lambda function.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use retention_sweep::{Tick, handle};
use sallyport::{config::Variables, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init("retention-sweep", &Variables::process());
    run(service_fn(async |invocation: LambdaEvent<Tick>| {
        let (event, context) = invocation.into_parts();
        let span = telemetry::invocation(&context.request_id, context.xray_trace_id.as_deref());
        Ok::<_, Error>(span.in_scope(|| handle(&event))?)
    }))
    .await
}
