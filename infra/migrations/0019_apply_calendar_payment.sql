-- Applying what a linked calendar says, a page at a time, and what payments say.

-- The calendar behind an endpoint, and up to where it is known. Answers {"outcome": "linked" | "unlinked" |
-- "duplicate", ...}; duplicate: this delivery was applied, and these of its effects are open.
create function public.calendar_source(p_delivery text, p_organization uuid, p_endpoint text) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
    v_link public.calendar_links;
begin
    if exists (
        select from public.webhook_deliveries as log
        where log.org_id = p_organization and log.delivery = p_delivery and log.applied_at is not null)
    then
        return jsonb_build_object('outcome', 'duplicate',
            'effects', private.open_effects(p_organization, p_delivery));
    end if;
    select * into v_link from public.calendar_links as link
    where link.org_id = p_organization and link.endpoint = p_endpoint;
    if not found then
        return jsonb_build_object('outcome', 'unlinked');
    end if;
    return jsonb_strip_nulls(jsonb_build_object(
        'outcome', 'linked',
        'calendar', v_link.calendar,
        'google_calendar_id', v_link.google_calendar_id,
        'time_zone', v_link.time_zone,
        'sync_token', v_link.sync_token));
end
$$;

-- One event of a linked calendar; events that no appointment knows are not ours. Says whether the event is taken
-- over, or nothing is to be. `p_last`: one that finds another appointment in its place is made known as a conflict.
create function private.apply_calendar_event(
    p_organization uuid, p_calendar text, p_delivery text, p_event jsonb, p_last boolean
) returns boolean
language plpgsql set search_path = ''
as $$
declare
    v_appointment public.appointments;
    v_starts_at timestamptz := private.moment(jsonb_build_object('at', p_event -> 'starts_at'), 'UTC');
    v_ends_at timestamptz := private.moment(jsonb_build_object('at', p_event -> 'ends_at'), 'UTC');
begin
    select * into v_appointment from public.appointments as appointment
    where appointment.org_id = p_organization and appointment.calendar = p_calendar
        and appointment.external_event_id = p_event ->> 'id'
    for no key update;
    if not found or v_appointment.status in ('completed', 'cancelled', 'no_show') then
        return true;
    end if;
    if p_event -> 'cancelled' = 'true' then
        update public.appointments as appointment
        set status = 'cancelled', external_starts_at = null, external_ends_at = null
        where appointment.org_id = p_organization and appointment.id = v_appointment.id;
        -- The event is gone: there is nothing to remove when the table tells of this change.
        perform private.plan_effect(p_organization, 'calendar_cancellation', v_appointment.id::text, p_delivery,
            v_appointment.contact_id, v_appointment.call_id, v_appointment.id);
        update public.effects as effect set state = 'done', settled_at = now(), reason = 'cancelled_in_calendar'
        where effect.org_id = p_organization and effect.key = 'calendar_cancellation.' || v_appointment.id
            and effect.state = 'intended';
        return true;
    end if;
    if v_starts_at is null or v_ends_at is null or v_ends_at <= v_starts_at then
        return true;
    end if;
    begin
        update public.appointments as appointment
        set starts_at = v_starts_at, ends_at = v_ends_at, external_starts_at = null, external_ends_at = null
        where appointment.org_id = p_organization and appointment.id = v_appointment.id
            and (appointment.starts_at, appointment.ends_at, appointment.external_starts_at is null)
                is distinct from (v_starts_at, v_ends_at, true);
    exception when exclusion_violation then
        if not p_last then
            return false;
        end if;
        update public.appointments as appointment
        set external_starts_at = v_starts_at, external_ends_at = v_ends_at
        where appointment.org_id = p_organization and appointment.id = v_appointment.id;
        perform private.plan_effect(p_organization, 'calendar_conflict_alert',
            v_appointment.id || '-' || extract(epoch from v_starts_at)::bigint, p_delivery,
            v_appointment.contact_id, v_appointment.call_id, v_appointment.id);
    end;
    return true;
end
$$;

