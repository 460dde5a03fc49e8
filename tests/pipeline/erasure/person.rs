//! A subject with canaries in every table, and what it asks for.

use anyhow::{Context, Result, ensure};
use sallyport::delivery::{Body, DeliveryId, QueueMessage, claim::BodyDigest};
use sallyport_cli::stack::postgrest;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use time::OffsetDateTime;
use uuid::Uuid;

use super::USER;
use crate::world::Shared;

/// A person nobody else is, and a call of theirs.
pub struct Person {
    pub organization: String,
    pub contact: String,
    pub canary: String,
    pub phone: String,
    pub provider_call: String,
}

impl Person {
    /// Plants the canary in every table, as often as told.
    pub async fn plant(world: &Shared, rows: u32) -> Result<Self> {
        let (organization, contact) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
        let number = Uuid::new_v4().as_u128() % 10_000_000_000;
        let person = Self {
            canary: format!("canary{}", Uuid::new_v4().simple()),
            phone: format!("+1{number:010}"),
            provider_call: format!("call-{}", Uuid::new_v4()),
            organization,
            contact,
        };
        let sql = "
            insert into public.organizations (id, name) values ('<org>', 'A clinic');
            insert into public.contacts (org_id, id, phone, name) values ('<org>', '<contact>', '<phone>', '<canary>');
            insert into public.calls (org_id, id, provider, provider_call_id, contact_id, status, status_at,
                status_delivery, recording_url, transcript, summary, analysis, redaction, redaction_policy)
            select '<org>', case when n = 1 then '<contact>' else gen_random_uuid() end, 'vapi',
                case when n = 1 then '<call>' else '<call>-' || n end, '<contact>', 'ended', now() - interval '1 hour', 'd',
                'https://example.com/<canary>', '<canary>', '<canary>', '{\"a\":\"<canary>\"}', '{}', '1'
            from generate_series(1, <rows>) as n;
            insert into public.appointments (org_id, contact_id, call_id, calendar, service, starts_at, ends_at)
            select '<org>', '<contact>', '<contact>', 'calendar-' || n, '<canary>', now() + interval '1 day', now() + interval '2 days'
            from generate_series(1, <rows>) as n;
            insert into public.messages (org_id, contact_id, channel, direction, status, provider_message_id)
            select '<org>', '<contact>', 'sms', 'outbound', 'sent', '<canary>-' || n from generate_series(1, <rows>) as n;
            insert into public.messages (org_id, call_id, channel, direction, status, provider_message_id)
            values ('<org>', '<contact>', 'sms', 'outbound', 'sent', '<canary>-by-call');
            insert into public.webhook_deliveries (org_id, delivery, endpoint, provider, event_type, state, reason,
                received_at, call_id)
            values ('<org>', 'dlv_' || md5('<canary>'), 'e', 'vapi', 'status-update', 'done', '<canary>', now(), '<contact>');"
            .replace("<org>", &person.organization)
            .replace("<contact>", &person.contact)
            .replace("<phone>", &person.phone)
            .replace("<call>", &person.provider_call)
            .replace("<canary>", &person.canary)
            .replace("<rows>", &rows.to_string());
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&world.database)
            .await?;
        Ok(person)
    }

    /// A message about the person, of this delivery.
    pub fn message(&self, delivery: u128, body: &str) -> Result<QueueMessage> {
        Ok(QueueMessage {
            delivery: DeliveryId::parse(&format!("dlv_{delivery:032x}")).context("no id")?,
            organization: self.organization.parse()?,
            endpoint: "e".to_owned(),
            provider: "vapi".to_owned(),
            event_type: "status-update".to_owned(),
            received_at: OffsetDateTime::now_utc(),
            digest: BodyDigest::of(body.as_bytes()),
            effect: None,
            replay: None,
            body: Body::Inline(body.as_bytes().to_vec()),
        })
    }

    /// A payload as a provider writes it.
    pub fn payload(&self) -> String {
        json!({ "canary": self.canary, "customer": { "number": self.phone } }).to_string()
    }

    pub async fn ask(&self, world: &Shared) -> Result<String> {
        let token = postgrest::admin_token(&self.organization, USER)?;
        let answer = world
            .http
            .post(format!("{}/erasure", world.api_url))
            .bearer_auth(token)
            .json(&json!({ "scope": "contact", "subject": self.contact }))
            .send()
            .await?;
        let status = answer.status().as_u16();
        let body: Value = answer.json().await?;
        ensure!(
            status == 202 && body["status"] == "running",
            "{status} {body}"
        );
        Ok(body["request"].as_str().context("no request")?.to_owned())
    }

    pub async fn status(&self, world: &Shared, request: &str) -> Result<Value> {
        let token = postgrest::admin_token(&self.organization, USER)?;
        let url = format!("{}/erasure/{request}", world.api_url);
        let answer = world.http.get(url).bearer_auth(token).send().await?;
        ensure!(answer.status() == 200, "{}", answer.status());
        Ok(answer.json().await?)
    }
}
