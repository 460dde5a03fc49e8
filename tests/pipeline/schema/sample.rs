//! Two clinics with a row in every table.

use anyhow::Result;
use sqlx::{PgConnection, PgPool};

use super::role::{names, run};

/// One organisation.
pub const CLINIC: &str = "aaaaaaaa-0000-4000-8000-000000000001";
/// Another one.
pub const OTHER: &str = "bbbbbbbb-0000-4000-8000-000000000002";

/// The tables of tenants: those with an `org_id` that is never null.
pub async fn tenant_tables(connection: &mut PgConnection) -> Result<Vec<String>> {
    names(
        connection,
        "select c.relname::text from pg_class c
         join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and a.attnotnull
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1",
    )
    .await
}

/// Makes both organisations and nothing else.
pub async fn organizations(pool: &PgPool) -> Result<()> {
    sqlx::query("insert into public.organizations (id, name) values ($1::uuid, 'A clinic'), ($2::uuid, 'Another')")
        .bind(CLINIC)
        .bind(OTHER)
        .execute(pool)
        .await?;
    Ok(())
}

/// Makes both organisations and gives each a row in every tenant table. The ids of their rows are the
/// organisation's own.
pub async fn rows(pool: &PgPool) -> Result<()> {
    organizations(pool).await?;
    let mut connection = pool.acquire().await?;
    run(
        &mut connection,
        "insert into public.feature_flags (flag, enabled) values ('sms.send', true)",
    )
    .await?;
    for (organization, endpoint) in [(CLINIC, "ep_clinic"), (OTHER, "ep_other")] {
        let sql = TEMPLATE
            .replace("<org>", organization)
            .replace("<endpoint>", endpoint);
        run(&mut connection, &sql).await?;
    }
    Ok(())
}

const TEMPLATE: &str = "
insert into public.endpoints (org_id, endpoint, provider) values ('<org>', '<endpoint>', 'vapi');
insert into public.contacts (org_id, id, phone) values ('<org>', '<org>', '+15550100');
insert into public.calls (org_id, id, provider, provider_call_id, contact_id, status, status_at, status_delivery)
values ('<org>', '<org>', 'vapi', 'call-1', '<org>', 'ringing', now(), 'dlv_00000000000000000000000000000001');
insert into public.appointments (org_id, id, contact_id, calendar, starts_at, ends_at)
values ('<org>', '<org>', '<org>', 'dr-a', '2030-01-01 10:00Z', '2030-01-01 10:30Z');
insert into public.messages (org_id, id, contact_id, channel, direction, status)
values ('<org>', '<org>', '<org>', 'sms', 'outbound', 'queued');
insert into public.webhook_deliveries (org_id, delivery, endpoint, provider, event_type, state, received_at)
values ('<org>', 'dlv_00000000000000000000000000000001', '<endpoint>', 'vapi', 'status-update', 'done', now());
insert into public.organization_integrations (org_id, clinic_name, sms_sender) values ('<org>', 'A clinic', '+15550199');
insert into public.calendar_links (org_id, calendar, endpoint, google_calendar_id)
values ('<org>', 'dr-a', '<endpoint>', 'dr-a@example.com');
insert into public.payments (org_id, provider, provider_payment_id, status, live, occurred_at, status_delivery)
values ('<org>', 'stripe', 'pi_1', 'succeeded', false, now(), 'dlv_00000000000000000000000000000001');
insert into public.effects (org_id, key, kind, delivery, contact_id, call_id, appointment_id, message_id)
values ('<org>', 'confirmation.<org>', 'confirmation', 'dlv_00000000000000000000000000000001', '<org>', '<org>', '<org>', '<org>');
insert into public.feature_flag_overrides (org_id, flag, enabled) values ('<org>', 'sms.send', true);
insert into public.redaction_policies (org_id) values ('<org>');
insert into public.retention_policies (org_id, class, keep_days) values ('<org>', 'messages', 365);
insert into public.legal_holds (org_id, class, reason) values ('<org>', 'messages', 'matter');
insert into public.deletion_requests (org_id, id, scope, basis)
values ('<org>', '<org>', 'organization', 'patient_request');
";
