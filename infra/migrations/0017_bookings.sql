-- What a call leads to: an appointment, and somebody who should call back.

create type private.booking as (starts_at timestamptz, ends_at timestamptz, service text, calendar text);

-- A moment as an event tells it: {"at": <instant>}, or {"local": <date and time on the clinic's walls>}.
create function private.moment(p_moment jsonb, p_time_zone text) returns timestamptz
language plpgsql stable set search_path = ''
as $$
declare
    v_moment timestamptz;
begin
    v_moment := coalesce((p_moment ->> 'at')::timestamptz, (p_moment ->> 'local')::timestamp at time zone p_time_zone);
    return case when v_moment >= '0001-01-01 00:00Z' and v_moment < '9999-12-31 00:00Z' then v_moment end;
exception when data_exception then
    return null;
end
$$;

-- The booking of an event in the organisation's terms; all null when there is none that can be understood. An end
-- that is missing, or not after the beginning, follows from the time it takes.
create function private.booking_of(p_organization uuid, p_booking jsonb) returns private.booking
language plpgsql stable set search_path = ''
as $$
declare
    v_known public.organization_integrations;
    v_booking private.booking;
    v_minutes integer;
begin
    select * into v_known from public.organization_integrations as known where known.org_id = p_organization;
    v_booking.starts_at := private.moment(p_booking -> 'starts_at', coalesce(v_known.time_zone, 'UTC'));
    if v_booking.starts_at is null then
        return null;
    end if;
    v_booking.ends_at := private.moment(p_booking -> 'ends_at', coalesce(v_known.time_zone, 'UTC'));
    v_minutes := case when p_booking ->> 'duration_minutes' ~ '^[0-9]{1,4}$'
        then least((p_booking ->> 'duration_minutes')::integer, 1440) end;
    if v_booking.ends_at is null or v_booking.ends_at <= v_booking.starts_at
        or v_booking.ends_at > v_booking.starts_at + interval '1 day'
    then
        v_booking.ends_at := v_booking.starts_at + make_interval(mins => coalesce(
            nullif(v_minutes, 0), v_known.appointment_minutes, 30));
    end if;
    v_booking.service := nullif(left(p_booking ->> 'service', 200), '');
    v_booking.calendar := coalesce(nullif(left(p_booking ->> 'calendar', 200), ''), v_known.default_calendar, 'main');
    return v_booking;
end
$$;

-- Plans what an appointment asks for, as it is now. The keys are the appointment's, so that whoever made it known,
-- the call or the table's own change, it is done once.
create function private.plan_appointment(
    p_appointment public.appointments, p_delivery text
) returns void
language plpgsql set search_path = ''
as $$
declare
    v_organization uuid := p_appointment.org_id;
    v_linked boolean := exists (
        select from public.calendar_links as link
        where link.org_id = v_organization and link.calendar = p_appointment.calendar);
    v_subject text := p_appointment.id::text;
begin
    if p_appointment.status in ('pending', 'confirmed') and p_appointment.starts_at > now() then
        if v_linked then
            perform private.plan_effect(v_organization, 'calendar_event', v_subject, p_delivery,
                p_appointment.contact_id, p_appointment.call_id, p_appointment.id);
        end if;
        if p_appointment.contact_id is not null and exists (
            select from public.organization_integrations as known
            where known.org_id = v_organization and coalesce(known.sms_sender, known.whatsapp_sender) is not null)
        then
            perform private.plan_effect(v_organization, 'confirmation', v_subject, p_delivery,
                p_appointment.contact_id, p_appointment.call_id, p_appointment.id);
        end if;
    elsif p_appointment.status = 'cancelled' and v_linked and exists (
        select from public.effects as made
        where made.org_id = v_organization and made.appointment_id = p_appointment.id
            and made.kind = 'calendar_event' and made.state <> 'failed')
    then
        perform private.plan_effect(v_organization, 'calendar_cancellation', v_subject, p_delivery,
            p_appointment.contact_id, p_appointment.call_id, p_appointment.id);
    end if;
end
$$;

-- Makes the appointment that was agreed upon in a call, one for each call. Whether the time is free is for the
-- constraint to say; when it is not, people are told, and the delivery goes on.
create function private.book(p_call public.calls, p_booking jsonb, p_delivery text) returns void
language plpgsql set search_path = ''
as $$
declare
    v_booking private.booking := private.booking_of(p_call.org_id, p_booking);
    v_appointment public.appointments;
begin
    -- The call's row is locked by whoever applies an event of it.
    if v_booking.starts_at is null or exists (
        select from public.appointments as appointment
        where appointment.org_id = p_call.org_id and appointment.call_id = p_call.id)
    then
        return;
    end if;
    begin
        insert into public.appointments (org_id, contact_id, call_id, calendar, service, starts_at, ends_at, status)
        values (p_call.org_id, p_call.contact_id, p_call.id, v_booking.calendar, v_booking.service,
            v_booking.starts_at, v_booking.ends_at, 'confirmed')
        returning * into v_appointment;
    exception when exclusion_violation then
        perform private.plan_effect(p_call.org_id, 'booking_conflict_alert', p_call.id::text, p_delivery,
            p_call.contact_id, p_call.id);
        return;
    end;
    perform private.plan_appointment(v_appointment, p_delivery);
end
$$;

-- Of one call: contact, call and log, as before.
alter function public.apply_call_event(text, uuid, text, text, text, timestamptz, timestamptz, jsonb)
    set schema private;
alter function private.apply_call_event(text, uuid, text, text, text, timestamptz, timestamptz, jsonb)
    rename to apply_call_facts;

-- Applies an event of a call, and what it leads to. The name that was said is not taken over: a contact's name is the
-- clinic's to write. Answers {"outcome": "applied" | "duplicate" | "stale", "call":
-- "<uuid>", "effects": [{"key", "kind"}]}: the effects of this delivery that are open, applied now or before.
create function public.apply_call_event(
    p_delivery text, p_organization uuid, p_endpoint text, p_provider text, p_event_type text,
    p_received_at timestamptz, p_started_at timestamptz, p_call jsonb
) returns jsonb
language plpgsql set search_path = ''
as $$
declare
    v_answer jsonb := private.apply_call_facts(p_delivery, p_organization, p_endpoint, p_provider, p_event_type,
        p_received_at, p_started_at, p_call);
    v_call public.calls;
