-- How long what is kept, and what must be kept whatever the time.
--
-- A record class is a kind of record with one reason to be kept. Its bounds are the product's: no policy of an
-- organisation goes below the least or above the most. Holds win over every policy.

-- One line per class, and the sweep works for it. Expressions are about a row `r`, with $2 the cutoff. Only
-- migrations write here: the texts become part of statements.
create table private.record_classes (
    class text primary key check (class ~ '^[a-z][a-z_]{0,30}$'),
    -- Days. HIPAA's six years for documentation (45 CFR 164.316(b)(2)(i)) are 2192 days with their leap days.
    keep_days integer not null,
    min_days integer not null check (min_days > 0),
    max_days integer not null,
    -- How often it is swept.
    period interval not null,
    -- The part of the class that may go in one run without an approval.
    share numeric not null default 0.05 check (share between 0 and 1),
    -- Rows looked at in one batch: fewer where removing one costs more.
    batch integer not null default 500 check (batch between 1 and 500),
    -- Where it lies in Postgres; null for what lies in DynamoDB or S3.
    relation regclass,
    -- What identifies a row beside its organisation, and the indexed column that tells its age.
    key text not null default 'r.id',
    key_type text not null default 'uuid',
    age text not null default 'r.created_at',
    -- What makes a row one of the class, and one of age due.
    belongs text not null default 'true',
    due text not null default 'true',
    -- What is set to null; null: the row goes.
    clears text[],
    -- Contacts and calls through which a hold reaches the row.
    contacts text not null default 'null::uuid[]',
    calls text not null default 'null::uuid[]',
    -- Classes whose hold protects this one too, because removing a row here would change one of theirs.
    held_with text[] not null default '{}',
    constraint bounds_are_in_order check (keep_days between min_days and max_days)
);
revoke all on private.record_classes from public, anon, authenticated, service_role;

create index calls_with_words on public.calls (org_id, created_at) where redaction_policy is not null;
create index calls_with_recording on public.calls (org_id, created_at) where recording_url is not null;
create index deletion_requests_by_age on public.deletion_requests (org_id, created_at);

insert into private.record_classes
    (class, keep_days, min_days, max_days, period, share, relation, key, key_type, age, belongs, due, clears, contacts, calls, held_with)
values
    -- A claim says itself when it ends: a day after it was finished or with its provider's retries, whichever is
    -- later. It holds no patient data, and no hold reaches it. No share: nothing but its own end removes a claim.
    ('claims', 1, 1, 30, '1 hour', 1, null, 'r.id', 'uuid', 'r.created_at', 'true', 'true', null,
        'null::uuid[]', 'null::uuid[]', '{}'),
    -- Bodies outside the queue live as long as a message can, dead-lettered: seven days, for everybody.
    ('payloads', 7, 7, 7, '1 hour', 1, null, 'r.id', 'uuid', 'r.created_at', 'true', 'true', null,
        'null::uuid[]', 'null::uuid[]', '{}'),
    -- Not before a dead letter of the delivery is gone, or its replay would be applied a second time.
    ('delivery_log', 7, 7, 90, '1 hour', default, 'public.webhook_deliveries', 'r.delivery', 'text', 'r.received_at', 'true',
        'coalesce(r.applied_at, r.received_at) < $2', null,
        'array(select c.contact_id from public.calls c where c.org_id = r.org_id and c.id = r.call_id)',
        'array[r.call_id]', '{}'),
    -- Not before the last message that could bring the words again is gone.
    ('transcripts', 365, 8, 3653, '1 day', default, 'public.calls', 'r.id', 'uuid', 'r.created_at',
        'r.redaction_policy is not null', 'true',
        '{transcript,summary,analysis,redaction,redaction_policy,words_delivery}',
        'array[r.contact_id]', 'array[r.id]', '{}'),
    ('recordings', 90, 8, 3653, '1 day', default, 'public.calls', 'r.id', 'uuid', 'r.created_at',
        'r.recording_url is not null', 'true', '{recording_url}', 'array[r.contact_id]', 'array[r.id]', '{}'),
    ('messages', 730, 30, 3653, '1 day', default, 'public.messages', 'r.id', 'uuid', 'r.created_at', 'true', 'true', null,
        'array[r.contact_id] || array(select c.contact_id from public.calls c where c.org_id = r.org_id and c.id = r.call_id)',
        'array[r.call_id]', '{}'),
    ('appointments', 2557, 365, 3653, '1 day', default, 'public.appointments', 'r.id', 'uuid', 'r.starts_at', 'true',
        'r.ends_at < $2', null,
        'array[r.contact_id] || array(select c.contact_id from public.calls c where c.org_id = r.org_id and c.id = r.call_id)',
        'array[r.call_id]', '{messages}'),
    ('calls', 2557, 30, 3653, '1 day', default, 'public.calls', 'r.id', 'uuid', 'r.created_at', 'true', 'true', null,
        'array[r.contact_id]', 'array[r.id]', '{transcripts,recordings,messages,appointments,delivery_log}'),
    -- Inactive: nothing happened with this person since. `offset 0` keeps the planner from reading whole tables to
    -- answer for a few rows.
    ('contacts', 1096, 365, 3653, '1 day', default, 'public.contacts', 'r.id', 'uuid', 'r.created_at', 'true',
        'r.updated_at < $2
         and not exists (select from public.calls c where c.org_id = r.org_id and c.contact_id = r.id
             and greatest(c.created_at, c.started_at) >= $2 offset 0)
         and not exists (select from public.messages m where m.org_id = r.org_id and m.contact_id = r.id
             and m.created_at >= $2 offset 0)
         and not exists (select from public.appointments a where a.org_id = r.org_id and a.contact_id = r.id
             and a.ends_at >= $2 offset 0)', null,
        'array[r.id]', 'array(select c.id from public.calls c where c.org_id = r.org_id and c.contact_id = r.id)',
        '{calls,transcripts,recordings,messages,appointments}'),
    ('audit', 2557, 2192, 3653, '1 day', default, 'public.audit_log', 'r.id', 'uuid', 'r.occurred_at', 'true', 'true', null,
        'array[case when r.entity = ''contacts'' then r.entity_id::uuid end]',
        'array[case when r.entity = ''calls'' then r.entity_id::uuid end]', '{}'),
    -- What became of a request to erase is documentation too.
    ('erasure_requests', 2557, 2192, 3653, '1 day', default, 'public.deletion_requests', 'r.id', 'uuid', 'r.created_at', 'true',
        'r.status in (''completed'', ''rejected'') and r.updated_at < $2', null, 'null::uuid[]', 'null::uuid[]', '{}');

