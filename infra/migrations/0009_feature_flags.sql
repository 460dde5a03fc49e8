-- Feature flags. `enabled = false` is off for everybody at once, exceptions included: the kill switch. An
-- enabled flag is decided by the organisation's override, else by the percentage.

create table public.feature_flags (
    flag text primary key check (flag ~ '^[a-z][a-z0-9_.-]{0,63}$'),
    description text not null default '' check (length(description) <= 500),
    enabled boolean not null default false,
    rollout_percent smallint not null default 0 check (rollout_percent between 0 and 100),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
select private.guard_table('public.feature_flags');
grant select, insert, update, delete on public.feature_flags to service_role;

create table public.feature_flag_overrides (
    org_id uuid not null references public.organizations (id),
    flag text not null references public.feature_flags (flag) on delete cascade,
    enabled boolean not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, flag)
);
create index feature_flag_overrides_by_flag on public.feature_flag_overrides (flag);
select private.guard_table('public.feature_flag_overrides');
create policy tenant_reads on public.feature_flag_overrides for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.feature_flag_overrides to authenticated;
grant select, insert, update, delete on public.feature_flag_overrides to service_role;

-- Every change of a flag or an override, with the row before and after. A change for everybody has no
-- organisation. The flag is no foreign key: the audit outlives it.
create table public.feature_flag_audit (
    id uuid primary key default gen_random_uuid(),
    org_id uuid references public.organizations (id),
    flag text not null,
    actor text not null,
    before jsonb,
    after jsonb,
    occurred_at timestamptz not null default now(),
    constraint a_change_has_a_side check (before is not null or after is not null)
);
create index feature_flag_audit_by_org on public.feature_flag_audit (org_id, occurred_at);
create index feature_flag_audit_by_flag on public.feature_flag_audit (flag, occurred_at);
select private.guard_table('public.feature_flag_audit');
select private.guard_append_only('public.feature_flag_audit');
grant select on public.feature_flag_audit to service_role;

create function private.record_flag_change() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    v_before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    v_after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    v_row jsonb := coalesce(v_after, v_before);
begin
    if v_before - 'updated_at' is distinct from v_after - 'updated_at' then
        insert into public.feature_flag_audit (org_id, flag, actor, before, after)
        values ((v_row ->> 'org_id')::uuid, v_row ->> 'flag', private.actor(), v_before, v_after);
    end if;
    return null;
end
$$;
create trigger audited after insert or update or delete on public.feature_flags
    for each row execute function private.record_flag_change();
create trigger audited after insert or update or delete on public.feature_flag_overrides
    for each row execute function private.record_flag_change();

-- The bucket, 0 to 99, of an organisation for a flag: the first four bytes of SHA-256("<flag>|<organisation>"),
-- read as an unsigned big-endian number, modulo 100. Stable, never negative, and different for each flag, so
-- that it is not always the same organisations that go first.
create function private.rollout_bucket(p_flag text, p_organization uuid) returns int
language sql immutable strict parallel safe set search_path = ''
as $$
    select (('x' || left(encode(sha256(convert_to(p_flag || '|' || p_organization::text, 'UTF8')), 'hex'), 8))
        ::bit(32)::bigint % 100)::int
$$;
grant execute on function private.rollout_bucket(text, uuid) to service_role;

create function public.feature_enabled(p_flag text, p_organization uuid) returns jsonb
language sql stable set search_path = ''
as $$
    select coalesce(
        (
            select case
                when not flag.enabled then jsonb_build_object('enabled', false, 'reason', 'off')
                when override.enabled is not null
                    then jsonb_build_object('enabled', override.enabled, 'reason', 'override')
                else jsonb_build_object(
                    'enabled', private.rollout_bucket(flag.flag, p_organization) < flag.rollout_percent,
                    'reason', 'rollout')
            end
            from public.feature_flags as flag
            left join public.feature_flag_overrides as override
                on override.org_id = p_organization and override.flag = flag.flag
            where flag.flag = p_flag and p_organization is not null
        ),
        jsonb_build_object('enabled', false, 'reason', 'unknown')
    )
$$;
revoke all on function public.feature_enabled(text, uuid) from public, anon, authenticated;
grant execute on function public.feature_enabled(text, uuid) to service_role;
