-- What was said in a call: transcript, summary and analysis, redacted. No unredacted word is ever sent here; the
-- redaction function is the only writer.

alter table public.calls
    add column transcript text check (octet_length(transcript) <= 8388608),
    add column summary text check (octet_length(summary) <= 8388608),
    add column analysis jsonb,
    -- What was removed: counts, rules and places, never a value.
    add column redaction jsonb,
    -- The policy under which it was removed: a row of an older one is redacted again.
    add column redaction_policy text check (length(redaction_policy) between 1 and 64),
    -- The delivery the words came with.
    add column words_delivery text,
    add constraint words_are_redacted check (
        coalesce(transcript, summary, analysis::text) is null
        or (redaction is not null and redaction_policy is not null)
    );
create index calls_by_redaction_policy on public.calls (redaction_policy, org_id, id)
    where redaction_policy is not null;

-- What an organisation has removed beyond the rule, and what stands in its place. A change makes a new version, and
-- what was redacted under an older one is redacted again by the backfill.
create table public.redaction_policies (
    org_id uuid primary key references public.organizations (id),
    version integer not null default 1 check (version > 0),
    operator text not null default 'token' check (operator in ('token', 'mask', 'drop')),
    removes_medications boolean not null default false,
    removes_diagnoses boolean not null default false,
    -- [{"id": "...", "pattern": "..."}], at most 32; a pattern that cannot be used has every text replaced whole.
    rules jsonb not null default '[]' check (
        jsonb_typeof(rules) = 'array' and jsonb_array_length(rules) <= 32 and octet_length(rules::text) <= 32768),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
select private.guard_table('public.redaction_policies');
create policy tenant_reads on public.redaction_policies for select to authenticated
    using (org_id = (select private.auth_org_id()));
grant select on public.redaction_policies to authenticated;
grant select, insert, update on public.redaction_policies to service_role;

create function private.next_policy_version() returns trigger
language plpgsql set search_path = ''
as $$
begin
    new.version := old.version + 1;
    return new;
end
$$;
create trigger next_policy_version before update on public.redaction_policies
    for each row execute function private.next_policy_version();

-- An organisation's policy; null where it has none of its own.
create function public.redaction_policy(p_organization uuid) returns jsonb
language sql stable set search_path = ''
as $$
    select jsonb_build_object('version', policy.version, 'operator', policy.operator,
        'removes_medications', policy.removes_medications, 'removes_diagnoses', policy.removes_diagnoses,
        'rules', policy.rules)
    from public.redaction_policies as policy where policy.org_id = p_organization
$$;
revoke all on function public.redaction_policy(uuid) from public, anon, authenticated;
grant execute on function public.redaction_policy(uuid) to service_role;

-- Stores the words of a call. Answers {"outcome": "stored" | "duplicate" | "gone"}; gone: the call was erased since.
-- The same delivery under the same policy is stored once; a later policy replaces an earlier one's work.
create function public.store_call_words(
    p_delivery text, p_organization uuid, p_provider_call_id text, p_redaction jsonb, p_policy text,
    p_transcript text default null, p_summary text default null, p_analysis jsonb default null
) returns jsonb
language plpgsql set search_path = ''
as $$
declare
    v_call public.calls;
begin
    if coalesce(p_policy, '') = '' or p_redaction is null then
        raise exception 'words need the record of their redaction' using errcode = 'invalid_parameter_value';
    end if;
    select * into v_call from public.calls as call
    where call.org_id = p_organization and call.provider_call_id = p_provider_call_id
    for no key update;
    if not found then
        return jsonb_build_object('outcome', 'gone');
    end if;
    if v_call.words_delivery = p_delivery and v_call.redaction_policy = p_policy then
        return jsonb_build_object('outcome', 'duplicate');
    end if;
    update public.calls as call set
        transcript = p_transcript,
        summary = p_summary,
        analysis = p_analysis,
        redaction = p_redaction,
        redaction_policy = p_policy,
        words_delivery = p_delivery
    where call.org_id = p_organization and call.id = v_call.id;
    return jsonb_build_object('outcome', 'stored');
end
$$;
revoke all on function public.store_call_words(text, uuid, text, jsonb, text, text, text, jsonb)
    from public, anon, authenticated;
grant execute on function public.store_call_words(text, uuid, text, jsonb, text, text, text, jsonb) to service_role;

-- The next calls whose words were redacted by another engine than p_engine or under another policy than their
-- organisation's of now (named <engine> or <engine>+<version>), after (p_after_organization, p_after_call) in the
-- order of their keys, and how many there are from there on.
create function public.outdated_call_words(
    p_engine text, p_limit integer, p_after_organization uuid default null, p_after_call uuid default null
) returns jsonb
language sql stable set search_path = ''
as $$
    with outdated as (
        select call.org_id, call.id, call.transcript, call.summary, call.analysis, call.redaction,
            call.redaction_policy
        from public.calls as call
        left join public.redaction_policies as policy using (org_id)
        where call.redaction_policy <> p_engine || coalesce('+' || policy.version, '')
            and (p_after_organization is null or (call.org_id, call.id) > (p_after_organization, p_after_call))
    )
    select jsonb_build_object(
        'left', (select count(*) from outdated),
        'calls', coalesce((
            select jsonb_agg(to_jsonb(page) order by page.org_id, page.id)
            from (
                select * from outdated order by org_id, id limit least(greatest(p_limit, 0), 100)
            ) as page
        ), '[]'))
$$;
revoke all on function public.outdated_call_words(text, integer, uuid, uuid) from public, anon, authenticated;
grant execute on function public.outdated_call_words(text, integer, uuid, uuid) to service_role;

-- Replaces a call's words by the same ones redacted under a newer policy, unless somebody did since p_from.
create function public.replace_call_words(
    p_organization uuid, p_call uuid, p_from text, p_redaction jsonb, p_policy text,
    p_transcript text default null, p_summary text default null, p_analysis jsonb default null
) returns jsonb
language plpgsql set search_path = ''
as $$
begin
    update public.calls as call set
        transcript = p_transcript,
        summary = p_summary,
        analysis = p_analysis,
        redaction = p_redaction,
        redaction_policy = p_policy
    where call.org_id = p_organization and call.id = p_call and call.redaction_policy = p_from;
    return jsonb_build_object('outcome', case when found then 'stored' else 'duplicate' end);
end
$$;
revoke all on function public.replace_call_words(uuid, uuid, text, jsonb, text, text, text, jsonb)
    from public, anon, authenticated;
grant execute on function public.replace_call_words(uuid, uuid, text, jsonb, text, text, text, jsonb)
    to service_role;
