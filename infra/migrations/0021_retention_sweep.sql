-- The sweep: what is past its time goes, in bounded batches, with the record of it in the same transaction.
--
-- Who acts: the retention sweep and an operator's command, through these functions only; no API role can delete a
-- record. A run is begun, guarded, worked off batch by batch and finished. Correctness hangs on: the run's `as_of`,
-- which is this database's clock; the count that the run was let through with, which no batch can exceed; and the
-- lock each batch takes on the holds, so that no hold is placed between a batch's look and its delete. Batches skip
-- rows that others hold locked, so two runs at once share the work.

create type private.retention_state as enum ('running', 'done', 'partial', 'failed', 'refused', 'planned', 'abandoned');

create table private.retention_runs (
    id uuid primary key default gen_random_uuid(),
    class text not null references private.record_classes (class),
    state private.retention_state not null,
    -- What is older than its time at this moment is due.
    as_of timestamptz not null default now(),
    -- What was due, what was kept by a hold, what there was in all.
    due bigint not null,
    held bigint not null,
    total bigint not null,
    -- The most the guard lets go without an approval, and what was approved, by whom and why.
    guard bigint not null,
    approved_rows bigint,
    approved_by text check (length(approved_by) between 1 and 200),
    approval_reason text check (length(approval_reason) between 1 and 200),
    removed bigint not null default 0,
    batches bigint not null default 0,
    touched_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint what_is_removed_was_counted check (removed <= due),
    constraint an_approval_has_a_name_and_a_reason check (
        approved_rows is null or (approved_by is not null and approval_reason is not null))
);
create index retention_runs_by_class on private.retention_runs (class, as_of desc);
revoke all on private.retention_runs from public, anon, authenticated, service_role;

-- How many rows of an organisation's class are due at p_as_of, and how many of these a hold keeps.
create function private.count_due(
    p_class private.record_classes, p_organization uuid, p_as_of timestamptz, out due bigint, out held bigint,
    out oldest timestamptz
)
language plpgsql stable set search_path = ''
as $$
begin
    execute format(
        'select count(*) filter (where not held), count(*) filter (where held), min(at)
         from (select %1$s as at, %2$s as held from %3$s as r
               where r.org_id = $1 and %1$s < $2 and (%4$s) and (%5$s)) as aged',
        p_class.age, private.hold_condition(p_class), p_class.relation, p_class.belongs, p_class.due)
    into due, held, oldest
    using p_organization, p_as_of - make_interval(days => private.kept_days(p_organization, p_class.class));
end
$$;

-- The most that may go in one run without an approval: the class's share of all it holds, and ten times the median of
-- the runs of the last seven days, per period that has passed since the last one. A handful is always let through.
create function private.retention_guard(p_class private.record_classes, p_total bigint) returns bigint
language sql stable set search_path = ''
as $$
    with recent as (
        select count(*) as runs, percentile_cont(0.5) within group (order by run.removed) as median
        from private.retention_runs as run
        where run.class = p_class.class and run.state = 'done' and run.as_of > now() - interval '7 days'
    ),
    late as (
        select least(24, greatest(1, floor(
            extract(epoch from now() - max(run.finished_at)) / extract(epoch from p_class.period)))) as periods
        from private.retention_runs as run
        where run.class = p_class.class and run.state = 'done'
    )
    select case when p_class.share = 1 then p_total else least(
        greatest(20, ceil(p_class.share * p_total)::bigint),
        case when recent.runs >= 3
            then greatest(500, ceil(10 * recent.median * coalesce(late.periods, 1))::bigint)
            else 9223372036854775807 end) end
    from recent, late
$$;

-- Begins a run of a class and says what it may do: {"run", "state", "as_of", "due", "held", "total", "guard",
-- "batch"}.
-- `refused`: more is due than the guard lets go; p_approved_rows, a number that somebody has seen, lets it through.
-- `planned`: p_dry_run; nothing can be removed under it. What lies outside Postgres is counted by the caller.
create function public.retention_begin(
    p_class text, p_dry_run boolean default false, p_approved_rows bigint default null,
    p_approved_by text default null, p_approval_reason text default null,
    p_counted_due bigint default null, p_counted_total bigint default null
) returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
    v_class private.record_classes;
    v_run private.retention_runs;
    v_organization uuid;
    v_count record;
