-- Organisations that the readiness test makes for itself, on any stage: no patient is ever theirs, so what they
-- leave behind may be removed at once. What was audited stays, and with it the organisation's row.

alter table public.organizations add column synthetic boolean not null default false;

-- Which an organisation is, is said when it is made: no clinic can become one that may be emptied.
create function private.refuse_synthetic_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
    raise exception 'synthetic of organizations cannot change';
end
$$;
create trigger keep_synthetic before update on public.organizations for each row
    when (old.synthetic is distinct from new.synthetic) execute function private.refuse_synthetic_change();

-- Removes every row of a synthetic organisation but its own and the append-only ones. Answers
-- {"removed": <rows>}. SECURITY DEFINER: no API role may delete from a tenant's tables.
create function public.empty_synthetic_organization(p_organization uuid) returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
    v_table regclass;
    v_rows bigint;
    v_removed bigint := 0;
    v_left int;
    v_before int := -1;
begin
    if not exists (
        select from public.organizations as organization
        where organization.id = p_organization and organization.synthetic
        for update
    ) then
        raise exception 'not a synthetic organization' using errcode = 'invalid_parameter_value';
    end if;
    -- Tables that refer to others come to be empty first. The loop ends: a round that frees no table raises.
    loop
        v_left := 0;
        for v_table in
            select class.oid::regclass
            from pg_catalog.pg_class as class
            join pg_catalog.pg_attribute as attribute
                on attribute.attrelid = class.oid and attribute.attname = 'org_id'
            where class.relnamespace = 'public'::regnamespace and class.relkind in ('r', 'p')
                and not class.relispartition
                and not exists (
                    select from pg_catalog.pg_trigger as guard
                    where guard.tgrelid = class.oid and guard.tgname = 'append_only')
        loop
            begin
                execute format('delete from %s where org_id = $1', v_table) using p_organization;
                get diagnostics v_rows = row_count;
                v_removed := v_removed + v_rows;
            exception when foreign_key_violation then
                v_left := v_left + 1;
            end;
        end loop;
        exit when v_left = 0;
        if v_left = v_before then
            raise exception 'rows refer to one another and cannot be removed';
        end if;
        v_before := v_left;
    end loop;
    return jsonb_build_object('removed', v_removed);
end
$$;
revoke all on function public.empty_synthetic_organization(uuid) from public, anon, authenticated;
grant execute on function public.empty_synthetic_organization(uuid) to service_role;
