//! The providers' clients against the look-alikes of the sandbox, and against everything that can happen to an answer.
//! Each test has a sandbox of its own, and calls in the name of an organisation of its own.

use std::time::Duration;

use anyhow::Result;
use sallyport::{
    clock::Clock,
    outbound::{
        Chance, Outbound,
        circuit::{Circuits, Table},
        credentials::{GoogleGrant, TwilioAccount},
    },
};
use sallyport_cli::stack::sandbox::{Ending, Fault, Recorded, Sandbox, google, twilio};
use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{runner::Test, world::Shared};

mod credentials;
mod google_calendar;
mod pagerduty;
mod slack;
mod text;
mod vapi;

/// Every test of the clients.
pub fn tests() -> Vec<Test> {
    let all = [
        text::tests(),
        google_calendar::tests(),
        slack::tests(),
        pagerduty::tests(),
        vapi::tests(),
        credentials::tests(),
    ];
    all.into_iter().flatten().collect()
}

/// A sandbox, and a process that calls it.
pub struct Stage {
    pub sandbox: Sandbox,
    pub outbound: Outbound,
    pub organization: String,
    pub account: TwilioAccount,
    pub grant: GoogleGrant,
    pub clock: Clock,
}

impl Stage {
    pub async fn set(world: &Shared) -> Result<Self> {
        let client = aws_sdk_dynamodb::Client::new(&world.aws);
        let table = world.outputs.get("CircuitsTable")?.to_owned();
        let table = Table::new(&client, table, Duration::from_secs(5));
        let clock = Clock::system();
        let circuits = Circuits::new(table, clock.clone(), Chance::system());
        Ok(Self {
            sandbox: Sandbox::start(0).await?,
            outbound: Outbound::new(circuits, clock.clone(), Chance::from_fn(|| 0.1))?,
            organization: Uuid::new_v4().to_string(),
            account: TwilioAccount {
                account_sid: twilio::ACCOUNT_SID.to_owned(),
                auth_token: twilio::AUTH_TOKEN.to_owned(),
            },
            grant: GoogleGrant {
                client_id: google::CLIENT_ID.to_owned(),
                client_secret: google::CLIENT_SECRET.to_owned(),
                refresh_token: google::REFRESH_TOKEN.to_owned(),
            },
            clock,
        })
    }

    /// Where a provider's look-alike lies.
    pub fn url(&self, provider: &str) -> String {
        format!("{}/{provider}", self.sandbox.url())
    }

    /// What arrived of this method whose path contains this.
    pub fn arrived(&self, method: &str, path: &str) -> Vec<Recorded> {
        let all = self.sandbox.requests().into_iter();
        all.filter(|one| one.method == method && one.path.contains(path))
            .collect()
    }

    /// A list that a provider holds.
    pub fn held(&self, provider: &str, list: &str) -> Vec<Value> {
        let state = self.sandbox.state(provider);
        state[list].as_array().cloned().unwrap_or_default()
    }
}

/// More time than any call here needs that does not stall.
pub fn soon() -> Instant {
    Instant::now() + Duration::from_secs(15)
}

/// The ways in which the answer to a request is lost that was applied.
pub fn lost_answers(provider: &str) -> Vec<Fault> {
    let fault = Fault {
        applied: true,
        ..Fault::of(provider)
    };
    vec![
        Fault {
            ends: Ending::Reset,
            ..fault.clone()
        },
        Fault {
            ends: Ending::Truncate,
            ..fault.clone()
        },
        Fault {
            status: Some(502),
            body: Some("<html>Bad Gateway</html>".to_owned()),
            content_type: Some("text/html".to_owned()),
            ..fault.clone()
        },
        // The page of a proxy that means well.
        Fault {
            status: Some(200),
            body: Some("<html>Welcome</html>".to_owned()),
            content_type: Some("text/html".to_owned()),
            ..fault
        },
    ]
}
