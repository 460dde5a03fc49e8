-- Erasure (GDPR, article 17): a request hides everything about a person or a call at once and removes it after the
-- grace.
--
-- Who acts: whoever inserts a request; its trigger hides the subject in the same transaction. The retention sweep
-- carries the request out when the grace is over: first what lies outside, then, by erase_rows, what lies here. What
-- is hidden carries the request's id, and so does whatever hangs itself on it afterwards: a late event can neither
-- bring an erased call back nor hide from its erasure. The grace is longer than any message lives.

alter table public.contacts
    add column deleted_at timestamptz,
    add column deletion_request uuid,
    drop constraint contacts_phone_check,
    -- The number is given up when the contact is hidden: somebody who comes back is somebody new.
    add constraint a_phone_is_e164 check (
        phone ~ '^\+[1-9][0-9]{1,14}$' or (deleted_at is not null and phone = 'erased:' || id));
alter table public.calls add column deleted_at timestamptz, add column deletion_request uuid;
alter table public.appointments add column deleted_at timestamptz, add column deletion_request uuid;
alter table public.messages add column deleted_at timestamptz, add column deletion_request uuid;
create index contacts_to_erase on public.contacts (org_id, deletion_request) where deletion_request is not null;
create index calls_to_erase on public.calls (org_id, deletion_request) where deletion_request is not null;
create index appointments_to_erase on public.appointments (org_id, deletion_request) where deletion_request is not null;
create index messages_to_erase on public.messages (org_id, deletion_request) where deletion_request is not null;

alter policy tenant_reads on public.contacts using (org_id = (select private.auth_org_id()) and deleted_at is null);
alter policy tenant_changes on public.contacts using (org_id = (select private.auth_org_id()) and deleted_at is null);
alter policy tenant_reads on public.calls using (org_id = (select private.auth_org_id()) and deleted_at is null);
alter policy tenant_reads on public.appointments using (org_id = (select private.auth_org_id()) and deleted_at is null);
alter policy tenant_changes on public.appointments
    using (org_id = (select private.auth_org_id()) and deleted_at is null);
alter policy tenant_reads on public.messages using (org_id = (select private.auth_org_id()) and deleted_at is null);

-- The grace is a record class like the others, so that it has bounds, policies, runs and a heartbeat: the time a
-- request waits. At most a month, at least as long as a message can live.
insert into private.record_classes (class, keep_days, min_days, max_days, period, share, relation)
values ('erasures', 30, 8, 30, '1 hour', 1, null);
-- As measured with these indexes: a batch takes well under a tenth of a second.
update private.record_classes set batch = 250 where class in ('transcripts', 'recordings');
update private.record_classes set batch = 50 where class in ('contacts', 'calls', 'appointments');

alter table public.deletion_requests
    add column erase_after timestamptz,
    add column reason text check (reason ~ '^[a-z0-9_]{1,64}$'),
    -- What was done outside this database: counts, by store.
    add column steps jsonb not null default '{}' check (jsonb_typeof(steps) = 'object'),
    add column lease_until timestamptz;

-- To ask is to hide at once: that is for an organisation's administrators, whom the erasure function knows from others.
drop policy tenant_adds on public.deletion_requests;
revoke insert (org_id, scope, subject_id, basis) on public.deletion_requests from authenticated;

-- What a hidden contact's number was: to find what is still under way, and for nothing else.
create table private.erasure_subjects (
    org_id uuid not null,
    request_id uuid not null,
    contact_id uuid not null,
    phone text not null,
    requested_at timestamptz not null default now(),
    primary key (org_id, request_id, contact_id)
);
create index erasure_subjects_by_phone on private.erasure_subjects (org_id, phone);
revoke all on private.erasure_subjects from public, anon, authenticated, service_role;

