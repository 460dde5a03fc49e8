-- Attempting an effect: begin, the call outside, settle.

create type private.effect_attempt as (sender text, recipient text, channel public.message_channel);

-- What stands against an effect at this moment; null when nothing does. Asked when it is attempted, not when it is
-- planned: consent may be withdrawn and an appointment cancelled in between.
create function private.effect_obstacle(p_effect public.effects, p_now timestamptz) returns text
language plpgsql stable set search_path = ''
as $$
declare
    v_appointment public.appointments;
    v_consent public.consent_state;
begin
    if p_effect.kind in ('calendar_event', 'calendar_cancellation', 'confirmation') then
        select * into v_appointment from public.appointments as appointment
        where appointment.org_id = p_effect.org_id and appointment.id = p_effect.appointment_id;
        if not found then
            return 'appointment_gone';
        elsif p_effect.kind = 'calendar_cancellation' and v_appointment.status <> 'cancelled' then
            return 'appointment_not_cancelled';
        elsif p_effect.kind <> 'calendar_cancellation' and v_appointment.status not in ('pending', 'confirmed') then
            return 'appointment_cancelled';
        elsif p_effect.kind = 'confirmation' and v_appointment.starts_at <= p_now then
            return 'appointment_past';
        elsif p_effect.kind <> 'confirmation' and not exists (
            select from public.calendar_links as link
            where link.org_id = p_effect.org_id and link.calendar = v_appointment.calendar)
        then
            return 'not_configured';
        end if;
    end if;
    if p_effect.kind in ('confirmation', 'help_reply') then
        select contact.consent into v_consent from public.contacts as contact
        where contact.org_id = p_effect.org_id and contact.id = p_effect.contact_id;
        if not found then
            return 'contact_gone';
        elsif v_consent = 'withdrawn' then
            return 'consent_withdrawn';
        elsif (private.message_of(p_effect)).sender is null then
            return 'not_configured';
        end if;
    end if;
    return null;
end
$$;

-- From where to where a message goes, and how: as at the attempt before, else a reply by the way its question came,
-- else by the organisation's preferred way, if it has a sender there.
create function private.message_of(p_effect public.effects) returns private.effect_attempt
language sql stable set search_path = ''
as $$
    select row(
        case way.channel when 'sms' then integration.sms_sender else integration.whatsapp_sender end,
        contact.phone, way.channel)::private.effect_attempt
    from public.organization_integrations as integration
    join public.contacts as contact on contact.org_id = integration.org_id and contact.id = p_effect.contact_id
    left join public.messages as sent on sent.org_id = integration.org_id and sent.effect_key = p_effect.key
    left join public.messages as asked on asked.org_id = integration.org_id and asked.id = p_effect.message_id
    cross join lateral (values (coalesce(sent.channel, asked.channel, case
        when integration.preferred_channel = 'whatsapp' and integration.whatsapp_sender is not null then 'whatsapp'
        when integration.sms_sender is not null then 'sms'
        else 'whatsapp'
    end::public.message_channel))) as way (channel)
    where integration.org_id = p_effect.org_id
$$;

-- What is needed to build the call. No text: that is made where it is sent, and nowhere kept.
create function private.effect_terms(p_effect public.effects) returns jsonb
language sql stable set search_path = ''
as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'kind', p_effect.kind,
        'delivery', p_effect.delivery,
        'call', p_effect.call_id,
        'appointment', p_effect.appointment_id,
        'starts_at', appointment.starts_at,
        'ends_at', appointment.ends_at,
        'service', appointment.service,
        'event_id', appointment.external_event_id,
        'google_calendar_id', link.google_calendar_id,
        'calendar_time_zone', link.time_zone,
        'clinic_name', integration.clinic_name,
        -- What the clock on the clinic's wall will show.
        'starts_local', to_char(appointment.starts_at at time zone integration.time_zone, 'YYYY-MM-DD"T"HH24:MI:SS'),
        -- Where the provider reports how far a message got.
        'callback_endpoint', case when message.channel is not null then (
            select endpoint.endpoint from public.endpoints as endpoint
            where endpoint.org_id = p_effect.org_id and endpoint.provider = 'twilio'
            order by endpoint.created_at, endpoint.endpoint limit 1) end,
        'channel', message.channel,
        'from', message.sender,
        'to', message.recipient))
    from (select) as one
    left join public.appointments as appointment
        on appointment.org_id = p_effect.org_id and appointment.id = p_effect.appointment_id
    left join public.calendar_links as link
        on link.org_id = p_effect.org_id and link.calendar = appointment.calendar
    left join public.organization_integrations as integration on integration.org_id = p_effect.org_id
    left join lateral private.message_of(p_effect) as message (sender, recipient, channel)
        on p_effect.kind in ('confirmation', 'help_reply')
$$;

-- Ends an effect without an attempt.
create function private.abandon_effect(
    p_organization uuid, p_key text, p_reason text, p_now timestamptz
) returns void
language plpgsql set search_path = ''
as $$
declare
    v_effect public.effects;
