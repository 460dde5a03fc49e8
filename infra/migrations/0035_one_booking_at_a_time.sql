-- Whoever books a calendar waits for whoever is booking it. The exclusion constraint alone lets two transactions write
-- first and then wait for each other: a deadlock, which ends one of them a second later with an error that says nothing
-- of the time being taken.

create function private.wait_for_calendar() returns trigger
language plpgsql set search_path = ''
as $$
begin
    -- One of 1024 locks, whatever the number of calendars: a transaction that brings in a hundred thousand rows must
    -- not fill the server's lock table.
    perform pg_advisory_xact_lock(35, (hashtextextended(new.org_id || new.calendar, 0) & 1023)::integer);
    return new;
end
$$;
revoke execute on function private.wait_for_calendar() from public;

-- What takes no time from anybody waits for nobody.
create trigger one_at_a_time before insert or update of calendar, starts_at, ends_at, status on public.appointments
    for each row when (new.status not in ('cancelled', 'no_show'))
    execute function private.wait_for_calendar();