-- Every table with something about a person. One line per table: `about` is a condition on a row `r`, of organisation
-- $1, with $2 the contacts and $3 the calls; rows are removed in the order of `place`, what refers before what is
-- referred to. Null `place`: kept, as documentation without a person's data. Null `told`: not the person's to see.
create table private.subject_relations (
    relation regclass primary key,
    key text not null default 'r.id',
    about text not null,
    place smallint,
    hidden boolean not null default false,
    told boolean default true
);
revoke all on private.subject_relations from public, anon, authenticated, service_role;
insert into private.subject_relations (relation, key, about, place, hidden, told) values
    ('public.messages', 'r.id', 'r.contact_id = any ($2) or r.call_id = any ($3)', 10, true, true),
    ('public.appointments', 'r.id', 'r.contact_id = any ($2) or r.call_id = any ($3)', 20, true, true),
    ('public.webhook_deliveries', 'r.delivery', 'r.call_id = any ($3)', 30, false, true),
    ('public.calls', 'r.id', 'r.id = any ($3)', 40, true, true),
    ('public.contacts', 'r.id', 'r.id = any ($2)', 50, true, true),
    ('public.audit_log', 'r.id', 'r.entity_id = any (($2 || $3)::text[])', null, false, true),
    ('public.deletion_requests', 'r.id', 'r.subject_id = any ($2 || $3)', null, false, true),
    ('public.legal_holds', 'r.id', 'r.contact_id = any ($2) or r.call_id = any ($3)', null, false, null);

-- The contacts and calls a request is about, or, of a request that is not carried out yet, would be.
create function private.erasure_subject(
    p_request public.deletion_requests, out contacts uuid[], out calls uuid[]
)
language plpgsql stable set search_path = ''
as $$
begin
    contacts := array(
        select c.id from public.contacts as c
        where c.org_id = p_request.org_id
            and (c.deletion_request = p_request.id or p_request.scope = 'contact' and c.id = p_request.subject_id));
    calls := array(
        select c.id from public.calls as c where c.org_id = p_request.org_id and c.deletion_request = p_request.id
        union select c.id from public.calls as c where c.org_id = p_request.org_id and c.contact_id = any (contacts)
        union select c.id from public.calls as c
        where c.org_id = p_request.org_id and p_request.scope = 'call' and c.id = p_request.subject_id);
end
$$;

-- A request hides its subject at once. One about nothing is rejected; one about a whole organisation waits for people.
create function private.hide_subject() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    v_subject record;
    v_relation private.subject_relations;
