//! The alert relay's Lambda function.

use alert_relay::{Batch, handle};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use sallyport::{config::Variables, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init("alert-relay", &Variables::process());
    run(service_fn(async |invocation: LambdaEvent<Batch>| {
        let (event, context) = invocation.into_parts();
        let span = telemetry::invocation(&context.request_id, context.xray_trace_id.as_deref());
        Ok::<_, Error>(span.in_scope(|| handle(&event))?)
    }))
    .await
}
