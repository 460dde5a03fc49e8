-- Tenants, and the webhook endpoints registered for them.
--
-- Times are timestamptz throughout. The primary key of a tenant table is (org_id, id): the tenant leads every
-- index, and a foreign key can only name a row of the same organisation.

create table public.organizations (
    id uuid primary key default gen_random_uuid(),
    name text not null check (length(name) between 1 and 200),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
select private.guard_table('public.organizations');
create policy tenant_reads on public.organizations for select to authenticated
    using (id = (select private.auth_org_id()));
grant select on public.organizations to authenticated;
grant select, insert, update on public.organizations to service_role;

-- The link of an endpoint to its organisation, for people and reports. The receiver reads its own registry.
-- The provider is text, not an enum: a new provider is a line of the registry in code, not a migration.
create table public.endpoints (
    org_id uuid not null references public.organizations (id),
    endpoint text not null check (endpoint ~ '^[A-Za-z0-9_-]{1,128}$'),
    provider text not null check (provider ~ '^[a-z][a-z0-9-]{0,31}$'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, endpoint),
    constraint an_endpoint_has_one_organization unique (endpoint)
);
select private.guard_table('public.endpoints');
create policy tenant_reads on public.endpoints for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.endpoints to authenticated;
grant select, insert, update, delete on public.endpoints to service_role;
