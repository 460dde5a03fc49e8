//! A walk through the catalogue: the rules that hold for every table, function and policy, also for those that
//! do not exist yet.

use anyhow::{Context, Result, ensure};
use sqlx::{PgConnection, PgPool};

use super::role::{names, run};

/// A rule and the query that names whatever breaks it.
struct Rule {
    name: &'static str,
    offenders: &'static str,
}

/// Tables that are not a tenant's:
/// - `organizations`: its `id` is the organisation;
/// - `feature_flags`: what holds for all organisations; tenants have no privilege on it;
/// - `feature_flag_audit`: a change for all organisations belongs to none; tenants have no privilege on it.
macro_rules! exempt {
    () => {
        "('organizations', 'feature_flags', 'feature_flag_audit')"
    };
}

macro_rules! tables {
    () => {
        "pg_class t where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p')"
    };
}

/// The functions of this schema: not those of an extension.
macro_rules! functions {
    () => {
        "pg_proc f join pg_roles owner on owner.oid = f.proowner
         where f.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
         and not exists (select from pg_depend d where d.objid = f.oid and d.deptype = 'e')"
    };
}

/// What the service role may have done in the owner's name: it cannot delete records or read the books of runs itself.
macro_rules! deletions {
    () => {
        "('empty_synthetic_organization', 'retention_begin', 'retention_organizations', 'retention_sweep',
          'retention_finish', 'retention_plan', 'retention_status', 'erasure_status', 'take_erasure', 'erase_rows', 'settle_erasure',
          'count_erasures', 'erasable_subjects', 'erase_again', 'export_subject', 'exported_relations')"
    };
}

/// How Postgres prints the one condition of a tenant's policy, alone or as the first of a conjunction. An `or`
/// around it would be printed with one more parenthesis in front.
macro_rules! tenant_condition {
    () => {
        r"'^(\((org_id|id) = \( SELECT private\.auth_org_id\(\) AS auth_org_id\)\)$|\(\(org_id = \( SELECT private\.auth_org_id\(\) AS auth_org_id\)\) AND )'"
    };
}

