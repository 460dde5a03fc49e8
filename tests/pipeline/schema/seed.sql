-- 120,000 rows of five organisations: ages spread evenly, each row's from its own number.
insert into public.organizations (id, name)
select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Clinic ' || n from generate_series(1, 5) as n;
alter table public.contacts disable trigger audited;
alter table public.appointments disable trigger audited;
insert into public.contacts (org_id, id, phone, created_at, updated_at)
select ('00000000-0000-4000-8000-' || lpad((n % 5 + 1)::text, 12, '0'))::uuid,
    ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '+1555' || lpad(n::text, 7, '0'),
    now() - make_interval(days => n % 2000), now() - make_interval(days => n % 2000)
from generate_series(1, 15000) as n;
insert into public.calls (org_id, id, provider, provider_call_id, contact_id, status, status_at, status_delivery,
    created_at, started_at, recording_url, transcript, redaction, redaction_policy)
select ('00000000-0000-4000-8000-' || lpad((n % 5 + 1)::text, 12, '0'))::uuid,
    ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'vapi', 'seeded-' || n,
    ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'ended', now(), 'dlv_x',
    now() - make_interval(days => n % 3000), now() - make_interval(days => n % 3000), 'https://example.com/r.wav',
    'said', '{}', '1'
from generate_series(1, 15000) as n;
insert into public.messages (org_id, contact_id, call_id, channel, direction, status, created_at)
select ('00000000-0000-4000-8000-' || lpad((n % 5 + 1)::text, 12, '0'))::uuid,
    ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'sms', 'outbound', 'sent',
    now() - make_interval(days => n % 1500)
from generate_series(1, 15000) as n;
insert into public.appointments (org_id, contact_id, call_id, calendar, starts_at, ends_at)
select ('00000000-0000-4000-8000-' || lpad((n % 5 + 1)::text, 12, '0'))::uuid,
    ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'calendar-' || n,
    now() - make_interval(days => n % 4000), now() - make_interval(days => n % 4000) + interval '30 minutes'
from generate_series(1, 15000) as n;
insert into public.webhook_deliveries (org_id, delivery, endpoint, provider, event_type, state, received_at,
    applied_at, call_id)
select ('00000000-0000-4000-8000-' || lpad((n % 5 + 1)::text, 12, '0'))::uuid, 'dlv_' || lpad(n::text, 32, '0'),
    'seeded', 'vapi', 'status-update', 'done', now() - make_interval(days => n % 30),
    now() - make_interval(days => n % 30),
    case when n <= 15000 then ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid end
from generate_series(1, 35000) as n;
insert into public.audit_log (org_id, actor, action, entity, occurred_at)
select ('00000000-0000-4000-8000-' || lpad((n % 5 + 1)::text, 12, '0'))::uuid, 'role:seed', 'insert', 'contacts',
    now() - make_interval(days => n % 3000)
from generate_series(1, 10000) as n;
insert into public.effects (org_id, key, kind, state, settled_at, delivery, contact_id, call_id, created_at)
select ('00000000-0000-4000-8000-' || lpad((n % 5 + 1)::text, 12, '0'))::uuid, 'confirmation.seeded-' || n,
    'confirmation', 'done', now() - make_interval(days => n % 400), 'dlv_' || lpad(n::text, 32, '0'),
    ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, now() - make_interval(days => n % 400)
from generate_series(1, 5000) as n;
insert into public.payments (org_id, provider, provider_payment_id, status, live, occurred_at, status_delivery, created_at)
select ('00000000-0000-4000-8000-' || lpad((n % 5 + 1)::text, 12, '0'))::uuid, 'stripe', 'pi_seeded_' || n, 'succeeded',
    true, now() - make_interval(days => n % 4000), 'd', now() - make_interval(days => n % 4000)
from generate_series(1, 5000) as n;
alter table public.deletion_requests disable trigger audited;
insert into public.deletion_requests (org_id, scope, basis, status, completed_at, created_at, updated_at)
select ('00000000-0000-4000-8000-' || lpad((n % 5 + 1)::text, 12, '0'))::uuid, 'organization', 'ccpa', 'completed',
    now() - make_interval(days => n % 3000), now() - make_interval(days => n % 3000),
    now() - make_interval(days => n % 3000)
from generate_series(1, 5000) as n;
alter table public.deletion_requests enable trigger audited;
alter table public.contacts enable trigger audited;
alter table public.appointments enable trigger audited;