-- Each of these rows empties references and writes audit rows of its own.
update private.record_classes set batch = 100 where class in ('contacts', 'calls', 'appointments');

-- What an organisation has chosen; the class's own time where it has chosen nothing.
create table public.retention_policies (
    org_id uuid not null references public.organizations (id),
    class text not null references private.record_classes (class),
    keep_days integer not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, class)
);
select private.guard_table('public.retention_policies');
create policy tenant_reads on public.retention_policies for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.retention_policies to authenticated;
grant select, insert, update, delete on public.retention_policies to service_role;
create trigger audited after insert or update or delete on public.retention_policies
    for each row execute function private.record_change('class');

create function private.keep_within_bounds() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    v_class private.record_classes;
begin
    select * into v_class from private.record_classes where class = new.class;
    if found and new.keep_days not between v_class.min_days and v_class.max_days then
        raise exception '% are kept for % to % days', new.class, v_class.min_days, v_class.max_days
            using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger within_bounds before insert or update on public.retention_policies
    for each row execute function private.keep_within_bounds();

-- What must be kept: all of an organisation, a class, a person or a call, until it is released. The person and the
-- call are no foreign keys: a hold must be able to outlive what nobody should have removed.
create table public.legal_holds (
    org_id uuid not null references public.organizations (id),
    id uuid not null default gen_random_uuid(),
    class text references private.record_classes (class),
    contact_id uuid,
    call_id uuid,
    -- The matter's reference. Never a person's data.
    reason text not null check (length(reason) between 1 and 200),
    placed_by text not null default private.actor() check (length(placed_by) between 1 and 200),
    released_by text check (length(released_by) between 1 and 200),
    released_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, id),
    constraint a_hold_is_on_one_thing check (num_nonnulls(contact_id, call_id) <= 1),
    constraint who_released_it_is_known check ((released_at is null) = (released_by is null))
);
create index legal_holds_in_force on public.legal_holds (org_id) where released_at is null;
select private.guard_table('public.legal_holds');
create policy tenant_reads on public.legal_holds for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.legal_holds to authenticated;
grant select, insert (org_id, class, contact_id, call_id, reason, placed_by), update (released_at, released_by)
    on public.legal_holds to service_role;
create trigger audited after insert or update or delete on public.legal_holds
    for each row execute function private.record_change('id');

-- A hold is released once and never taken back or moved; a hold on nothing would be a false comfort.
create function private.keep_hold() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' then
        if old.released_at is not null then
            raise exception 'the hold is released';
        end if;
    elsif (new.contact_id is not null and not exists (
            select from public.contacts c where c.org_id = new.org_id and c.id = new.contact_id))
        or (new.call_id is not null and not exists (
            select from public.calls c where c.org_id = new.org_id and c.id = new.call_id))
    then
        raise exception 'the hold names nothing of this organization' using errcode = 'foreign_key_violation';
    end if;
    return new;
end
$$;
create trigger keep_hold before insert or update on public.legal_holds
    for each row execute function private.keep_hold();

-- How long an organisation keeps a class, in days.
create function private.kept_days(p_organization uuid, p_class text) returns integer
language sql stable set search_path = ''
as $$
    select coalesce(
        (select policy.keep_days from public.retention_policies as policy
         where policy.org_id = p_organization and policy.class = p_class),
        (select class.keep_days from private.record_classes as class where class.class = p_class))
$$;

-- The condition under which a hold protects a row `r`, as text for a statement whose $1 is the organisation.
create function private.hold_condition(p_class private.record_classes) returns text
language sql stable set search_path = ''
as $$
    select format(
        'exists (select from public.legal_holds as hold where hold.org_id = $1 and hold.released_at is null
             and (hold.class is null or hold.class = any (%L::text[]))
             and (hold.contact_id is null or hold.contact_id = any (%s))
             and (hold.call_id is null or hold.call_id = any (%s)))',
        p_class.class || p_class.held_with, p_class.contacts, p_class.calls)
$$;