begin
    if new.scope = 'organization' or new.status <> 'pending' then
        return new;
    end if;
    v_subject := private.erasure_subject(new);
    if cardinality(v_subject.contacts) + cardinality(v_subject.calls) = 0 then
        new.status := 'rejected';
        new.reason := 'no_such_subject';
        return new;
    end if;
    new.status := 'running';
    new.erase_after := least(
        now() + make_interval(days => private.kept_days(new.org_id, 'erasures')), new.due_at - interval '1 day');
    insert into private.erasure_subjects (org_id, request_id, contact_id, phone)
    select new.org_id, new.id, c.id, c.phone from public.contacts as c
    where c.org_id = new.org_id and c.id = any (v_subject.contacts) and c.deleted_at is null;
    -- A calendar is free again when its appointment is hidden.
    update public.appointments as a set status = 'cancelled'
    where a.org_id = new.org_id and a.ends_at > now() and a.status in ('held', 'pending', 'confirmed')
        and (a.contact_id = any (v_subject.contacts) or a.call_id = any (v_subject.calls));
    update public.contacts as c set
        deleted_at = now(), deletion_request = new.id, phone = 'erased:' || c.id, consent = 'withdrawn'
    where c.org_id = new.org_id and c.id = any (v_subject.contacts) and c.deleted_at is null;
    for v_relation in
        select * from private.subject_relations where hidden and relation <> 'public.contacts'::regclass
    loop
        execute format(
            'update %s as r set deleted_at = now(), deletion_request = $4
             where r.org_id = $1 and (%s) and r.deleted_at is null', v_relation.relation, v_relation.about)
        using new.org_id, v_subject.contacts, v_subject.calls, new.id;
    end loop;
    return new;
end
$$;
create trigger hide_subject before insert on public.deletion_requests
    for each row execute function private.hide_subject();

-- What is told of a call after it was hidden, or of one that an erased person made before, goes with it.
create function private.keep_call_hidden() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    v_request uuid;
begin
    if tg_op = 'UPDATE' then
        v_request := old.deletion_request;
    else
        select subject.request_id into v_request
        from public.contacts as c
        join private.erasure_subjects as subject on subject.org_id = c.org_id and subject.phone = c.phone
        where c.org_id = new.org_id and c.id = new.contact_id and subject.requested_at >= new.status_at
        order by subject.requested_at limit 1;
        if v_request is null then
            select c.deletion_request into v_request from public.contacts as c
            where c.org_id = new.org_id and c.id = new.contact_id;
        end if;
        if v_request is null then
            return new;
        end if;
        new.deleted_at := now();
        new.deletion_request := v_request;
    end if;
    -- The contact that this event has made a moment ago, if it has.
    update public.contacts as c set
        deleted_at = now(), deletion_request = v_request, phone = 'erased:' || c.id, consent = 'withdrawn'
    where c.org_id = new.org_id and c.id = new.contact_id and c.created_at = now() and c.deleted_at is null;
    if tg_op = 'UPDATE' then
        -- As it was, but for links that a foreign key empties.
        if new.contact_id is not null then
            return old;
        end if;
        old.contact_id := null;
        return old;
    end if;
    return new;
end
$$;
create trigger hide_call before insert on public.calls
    for each row when (new.contact_id is not null) execute function private.keep_call_hidden();
create trigger keep_call_hidden before update on public.calls
    for each row when (old.deleted_at is not null) execute function private.keep_call_hidden();

create function private.hide_with_subject() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    v_request uuid;
begin
    select c.deletion_request into v_request from public.contacts as c
    where c.org_id = new.org_id and c.id = new.contact_id and c.deleted_at is not null;
    if v_request is null then
        select c.deletion_request into v_request from public.calls as c
        where c.org_id = new.org_id and c.id = new.call_id and c.deleted_at is not null;
    end if;
    if v_request is not null then
        new.deleted_at := now();
        new.deletion_request := v_request;
    end if;
    return new;
end
$$;
create trigger hide_with_subject before insert on public.appointments
    for each row execute function private.hide_with_subject();
create trigger hide_with_subject before insert on public.messages
    for each row execute function private.hide_with_subject();

-- Whether a hold is on anything that a request would remove.
create function private.is_held(p_request public.deletion_requests, p_contacts uuid[], p_calls uuid[]) returns boolean
language sql stable set search_path = ''
as $$
    select exists (
        select from public.legal_holds as hold
        where hold.org_id = p_request.org_id and hold.released_at is null
            and coalesce(hold.class, 'contacts') in (
                'contacts', 'calls', 'transcripts', 'recordings', 'messages', 'appointments', 'delivery_log')
            and (hold.contact_id is null or hold.contact_id = any (p_contacts))
            and (hold.call_id is null or hold.call_id = any (p_calls)))
$$;

-- Asks for an erasure. A subject that is being erased already is not asked for twice. Answers {"request", "status",
-- "erase_after", "reason"}.
create function public.request_erasure(
    p_organization uuid, p_scope text, p_subject uuid, p_basis text, p_requested_by text
) returns jsonb
language plpgsql set search_path = ''
as $$
declare
    v_request public.deletion_requests;
begin
    if p_scope not in ('contact', 'call') then
        raise exception 'only a contact or a call can be asked for' using errcode = 'invalid_parameter_value';
    end if;
    select * into v_request from public.deletion_requests as request
    where request.org_id = p_organization and request.scope = p_scope::public.deletion_scope
        and request.subject_id = p_subject and request.status in ('pending', 'running', 'failed')
    limit 1;
    if not found then
        insert into public.deletion_requests (org_id, scope, subject_id, basis, requested_by)
        values (p_organization, p_scope::public.deletion_scope, p_subject, p_basis::public.deletion_basis,
            left(p_requested_by, 200))
        returning * into v_request;
    end if;
    return jsonb_build_object('request', v_request.id, 'status', v_request.status,
        'erase_after', v_request.erase_after, 'reason', v_request.reason);
end
$$;

-- How a request stands; no row: there is none.
create function public.erasure_status(p_organization uuid, p_request uuid)
returns table (
    request uuid, scope text, subject uuid, status text, reason text, requested_at timestamptz, due_at timestamptz,
    erase_after timestamptz, completed_at timestamptz, records_deleted jsonb, steps jsonb
)
language sql stable security definer set search_path = ''
as $$
    select request.id, request.scope::text, request.subject_id, request.status::text,
        case when request.status in ('running', 'failed') and private.is_held(request,
                (private.erasure_subject(request)).contacts, (private.erasure_subject(request)).calls)
            then 'held' else request.reason end,
        request.created_at, request.due_at, request.erase_after, request.completed_at, request.records_deleted,
        request.steps
    from public.deletion_requests as request
    where request.org_id = p_organization and request.id = p_request
$$;

-- Takes the next request whose grace is over and that no hold is on, for ten minutes. Answers what is to be removed
-- elsewhere: numbers and ids. No row: there is none. `p_request` takes that one, and none before its time.
create function public.take_erasure(p_request uuid default null)
returns table (
    org_id uuid, request uuid, contacts uuid[], calls uuid[], phones text[], provider_calls text[], deliveries text[],
    events jsonb, requested_at timestamptz
)
language plpgsql security definer set search_path = ''
as $$
declare
    v_request public.deletion_requests;
    v_subject record;
    -- A calendar of ours is one of Google's by its link.
    v_calendar text := case when to_regclass('public.calendar_links') is null then 'a.calendar' else
        'coalesce((select link.google_calendar_id from public.calendar_links as link
             where link.org_id = a.org_id and link.calendar = a.calendar), a.calendar)' end;
    v_events jsonb;