-- Applies one page of changes that were asked for with `p_seen_token`. The link's row is locked, and the page counts
-- only while the link still stands at that token: whoever else was faster has taken the changes over, and what this
-- page tells may be old. The last page brings the next token, and ends the delivery.
-- Answers {"outcome": "applied" | "moved" | "duplicate", "effects": [...]}.
create function public.apply_calendar_page(
    p_delivery text, p_organization uuid, p_endpoint text, p_provider text, p_event_type text,
    p_received_at timestamptz, p_started_at timestamptz, p_calendar text, p_events jsonb,
    p_seen_token text default null, p_next_token text default null
) returns jsonb
language plpgsql set search_path = ''
as $$
declare
    v_link public.calendar_links;
    v_event jsonb;
    v_blocked jsonb := jsonb_build_array();
begin
    if jsonb_typeof(p_events) is distinct from 'array' or jsonb_array_length(p_events) > 2500 then
        raise exception 'p_events is not a page of events' using errcode = 'invalid_parameter_value';
    end if;
    select * into v_link from public.calendar_links as link
    where link.org_id = p_organization and link.endpoint = p_endpoint and link.calendar = p_calendar
    for no key update;
    if not found or v_link.sync_token is distinct from p_seen_token then
        return jsonb_build_object('outcome', 'moved');
    end if;
    if p_next_token is not null and not private.finish_delivery('done', null, p_delivery, p_organization, p_endpoint,
        p_provider, p_event_type, p_received_at, p_started_at)
    then
        return private.applied(p_organization, p_delivery, jsonb_build_object('outcome', 'duplicate'));
    end if;
    -- In one order, so that two pages never wait for each other's appointments.
    for v_event in
        select event from jsonb_array_elements(p_events) as event order by event ->> 'id'
    loop
        if not private.apply_calendar_event(p_organization, p_calendar, p_delivery, v_event, false) then
            v_blocked := v_blocked || v_event;
        end if;
    end loop;
    -- What was in the way may itself have moved on this page.
    for v_event in select event from jsonb_array_elements(v_blocked) as event loop
        perform private.apply_calendar_event(p_organization, p_calendar, p_delivery, v_event, true);
    end loop;
    if p_next_token is null then
        return jsonb_build_object('outcome', 'applied', 'effects', jsonb_build_array());
    end if;
    update public.calendar_links as link set sync_token = p_next_token, synced_at = now()
    where link.org_id = p_organization and link.calendar = p_calendar;
    return private.applied(p_organization, p_delivery, jsonb_build_object('outcome', 'applied'));
end
$$;

-- A payment's status in the order in which one of the same second comes after another.
create function private.payment_rank(p_status public.payment_status) returns integer
language sql immutable parallel safe set search_path = ''
as $$
    select case p_status
        when 'pending' then 10 when 'requires_action' then 20 when 'processing' then 30 when 'authorized' then 40
        when 'failed' then 50 when 'canceled' then 60 when 'succeeded' then 70 when 'partially_refunded' then 80
        when 'refunded' then 90
    end
$$;

create type private.payment_event as (
    provider_payment_id text, provider_customer_id text, status public.payment_status, amount_minor bigint,
    refunded_minor bigint, currency text, live boolean, occurred_at timestamptz);

create function private.read_payment_event(p_payment jsonb) returns private.payment_event
language plpgsql stable set search_path = ''
as $$
declare
    v_event private.payment_event;
    v_fits boolean;
begin
    begin
        v_event := jsonb_populate_record(null::private.payment_event, p_payment);
        v_fits := octet_length(p_payment::text) <= 16384
            and length(v_event.provider_payment_id) between 1 and 200
            and coalesce(length(v_event.provider_customer_id) between 1 and 200, true)
            and v_event.status is not null
            and v_event.live is not null
            and coalesce(v_event.amount_minor >= 0, true)
            and coalesce(v_event.refunded_minor >= 0, true)
            and coalesce(v_event.currency ~ '^[a-z]{3}$', true)
            and v_event.occurred_at >= '0001-01-01 00:00Z' and v_event.occurred_at < '9999-12-31 00:00Z';
    exception when data_exception then
        v_fits := false;
    end;
    if v_fits is not true then
        raise exception 'p_payment is not a payment event' using errcode = 'invalid_parameter_value';
    end if;
    return v_event;
end
$$;

