//! What may happen at a clinic, as its providers report it.

use anyhow::{Context, Result};
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use sallyport::delivery::{Body, QueueMessage};
use sallyport_cli::{
    sample::{Expected, Unsigned},
    stack::sandbox::{Deed, Sandbox},
};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::random::Random;
use crate::{effects::clinic::Clinic, world::Shared};

/// The times at which appointments are made: few, so that they meet.
pub const SLOTS: [&str; 2] = ["2031-03-04T09:30:00-08:00", "2031-03-04T14:00:00-08:00"];
/// What the providers of the events are called.
const PROVIDERS: [&str; 4] = ["vapi", "twilio", "stripe", "supabase-db"];

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A call is under way.
    Began(usize),
    /// A call is over, in which an appointment at this slot was agreed upon.
    Booking { call: usize, slot: usize, hot: bool },
    /// The patient asks for help.
    Help,
    /// The patient wants no more messages.
    Stop,
    /// The patient wants messages again.
    Start,
    /// A message of somebody's got somewhere.
    Status,
    /// The clinic moved an event in its own calendar.
    Calendar,
    /// The dashboard made an appointment at this slot.
    Dashboard(usize),
    /// A payment succeeded.
    Payment,
    /// A provider's report that nobody can read.
    Poison,
}

/// An event: its kind, and how its provider reports it.
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// How that is reported.
    pub report: Report,
}

/// A provider's request, before it is signed.
#[derive(Clone)]
pub struct Report {
    provider: &'static str,
    unsigned: Unsigned,
}

impl Report {
    /// The request by which the clinic's provider reports what this message says.
    pub fn of(world: &Shared, clinic: &Clinic, message: QueueMessage) -> Result<Self> {
        let provider = PROVIDERS.iter().find(|name| **name == message.provider);
        let provider = provider.copied().unwrap_or("google-calendar");
        let endpoint = endpoint(clinic, provider);
        Ok(Self {
            provider,
            unsigned: Unsigned {
                url: format!("{}/webhooks/{provider}/{endpoint}", world.api_url),
                headers: headers(provider),
                body: body(message).context("a body that is stored")?,
            },
        })
    }

    /// Google counts the reports of a channel.
    pub fn numbered(mut self, number: usize) -> Self {
        self.unsigned
            .set_header("x-goog-message-number", number.to_string());
        self
    }

    /// The request, signed at `now`.
    pub fn signed(&self, world: &Shared, now: OffsetDateTime) -> Result<Unsigned> {
        let mut request = self.unsigned.clone();
        let secret = &world.endpoint(self.provider)?.secret;
        request.sign(self.provider, secret, now)?;
        Ok(request)
    }

    /// The delivery that the request makes.
    pub fn delivery(&self, request: &Unsigned, now: OffsetDateTime) -> Result<String> {
        match request.expected(self.provider, now)? {
            Expected::Delivery(delivery) => Ok(delivery),
            Expected::Handshake => anyhow::bail!("a handshake"),
        }
    }
}

/// Registers an endpoint of each provider for the clinic.
pub async fn register(world: &Shared, clinic: &Clinic) -> Result<()> {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let mut all: Vec<(&str, String)> = PROVIDERS
        .iter()
        .map(|provider| (*provider, endpoint(clinic, provider)))
        .collect();
    let names: Vec<String> = all.iter().map(|(_, name)| name.clone()).collect();
    all.push(("google-calendar", clinic.endpoint.clone()));
    let writes = all.iter().map(|(provider, name)| {
        let put = PutRequest::builder()
            .item("endpoint", text(name))
            .item("provider", text(provider))
            .item("organization", text(&clinic.organization.to_string()))
            .item(
                "secret",
                text(&format!("sallyport/local/endpoints/{provider}-demo")),
            )
            .item("state", text("enabled"))
            .build()?;
        anyhow::Ok(WriteRequest::builder().put_request(put).build())
    });
    let writes = writes.collect::<Result<Vec<_>>>()?;
    aws_sdk_dynamodb::Client::new(&world.aws)
        .batch_write_item()
        .request_items(world.outputs.get("EndpointsTable")?, writes)
        .send()
        .await
        .map_err(aws_sdk_dynamodb::Error::from)?;
    sqlx::query(
        "insert into endpoints (org_id, endpoint, provider) select $1, * from unnest($2::text[], $3::text[])",
    )
    .bind(clinic.organization)
    .bind(names)
    .bind(PROVIDERS.map(str::to_owned).to_vec())
    .execute(&world.database)
    .await?;
    Ok(())
}

fn endpoint(clinic: &Clinic, provider: &str) -> String {
    match provider {
        "google-calendar" => clinic.endpoint.clone(),
        _ => format!("{provider}-{}", clinic.organization.simple()),
    }
}

