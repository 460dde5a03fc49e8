-- The ledger of effects and the payments, as retention and erasure see them.

do $$
begin
    if to_regclass('public.effects') is not null then
        insert into private.record_classes
            (class, keep_days, min_days, max_days, period, relation, key, key_type, due, contacts, calls)
        values
            -- Not before the last message that could plan the effect again is gone; what is open is never due.
            ('effects', 90, 30, 730, '1 day', 'public.effects', 'r.key', 'text', 'r.settled_at < $2',
                'array[r.contact_id]', 'array[r.call_id]');
        insert into private.subject_relations (relation, key, about, place)
        values ('public.effects', 'r.key', 'r.contact_id = any ($2) or r.call_id = any ($3)', 5);
        update private.record_classes set held_with = held_with || '{effects}'
        where class in ('contacts', 'calls', 'appointments', 'messages');
    end if;
    if to_regclass('public.payments') is not null then
        -- Books are kept for ten years in some countries, and name nobody.
        insert into private.record_classes (class, keep_days, min_days, max_days, period, relation)
        values ('payments', 3653, 365, 3653, '1 day', 'public.payments');
    end if;
end
$$;