-- Applies an event of a payment. The status is that of the newest event, by the provider's clock; what was paid back
-- only grows. Answers {"outcome": "applied" | "duplicate" | "stale", "effects": []}.
create function public.apply_payment_event(
    p_delivery text, p_organization uuid, p_endpoint text, p_provider text, p_event_type text,
    p_received_at timestamptz, p_started_at timestamptz, p_payment jsonb
) returns jsonb
language plpgsql set search_path = ''
as $$
declare
    v_event private.payment_event := private.read_payment_event(p_payment);
    v_payment public.payments;
    v_newer boolean := true;
    v_amount_newer boolean;
begin
    if not private.finish_delivery('done', null, p_delivery, p_organization, p_endpoint, p_provider, p_event_type,
        p_received_at, p_started_at)
    then
        return private.applied(p_organization, p_delivery, jsonb_build_object('outcome', 'duplicate'));
    end if;
    insert into public.payments (
        org_id, provider, provider_payment_id, provider_customer_id, status, amount_minor, refunded_minor, currency,
        live, occurred_at, amount_at, status_delivery
    ) values (
        p_organization, p_provider, v_event.provider_payment_id, v_event.provider_customer_id, v_event.status,
        v_event.amount_minor, v_event.refunded_minor, v_event.currency, v_event.live, v_event.occurred_at,
        case when v_event.amount_minor is not null then v_event.occurred_at end, p_delivery
    )
    on conflict (org_id, provider, provider_payment_id) do nothing;
    if not found then
        select * into v_payment from public.payments as payment
        where payment.org_id = p_organization and payment.provider = p_provider
            and payment.provider_payment_id = v_event.provider_payment_id
        for no key update;
        v_newer := (v_event.occurred_at, private.payment_rank(v_event.status), p_delivery collate "C")
            > (v_payment.occurred_at, private.payment_rank(v_payment.status), v_payment.status_delivery collate "C");
        v_amount_newer := v_event.amount_minor is not null
            and (v_payment.amount_at is null or v_event.occurred_at > v_payment.amount_at
                or v_event.occurred_at = v_payment.amount_at and v_event.amount_minor > v_payment.amount_minor);
        update public.payments as payment set
            status = case when v_newer then v_event.status else payment.status end,
            occurred_at = case when v_newer then v_event.occurred_at else payment.occurred_at end,
            status_delivery = case when v_newer then p_delivery else payment.status_delivery end,
            amount_minor = case when v_amount_newer then v_event.amount_minor else payment.amount_minor end,
            amount_at = case when v_amount_newer then v_event.occurred_at else payment.amount_at end,
            currency = case when v_amount_newer or payment.currency is null
                then coalesce(v_event.currency, payment.currency) else payment.currency end,
            refunded_minor = greatest(payment.refunded_minor, v_event.refunded_minor),
            provider_customer_id = coalesce(payment.provider_customer_id, v_event.provider_customer_id)
        where payment.org_id = p_organization and payment.id = v_payment.id;
        if not v_newer then
            update public.webhook_deliveries as log set reason = 'stale'
            where log.org_id = p_organization and log.delivery = p_delivery;
        end if;
    end if;
    return private.applied(p_organization, p_delivery,
        jsonb_build_object('outcome', case when v_newer then 'applied' else 'stale' end));
end
$$;

revoke all on function public.calendar_source(text, uuid, text) from public, anon, authenticated;
revoke all on function public.apply_calendar_page(
    text, uuid, text, text, text, timestamptz, timestamptz, text, jsonb, text, text) from public, anon, authenticated;
revoke all on function public.apply_payment_event(text, uuid, text, text, text, timestamptz, timestamptz, jsonb)
    from public, anon, authenticated;
grant execute on function public.calendar_source(text, uuid, text) to service_role;
grant execute on function public.apply_calendar_page(
    text, uuid, text, text, text, timestamptz, timestamptz, text, jsonb, text, text) to service_role;
grant execute on function public.apply_payment_event(text, uuid, text, text, text, timestamptz, timestamptz, jsonb)
    to service_role;
grant execute on function private.apply_calendar_event(uuid, text, text, jsonb, boolean) to service_role;
grant execute on function private.payment_rank(public.payment_status) to service_role;
grant execute on function private.read_payment_event(jsonb) to service_role;