const RULES: &[Rule] = &[
    Rule {
        name: "row security is enabled and forced",
        offenders: concat!(
            "select t.relname::text from ", tables!(), " and not (t.relrowsecurity and t.relforcerowsecurity)"
        ),
    },
    Rule {
        name: "a table has an org_id, a uuid and never null, that names an organisation",
        offenders: concat!(
            "select t.relname::text from ", tables!(), " and t.relname not in ", exempt!(), " and not exists (
                 select from pg_attribute a
                 join pg_constraint c on c.conrelid = t.oid and c.contype = 'f' and c.conkey = array[a.attnum]
                     and c.confrelid = 'public.organizations'::regclass
                 where a.attrelid = t.oid and a.attname = 'org_id' and a.attnotnull and a.atttypid = 'uuid'::regtype)"
        ),
    },
    Rule {
        name: "a table has a policy, unless tenants have no privilege on it at all",
        offenders: concat!(
            "select t.relname::text from ", tables!(), " and not exists (select from pg_policy p where p.polrelid = t.oid)
             and (t.relname not in ", exempt!(), " or has_any_column_privilege('authenticated', t.oid, 'select, insert, update')
                  or has_table_privilege('authenticated', t.oid, 'delete, truncate'))"
        ),
    },
    Rule {
        name: "an index of every row begins with org_id",
        offenders: concat!(
            "select t.relname::text from ", tables!(), " and t.relname not in ", exempt!(), " and not exists (
                 select from pg_index i join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
                 where i.indrelid = t.oid and i.indisvalid and i.indpred is null and a.attname = 'org_id')"
        ),
    },
    Rule {
        name: "a foreign key between tenant tables carries the org_id",
        offenders: "
            select c.conname::text from pg_constraint c
            join pg_attribute here on here.attrelid = c.conrelid and here.attname = 'org_id'
            join pg_attribute there on there.attrelid = c.confrelid and there.attname = 'org_id'
            where c.contype = 'f' and c.connamespace = 'public'::regnamespace
            and array_position(c.conkey, here.attnum) is distinct from array_position(c.confkey, there.attnum)
            or c.contype = 'f' and not here.attnum = any (c.conkey)",
    },
    Rule {
        name: "org_id is immutable and updated_at kept, by trigger",
        offenders: concat!(
            "select t.relname || '.' || a.attname from pg_attribute a,", tables!(), " and a.attrelid = t.oid
             and a.attname in ('org_id', 'updated_at') and not exists (
                 select from pg_trigger g where g.tgrelid = t.oid and g.tgenabled in ('O', 'A') and g.tgfoid =
                 case a.attname when 'org_id' then 'private.refuse_org_change'::regproc
                 else 'private.touch_updated_at'::regproc end)"
        ),
    },
    Rule {
        name: "times are timestamptz, and a state or status is an enum",
        offenders: concat!(
            "select t.relname || '.' || a.attname from pg_attribute a join pg_type y on y.oid = a.atttypid,", tables!(),
            " and a.attrelid = t.oid and a.attnum > 0
             and (y.typname in ('timestamp', 'time', 'timetz') or a.attname in ('state', 'status') and y.typtype <> 'e')"
        ),
    },
    Rule {
        name: "no function of public can be called by anon, authenticated or PUBLIC",
        offenders: concat!(
            "select f.oid::regprocedure::text from ", functions!(), " and f.pronamespace = 'public'::regnamespace
             and (has_function_privilege('anon', f.oid, 'execute') or has_function_privilege('authenticated', f.oid, 'execute'))"
        ),
    },
    Rule {
        name: "of private, authenticated can call what policies and defaults need, and anon nothing",
        offenders: concat!(
            "select f.oid::regprocedure::text from ", functions!(), " and f.pronamespace = 'private'::regnamespace
             and (has_function_privilege('anon', f.oid, 'execute')
                  or f.proname not in ('auth_org_id', 'actor') and has_function_privilege('authenticated', f.oid, 'execute'))"
        ),
    },
    Rule {
        name: "a function has a fixed search_path",
        offenders: concat!(
            "select f.oid::regprocedure::text from ", functions!(),
            " and not coalesce(f.proconfig && array['search_path=\"\"', 'search_path=pg_catalog'], false)"
        ),
    },
    Rule {
        name: "a SECURITY DEFINER function is private, a trigger's, and owned by a role that row security lets through; or one of the deletions",
        offenders: concat!(
            "select f.oid::regprocedure::text from ", functions!(), " and f.prosecdef and not (
                 (f.pronamespace = 'private'::regnamespace and f.prorettype = 'trigger'::regtype
                      and not has_function_privilege('service_role', f.oid, 'execute')
                  or f.pronamespace = 'public'::regnamespace and f.proname in ", deletions!(), ")
                 and (owner.rolsuper or owner.rolbypassrls))"
        ),
    },
    Rule {
        name: "a policy is for authenticated and reads the organisation through private.auth_org_id()",
        offenders: concat!(
            "select p.polrelid::regclass || '.' || p.polname from pg_policy p
             cross join lateral (values (pg_get_expr(p.polqual, p.polrelid)), (pg_get_expr(p.polwithcheck, p.polrelid)))
                 as part (condition)
             where p.polroles <> array['authenticated'::regrole::oid]
             or part.condition is not null and part.condition !~ ", tenant_condition!(), "
             or p.polpermissive and p.polqual is null and p.polwithcheck is null"
        ),
    },
    Rule {
        name: "user_metadata decides nothing",
        offenders: concat!(
            "select f.oid::regprocedure::text from ", functions!(), " and f.prosrc ~ 'user_meta'
             union all select p.polrelid::regclass || '.' || p.polname from pg_policy p
             where concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) ~ 'user_meta'"
        ),
    },
    Rule {
        name: "a view runs with the rights of whoever asks",
        offenders: "
            select v.relname::text from pg_class v where v.relnamespace = 'public'::regnamespace
            and (v.relkind = 'm' or v.relkind = 'v' and not coalesce(v.reloptions && array['security_invoker=true'], false))",
    },
    Rule {
        name: "anon has no privilege on any relation",
        offenders: "
            select r.oid::regclass::text from pg_class r
            where r.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
            and case when r.relkind = 'S' then has_sequence_privilege('anon', r.oid, 'usage, select, update')
                when r.relkind in ('r', 'p', 'v', 'm', 'f') then
                    has_table_privilege('anon', r.oid, 'select, insert, update, delete, truncate, references, trigger')
                    or has_any_column_privilege('anon', r.oid, 'select, insert, update, references')
                else false end",
    },
    Rule {
        name: "the API roles create nothing, and private is closed to anon",
        offenders: "
            select r.rolname || ' in ' || n.nspname from pg_roles r, pg_namespace n
            where r.rolname in ('anon', 'authenticated', 'service_role') and n.nspname in ('public', 'private')
            and (has_schema_privilege(r.oid, n.oid, 'create')
                 or r.rolname = 'anon' and n.nspname = 'private' and has_schema_privilege(r.oid, n.oid, 'usage'))",
    },
];

/// Names every rule that is broken, with what breaks it.
async fn violations(connection: &mut PgConnection) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for rule in RULES {
        let offenders = names(connection, rule.offenders).await?;
        found.extend(
            offenders
                .iter()
                .map(|offender| format!("{}: {offender}", rule.name)),
        );
    }
    Ok(found)
}

pub async fn the_schema_keeps_every_rule(pool: PgPool) -> Result<()> {
    let found = violations(&mut *pool.acquire().await?).await?;
    ensure!(found.is_empty(), "{found:#?}");
    Ok(())
}