begin
    select * into v_class from private.record_classes where class = p_class;
    if not found then
        raise exception 'no such record class' using errcode = 'invalid_parameter_value';
    end if;
    v_run.as_of := now();
    if v_class.relation is null then
        v_run.due := coalesce(p_counted_due, 0);
        v_run.held := 0;
        v_run.total := coalesce(p_counted_total, 0);
    else
        v_run.due := 0;
        v_run.held := 0;
        for v_organization in select id from public.organizations loop
            v_count := private.count_due(v_class, v_organization, v_run.as_of);
            v_run.due := v_run.due + v_count.due;
            v_run.held := v_run.held + v_count.held;
        end loop;
        execute format('select count(*) from %s as r where %s', v_class.relation, v_class.belongs) into v_run.total;
    end if;
    v_run.guard := private.retention_guard(v_class, v_run.total);
    -- A run that ended without a word is over: an invocation lasts at most 15 minutes.
    update private.retention_runs as run set state = 'abandoned', finished_at = run.touched_at
    where run.class = p_class and run.state = 'running' and run.touched_at < now() - interval '20 minutes';
    insert into private.retention_runs as run
        (class, state, as_of, due, held, total, guard, approved_rows, approved_by, approval_reason, finished_at)
    select p_class, decided.state, v_run.as_of, v_run.due, v_run.held, v_run.total, v_run.guard, p_approved_rows,
        p_approved_by, p_approval_reason, case when decided.state <> 'running' then now() end
    from (select case
            when p_dry_run then 'planned'
            when v_run.due > greatest(v_run.guard, coalesce(p_approved_rows, 0)) then 'refused'
            else 'running'
        end::private.retention_state) as decided (state)
    returning run.* into v_run;
    return jsonb_build_object('run', v_run.id, 'state', v_run.state, 'as_of', v_run.as_of, 'due', v_run.due,
        'held', v_run.held, 'total', v_run.total, 'guard', v_run.guard, 'batch', v_class.batch);
end
$$;

-- The next organisations, in the order of their ids, with something past its time at the run's moment, held or not.
create function public.retention_organizations(
    p_run uuid, p_limit integer, p_after uuid default '00000000-0000-0000-0000-000000000000'
) returns table (org_id uuid)
language plpgsql stable security definer set search_path = ''
as $$
declare
    v_run private.retention_runs;
    v_class private.record_classes;
begin
    select * into strict v_run from private.retention_runs where id = p_run;
    select * into strict v_class from private.record_classes where class = v_run.class and relation is not null;
    return query execute format(
        'select o.id from public.organizations as o
         where o.id > $1 and exists (
             select from %s as r where r.org_id = o.id and (%s)
             and %s < $2 - make_interval(days => private.kept_days(o.id, %L)))
         order by o.id limit least($3, 500)',
        v_class.relation, v_class.belongs, v_class.age, v_class.class)
    using p_after, v_run.as_of, p_limit;
end
$$;

-- The look of a batch: the next rows of organisation $1 older than $2 after ($3, $4), at most $5, locked; which of
-- them are due. It and the removal are functions of their own so that their plans can be asked for.
create function private.sweep_statement(p_class private.record_classes) returns text
language sql stable set search_path = ''
as $$
    select format(
        'select array_agg(page.key), array_agg(page.at), array_agg(page.due) from (
             select (%1$s)::text as key, %2$s as at, (%3$s) and not %4$s as due from %5$s as r
             where r.org_id = $1 and %2$s < $2 and (%6$s) and (%2$s, %1$s) > ($3, $4::%7$s)
             order by %2$s, %1$s limit $5 for update of r skip locked) as page',
        p_class.key, p_class.age, p_class.due, private.hold_condition(p_class), p_class.relation, p_class.belongs,
        p_class.key_type)
$$;

-- The removal of a batch: of organisation $1, the keys $2.
create function private.removal_statement(p_class private.record_classes) returns text
language sql stable set search_path = ''
as $$
    select case
        when p_class.clears is null then format(
            'delete from %s as r where r.org_id = $1 and %s = any ($2::%s[])',
            p_class.relation, p_class.key, p_class.key_type)
        else format(
            'update %s as r set %s where r.org_id = $1 and %s = any ($2::%s[])', p_class.relation,
            (select string_agg(format('%I = null', cleared), ', ') from unnest(p_class.clears) as cleared),
            p_class.key, p_class.key_type)
    end
$$;

-- One batch: looks at the next p_limit rows (at most the class's batch) of an organisation past their time, after (p_after_at,
-- p_after_key) in the order of their age, and removes those that are due and not held. Answers one row for each
-- looked at, so that a caller can bound it by `max-affected`; fewer than asked for means that there are no more. What
-- others hold locked is passed over. The removal, its audit row and the run's count are one transaction.
create function public.retention_sweep(
    p_run uuid, p_organization uuid, p_limit integer, p_after_at timestamptz default '-infinity',
    p_after_key text default null
) returns table (key text, at timestamptz, removed boolean)
language plpgsql security definer set search_path = ''
as $$
declare
    v_run private.retention_runs;
    v_class private.record_classes;
    v_days integer;
    v_cutoff timestamptz;
    v_keys text[];
    v_ats timestamptz[];
    v_due boolean[];
    v_gone text[];
    v_count bigint;
