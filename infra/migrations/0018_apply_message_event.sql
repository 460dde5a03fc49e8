-- Applying one event of a message: one that came in, or how far one of ours has got.

-- How much is known of a message, with gaps. What a handset confirmed goes before a failure that the network
-- reported; our own doubt before nothing.
create function private.message_rank(p_status public.message_status) returns integer
language sql immutable parallel safe set search_path = ''
as $$
    select case p_status
        when 'ambiguous' then 10
        when 'queued' then 20
        when 'sending' then 30
        when 'sent' then 40
        when 'failed' then 50
        when 'undelivered' then 60
        when 'delivered' then 70
        when 'read' then 80
        when 'received' then 100
    end
$$;

create type private.message_event as (
    provider_message_id text,
    channel public.message_channel,
    kind text,
    sender text,
    recipient text,
    keyword text,
    status public.message_status,
    error_code text,
    effect text,
    occurred_at timestamptz
);

-- Reads and checks p_message. An error says that it is wrong, not what is in it: errors are logged.
create function private.read_message_event(p_message jsonb) returns private.message_event
language plpgsql stable set search_path = ''
as $$
declare
    v_event private.message_event;
    v_fits boolean;
begin
    begin
        v_event := jsonb_populate_record(null::private.message_event, p_message
            || jsonb_build_object('sender', p_message -> 'from', 'recipient', p_message -> 'to'));
        v_fits := octet_length(p_message::text) <= 16384
            and length(v_event.provider_message_id) between 1 and 200
            and v_event.channel is not null
            and v_event.kind in ('received', 'status')
            and (v_event.kind = 'received' or v_event.status is not null
                and v_event.status not in ('received', 'ambiguous'))
            and coalesce(v_event.sender ~ '^\+[1-9][0-9]{1,14}$', true)
            and coalesce(v_event.recipient ~ '^\+[1-9][0-9]{1,14}$', true)
            and coalesce(v_event.keyword in ('stop', 'start', 'help'), true)
            and coalesce(length(v_event.error_code) between 1 and 64, true)
            and v_event.occurred_at >= '0001-01-01 00:00Z' and v_event.occurred_at < '9999-12-31 00:00Z';
    exception when data_exception then
        v_fits := false;
    end;
    if v_fits is not true then
        raise exception 'p_message is not a message event' using errcode = 'invalid_parameter_value';
    end if;
    return v_event;
end
$$;

-- A message that came in: its row, and what its keyword asks for.
create function private.receive_message(
    p_organization uuid, p_delivery text, p_event private.message_event
) returns void
language plpgsql set search_path = ''
as $$
declare
    v_contact uuid;
    v_message uuid;
begin
    if p_event.sender is not null then
        v_contact := private.contact_of(p_organization, p_event.sender);
    end if;
    insert into public.messages (org_id, contact_id, channel, direction, status, provider_message_id)
    values (p_organization, v_contact, p_event.channel, 'inbound', 'received', p_event.provider_message_id)
    on conflict (org_id, provider_message_id) do nothing
    returning id into v_message;
    if v_message is null or v_contact is null then
        return;
    end if;
    if p_event.keyword in ('stop', 'start') then
        perform private.note_consent(p_organization, v_contact,
            (case p_event.keyword when 'stop' then 'withdrawn' else 'granted' end)::public.consent_state,
            p_event.occurred_at);
    elsif p_event.keyword = 'help' then
        perform private.plan_effect(p_organization, 'help_reply', v_message::text, p_delivery, v_contact,
            p_message => v_message);
    end if;
end
$$;

-- How far a message of ours has got. Says whether that was news. A report that names the effect which sent the
-- message proves that it was sent: it settles the effect, if its own attempt did not live to.
create function private.report_message(p_organization uuid, p_event private.message_event) returns boolean
language plpgsql set search_path = ''
as $$
declare
    v_effect public.effects;
    v_new boolean;
