-- Bookings. That a calendar is never booked twice is the database's promise: a check before an insert in code
-- races with the next one.

create type public.appointment_status as enum
    ('held', 'pending', 'confirmed', 'in_progress', 'completed', 'cancelled', 'no_show');

create table public.appointments (
    org_id uuid not null references public.organizations (id),
    id uuid not null default gen_random_uuid(),
    contact_id uuid,
    call_id uuid,
    -- What can be booked once at a time: a practitioner's calendar, a room.
    calendar text not null check (length(calendar) between 1 and 200),
    service text check (length(service) between 1 and 200),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    -- Half open: one may begin the moment another ends.
    during tstzrange not null generated always as (tstzrange(starts_at, ends_at, '[)')) stored,
    status public.appointment_status not null default 'pending',
    -- The event in the clinic's own calendar.
    external_event_id text check (length(external_event_id) between 1 and 1024),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, id),
    foreign key (org_id, contact_id) references public.contacts (org_id, id) on delete set null (contact_id),
    foreign key (org_id, call_id) references public.calls (org_id, id) on delete set null (call_id),
    -- An empty range overlaps nothing, so it would slip past the constraint below.
    constraint an_appointment_takes_time check (starts_at < ends_at and isfinite(starts_at) and isfinite(ends_at)),
    constraint no_double_booking exclude using gist (org_id with =, calendar with =, during with &&)
        where (status not in ('cancelled', 'no_show'))
);
create unique index appointments_by_external_event on public.appointments (org_id, calendar, external_event_id)
    where external_event_id is not null;
create index appointments_by_start on public.appointments (org_id, starts_at);
create index appointments_by_contact on public.appointments (org_id, contact_id) where contact_id is not null;
create index appointments_by_call on public.appointments (org_id, call_id) where call_id is not null;
select private.guard_table('public.appointments');
create trigger audited after insert or update or delete on public.appointments
    for each row execute function private.record_change('id');

-- A clinic books, moves and cancels. It does not delete: a cancelled appointment is a fact.
create policy tenant_reads on public.appointments for select to authenticated
    using (org_id = (select private.auth_org_id()));
create policy tenant_adds on public.appointments for insert to authenticated
    with check (org_id = (select private.auth_org_id()));
create policy tenant_changes on public.appointments for update to authenticated
    using (org_id = (select private.auth_org_id()))
    with check (org_id = (select private.auth_org_id()));
grant select,
    insert (org_id, contact_id, calendar, service, starts_at, ends_at, status),
    update (contact_id, calendar, service, starts_at, ends_at, status)
    on public.appointments to authenticated;
grant select, insert, update on public.appointments to service_role;