begin
    select * into v_run from private.retention_runs as run where run.id = p_run for update;
    if not found or v_run.state <> 'running' or v_run.as_of < now() - interval '1 day' then
        raise exception 'the run is not one that may remove' using errcode = 'invalid_parameter_value';
    end if;
    select * into strict v_class from private.record_classes as class
    where class.class = v_run.class and class.relation is not null;
    -- Whoever places a hold writes there: before this batch looks, or after it is done.
    lock table public.legal_holds in share mode;
    v_days := private.kept_days(p_organization, v_run.class);
    v_cutoff := v_run.as_of - make_interval(days => greatest(v_days, v_class.min_days));
    execute private.sweep_statement(v_class)
    into v_keys, v_ats, v_due
    using p_organization, v_cutoff, p_after_at,
        coalesce(p_after_key, case v_class.key_type when 'uuid' then '00000000-0000-0000-0000-000000000000' else '' end),
        least(greatest(p_limit, 1), v_class.batch);
    -- Never more than the run was let through with.
    v_gone := array(
        select page.key from unnest(v_keys, v_due) with ordinality as page (key, due, place)
        where page.due order by page.place limit v_run.due - v_run.removed);
    if cardinality(v_gone) > 0 then
        execute private.removal_statement(v_class) using p_organization, v_gone;
        get diagnostics v_count = row_count;
        if v_count <> cardinality(v_gone) then
            raise exception 'a locked row was not removed';
        end if;
        insert into public.audit_log (org_id, actor, action, entity, entity_id, details)
        values (p_organization, private.actor(), 'retention.sweep', v_run.class, p_run::text, jsonb_build_object(
            'removed', v_count, 'cutoff', v_cutoff, 'keep_days', v_days,
            'keys_sha256', encode(sha256(convert_to(array_to_string(v_gone, ','), 'UTF8')), 'hex')));
    end if;
    update private.retention_runs as run set
        removed = run.removed + coalesce(v_count, 0), batches = run.batches + 1, touched_at = clock_timestamp()
    where run.id = p_run;
    return query
        select page.key, page.at, page.key = any (v_gone)
        from unnest(v_keys, v_ats) with ordinality as page (key, at, place) order by page.place;
end
$$;

-- The database's time: what lies outside Postgres goes by the same clock.
create function public.retention_now() returns timestamptz
language sql stable set search_path = ''
as $$
    select now()
$$;

-- Finishes a run. p_removed adds what was removed outside Postgres. A run that others finished stays as it is.
create function public.retention_finish(p_run uuid, p_state text, p_removed bigint default 0) returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
    v_run private.retention_runs;
begin
    if p_state not in ('done', 'partial', 'failed') then
        raise exception 'a run does not end so' using errcode = 'invalid_parameter_value';
    end if;
    update private.retention_runs as run set
        state = p_state::private.retention_state, removed = run.removed + p_removed, finished_at = clock_timestamp(),
        touched_at = clock_timestamp()
    where run.id = p_run and run.state = 'running';
    select * into strict v_run from private.retention_runs where id = p_run;
    return jsonb_build_object('run', v_run.id, 'state', v_run.state, 'removed', v_run.removed, 'batches', v_run.batches);
end
$$;

-- What would go now: by class and organisation, with what holds keep. Nothing is removed or recorded.
create function public.retention_plan(p_class text default null, p_organization uuid default null)
returns table (class text, org_id uuid, keep_days integer, due bigint, held bigint, oldest timestamptz)
language plpgsql stable security definer set search_path = ''
as $$
declare
    v_class private.record_classes;
    v_organization uuid;
    v_count record;
begin
    for v_class in
        select * from private.record_classes as known
        where known.relation is not null and known.class = coalesce(p_class, known.class) order by known.class
    loop
        for v_organization in
            select id from public.organizations where id = coalesce(p_organization, id) order by id
        loop
            v_count := private.count_due(v_class, v_organization, now());
            if v_count.due > 0 or v_count.held > 0 then
                return query select v_class.class, v_organization,
                    private.kept_days(v_organization, v_class.class), v_count.due, v_count.held, v_count.oldest;
            end if;
        end loop;
    end loop;
end
$$;

-- Each class: its bounds, its last run, and whether the last success is older than two periods.
create function public.retention_status()
returns table (
    class text, keep_days integer, min_days integer, max_days integer, state text, due bigint, removed bigint,
    last_run timestamptz, last_success timestamptz, late boolean
)
language sql stable security definer set search_path = ''
as $$
    select known.class, known.keep_days, known.min_days, known.max_days, latest.state::text, latest.due,
        latest.removed, latest.as_of, success.finished_at,
        coalesce(success.finished_at < now() - 2 * known.period, true)
    from private.record_classes as known
    left join lateral (
        select * from private.retention_runs as run
        where run.class = known.class and run.state <> 'planned' order by run.as_of desc limit 1
    ) as latest on true
    left join lateral (
        select run.finished_at from private.retention_runs as run
        where run.class = known.class and run.state in ('done', 'partial') order by run.finished_at desc limit 1
    ) as success on true
    order by known.class
$$;

do $$
declare
    v_function regprocedure;
begin
    foreach v_function in array array[
        'public.retention_begin(text, boolean, bigint, text, text, bigint, bigint)',
        'public.retention_organizations(uuid, integer, uuid)',
        'public.retention_sweep(uuid, uuid, integer, timestamptz, text)',
        'public.retention_now()',
        'public.retention_finish(uuid, text, bigint)',
        'public.retention_plan(text, uuid)',
        'public.retention_status()'
    ]::regprocedure[] loop
        execute format('revoke all on function %s from public, anon, authenticated', v_function);
        execute format('grant execute on function %s to service_role', v_function);
    end loop;
end
$$;