begin
    if p_event.effect is not null then
        select * into v_effect from public.effects as effect
        where effect.org_id = p_organization and effect.key = p_event.effect and effect.attempts > 0
            and effect.kind in ('confirmation', 'help_reply')
        for no key update;
    end if;
    if v_effect.key is not null then
        update public.messages as message set provider_message_id = p_event.provider_message_id
        where message.org_id = p_organization and message.effect_key = v_effect.key
            and message.provider_message_id is null
            and not exists (
                select from public.messages as other
                where other.org_id = p_organization and other.provider_message_id = p_event.provider_message_id);
    end if;
    insert into public.messages (org_id, contact_id, channel, direction, status, provider_message_id)
    select p_organization, contact.id, p_event.channel, 'outbound', 'queued', p_event.provider_message_id
    from (select) as one
    left join public.contacts as contact on contact.org_id = p_organization and contact.phone = p_event.recipient
    on conflict (org_id, provider_message_id) do nothing;
    v_new := found;
    update public.messages as message set
        status = p_event.status,
        error_code = case when p_event.status in ('failed', 'undelivered') then p_event.error_code end,
        sent_at = coalesce(message.sent_at,
            case when p_event.status in ('sent', 'undelivered', 'delivered', 'read') then p_event.occurred_at end),
        delivered_at = coalesce(message.delivered_at,
            case when p_event.status in ('delivered', 'read') then p_event.occurred_at end)
    where message.org_id = p_organization and message.provider_message_id = p_event.provider_message_id
        and message.direction = 'outbound'
        and private.message_rank(p_event.status) > private.message_rank(message.status);
    v_new := v_new or found;
    if p_event.error_code = '21610' then
        perform private.note_consent(p_organization, contact.id, 'withdrawn', p_event.occurred_at)
        from public.contacts as contact
        where contact.org_id = p_organization and contact.phone = p_event.recipient;
    end if;
    if v_effect.key is not null and v_effect.state <> 'done' then
        begin
            update public.effects as effect set
                state = 'done', settled_at = p_event.occurred_at, provider_id = p_event.provider_message_id,
                reason = null
            where effect.org_id = p_organization and effect.key = v_effect.key;
            perform private.close_delivery(p_organization, v_effect.delivery);
        exception when unique_violation then
            null; -- The message is another effect's doing: this report says nothing of this one.
        end;
    end if;
    return v_new;
end
$$;

-- Applies an event of a message. Answers {"outcome": "applied" | "duplicate" | "stale", "effects": [...]}. Stale: more
-- was known before.
create function public.apply_message_event(
    p_delivery text, p_organization uuid, p_endpoint text, p_provider text, p_event_type text,
    p_received_at timestamptz, p_started_at timestamptz, p_message jsonb
) returns jsonb
language plpgsql set search_path = ''
as $$
declare
    v_event private.message_event := private.read_message_event(p_message);
    v_outcome text := 'applied';
begin
    if not private.finish_delivery('done', null, p_delivery, p_organization, p_endpoint, p_provider, p_event_type,
        p_received_at, p_started_at)
    then
        v_outcome := 'duplicate';
    elsif v_event.kind = 'received' then
        perform private.receive_message(p_organization, p_delivery, v_event);
    elsif not private.report_message(p_organization, v_event) then
        v_outcome := 'stale';
        update public.webhook_deliveries as log set reason = 'stale'
        where log.org_id = p_organization and log.delivery = p_delivery;
    end if;
    return private.applied(p_organization, p_delivery, jsonb_build_object('outcome', v_outcome));
end
$$;

revoke all on function public.apply_message_event(text, uuid, text, text, text, timestamptz, timestamptz, jsonb)
    from public, anon, authenticated;
grant execute on function public.apply_message_event(text, uuid, text, text, text, timestamptz, timestamptz, jsonb)
    to service_role;
grant execute on function private.message_rank(public.message_status) to service_role;
grant execute on function private.read_message_event(jsonb) to service_role;
grant execute on function private.receive_message(uuid, text, private.message_event) to service_role;
grant execute on function private.report_message(uuid, private.message_event) to service_role;
