-- The operator's look at the delivery log, over all organisations.

-- Deliveries in these states, the oldest first: of one organisation, or these by name (both lists separated by
-- commas). A delivery is looked up by organisation, since that is how the log is kept.
create function public.list_deliveries(
    p_states text, p_limit integer, p_organization uuid default null, p_deliveries text default null
) returns jsonb
language sql stable set search_path = ''
as $$
    select coalesce(jsonb_agg(to_jsonb(found) order by found.received_at, found.delivery), '[]')
    from (
        select log.delivery, log.org_id as organization, log.endpoint, log.provider, log.event_type, log.state,
            log.reason, log.received_at
        from public.organizations as organization
        join public.webhook_deliveries as log on log.org_id = organization.id
        where log.state = any (string_to_array(p_states, ',')::public.delivery_state[])
            and (p_organization is null or organization.id = p_organization)
            and (p_deliveries is null or log.delivery = any (string_to_array(p_deliveries, ',')))
        order by log.received_at, log.delivery
        limit least(p_limit, 1000)
    ) as found
$$;
revoke all on function public.list_deliveries(text, integer, uuid, text) from public, anon, authenticated;
grant execute on function public.list_deliveries(text, integer, uuid, text) to service_role;
