-- The delivery log: what came in and what became of it. No payload: that is patient data.

create type public.delivery_state as enum (
    'received', 'queued', 'processing', 'done', 'failed', 'dead', 'ignored', 'held');

create table public.webhook_deliveries (
    org_id uuid not null references public.organizations (id),
    delivery text not null check (delivery ~ '^dlv_[0-9a-f]{32}$'),
    -- No foreign key: the log keeps what came through an endpoint that is gone.
    endpoint text not null check (length(endpoint) between 1 and 128),
    provider text not null check (provider ~ '^[a-z][a-z0-9-]{0,31}$'),
    event_type text not null check (length(event_type) <= 128),
    state public.delivery_state not null,
    reason text check (length(reason) <= 200),
    received_at timestamptz not null,
    -- When the attempt that brought it to this state began, and when it ended.
    started_at timestamptz,
    applied_at timestamptz,
    call_id uuid,
    updated_at timestamptz not null default now(),
    primary key (org_id, delivery),
    foreign key (org_id, call_id) references public.calls (org_id, id) on delete set null (call_id)
) with (fillfactor = 85);
create index webhook_deliveries_by_time on public.webhook_deliveries (org_id, received_at);
create index webhook_deliveries_by_state on public.webhook_deliveries (org_id, state, received_at);
create index webhook_deliveries_by_call on public.webhook_deliveries (org_id, call_id) where call_id is not null;
-- The operator's question over all tenants: what is stuck?
create index webhook_deliveries_unfinished on public.webhook_deliveries (state, received_at)
    where state not in ('done', 'ignored');
select private.guard_table('public.webhook_deliveries');
create policy tenant_reads on public.webhook_deliveries for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.webhook_deliveries to authenticated;
grant select, insert, update on public.webhook_deliveries to service_role;