begin
    update public.effects as effect set state = 'failed', settled_at = p_now, reason = p_reason
    where effect.org_id = p_organization and effect.key = p_key and effect.state in ('intended', 'ambiguous')
    returning * into v_effect;
    if found then
        perform private.close_delivery(p_organization, v_effect.delivery);
    end if;
end
$$;

-- Before a calendar event is removed, whether it is there: null when it is to be removed, 'wait' when an attempt at
-- making it may still be under way. One that was never attempted never will be.
create function private.before_removal(p_effect public.effects, p_now timestamptz) returns text
language plpgsql set search_path = ''
as $$
declare
    v_made public.effects;
begin
    select * into v_made from public.effects as effect
    where effect.org_id = p_effect.org_id and effect.appointment_id = p_effect.appointment_id
        and effect.kind = 'calendar_event'
    for no key update;
    if not found then
        return case when not exists (
            select from public.appointments as appointment
            where appointment.org_id = p_effect.org_id and appointment.id = p_effect.appointment_id
                and appointment.external_event_id is not null) then 'never_made' end;
    elsif v_made.state in ('intended', 'ambiguous') and v_made.attempted_at is not null then
        return 'wait';
    elsif v_made.state = 'intended' then
        perform private.abandon_effect(v_made.org_id, v_made.key, 'appointment_cancelled', p_now);
        return 'never_made';
    elsif v_made.state = 'failed' then
        return 'never_made';
    end if;
    return null;
end
$$;

-- Begins an attempt. Answers {"decision": ...}:
-- - proceed: make the call, then settle with this `attempt`;
-- - reconcile: an attempt at `attempted_at` may have done it: look first. What is found is settled; what is absent may
--   be begun again with `p_absent` = attempted_at, unless there is an `obstacle`, with which it has failed;
-- - wait: another effect must be settled first;
-- - skip: nothing is left to do.
-- `p_provider_id`: the id that a calendar event will have, known beforehand, so that what the calendar tells of it is
-- understood even if the answer of the insert is lost.
create function public.begin_effect(
    p_organization uuid, p_key text, p_now timestamptz, p_provider_id text default null,
    p_absent timestamptz default null
) returns jsonb
language plpgsql set search_path = ''
as $$
declare
    v_effect public.effects;
    v_obstacle text;
    v_attempted boolean;
begin
    select * into v_effect from public.effects as effect
    where effect.org_id = p_organization and effect.key = p_key
    for no key update;
    if not found or v_effect.state in ('done', 'failed') then
        return jsonb_build_object('decision', 'skip');
    end if;
    v_attempted := v_effect.attempted_at is not null and v_effect.attempted_at is distinct from p_absent;
    v_obstacle := private.effect_obstacle(v_effect, p_now);
    if v_obstacle is null and v_effect.kind = 'calendar_cancellation' and not v_attempted then
        v_obstacle := private.before_removal(v_effect, p_now);
        if v_obstacle = 'wait' then
            return jsonb_build_object('decision', 'wait');
        end if;
    end if;
    if v_obstacle is not null and not v_attempted then
        perform private.abandon_effect(p_organization, p_key, v_obstacle, p_now);
        return jsonb_build_object('decision', 'skip', 'obstacle', v_obstacle);
    end if;

    update public.effects as effect set
        attempts = effect.attempts + 1,
        state = (case when v_attempted then 'ambiguous' else 'intended' end)::public.effect_state,
        attempted_at = case when v_attempted then effect.attempted_at else p_now end
    where effect.org_id = p_organization and effect.key = p_key
    returning * into v_effect;
    if v_effect.kind in ('confirmation', 'help_reply') and not v_attempted then
        insert into public.messages (org_id, contact_id, call_id, appointment_id, channel, direction, status, effect_key)
        values (p_organization, v_effect.contact_id, v_effect.call_id, v_effect.appointment_id,
            (private.message_of(v_effect)).channel, 'outbound', 'queued', p_key)
        on conflict (org_id, effect_key) do nothing;
    elsif v_effect.kind = 'calendar_event' and p_provider_id is not null then
        update public.appointments as appointment set external_event_id = p_provider_id
        where appointment.org_id = p_organization and appointment.id = v_effect.appointment_id
            and appointment.external_event_id is distinct from p_provider_id;
    end if;
    return private.effect_terms(v_effect) || jsonb_strip_nulls(jsonb_build_object(
        'decision', case when v_attempted then 'reconcile' else 'proceed' end,
        'attempt', v_effect.attempts,
        'attempted_at', v_effect.attempted_at,
        'obstacle', v_obstacle));
end
$$;

-- Says how an attempt ended: done, failed (for good), ambiguous, or intended: nothing was sent, and it is to be
-- attempted again. Answers {"outcome": ...}:
-- - settled: it is recorded;
-- - duplicate: it was settled before;
-- - superseded: a later attempt has begun, which will settle it;
-- - taken: what was found is another effect's doing, and counts as absent.
create function public.settle_effect(
    p_organization uuid, p_key text, p_attempt integer, p_state text, p_now timestamptz,
    p_provider_id text default null, p_reason text default null
) returns jsonb
language plpgsql set search_path = ''
as $$
declare
    v_effect public.effects;
