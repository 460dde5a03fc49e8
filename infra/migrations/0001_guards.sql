-- What every later migration stands on: closed defaults, the schema `private`, the one reader of the tenant
-- from the JWT, and the guards each tenant table gets.
--
-- `private` must never be among PostgREST's exposed schemas. Functions that policies call live there:
-- `authenticated` must be able to execute them, but not as an RPC.

-- Row security is forced, so it binds the tables' owner too. The triggers that write the audit trail run as the
-- owner; an owner without BYPASSRLS would turn each audited write into an error. Say so here, not at 3 a.m.
do $$
begin
    if not exists (select from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)) then
        raise exception 'role % must have BYPASSRLS to own this schema', current_user;
    end if;
end
$$;

-- Supabase opens every new object in public to the API roles, and Postgres every new function to PUBLIC. Both
-- defaults end here for what this role creates from now on; each migration grants what is needed by name.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on functions from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on tables from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from public, anon, authenticated, service_role;

create extension if not exists btree_gist with schema extensions;

create schema private;
revoke all on schema private from public;
grant usage on schema private to authenticated, service_role;

-- The organisation of the signed-in user: app_metadata.org_id of the JWT that PostgREST has verified. Only the
-- service key can write app_metadata; user_metadata is the user's own and decides nothing. Absent or not a
-- uuid: null, which equals no organisation. Every policy reads the tenant through this function only, as
-- `(select private.auth_org_id())`, which is evaluated once per statement and not once per row.
create function private.auth_org_id() returns uuid
language sql stable parallel safe set search_path = ''
as $$
    select case
        when claim ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then claim::uuid
    end
    from (select auth.jwt() -> 'app_metadata' ->> 'org_id') as verified (claim)
$$;
revoke all on function private.auth_org_id() from public;
grant execute on function private.auth_org_id() to authenticated;

-- Who acts, for the audit trail: the JWT's subject, else the role of the request.
create function private.actor() returns text
language sql stable set search_path = ''
as $$
    select coalesce(
        'user:' || left(auth.jwt() ->> 'sub', 128),
        'role:' || coalesce(nullif(current_setting('role', true), 'none'), session_user)
    )
$$;

create function private.refuse_org_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
    raise exception 'org_id of % cannot change', tg_table_name;
end
$$;

create function private.touch_updated_at() returns trigger
language plpgsql set search_path = ''
as $$
begin
    new.updated_at := now();
    return new;
end
$$;

-- Guards of an append-only table. The one way out is for retention: the owner (so in practice a SECURITY
-- DEFINER function of a migration; no API role owns anything) may delete rows older than the six years of
-- 45 CFR 164.316(b)(2)(i). No setting a session could make opens it.
create function private.refuse_rewrite() returns trigger
language plpgsql set search_path = ''
as $$
begin
    if tg_op = 'DELETE' then
        if old.occurred_at < now() - interval '6 years'
            and current_user = (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid)
        then
            return old;
        end if;
    end if;
    raise exception '% is append-only', tg_table_name;
end
$$;

-- Closes a new table: no privilege for any API role, row security enabled and forced, org_id fixed, updated_at
-- kept. What tenants may do is then granted by name, with a policy.
create function private.guard_table(p_table regclass) returns void
language plpgsql set search_path = ''
as $$
begin
    execute format('revoke all on table %s from public, anon, authenticated, service_role', p_table);
    execute format('alter table %s enable row level security', p_table);
    execute format('alter table %s force row level security', p_table);
    if exists (select from pg_attribute where attrelid = p_table and attname = 'org_id') then
        execute format(
            'create trigger keep_org_id before update on %s for each row
             when (old.org_id is distinct from new.org_id) execute function private.refuse_org_change()',
            p_table);
    end if;
    if exists (select from pg_attribute where attrelid = p_table and attname = 'updated_at') then
        execute format(
            'create trigger touch_updated_at before update on %s for each row
             execute function private.touch_updated_at()',
            p_table);
    end if;
end
$$;

create function private.guard_append_only(p_table regclass) returns void
language plpgsql set search_path = ''
as $$
begin
    execute format(
        'create trigger append_only before update or delete on %s for each row
         execute function private.refuse_rewrite()',
        p_table);
    execute format(
        'create trigger append_only_truncate before truncate on %s for each statement
         execute function private.refuse_rewrite()',
        p_table);
end
$$;