begin
    if v_answer ->> 'outcome' <> 'duplicate' then
        select * into v_call from public.calls as call
        where call.org_id = p_organization and call.id = (v_answer ->> 'call')::uuid;
        if (p_call -> 'final')::boolean then
            if jsonb_typeof(p_call -> 'booking') = 'object' then
                perform private.book(v_call, p_call -> 'booking', p_delivery);
            end if;
            if p_call -> 'lead' -> 'hot' = 'true' then
                perform private.plan_effect(p_organization, 'hot_lead_alert', v_call.id::text, p_delivery,
                    v_call.contact_id, v_call.id);
            end if;
        end if;
    end if;
    return private.applied(p_organization, p_delivery, v_answer);
end
$$;

-- Takes a change of the product's own data into account. Only the row counts, looked up among the tenant's and as it
-- is now: what the change says of it may be old. Answers {"outcome": "applied" | "ignored" | "duplicate", "effects"}.
create function public.apply_change_event(
    p_delivery text, p_organization uuid, p_endpoint text, p_provider text, p_event_type text,
    p_received_at timestamptz, p_started_at timestamptz, p_change jsonb
) returns jsonb
language plpgsql set search_path = ''
as $$
declare
    v_row text := p_change ->> 'row_id';
    v_appointment public.appointments;
    v_reason text;
begin
    if p_change ->> 'source' <> 'database' or p_change ->> 'schema' <> 'public'
        or p_change ->> 'table' is distinct from 'appointments'
    then
        v_reason := 'no_handler_for_table';
    elsif v_row ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then
        select * into v_appointment from public.appointments as appointment
        where appointment.org_id = p_organization and appointment.id = v_row::uuid;
    end if;
    if v_appointment.id is null then
        v_reason := coalesce(v_reason, 'row_not_found');
    end if;
    if not private.finish_delivery(case when v_reason is null then 'done' else 'ignored' end::public.delivery_state,
        v_reason, p_delivery, p_organization, p_endpoint, p_provider, p_event_type, p_received_at, p_started_at)
    then
        return private.applied(p_organization, p_delivery, jsonb_build_object('outcome', 'duplicate'));
    end if;
    if v_reason is not null then
        return jsonb_build_object('outcome', 'ignored', 'effects', jsonb_build_array());
    end if;
    perform private.plan_appointment(v_appointment, p_delivery);
    return private.applied(p_organization, p_delivery, jsonb_build_object('outcome', 'applied'));
end
$$;

revoke all on function public.apply_call_event(text, uuid, text, text, text, timestamptz, timestamptz, jsonb)
    from public, anon, authenticated;
revoke all on function public.apply_change_event(text, uuid, text, text, text, timestamptz, timestamptz, jsonb)
    from public, anon, authenticated;
grant execute on function public.apply_call_event(text, uuid, text, text, text, timestamptz, timestamptz, jsonb)
    to service_role;
grant execute on function public.apply_change_event(text, uuid, text, text, text, timestamptz, timestamptz, jsonb)
    to service_role;
grant execute on function private.moment(jsonb, text) to service_role;
grant execute on function private.booking_of(uuid, jsonb) to service_role;
grant execute on function private.plan_appointment(public.appointments, text) to service_role;
grant execute on function private.book(public.calls, jsonb, text) to service_role;