begin
    for v_request in
        select * from public.deletion_requests as open
        where open.status in ('running', 'failed') and open.erase_after <= now()
            and open.id = coalesce(p_request, open.id)
            and (open.lease_until is null or open.lease_until < now())
        order by open.erase_after, open.id for update skip locked
    loop
        v_subject := private.erasure_subject(v_request);
        if private.is_held(v_request, v_subject.contacts, v_subject.calls) then
            continue;
        end if;
        update public.deletion_requests as taken
        set status = 'running', reason = null, lease_until = now() + interval '10 minutes'
        where taken.org_id = v_request.org_id and taken.id = v_request.id;
        execute format(
            'select coalesce(jsonb_agg(jsonb_build_object(''calendar'', %s, ''event'', a.external_event_id)), ''[]'')
             from public.appointments as a
             where a.org_id = $1 and a.external_event_id is not null
                 and (a.contact_id = any ($2) or a.call_id = any ($3) or a.deletion_request = $4)', v_calendar)
        into v_events
        using v_request.org_id, v_subject.contacts, v_subject.calls, v_request.id;
        return query select v_request.org_id, v_request.id, v_subject.contacts, v_subject.calls,
            array(select s.phone from private.erasure_subjects as s
                where s.org_id = v_request.org_id and s.request_id = v_request.id),
            array(select c.provider_call_id from public.calls as c
                where c.org_id = v_request.org_id and c.id = any (v_subject.calls)),
            array(select d.delivery from public.webhook_deliveries as d
                where d.org_id = v_request.org_id and d.call_id = any (v_subject.calls)),
            v_events,
            v_request.created_at;
        return;
    end loop;
end
$$;

-- Removes the next rows of a taken request, at most p_limit of one table, and writes the record of it. Answers one row
-- for each; none: all is gone.
create function public.erase_rows(p_organization uuid, p_request uuid, p_limit integer)
returns table (relation text, key text)
language plpgsql security definer set search_path = ''
as $$
declare
    v_request public.deletion_requests;
    v_subject record;
    v_relation private.subject_relations;
    v_keys text[];
    v_name text;
begin
    lock table public.legal_holds in share mode;
    select * into v_request from public.deletion_requests as request
    where request.org_id = p_organization and request.id = p_request for update;
    if not found or v_request.status <> 'running' or v_request.erase_after > now() or v_request.lease_until is null then
        raise exception 'the request is not one that is carried out' using errcode = 'invalid_parameter_value';
    end if;
    v_subject := private.erasure_subject(v_request);
    if private.is_held(v_request, v_subject.contacts, v_subject.calls) then
        raise exception 'a hold is on the subject' using errcode = 'invalid_parameter_value';
    end if;
    for v_relation in select * from private.subject_relations where place is not null order by place loop
        execute format(
            'with gone as (
                 delete from %1$s as r where r.org_id = $1 and (%2$s) in (
                     select %2$s from %1$s as r where r.org_id = $1 and (%3$s %4$s) limit $5)
                 returning (%2$s)::text as key)
             select array_agg(gone.key) from gone',
            v_relation.relation, v_relation.key, v_relation.about,
            case when v_relation.hidden then 'or r.deletion_request = $4' else '' end)
        into v_keys
        using p_organization, v_subject.contacts, v_subject.calls, p_request, least(greatest(p_limit, 1), 500);
        if v_keys is not null then
            v_name := (select c.relname from pg_catalog.pg_class as c where c.oid = v_relation.relation);
            insert into public.audit_log (org_id, actor, action, entity, entity_id, details)
            values (p_organization, private.actor(), 'erasure.rows', v_name, p_request::text,
                jsonb_build_object('removed', cardinality(v_keys)));
            update public.deletion_requests as request set records_deleted = request.records_deleted
                || jsonb_build_object(v_name,
                    coalesce((request.records_deleted ->> v_name)::bigint, 0) + cardinality(v_keys))
            where request.org_id = p_organization and request.id = p_request;
            return query select v_name, gone from unnest(v_keys) as gone;
            return;
        end if;
    end loop;
