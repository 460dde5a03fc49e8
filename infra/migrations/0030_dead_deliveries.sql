-- Deliveries that were given up, and who had them begun again.

-- Has the log say that a delivery was given up, unless it is finished: an attempt that was believed lost may have
-- been the one that applied it. Answers {"outcome": "dead" | "finished"}.
--
-- applied_at stays as it is: nothing was applied by giving up, and a replay must find that out.
create function public.record_dead_delivery(
    p_delivery text, p_organization uuid, p_endpoint text, p_provider text, p_event_type text,
    p_received_at timestamptz, p_started_at timestamptz, p_reason text
) returns jsonb
language plpgsql set search_path = ''
as $$
begin
    if coalesce(p_reason, '') = '' then
        raise exception 'a dead delivery needs a reason' using errcode = 'invalid_parameter_value';
    end if;
    insert into public.webhook_deliveries as log (
        org_id, delivery, endpoint, provider, event_type, state, reason, received_at, started_at
    ) values (
        p_organization, p_delivery, p_endpoint, p_provider, left(p_event_type, 128), 'dead', left(p_reason, 200),
        p_received_at, p_started_at
    )
    on conflict (org_id, delivery) do update set
        state = excluded.state,
        reason = excluded.reason,
        started_at = excluded.started_at
    where log.state not in ('done', 'ignored');
    return jsonb_build_object('outcome', case when found then 'dead' else 'finished' end);
end
$$;
revoke all on function public.record_dead_delivery(
    text, uuid, text, text, text, timestamptz, timestamptz, text) from public, anon, authenticated;
grant execute on function public.record_dead_delivery(
    text, uuid, text, text, text, timestamptz, timestamptz, text) to service_role;

-- Records who has a dead delivery begun again, why, and under which id its new attempts go. Before it is sent: an
-- entry without an attempt is harmless, an attempt without an entry is not.
create function public.record_replay(
    p_organization uuid, p_delivery text, p_replay uuid, p_actor text, p_reason text
) returns jsonb
language plpgsql set search_path = ''
as $$
begin
    if p_delivery is null or p_delivery !~ '^dlv_[0-9a-f]{32}$' or p_replay is null or coalesce(p_actor, '') = ''
        or length(p_reason) not between 1 and 200 or p_reason is null or p_reason ~ '[[:cntrl:]]'
    then
        raise exception 'a replay needs a delivery, an id, an actor and a reason of one line'
            using errcode = 'invalid_parameter_value';
    end if;
    insert into public.audit_log (org_id, actor, action, entity, entity_id, details)
    values (p_organization, left(p_actor, 200), 'replay', 'webhook_deliveries', p_delivery,
        jsonb_build_object('replay', p_replay, 'reason', p_reason));
    return jsonb_build_object('outcome', 'recorded');
end
$$;
revoke all on function public.record_replay(uuid, text, uuid, text, text) from public, anon, authenticated;
grant execute on function public.record_replay(uuid, text, uuid, text, text) to service_role;
