-- Calls, as the providers' events tell them. Written by apply_call_event only.
--
-- No transcript, summary or analysis text: patient data has no column here before it can be redacted. The
-- customer's number is the contact's, so that erasing the contact erases it.

-- In the order a call goes through them.
create type public.call_status as enum ('queued', 'ringing', 'in-progress', 'forwarding', 'ended');
create type public.call_direction as enum ('inbound', 'outbound', 'web');

create table public.calls (
    org_id uuid not null references public.organizations (id),
    id uuid not null default gen_random_uuid(),
    provider text not null check (provider ~ '^[a-z][a-z0-9-]{0,31}$'),
    provider_call_id text not null check (length(provider_call_id) between 1 and 200),
    contact_id uuid,
    status public.call_status not null,
    -- The newest event applied: when it happened, whether it was the end-of-call report, and its delivery.
    status_at timestamptz not null,
    final boolean not null default false,
    status_delivery text not null,
    direction public.call_direction,
    assistant_id text,
    phone_number_id text,
    started_at timestamptz,
    ended_at timestamptz,
    ended_reason text,
    duration_seconds numeric check (duration_seconds >= 0 and duration_seconds < 'Infinity'),
    cost_usd numeric check (cost_usd >= 0 and cost_usd < 'Infinity'),
    recording_url text,
    success_evaluation text,
    -- For each known column that an older event told: that event's place in the order. Empty in the common case.
    older_facts jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, id),
    unique (org_id, provider_call_id),
    foreign key (org_id, contact_id) references public.contacts (org_id, id) on delete set null (contact_id),
    constraint only_an_ended_call_is_final check (not final or status = 'ended')
);
create index calls_by_age on public.calls (org_id, created_at);
create index calls_by_start on public.calls (org_id, started_at);
create index calls_by_contact on public.calls (org_id, contact_id) where contact_id is not null;
select private.guard_table('public.calls');
create policy tenant_reads on public.calls for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.calls to authenticated;
grant select, insert, update on public.calls to service_role;