/// Two to four events of a clinic; each call, payment and slot of the dashboard's is named once.
pub async fn choose(
    world: &Shared,
    clinic: &Clinic,
    sandbox: &Sandbox,
    random: &mut Random,
) -> Result<Vec<Event>> {
    let mut kinds = Vec::new();
    let count = 2 + random.below(3);
    while kinds.len() < count {
        let call = kinds.len();
        let slot = random.below(SLOTS.len());
        let once = |kind: Kind, kinds: &[Kind]| (!kinds.contains(&kind)).then_some(kind);
        let hot = random.percent(10);
        let kind = match random.below(100) {
            0..36 => Some(Kind::Booking { call, slot, hot }),
            36..42 => Some(Kind::Began(call)),
            42..52 => once(Kind::Help, &kinds),
            52..62 => once(Kind::Stop, &kinds),
            62..68 => once(Kind::Start, &kinds),
            68..74 => once(Kind::Status, &kinds),
            74..82 => once(Kind::Calendar, &kinds),
            82..92 => once(Kind::Dashboard(slot), &kinds),
            92..98 => once(Kind::Payment, &kinds),
            _ => once(Kind::Poison, &kinds),
        };
        if let (Some(Kind::Booking { call, .. }), true) = (kind, random.percent(30)) {
            kinds.push(Kind::Began(call));
        }
        kinds.extend(kind);
    }
    let mut events = Vec::new();
    for kind in kinds {
        events.push(event(world, clinic, sandbox, kind).await?);
    }
    Ok(events)
}

async fn event(world: &Shared, clinic: &Clinic, sandbox: &Sandbox, kind: Kind) -> Result<Event> {
    let status = |call: usize, status| {
        let body = json!({ "message": {
            "type": "status-update", "status": status,
            "timestamp": OffsetDateTime::now_utc().unix_timestamp() * 1000,
            "call": { "id": format!("call-{call}"), "type": "inboundPhoneCall" },
            "customer": { "number": clinic.patient },
        }});
        clinic.delivery("vapi", "status-update", body.to_string().as_bytes())
    };
    let message = match kind {
        Kind::Began(call) => status(call, json!("in-progress")),
        Kind::Poison => status(99, json!(null)),
        Kind::Booking { call, slot, hot } => {
            clinic.report(&format!("call-{call}"), SLOTS[slot], hot)
        }
        Kind::Help => clinic.text("HELP"),
        Kind::Stop => clinic.text("STOP"),
        Kind::Start => clinic.text("START"),
        Kind::Status => {
            let sid = format!("SM{}", Uuid::new_v4().simple());
            let form = format!(
                "MessageSid={sid}&SmsSid={sid}&MessageStatus=delivered&SmsStatus=delivered&To=%2B{}&From=%2B{}",
                &clinic.patient[1..],
                &clinic.sender[1..],
            );
            clinic.delivery("twilio", "message-status", form.as_bytes())
        }
        Kind::Calendar => {
            clinic
                .sql(
                    "insert into appointments (org_id, calendar, starts_at, ends_at, status, external_event_id)
                     values ($1, 'main', '2031-03-05 09:30-08', '2031-03-05 10:00-08', 'confirmed', 'moved')",
                )
                .await?;
            let event = json!({
                "id": "moved", "summary": "x", "start": { "dateTime": "2031-03-05T12:00:00-08:00" },
                "end": { "dateTime": "2031-03-05T12:30:00-08:00" },
            });
            let calendar = clinic.calendar.clone();
            sandbox.act(Deed::EditEvent { calendar, event }).await?;
            clinic.delivery("google-calendar", "exists", b"")
        }
        Kind::Dashboard(slot) => {
            let appointment: Uuid = sqlx::query_scalar(
                "insert into appointments (org_id, contact_id, calendar, starts_at, ends_at, status)
                 select $1, id, 'main', $2::timestamptz, $2::timestamptz + interval '30 min', 'confirmed'
                 from contacts where org_id = $1 returning id",
            )
            .bind(clinic.organization)
            .bind(SLOTS[slot])
            .fetch_one(&world.database)
            .await?;
            clinic.change("INSERT", &appointment.to_string())
        }
        Kind::Payment => {
            let body = json!({ "id": format!("evt_{}", clinic.organization.simple()), "object": "event",
                "type": "payment_intent.succeeded", "created": 1_900_000_000, "livemode": false,
                "data": { "object": { "id": "pi_1", "object": "payment_intent", "amount": 1200,
                "amount_received": 1200, "currency": "usd", "status": "succeeded" } } });
            clinic.delivery(
                "stripe",
                "payment_intent.succeeded",
                body.to_string().as_bytes(),
            )
        }
    };
    let report = Report::of(world, clinic, message)?;
    Ok(Event { kind, report })
}

/// The body that a message carries.
pub fn body(message: QueueMessage) -> Option<Vec<u8>> {
    match message.body {
        Body::Inline(bytes) => Some(bytes),
        Body::Stored(_) => None,
    }
}

fn headers(provider: &str) -> Vec<(String, String)> {
    let headers: &[(&str, &str)] = match provider {
        "twilio" => &[(
            "content-type",
            "application/x-www-form-urlencoded; charset=UTF-8",
        )],
        "google-calendar" => &[
            ("content-type", "application/json; utf-8"),
            ("x-goog-channel-id", "4ba78bf0-6a47-41e2-9cfd-0800200c9a66"),
            ("x-goog-message-number", "10"),
            ("x-goog-resource-id", "ret08u3rv24htgh289g"),
            ("x-goog-resource-state", "exists"),
        ],
        _ => &[("content-type", "application/json")],
    };
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    headers.iter().map(owned).collect()
}
