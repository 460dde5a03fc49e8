-- The ledger of what is done outside the database: messages, calendar events, alerts.
--
-- A delivery is applied in one transaction that also plans its effects here. An effect's key follows from what it is
-- for, so planning it twice is planning it once. It is attempted by begin_effect, the call, settle_effect; whoever
-- dies between the first and the last leaves `attempted_at` behind, and the next attempt must look before it acts.
-- The number of the attempt is the fence: only the latest one may settle.

create type public.effect_kind as enum (
    'calendar_event', 'calendar_cancellation', 'confirmation', 'help_reply',
    'hot_lead_alert', 'booking_conflict_alert', 'calendar_conflict_alert');
-- `ambiguous`: it may have been done, and nobody knows. Settled are `done` and `failed`.
create type public.effect_state as enum ('intended', 'done', 'ambiguous', 'failed');

create table public.effects (
    org_id uuid not null references public.organizations (id),
    -- <kind>.<what it is for>: it stands in callback URLs and in the keys that providers are given.
    key text not null check (key ~ '^[a-z_]{1,40}\.[a-z0-9_-]{1,80}$'),
    kind public.effect_kind not null,
    state public.effect_state not null default 'intended',
    attempts integer not null default 0 check (attempts >= 0),
    -- When the attempt began that may have done it; null when nothing was sent.
    attempted_at timestamptz,
    settled_at timestamptz,
    -- The provider's id of what was done.
    provider_id text check (length(provider_id) between 1 and 1024),
    -- A stable code.
    reason text check (reason ~ '^[a-z0-9_]{1,64}$'),
    -- The delivery it was planned for, which is done when the last of its effects is settled.
    delivery text not null check (delivery ~ '^dlv_[0-9a-f]{32}$'),
    contact_id uuid,
    call_id uuid,
    appointment_id uuid,
    -- The message that is answered.
    message_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, key),
    foreign key (org_id, contact_id) references public.contacts (org_id, id) on delete set null (contact_id),
    foreign key (org_id, call_id) references public.calls (org_id, id) on delete set null (call_id),
    foreign key (org_id, appointment_id)
        references public.appointments (org_id, id) on delete set null (appointment_id),
    foreign key (org_id, message_id) references public.messages (org_id, id) on delete set null (message_id),
    constraint settled_has_a_time check ((state in ('done', 'failed')) = (settled_at is not null)),
    constraint ambiguous_was_attempted check (state <> 'ambiguous' or attempted_at is not null)
);
create index effects_by_delivery on public.effects (org_id, delivery);
create index effects_by_age on public.effects (org_id, created_at);
create index effects_by_contact on public.effects (org_id, contact_id) where contact_id is not null;
create index effects_by_call on public.effects (org_id, call_id) where call_id is not null;
create index effects_by_appointment on public.effects (org_id, appointment_id) where appointment_id is not null;
create index effects_by_message on public.effects (org_id, message_id) where message_id is not null;
-- One message of a provider is the doing of one effect.
create unique index effects_by_message_id on public.effects (org_id, provider_id)
    where kind in ('confirmation', 'help_reply') and provider_id is not null;
-- The operator's question over all tenants: what is open?
create index effects_unsettled on public.effects (state, created_at) where state in ('intended', 'ambiguous');
select private.guard_table('public.effects');
create policy tenant_reads on public.effects for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.effects to authenticated;
grant select, insert, update on public.effects to service_role;

-- Where the clinic's own calendar says something else that could not be taken over, because another appointment is
-- there: what it says.
alter table public.appointments
    add column external_starts_at timestamptz,
    add column external_ends_at timestamptz;

-- As before, and: what was applied stays applied while its effects are open, whatever the log says of it meanwhile.
create or replace function private.finish_delivery(
    p_state public.delivery_state, p_reason text, p_delivery text, p_organization uuid, p_endpoint text,
    p_provider text, p_event_type text, p_received_at timestamptz, p_started_at timestamptz
) returns boolean
language plpgsql set search_path = ''
as $$
begin
    if p_organization is null
        or not exists (select from public.organizations as organization where organization.id = p_organization)
    then
        raise exception 'the organization does not exist' using errcode = 'foreign_key_violation';
    end if;
    insert into public.webhook_deliveries as log (
        org_id, delivery, endpoint, provider, event_type, state, reason, received_at, started_at, applied_at
    ) values (
        -- The event type is a stranger's text: a label, cut to size.
        p_organization, p_delivery, p_endpoint, p_provider, left(p_event_type, 128), p_state, left(p_reason, 200),
        p_received_at, p_started_at, clock_timestamp()
    )
    on conflict (org_id, delivery) do update set
        state = excluded.state,
        reason = excluded.reason,
        started_at = excluded.started_at,
        applied_at = excluded.applied_at
    where log.applied_at is null or log.state = 'ignored' and excluded.state = 'done';
    return found;
end
$$;

create function private.plan_effect(
    p_organization uuid, p_kind public.effect_kind, p_subject text, p_delivery text, p_contact uuid default null,
    p_call uuid default null, p_appointment uuid default null, p_message uuid default null
) returns void
language sql set search_path = ''
as $$
    insert into public.effects (org_id, key, kind, delivery, contact_id, call_id, appointment_id, message_id)
    values (p_organization, p_kind || '.' || p_subject, p_kind, p_delivery, p_contact, p_call, p_appointment,
        p_message)
    on conflict (org_id, key) do nothing
$$;

-- The effects of a delivery that are not settled, in the order in which they are to be attempted.
create function private.open_effects(p_organization uuid, p_delivery text) returns jsonb
language sql stable set search_path = ''
as $$
    select coalesce(
        jsonb_agg(jsonb_build_object('key', effect.key, 'kind', effect.kind) order by effect.kind, effect.key), '[]')
    from public.effects as effect
    where effect.org_id = p_organization and effect.delivery = p_delivery
        and effect.state in ('intended', 'ambiguous')
$$;

-- What an apply procedure answers. A delivery with open effects is not done yet.
create function private.applied(p_organization uuid, p_delivery text, p_answer jsonb) returns jsonb
language plpgsql set search_path = ''
as $$
declare
    v_effects jsonb := private.open_effects(p_organization, p_delivery);
begin
    if v_effects <> '[]' then
        update public.webhook_deliveries as log set state = 'processing'
        where log.org_id = p_organization and log.delivery = p_delivery and log.state = 'done';
    end if;
    return p_answer || jsonb_build_object('effects', v_effects);
end
$$;

-- Brings a delivery to its end when none of its effects is open. The log's row is locked first: of two effects that
-- are settled at once, the second one sees the first.
create function private.close_delivery(p_organization uuid, p_delivery text) returns void
language plpgsql set search_path = ''
as $$
begin
    perform from public.webhook_deliveries as log
    where log.org_id = p_organization and log.delivery = p_delivery
    for no key update;
    update public.webhook_deliveries as log set state = 'done'
    where log.org_id = p_organization and log.delivery = p_delivery
        and log.applied_at is not null and log.state in ('processing', 'failed', 'dead')
        and private.open_effects(p_organization, p_delivery) = '[]';
end
$$;

grant execute on function private.plan_effect(uuid, public.effect_kind, text, text, uuid, uuid, uuid, uuid)
    to service_role;
grant execute on function private.open_effects(uuid, text) to service_role;
grant execute on function private.applied(uuid, text, jsonb) to service_role;
grant execute on function private.close_delivery(uuid, text) to service_role;
