-- Who did what to which record of a tenant. Append-only for everybody; see private.refuse_rewrite().

create table public.audit_log (
    org_id uuid not null references public.organizations (id),
    id uuid not null default gen_random_uuid(),
    actor text not null check (length(actor) between 1 and 200),
    action text not null check (action ~ '^[a-z][a-z0-9_.-]{0,63}$'),
    entity text not null check (entity ~ '^[a-z][a-z0-9_.-]{0,63}$'),
    entity_id text check (length(entity_id) <= 200),
    details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
    occurred_at timestamptz not null default now(),
    primary key (org_id, id)
);
comment on column public.audit_log.details is 'Names of columns, counts and identifiers. Never a person''s data.';
create index audit_log_by_time on public.audit_log (org_id, occurred_at);
create index audit_log_by_entity on public.audit_log (org_id, entity, entity_id);
select private.guard_table('public.audit_log');
select private.guard_append_only('public.audit_log');
create policy tenant_reads on public.audit_log for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.audit_log to authenticated;
-- By column: the time of an entry and its id are the database's to say.
grant select, insert (org_id, actor, action, entity, entity_id, details) on public.audit_log to service_role;

-- Writes the audit row of a change. Its argument is the column that identifies the row. SECURITY DEFINER,
-- because whoever changes a record must not be able to write, or leave out, the record of it.
create function private.record_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    v_before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
    v_after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
    v_row jsonb := case when tg_op = 'DELETE' then v_before else v_after end;
    v_details jsonb := '{}';
begin
    if tg_op = 'UPDATE' then
        v_details := (
            select jsonb_build_object('columns', jsonb_agg(key order by key))
            from jsonb_each(v_after)
            where value is distinct from v_before -> key and key <> 'updated_at'
        );
        if v_details = '{"columns": null}' then
            return null;
        end if;
    end if;
    insert into public.audit_log (org_id, actor, action, entity, entity_id, details)
    values ((v_row ->> 'org_id')::uuid, private.actor(), lower(tg_op), tg_table_name, v_row ->> tg_argv[0], v_details);
    return null;
end
$$;

create trigger audited after insert or update or delete on public.endpoints
    for each row execute function private.record_change('endpoint');
