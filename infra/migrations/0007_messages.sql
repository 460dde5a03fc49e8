-- Messages sent to and received from contacts. Their text is patient data and has no column here before it can
-- be redacted.

create type public.message_channel as enum ('sms', 'whatsapp');
create type public.message_direction as enum ('inbound', 'outbound');
-- `ambiguous`: handed to the provider, answer lost. To be reconciled, never blindly sent again.
create type public.message_status as enum (
    'queued', 'sending', 'ambiguous', 'sent', 'delivered', 'undelivered', 'failed', 'received', 'read');

create table public.messages (
    org_id uuid not null references public.organizations (id),
    id uuid not null default gen_random_uuid(),
    contact_id uuid,
    call_id uuid,
    appointment_id uuid,
    channel public.message_channel not null,
    direction public.message_direction not null,
    status public.message_status not null,
    -- The key of the effect "send this message": the same for every attempt at it.
    effect_key text check (length(effect_key) between 1 and 200),
    provider_message_id text check (length(provider_message_id) between 1 and 200),
    error_code text check (length(error_code) between 1 and 64),
    sent_at timestamptz,
    delivered_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, id),
    unique (org_id, effect_key),
    unique (org_id, provider_message_id),
    foreign key (org_id, contact_id) references public.contacts (org_id, id) on delete set null (contact_id),
    foreign key (org_id, call_id) references public.calls (org_id, id) on delete set null (call_id),
    foreign key (org_id, appointment_id)
        references public.appointments (org_id, id) on delete set null (appointment_id)
);
create index messages_by_age on public.messages (org_id, created_at);
create index messages_by_contact on public.messages (org_id, contact_id) where contact_id is not null;
create index messages_by_call on public.messages (org_id, call_id) where call_id is not null;
create index messages_by_appointment on public.messages (org_id, appointment_id) where appointment_id is not null;
select private.guard_table('public.messages');
-- Sending is an effect with a cost, so tenants only read here.
create policy tenant_reads on public.messages for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.messages to authenticated;
grant select, insert, update on public.messages to service_role;
