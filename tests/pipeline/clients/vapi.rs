//! Calls at Vapi: how they stand, and nothing of what was said.

use anyhow::{Context, Result, ensure};
use sallyport::outbound::{
    Class,
    credentials::VapiKey,
    vapi::{Call, Vapi},
};
use sallyport_cli::stack::sandbox::{Deed, Ending, Fault, vapi as look_alike};
use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Stage, soon};
use crate::{tests, world::Shared};

tests![a_call_is_told_by_its_state_alone];

async fn a_call_is_told_by_its_state_alone(world: Shared) -> Result<()> {
    let stage = Stage::set(&world).await?;
    let (url, id) = (stage.url("vapi"), "5a11e900-0000-4000-8000-0000000000ca");
    let key = |api_key: &str| VapiKey {
        api_key: api_key.to_owned(),
    };
    let (good, bad) = (key(look_alike::API_KEY), key("CANARY"));
    let of = |key| Vapi {
        outbound: &stage.outbound,
        base_url: &url,
        organization: &stage.organization,
        key,
    };
    ensure!(of(&good).call(id, soon()).await?.is_none());
    let call = json!({
        "id": id, "status": "ended", "endedReason": "customer-ended-call", "cost": 0.25,
        "startedAt": "2031-01-01T09:00:00.000Z", "endedAt": "2031-01-01T09:01:00.000Z",
        "customer": { "number": "+14155550142" }, "artifact": { "transcript": "CANARY" },
    });
    stage.sandbox.act(Deed::AddCall { call }).await?;
    // A question is repeated until it is answered whole.
    stage.sandbox.add_fault(Fault {
        applied: true,
        ends: Ending::Truncate,
        ..Fault::of("vapi")
    });
    let found = of(&good).call(id, soon()).await?.context("no such call")?;
    let at = |text| OffsetDateTime::parse(text, &Rfc3339).ok();
    let expected = Call {
        id: id.to_owned(),
        status: Some("ended".to_owned()),
        ended_reason: Some("customer-ended-call".to_owned()),
        started_at: at("2031-01-01T09:00:00Z"),
        ended_at: at("2031-01-01T09:01:00Z"),
        cost: Some(0.25),
    };
    ensure!(found == expected, "{found:?}");
    let error = of(&bad).call(id, soon()).await;
    let error = error.err().context("it was told")?;
    ensure!(error.class() == Some(Class::Auth), "{error:?}");
    let elsewhere = of(&good).call("../call", soon()).await?;
    ensure!(elsewhere.is_none(), "{elsewhere:?}");
    ensure!(!format!("{error:?} {error} {bad:?}").contains("CANARY"));
    Ok(())
}
