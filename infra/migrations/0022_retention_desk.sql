-- What an operator does at the desk: policies and holds, each audited by the tables' own triggers.

-- Sets how many days an organisation keeps a class; null: what the product says.
create function public.set_retention(p_organization uuid, p_class text, p_keep_days integer default null) returns jsonb
language plpgsql set search_path = ''
as $$
begin
    if p_keep_days is null then
        delete from public.retention_policies as policy
        where policy.org_id = p_organization and policy.class = p_class;
    else
        insert into public.retention_policies as policy (org_id, class, keep_days)
        values (p_organization, p_class, p_keep_days)
        on conflict (org_id, class) do update set keep_days = excluded.keep_days;
    end if;
    return jsonb_build_object('keep_days', p_keep_days);
end
$$;

create function public.place_hold(
    p_organization uuid, p_reason text, p_placed_by text, p_class text default null, p_contact uuid default null,
    p_call uuid default null
) returns jsonb
language sql set search_path = ''
as $$
    insert into public.legal_holds (org_id, class, contact_id, call_id, reason, placed_by)
    values (p_organization, p_class, p_contact, p_call, p_reason, p_placed_by)
    returning jsonb_build_object('hold', id)
$$;

-- Answers {"released": true | false}; false: there is no such hold in force.
create function public.release_hold(p_organization uuid, p_hold uuid, p_released_by text) returns jsonb
language plpgsql set search_path = ''
as $$
begin
    update public.legal_holds as hold set released_at = now(), released_by = p_released_by
    where hold.org_id = p_organization and hold.id = p_hold and hold.released_at is null;
    return jsonb_build_object('released', found);
end
$$;

-- The holds in force, the newest first.
create function public.holds_in_force(p_organization uuid default null)
returns table (
    org_id uuid, id uuid, class text, contact_id uuid, call_id uuid, reason text, placed_by text, created_at timestamptz
)
language sql stable set search_path = ''
as $$
    select hold.org_id, hold.id, hold.class, hold.contact_id, hold.call_id, hold.reason, hold.placed_by, hold.created_at
    from public.legal_holds as hold
    where hold.released_at is null and hold.org_id = coalesce(p_organization, hold.org_id)
    order by hold.created_at desc limit 1000
$$;

do $$
declare
    v_function regprocedure;
begin
    foreach v_function in array array[
        'public.set_retention(uuid, text, integer)',
        'public.place_hold(uuid, text, text, text, uuid, uuid)',
        'public.release_hold(uuid, uuid, text)',
        'public.holds_in_force(uuid)'
    ]::regprocedure[] loop
        execute format('revoke all on function %s from public, anon, authenticated', v_function);
        execute format('grant execute on function %s to service_role', v_function);
    end loop;
end
$$;