end
$$;

-- Ends an attempt at a request: completed when nothing is left, else failed with a reason, to be taken again.
create function public.settle_erasure(
    p_organization uuid, p_request uuid, p_steps jsonb, p_reason text default null
) returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
    v_request public.deletion_requests;
    v_subject record;
begin
    select * into strict v_request from public.deletion_requests as request
    where request.org_id = p_organization and request.id = p_request for update;
    v_subject := private.erasure_subject(v_request);
    if p_reason is null and cardinality(v_subject.contacts) + cardinality(v_subject.calls) > 0 then
        raise exception 'something is left' using errcode = 'invalid_parameter_value';
    end if;
    if v_request.status = 'running' then
        if p_reason is null then
            delete from private.erasure_subjects as subject
            where subject.org_id = p_organization and subject.request_id = p_request;
        end if;
        update public.deletion_requests as request set
            status = (case when p_reason is null then 'completed' else 'failed' end)::public.deletion_status,
            completed_at = case when p_reason is null then now() end, reason = p_reason, lease_until = null,
            steps = p_steps
        where request.org_id = p_organization and request.id = p_request
        returning * into v_request;
    end if;
    return jsonb_build_object('status', v_request.status, 'records_deleted', v_request.records_deleted);
end
$$;

-- How many requests are due, and how many are open: what a run of the class `erasures` counts.
create function public.count_erasures() returns jsonb
language sql stable security definer set search_path = ''
as $$
    select jsonb_build_object(
        'due', count(*) filter (where request.erase_after <= now() and not private.is_held(request,
            (private.erasure_subject(request)).contacts, (private.erasure_subject(request)).calls)),
        'total', count(*))
    from public.deletion_requests as request
    where request.status in ('running', 'failed') and request.scope <> 'organization'
