-- The people who call a clinic or are called by it.

create type public.consent_state as enum ('unknown', 'granted', 'withdrawn');

create table public.contacts (
    org_id uuid not null references public.organizations (id),
    id uuid not null default gen_random_uuid(),
    -- E.164.
    phone text not null check (phone ~ '^\+[1-9][0-9]{1,14}$'),
    name text check (length(name) between 1 and 200),
    -- Consent to be contacted, as the clinic has it on record.
    consent public.consent_state not null default 'unknown',
    consent_changed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, id),
    unique (org_id, phone)
);
create index contacts_by_age on public.contacts (org_id, created_at);
select private.guard_table('public.contacts');

create function private.note_consent_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
    if tg_op = 'INSERT' then
        new.consent_changed_at := case when new.consent <> 'unknown' then now() end;
    elsif new.consent is distinct from old.consent then
        new.consent_changed_at := now();
    end if;
    return new;
end
$$;
create trigger note_consent_change before insert or update on public.contacts
    for each row execute function private.note_consent_change();
create trigger audited after insert or update or delete on public.contacts
    for each row execute function private.record_change('id');

-- A clinic keeps its contacts. It does not delete them: erasure goes through deletion_requests, which reaches
-- what hangs on a contact as well.
create policy tenant_reads on public.contacts for select to authenticated
    using (org_id = (select private.auth_org_id()));
create policy tenant_adds on public.contacts for insert to authenticated
    with check (org_id = (select private.auth_org_id()));
create policy tenant_changes on public.contacts for update to authenticated
    using (org_id = (select private.auth_org_id()))
    with check (org_id = (select private.auth_org_id()));
grant select, insert (org_id, phone, name, consent), update (phone, name, consent)
    on public.contacts to authenticated;
grant select, insert, update on public.contacts to service_role;
