//! An organisation of a test's own, with senders, a calendar and credentials, and what its providers hold of it.

use anyhow::{Context, Result};
use sallyport::{
    delivery::{Body, DeliveryId, QueueMessage, claim::BodyDigest},
    webhook::EventKey,
};
use sallyport_cli::stack::seed;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::world::Shared;

/// The clinic.
pub struct Clinic {
    world: Shared,
    /// Its id.
    pub organization: Uuid,
    /// The number its messages come from.
    pub sender: String,
    /// A patient's number.
    pub patient: String,
    /// Its calendar's id at Google.
    pub calendar: String,
    /// The endpoint where Google tells of that calendar.
    pub endpoint: String,
}

impl Clinic {
    /// Founds a clinic.
    pub async fn open(world: &Shared) -> Result<Self> {
        let organization = Uuid::new_v4();
        let patient = format!("+1666{:07}", organization.as_u128() % 10_000_000);
        Self::open_as(world, organization, patient).await
    }

    /// Founds the clinic of this id, with this patient.
    pub async fn open_as(world: &Shared, organization: Uuid, patient: String) -> Result<Self> {
        let digits = organization.as_u128() % 10_000_000;
        let clinic = Self {
            world: world.clone(),
            organization,
            sender: format!("+1555{digits:07}"),
            patient,
            calendar: format!("{}@example.com", organization.simple()),
            endpoint: format!("calendar-{}", organization.simple()),
        };
        clinic
            .sql("insert into organizations (id, name) values ($1, 'A clinic')")
            .await?;
        for (statement, text) in [
            (
                "insert into endpoints (org_id, endpoint, provider) values ($1, $2, 'google-calendar')",
                &clinic.endpoint,
            ),
            (
                "insert into organization_integrations (org_id, clinic_name, time_zone, sms_sender)
                 values ($1, 'Harbor Street Clinic', 'America/Los_Angeles', $2)",
                &clinic.sender,
            ),
            (
                "insert into calendar_links (org_id, calendar, endpoint, google_calendar_id)
                 select $1, 'main', endpoint, $2 from endpoints where org_id = $1",
                &clinic.calendar,
            ),
            (
                "insert into contacts (org_id, phone) values ($1, $2)",
                &clinic.patient,
            ),
        ] {
            sqlx::query(statement)
                .bind(organization)
                .bind(text)
                .execute(&world.database)
                .await?;
        }
        seed::credentials(&world.aws, &organization.to_string()).await?;
        Ok(clinic)
    }

    /// Runs a statement about the organisation, `$1`.
    pub async fn sql(&self, statement: &'static str) -> Result<()> {
        sqlx::query(statement)
            .bind(self.organization)
            .execute(&self.world.database)
            .await?;
        Ok(())
    }

    /// The texts in the first column of a question about the organisation, `$1`.
    pub async fn ask(&self, question: &'static str) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar(question)
            .bind(self.organization)
            .fetch_all(&self.world.database)
            .await?)
    }

    /// A delivery of the clinic, as it stands in the queue.
    pub fn delivery(&self, provider: &str, event_type: &str, body: &[u8]) -> QueueMessage {
        let key = EventKey::of([Uuid::new_v4().to_string()]);
        QueueMessage {
            delivery: DeliveryId::derive(&self.endpoint, &key),
            organization: self.organization,
            endpoint: self.endpoint.clone(),
            provider: provider.to_owned(),
            event_type: event_type.to_owned(),
            received_at: OffsetDateTime::now_utc(),
            digest: BodyDigest::of(body),
            effect: None,
            replay: None,
            body: Body::Inline(body.to_vec()),
        }
    }

    /// The last word on a call in which `appointment` was agreed upon.
    pub fn report(&self, call: &str, appointment: &str, hot: bool) -> QueueMessage {
        let body = json!({ "message": {
            "type": "end-of-call-report", "timestamp": OffsetDateTime::now_utc().unix_timestamp() * 1000,
            "endedReason": "customer-ended-call", "call": { "id": call, "type": "inboundPhoneCall" },
            "customer": { "number": self.patient },
            "analysis": { "structuredData": {
                "appointmentBooked": true, "appointmentTime": appointment, "isHotLead": hot,
                "leadScore": if hot { 90 } else { 10 },
            }},
        }});
        self.delivery("vapi", "end-of-call-report", body.to_string().as_bytes())
    }

    /// A message that the patient wrote.
    pub fn text(&self, text: &str) -> QueueMessage {
        let sid = format!("SM{}", Uuid::new_v4().simple());
        let form = [
            ("MessageSid", sid.as_str()),
            ("SmsSid", &sid),
            ("From", &self.patient),
            ("To", &self.sender),
            ("Body", text),
        ];
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        self.delivery("twilio", "message", form.as_bytes())
    }

    /// The table's own word on an appointment.
    pub fn change(&self, operation: &str, appointment: &str) -> QueueMessage {
        let row = json!({ "id": appointment, "org_id": self.organization });
        let body = json!({ "type": operation, "schema": "public", "table": "appointments",
                           "record": row, "old_record": null });
        self.delivery("supabase-db", operation, body.to_string().as_bytes())
    }

    /// The messages that the clinic's patients got.
    pub async fn messages(&self) -> Result<Vec<Value>> {
        let state = self.held("twilio").await?;
        let all = state["messages"].as_array().context("no messages")?;
        let ours = all.iter().filter(|one| one["from"] == self.sender.as_str());
        Ok(ours.cloned().collect())
    }

    /// The events in the clinic's calendar, as Google has them.
    pub async fn events(&self) -> Result<Vec<Value>> {
        let state = self.held("google").await?;
        let events = state["calendars"][&self.calendar].as_object();
        let events = events.into_iter().flatten();
        Ok(events.map(|(_, event)| event["resource"].clone()).collect())
    }

    /// The clinic's effects, as kind, state and reason.
    pub async fn effects(&self) -> Result<Vec<String>> {
        self.ask(
            "select concat_ws(' ', kind, state, reason) from effects where org_id = $1 order by kind, key",
        )
        .await
    }

    async fn held(&self, provider: &str) -> Result<Value> {
        let url = format!("{}/_sandbox/state/{provider}", self.world.sandbox_url);
        Ok(self.world.http.get(url).send().await?.json().await?)
    }

    /// Has somebody else do something at a provider.
    pub async fn deed(&self, deed: Value) -> Result<()> {
        self.tell("deeds", deed).await
    }

    /// Has the next matching request to a provider go wrong.
    pub async fn fault(&self, fault: Value) -> Result<()> {
        self.tell("faults", fault).await
    }

    async fn tell(&self, what: &str, body: Value) -> Result<()> {
        let url = format!("{}/_sandbox/{what}", self.world.sandbox_url);
        let post = self.world.http.post(url).json(&body);
        post.send().await?.error_for_status()?;
        Ok(())
    }
}
