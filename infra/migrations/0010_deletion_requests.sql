-- Requests to erase, and what became of them.

create type public.deletion_scope as enum ('contact', 'call', 'organization');
create type public.deletion_status as enum ('pending', 'running', 'completed', 'failed', 'rejected');
create type public.deletion_basis as enum ('gdpr_article_17', 'ccpa', 'patient_request', 'retention_policy');

create table public.deletion_requests (
    org_id uuid not null references public.organizations (id),
    id uuid not null default gen_random_uuid(),
    scope public.deletion_scope not null,
    -- The contact or call. No foreign key: the request must outlive what it erases. Whoever carries it out looks
    -- the subject up by (org_id, id), so the id of another organisation's record finds nothing.
    subject_id uuid,
    basis public.deletion_basis not null,
    status public.deletion_status not null default 'pending',
    requested_by text not null default private.actor(),
    -- GDPR, article 12(3): one month.
    due_at timestamptz not null default now() + interval '1 month',
    completed_at timestamptz,
    records_deleted jsonb not null default '{}' check (jsonb_typeof(records_deleted) = 'object'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, id),
    constraint a_request_names_its_subject check ((scope = 'organization') = (subject_id is null)),
    constraint a_completed_request_has_a_time check ((status = 'completed') = (completed_at is not null))
);
create index deletion_requests_open on public.deletion_requests (org_id, due_at)
    where status in ('pending', 'running', 'failed');
-- The sweep's question over all tenants: what is due next?
create index deletion_requests_due on public.deletion_requests (due_at)
    where status in ('pending', 'running', 'failed');
select private.guard_table('public.deletion_requests');
create trigger audited after insert or update or delete on public.deletion_requests
    for each row execute function private.record_change('id');

-- A clinic asks and watches. What happens to a request, and who made it, is not the asker's to write.
create policy tenant_reads on public.deletion_requests for select to authenticated
    using (org_id = (select private.auth_org_id()));
create policy tenant_adds on public.deletion_requests for insert to authenticated
    with check (org_id = (select private.auth_org_id()));
grant execute on function private.actor() to authenticated, service_role;
grant select, insert (org_id, scope, subject_id, basis) on public.deletion_requests to authenticated;
grant select, insert, update on public.deletion_requests to service_role;
