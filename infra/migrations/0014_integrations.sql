-- How an organisation is reached and reaches out: the senders of its messages, the calendars it keeps elsewhere, and
-- what it was paid. No secret is here: those lie in Secrets Manager, under the organisation's name.

create function private.refuse_unknown_time_zone() returns trigger
language plpgsql set search_path = ''
as $$
begin
    -- Raises invalid_parameter_value for a zone that Postgres does not know.
    perform timestamptz 'epoch' at time zone new.time_zone;
    return new;
end
$$;

create table public.organization_integrations (
    org_id uuid primary key references public.organizations (id),
    -- As patients know the clinic: it stands in messages to them.
    clinic_name text not null check (length(clinic_name) between 1 and 60),
    -- IANA, as in Europe/Berlin: the zone in which the clinic's walls tell the time.
    time_zone text not null default 'UTC',
    -- Numbers messages are sent from, in E.164. Null: the clinic does not use the channel.
    sms_sender text check (sms_sender ~ '^\+[1-9][0-9]{1,14}$'),
    whatsapp_sender text check (whatsapp_sender ~ '^\+[1-9][0-9]{1,14}$'),
    preferred_channel public.message_channel not null default 'sms',
    -- Where a booking goes that names no calendar, and how long one takes that does not say.
    default_calendar text not null default 'main' check (length(default_calendar) between 1 and 200),
    appointment_minutes integer not null default 30 check (appointment_minutes between 5 and 1440),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
select private.guard_table('public.organization_integrations');
create trigger known_time_zone before insert or update on public.organization_integrations
    for each row execute function private.refuse_unknown_time_zone();
create trigger audited after insert or update or delete on public.organization_integrations
    for each row execute function private.record_change('org_id');
create policy tenant_reads on public.organization_integrations for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.organization_integrations to authenticated;
grant select, insert, update on public.organization_integrations to service_role;

-- A calendar of ours and the Google calendar it is kept in. The endpoint is where Google tells of changes: the
-- request that comes there never says which calendar it is about.
create table public.calendar_links (
    org_id uuid not null references public.organizations (id),
    calendar text not null check (length(calendar) between 1 and 200),
    endpoint text,
    google_calendar_id text not null check (length(google_calendar_id) between 1 and 1024),
    time_zone text not null default 'UTC',
    -- Up to where changes were taken over. Null: from the beginning.
    sync_token text check (length(sync_token) between 1 and 4096),
    synced_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, calendar),
    unique (org_id, endpoint),
    foreign key (org_id, endpoint) references public.endpoints (org_id, endpoint) on delete set null (endpoint)
);
select private.guard_table('public.calendar_links');
create trigger known_time_zone before insert or update on public.calendar_links
    for each row execute function private.refuse_unknown_time_zone();
create policy tenant_reads on public.calendar_links for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.calendar_links to authenticated;
grant select, insert, update on public.calendar_links to service_role;

create type public.payment_status as enum (
    'pending', 'requires_action', 'processing', 'authorized', 'succeeded', 'failed', 'canceled',
    'partially_refunded', 'refunded');

create table public.payments (
    org_id uuid not null references public.organizations (id),
    id uuid not null default gen_random_uuid(),
    provider text not null check (provider ~ '^[a-z][a-z0-9-]{0,31}$'),
    provider_payment_id text not null check (length(provider_payment_id) between 1 and 200),
    provider_customer_id text check (length(provider_customer_id) between 1 and 200),
    status public.payment_status not null,
    -- In the currency's minor units.
    amount_minor bigint check (amount_minor >= 0),
    refunded_minor bigint check (refunded_minor >= 0),
    -- ISO 4217.
    currency text check (currency ~ '^[a-z]{3}$'),
    live boolean not null,
    -- The newest event applied, and of those that tell an amount the newest.
    occurred_at timestamptz not null,
    amount_at timestamptz,
    status_delivery text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, id),
    unique (org_id, provider, provider_payment_id)
);
create index payments_by_age on public.payments (org_id, created_at);
select private.guard_table('public.payments');
create policy tenant_reads on public.payments for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.payments to authenticated;
grant select, insert, update on public.payments to service_role;