$$;

-- After a restore: ids of contacts or calls in the order of their keys, to be held against the ledger of erasures.
create function public.erasable_subjects(
    p_scope text, p_limit integer, p_after_organization uuid default '00000000-0000-0000-0000-000000000000',
    p_after uuid default '00000000-0000-0000-0000-000000000000'
) returns table (org_id uuid, id uuid)
language plpgsql stable security definer set search_path = ''
as $$
begin
    return query execute format(
        'select r.org_id, r.id from public.%I as r where (r.org_id, r.id) > ($1, $2)
         order by r.org_id, r.id limit least($3, 1000)',
        case p_scope when 'contact' then 'contacts' when 'call' then 'calls' end)
    using p_after_organization, p_after, p_limit;
end
$$;

-- Erases again what a restore has brought back: without a second grace.
create function public.erase_again(p_organization uuid, p_scope text, p_subject uuid) returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
    v_asked jsonb := public.request_erasure(p_organization, p_scope, p_subject, 'gdpr_article_17', 'replay');
begin
    update public.deletion_requests as request set erase_after = now()
    where request.org_id = p_organization and request.id = (v_asked ->> 'request')::uuid
        and request.status in ('running', 'failed') and request.erase_after > now();
    return v_asked;
end
$$;

-- What is held about a contact (GDPR, article 15), table by table, in pages after the key p_after.
create function public.export_subject(
    p_organization uuid, p_contact uuid, p_relation text, p_limit integer, p_after text default ''
) returns table (key text, record jsonb)
language plpgsql stable security definer set search_path = ''
as $$
declare
    v_relation private.subject_relations;
    v_calls uuid[] := array(
        select c.id from public.calls as c where c.org_id = p_organization and c.contact_id = p_contact);
begin
    select * into strict v_relation from private.subject_relations as known
    where known.told and known.relation = to_regclass('public.' || quote_ident(p_relation));
    return query execute format(
        'select (%1$s)::text, to_jsonb(r) from %2$s as r
         where r.org_id = $1 and (%3$s) and (%1$s)::text collate "C" > $4 order by (%1$s)::text collate "C"
         limit least($5, 500)',
        v_relation.key, v_relation.relation, v_relation.about)
    using p_organization, array[p_contact], v_calls, p_after, p_limit;
end
$$;

-- The tables of which export_subject tells.
create function public.exported_relations() returns table (relation text)
language sql stable security definer set search_path = ''
as $$
    select c.relname::text from private.subject_relations as known
    join pg_catalog.pg_class as c on c.oid = known.relation where known.told order by known.place nulls last, 1
$$;

do $$
declare
    v_function regprocedure;
begin
    foreach v_function in array array[
        'public.request_erasure(uuid, text, uuid, text, text)',
        'public.erasure_status(uuid, uuid)',
        'public.take_erasure(uuid)',
        'public.erase_rows(uuid, uuid, integer)',
        'public.settle_erasure(uuid, uuid, jsonb, text)',
        'public.count_erasures()',
        'public.erasable_subjects(text, integer, uuid, uuid)',
        'public.erase_again(uuid, text, uuid)',
        'public.export_subject(uuid, uuid, text, integer, text)',
        'public.exported_relations()'
    ]::regprocedure[] loop
        execute format('revoke all on function %s from public, anon, authenticated', v_function);
        execute format('grant execute on function %s to service_role', v_function);
    end loop;
end
$$;