begin
    if p_state is null or p_state not in ('intended', 'done', 'ambiguous', 'failed') then
        raise exception 'no such state' using errcode = 'invalid_parameter_value';
    end if;
    select * into v_effect from public.effects as effect
    where effect.org_id = p_organization and effect.key = p_key
    for no key update;
    if not found then
        return jsonb_build_object('outcome', 'superseded');
    elsif v_effect.state in ('done', 'failed') then
        return jsonb_build_object('outcome', 'duplicate');
    elsif v_effect.attempts <> p_attempt then
        return jsonb_build_object('outcome', 'superseded');
    end if;
    -- What may have been done is not undone by an attempt that only looked.
    if p_state = 'intended' and v_effect.state = 'ambiguous' then
        return jsonb_build_object('outcome', 'settled');
    end if;
    begin
        update public.effects as effect set
            state = p_state::public.effect_state,
            settled_at = case when p_state in ('done', 'failed') then p_now end,
            attempted_at = case when p_state <> 'intended' then effect.attempted_at end,
            provider_id = coalesce(p_provider_id, effect.provider_id),
            reason = p_reason
        where effect.org_id = p_organization and effect.key = p_key
        returning * into v_effect;
    exception when unique_violation then
        return jsonb_build_object('outcome', 'taken');
    end;
    if v_effect.kind in ('confirmation', 'help_reply') then
        perform private.note_message(v_effect, p_reason);
        if p_state = 'failed' and p_reason = '21610' then
            perform private.note_consent(p_organization, v_effect.contact_id, 'withdrawn', p_now);
        end if;
    end if;
    if p_state in ('done', 'failed') then
        perform private.close_delivery(p_organization, v_effect.delivery);
    end if;
    return jsonb_build_object('outcome', 'settled');
end
$$;

-- Brings the row of an effect's message to what its settling says.
create function private.note_message(p_effect public.effects, p_error text) returns void
language sql set search_path = ''
as $$
    update public.messages as message set
        provider_message_id = coalesce(message.provider_message_id, case
            when p_effect.state = 'done' and not exists (
                select from public.messages as other
                where other.org_id = p_effect.org_id and other.provider_message_id = p_effect.provider_id)
            then p_effect.provider_id end),
        status = (case p_effect.state
            when 'failed' then 'failed'
            when 'ambiguous' then 'ambiguous'
            else 'queued' end)::public.message_status,
        error_code = case when p_effect.state = 'failed' then p_error end
    where message.org_id = p_effect.org_id and message.effect_key = p_effect.key
        and message.status in ('queued', 'ambiguous')
$$;

-- When the newest word on a contact's consent was said: an older one changes nothing.
alter table public.contacts add column consent_told_at timestamptz;

create or replace function private.note_consent_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
    if tg_op = 'INSERT' then
        new.consent_changed_at := case when new.consent <> 'unknown' then now() end;
        new.consent_told_at := coalesce(new.consent_told_at, new.consent_changed_at);
    elsif new.consent is distinct from old.consent then
        new.consent_changed_at := now();
        -- Changed at the clinic's desk: that was said now.
        if new.consent_told_at is not distinct from old.consent_told_at then
            new.consent_told_at := greatest(now(), old.consent_told_at);
        end if;
    end if;
    return new;
end
$$;

-- Takes a word on consent into account. Of two of the same moment the withdrawal counts.
create function private.note_consent(
    p_organization uuid, p_contact uuid, p_consent public.consent_state, p_told_at timestamptz
) returns void
language sql set search_path = ''
as $$
    update public.contacts as contact set consent = p_consent, consent_told_at = p_told_at
    where contact.org_id = p_organization and contact.id = p_contact
        and (contact.consent_told_at is null or contact.consent_told_at < p_told_at
            or contact.consent_told_at = p_told_at and p_consent = 'withdrawn')
$$;

revoke all on function public.begin_effect(uuid, text, timestamptz, text, timestamptz) from public, anon, authenticated;
revoke all on function public.settle_effect(uuid, text, integer, text, timestamptz, text, text)
    from public, anon, authenticated;
grant execute on function public.begin_effect(uuid, text, timestamptz, text, timestamptz) to service_role;
grant execute on function public.settle_effect(uuid, text, integer, text, timestamptz, text, text) to service_role;
grant execute on function private.effect_obstacle(public.effects, timestamptz) to service_role;
grant execute on function private.message_of(public.effects) to service_role;
grant execute on function private.effect_terms(public.effects) to service_role;
grant execute on function private.abandon_effect(uuid, text, text, timestamptz) to service_role;
grant execute on function private.before_removal(public.effects, timestamptz) to service_role;
grant execute on function private.note_message(public.effects, text) to service_role;
grant execute on function private.note_consent(uuid, uuid, public.consent_state, timestamptz) to service_role;
