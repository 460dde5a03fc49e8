-- Applying one call event: delivery log, contact and call in one transaction.
--
-- Events arrive late, twice and in any order, and two consumers may hold events of one call at once. Each event
-- has a place in one total order (private.event_place). A call's row is, for its status and for each column by
-- itself, what the greatest event that tells it says: a function of the set of events applied and of nothing
-- else. So a late event overwrites nothing newer, fills only what is unknown, and nothing known becomes null.

-- What an event may tell about a call: columns of public.calls of the same names and types.
create type private.call_facts as (
    contact_id uuid,
    direction public.call_direction,
    assistant_id text,
    phone_number_id text,
    started_at timestamptz,
    ended_at timestamptz,
    ended_reason text,
    duration_seconds numeric,
    cost_usd numeric,
    recording_url text,
    success_evaluation text
);

create type private.call_event as (
    provider_call_id text,
    status public.call_status,
    occurred_at timestamptz,
    final boolean,
    customer_number text
);

-- An event's place in the order, as text that sorts (collation C): the end-of-call report after everything
-- else, then the status, then the time, then the delivery, so that no two events tie. The ranks are spelled out
-- with gaps, because places are stored and a new status must not move the old ones.
create function private.event_place(
    p_final boolean, p_status public.call_status, p_occurred_at timestamptz, p_delivery text
) returns text
language sql stable parallel safe set search_path = ''
as $$
    select concat_ws(' ',
        case when p_final then 1 else 0 end,
        case p_status
            when 'queued' then 10
            when 'ringing' then 20
            when 'in-progress' then 30
            when 'forwarding' then 40
            when 'ended' then 50
        end,
        to_char(p_occurred_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS'),
        p_delivery)
$$;

create function private.facts_of(p_source jsonb) returns jsonb
language sql stable set search_path = ''
as $$
    select jsonb_strip_nulls(to_jsonb(jsonb_populate_record(null::private.call_facts, p_source)))
$$;

-- Reads and checks p_call. An error says that it is wrong, not what is in it: errors are logged.
create function private.read_call_event(p_call jsonb) returns private.call_event
language plpgsql stable set search_path = ''
as $$
declare
    v_event private.call_event;
    v_facts private.call_facts;
    v_fits boolean;
begin
    begin
        v_event := jsonb_populate_record(null::private.call_event, p_call);
        v_facts := jsonb_populate_record(null::private.call_facts, p_call - 'contact_id');
        v_fits := octet_length(p_call::text) <= 16384
            and length(v_event.provider_call_id) between 1 and 200
            and v_event.status is not null
            and v_event.final is not null
            and (v_event.status = 'ended' or not v_event.final)
            and v_event.occurred_at >= '0001-01-01 00:00Z' and v_event.occurred_at < '9999-12-31 00:00Z'
            and coalesce(v_event.customer_number ~ '^\+[1-9][0-9]{1,14}$', true)
            and coalesce(v_facts.duration_seconds >= 0 and v_facts.duration_seconds < 'Infinity', true)
            and coalesce(v_facts.cost_usd >= 0 and v_facts.cost_usd < 'Infinity', true);
    exception when data_exception then
        v_fits := false;
    end;
    if v_fits is not true then
        raise exception 'p_call is not a call event' using errcode = 'invalid_parameter_value';
    end if;
    return v_event;
end
$$;

-- The contact with this number, made if there is none. Locked against deletion before the call is locked, which
-- is the order in which deleting a contact locks them too.
create function private.contact_of(p_organization uuid, p_phone text) returns uuid
language plpgsql set search_path = ''
as $$
declare
    v_contact uuid;
begin
    -- The loop ends: it turns only if the contact was deleted between the two statements.
    while v_contact is null loop
        insert into public.contacts (org_id, phone) values (p_organization, p_phone)
        on conflict (org_id, phone) do nothing
        returning id into v_contact;
        if v_contact is null then
            select contact.id into v_contact from public.contacts as contact
            where contact.org_id = p_organization and contact.phone = p_phone
            for key share;
        end if;
    end loop;
    return v_contact;
end
$$;

-- Applies an event of a call. Answers {"outcome": "applied" | "duplicate" | "stale", "call": "<uuid>"}. Stale: a
-- newer event had been applied before; the delivery is recorded, and only what was unknown is filled in.
--
-- Locks are taken in one order, delivery, contact, call, one of each: concurrent calls wait, never deadlock.
create function public.apply_call_event(
    p_delivery text, p_organization uuid, p_endpoint text, p_provider text, p_event_type text,
    p_received_at timestamptz, p_started_at timestamptz, p_call jsonb
) returns jsonb
language plpgsql set search_path = ''
as $$
declare
    v_event private.call_event := private.read_call_event(p_call);
    v_facts jsonb := private.facts_of(p_call - 'contact_id');
    v_place text := private.event_place(v_event.final, v_event.status, v_event.occurred_at, p_delivery);
    v_call public.calls;
    v_inserted boolean := false;
    v_known jsonb;
    v_known_place text;
    v_newer boolean;
    v_merged jsonb;
    v_older jsonb;
begin
    if not private.finish_delivery('done', null, p_delivery, p_organization, p_endpoint, p_provider, p_event_type,
        p_received_at, p_started_at)
    then
        return (
            select jsonb_build_object('outcome', 'duplicate', 'call', log.call_id)
            from public.webhook_deliveries as log
            where log.org_id = p_organization and log.delivery = p_delivery
        );
    end if;

    if v_event.customer_number is not null then
        v_facts := v_facts || jsonb_build_object('contact_id',
            private.contact_of(p_organization, v_event.customer_number));
    end if;

    -- Either this event makes the call, or the row is locked before it is read. The loop turns only if the call
    -- was deleted between the two statements.
    while v_call.id is null loop
        v_call := jsonb_populate_record(null::public.calls, v_facts);
        insert into public.calls (
            org_id, provider, provider_call_id, status, status_at, final, status_delivery, contact_id, direction,
            assistant_id, phone_number_id, started_at, ended_at, ended_reason, duration_seconds, cost_usd,
            recording_url, success_evaluation
        ) values (
            p_organization, p_provider, v_event.provider_call_id, v_event.status, v_event.occurred_at,
            v_event.final, p_delivery, v_call.contact_id, v_call.direction, v_call.assistant_id,
            v_call.phone_number_id, v_call.started_at, v_call.ended_at, v_call.ended_reason,
            v_call.duration_seconds, v_call.cost_usd, v_call.recording_url, v_call.success_evaluation
        )
        on conflict (org_id, provider_call_id) do nothing
        returning * into v_call;
        v_inserted := found;
        if not v_inserted then
            select * into v_call from public.calls as call
            where call.org_id = p_organization and call.provider_call_id = v_event.provider_call_id
            for no key update;
        end if;
    end loop;

    v_newer := true;
    if not v_inserted then
        v_known := private.facts_of(to_jsonb(v_call));
        v_known_place := private.event_place(v_call.final, v_call.status, v_call.status_at, v_call.status_delivery);
        v_newer := v_place collate "C" > v_known_place collate "C";
        with told (fact, value, place) as (
            select key, value, coalesce(v_call.older_facts ->> key, v_known_place) from jsonb_each(v_known)
            union all
            select key, value, v_place from jsonb_each(v_facts)
        ),
        winning as (
            select distinct on (fact) fact, value, place from told order by fact, place collate "C" desc
        )
        select
            coalesce(jsonb_object_agg(fact, value), '{}'),
            coalesce(jsonb_object_agg(fact, place) filter (
                where place <> case when v_newer then v_place else v_known_place end), '{}')
        into v_merged, v_older
        from winning;
        if v_newer or v_merged <> v_known or v_older <> v_call.older_facts then
            v_call := jsonb_populate_record(v_call, v_merged);
            if v_newer then
                v_call.status := v_event.status;
                v_call.status_at := v_event.occurred_at;
                v_call.final := v_event.final;
                v_call.status_delivery := p_delivery;
            end if;
            update public.calls as call set
                status = v_call.status,
                status_at = v_call.status_at,
                final = v_call.final,
                status_delivery = v_call.status_delivery,
                contact_id = v_call.contact_id,
                direction = v_call.direction,
                assistant_id = v_call.assistant_id,
                phone_number_id = v_call.phone_number_id,
                started_at = v_call.started_at,
                ended_at = v_call.ended_at,
                ended_reason = v_call.ended_reason,
                duration_seconds = v_call.duration_seconds,
                cost_usd = v_call.cost_usd,
                recording_url = v_call.recording_url,
                success_evaluation = v_call.success_evaluation,
                older_facts = v_older
            where call.org_id = p_organization and call.id = v_call.id;
        end if;
    end if;

    update public.webhook_deliveries as log
    set call_id = v_call.id, reason = case when not v_newer then 'stale' end, applied_at = clock_timestamp()
    where log.org_id = p_organization and log.delivery = p_delivery;
    return jsonb_build_object('outcome', case when v_newer then 'applied' else 'stale' end, 'call', v_call.id);
end
$$;
revoke all on function public.apply_call_event(
    text, uuid, text, text, text, timestamptz, timestamptz, jsonb) from public, anon, authenticated;
grant execute on function public.apply_call_event(
    text, uuid, text, text, text, timestamptz, timestamptz, jsonb) to service_role;
grant execute on function private.event_place(boolean, public.call_status, timestamptz, text) to service_role;
grant execute on function private.facts_of(jsonb) to service_role;
grant execute on function private.read_call_event(jsonb) to service_role;
grant execute on function private.contact_of(uuid, text) to service_role;
