-- Finishing a delivery in the log, once.

-- Brings a delivery to `p_state` (done or ignored) and says whether the caller is the one who did. Of two
-- transactions with the same delivery the second waits here for the first, then finds it finished; if the first
-- rolled back, the second goes on. A delivery that was ignored may still be applied, by a replay after its
-- type has become known: nothing had been done for it.
create function private.finish_delivery(
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
    where log.state <> 'done' and (log.state <> 'ignored' or excluded.state = 'done');
    return found;
end
$$;
grant execute on function private.finish_delivery(
    public.delivery_state, text, text, uuid, text, text, text, timestamptz, timestamptz) to service_role;

-- Records a delivery that nothing acts upon. Answers {"outcome": "ignored" | "duplicate"}.
create function public.record_ignored_delivery(
    p_delivery text, p_organization uuid, p_endpoint text, p_provider text, p_event_type text,
    p_received_at timestamptz, p_started_at timestamptz, p_reason text
) returns jsonb
language plpgsql set search_path = ''
as $$
begin
    if coalesce(p_reason, '') = '' then
        raise exception 'an ignored delivery needs a reason' using errcode = 'invalid_parameter_value';
    end if;
    return jsonb_build_object('outcome', case
        when private.finish_delivery('ignored', p_reason, p_delivery, p_organization, p_endpoint, p_provider,
            p_event_type, p_received_at, p_started_at) then 'ignored'
        else 'duplicate'
    end);
end
$$;
revoke all on function public.record_ignored_delivery(
    text, uuid, text, text, text, timestamptz, timestamptz, text) from public, anon, authenticated;
grant execute on function public.record_ignored_delivery(
    text, uuid, text, text, text, timestamptz, timestamptz, text) to service_role;