/// A table that keeps every rule, to be spoiled in one way.
const SOUND: &str = "
    create table public.planted (org_id uuid not null references public.organizations (id), id uuid, updated_at timestamptz,
        primary key (org_id, id));
    select private.guard_table('public.planted');
    create policy tenant_reads on public.planted for select to authenticated using (org_id = (select private.auth_org_id()));
    grant select on public.planted to authenticated;
    create function public.planted() returns int language sql set search_path = '' as 'select 1';";

/// Faults, and the number of the rule each must break.
const FAULTS: &[(usize, &str)] = &[
    (0, "alter table public.planted disable row level security"),
    (0, "alter table public.planted no force row level security"),
    (1, "create table public.bare (id int primary key)"),
    (
        1,
        "alter table public.planted drop constraint planted_org_id_fkey",
    ),
    (
        1,
        "alter table public.planted drop constraint planted_pkey; alter table public.planted alter org_id drop not null",
    ),
    (2, "drop policy tenant_reads on public.planted"),
    (2, "grant select on public.feature_flags to authenticated"),
    (
        3,
        "alter table public.planted drop constraint planted_pkey, add primary key (id)",
    ),
    (
        4,
        "create unique index on public.planted (id); create table public.crossing (org_id uuid, planted uuid references public.planted (id))",
    ),
    (5, "drop trigger keep_org_id on public.planted"),
    (
        5,
        "alter table public.planted disable trigger touch_updated_at",
    ),
    (6, "alter table public.planted add happened_at timestamp"),
    (6, "alter table public.planted add state text"),
    (7, "grant execute on function public.planted() to public"),
    (
        7,
        "grant execute on function public.planted() to authenticated",
    ),
    (
        8,
        "grant execute on function private.contact_of(uuid, text) to authenticated",
    ),
    (9, "alter function public.planted() reset search_path"),
    (10, "alter function public.planted() security definer"),
    (
        10,
        "grant execute on function private.record_change() to service_role",
    ),
    (
        11,
        "create policy wide on public.planted for select to authenticated using (true)",
    ),
    (
        11,
        "create policy early on public.planted for select to authenticated using (org_id = (select private.auth_org_id()) or id is null)",
    ),
    (
        11,
        "create policy own_claim on public.planted for insert to authenticated with check (org_id = (auth.jwt() ->> 'org_id')::uuid)",
    ),
    (
        11,
        "create policy everybody on public.planted using (org_id = (select private.auth_org_id()))",
    ),
    (
        12,
        "create policy own_claim on public.planted for select to authenticated using (org_id = (auth.jwt() -> 'user_metadata' ->> 'org_id')::uuid)",
    ),
    (
        13,
        "create view public.peek as select * from public.planted",
    ),
    (14, "grant select (id) on public.planted to anon"),
    (
        14,
        "create sequence public.counter; grant usage on sequence public.counter to anon",
    ),
    (15, "grant create on schema public to authenticated"),
    (15, "grant usage on schema private to anon"),
];

pub async fn each_rule_goes_red_for_a_planted_fault(pool: PgPool) -> Result<()> {
    for (number, rule) in RULES.iter().enumerate() {
        ensure!(
            FAULTS.iter().any(|(broken, _)| *broken == number),
            "no fault for: {}",
            rule.name
        );
    }
    for (broken, fault) in FAULTS {
        let mut transaction = pool.begin().await?;
        run(&mut transaction, SOUND).await?;
        ensure!(
            violations(&mut transaction).await?.is_empty(),
            "the table is not sound to begin with"
        );
        run(&mut transaction, fault).await.context(*fault)?;
        let found = violations(&mut transaction).await?;
        ensure!(
            found
                .iter()
                .any(|violation| violation.starts_with(RULES[*broken].name)),
            "{fault} went unnoticed: {found:#?}"
        );
        transaction.rollback().await?;
    }
    Ok(())
}

pub async fn what_is_created_next_is_closed_by_default(pool: PgPool) -> Result<()> {
    let mut transaction = pool.begin().await?;
    run(
        &mut transaction,
        "create table public.next (id serial); create function public.next() returns int language sql as 'select 1'",
    )
    .await?;
    let open = names(
        &mut transaction,
        "select role || ' ' || kind from unnest(array['anon', 'authenticated', 'service_role']) as role,
         lateral (values
             ('table', has_table_privilege(role, 'public.next', 'select, insert, update, delete, truncate')),
             ('sequence', has_sequence_privilege(role, 'public.next_id_seq', 'usage, select, update')),
             ('function', has_function_privilege(role, 'public.next()', 'execute'))) as object (kind, allowed)
         where allowed",
    )
    .await?;
    ensure!(open.is_empty(), "{open:?}");
    Ok(())
}
