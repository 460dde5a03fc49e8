//! The wall between organisations.

use anyhow::{Result, ensure};
use serde_json::json;
use sqlx::PgPool;

use super::{
    role::{DENIED, NO_SUCH_ROW, RAISED, act_as, count, expect_refusal, run, user_of},
    sample::{self, CLINIC, OTHER},
};

pub async fn a_tenant_sees_its_own_rows_in_every_table_and_no_others(pool: PgPool) -> Result<()> {
    sample::rows(&pool).await?;
    let mut transaction = pool.begin().await?;
    let tables = sample::tenant_tables(&mut transaction).await?;
    for (own, other) in [(CLINIC, OTHER), (OTHER, CLINIC)] {
        act_as(&mut transaction, "authenticated", &user_of(own).to_string()).await?;
        for table in &tables {
            let seen = |org| format!("select count(*) from public.{table} where org_id = '{org}'");
            let (mine, theirs) = (
                count(&mut transaction, &seen(own)).await?,
                count(&mut transaction, &seen(other)).await?,
            );
            ensure!(mine > 0, "{table}: sees nothing of its own");
            ensure!(theirs == 0, "{table}: sees {theirs} foreign rows");
        }
        let organizations =
            format!("select count(*) from public.organizations where id <> '{own}'");
        ensure!(
            count(&mut transaction, &organizations).await? == 0,
            "sees another organisation"
        );
        ensure!(
            count(
                &mut transaction,
                "select count(*) from public.organizations"
            )
            .await?
                == 1,
            "not its own"
        );
    }
    Ok(())
}

pub async fn a_tenant_cannot_write_into_another_organization(pool: PgPool) -> Result<()> {
    sample::rows(&pool).await?;
    let mut transaction = pool.begin().await?;
    act_as(
        &mut transaction,
        "authenticated",
        &user_of(CLINIC).to_string(),
    )
    .await?;

    let contact =
        |org| format!("insert into public.contacts (org_id, phone) values ('{org}', '+15550111')");
    run(&mut transaction, &contact(CLINIC)).await?;
    expect_refusal(&mut transaction, DENIED, &contact(OTHER)).await?;
    let appointment = |org| {
        format!(
            "insert into public.appointments (org_id, calendar, starts_at, ends_at)
             values ('{org}', 'dr-b', '2030-01-01 10:00Z', '2030-01-01 11:00Z')"
        )
    };
    run(&mut transaction, &appointment(CLINIC)).await?;
    expect_refusal(&mut transaction, DENIED, &appointment(OTHER)).await?;
    let request = |org| {
        format!(
            "insert into public.deletion_requests (org_id, scope, basis) values ('{org}', 'organization', 'ccpa')"
        )
    };
    // To ask for an erasure is to hide at once: only the erasure function may.
    expect_refusal(&mut transaction, DENIED, &request(CLINIC)).await?;
    expect_refusal(&mut transaction, DENIED, &request(OTHER)).await?;
    let settled = format!(
        "insert into public.deletion_requests (org_id, scope, basis, status) values ('{CLINIC}', 'organization', 'ccpa', 'rejected')"
    );
    expect_refusal(&mut transaction, DENIED, &settled).await?;

    for change in [
        "contacts set name = 'Changed'",
        "appointments set status = 'cancelled'",
    ] {
        let foreign = format!("update public.{change} where org_id = '{OTHER}'");
        ensure!(
            run(&mut transaction, &foreign).await?.rows_affected() == 0,
            "changed: {foreign}"
        );
        let own = format!("update public.{change} where org_id = '{CLINIC}'");
        ensure!(
            run(&mut transaction, &own).await?.rows_affected() > 0,
            "refused: {own}"
        );
    }
    expect_refusal(
        &mut transaction,
        DENIED,
        &format!("update public.contacts set org_id = '{OTHER}'"),
    )
    .await?;
    // The foreign key is checked past row security, so it is the composite key that must hold here.
    let crossing =
        format!("update public.appointments set contact_id = '{OTHER}' where org_id = '{CLINIC}'");
    expect_refusal(&mut transaction, NO_SUCH_ROW, &crossing).await
}

pub async fn user_metadata_and_malformed_claims_see_nothing(pool: PgPool) -> Result<()> {
    sample::rows(&pool).await?;
    let mut transaction = pool.begin().await?;
    let tables = sample::tenant_tables(&mut transaction).await?;
    let claims = [
        String::new(),
        json!({ "role": "authenticated" }).to_string(),
        json!({ "org_id": CLINIC }).to_string(),
        json!({ "user_metadata": { "org_id": CLINIC } }).to_string(),
        json!({ "user_metadata": { "org_id": CLINIC }, "app_metadata": {} }).to_string(),
        json!({ "app_metadata": { "org_id": null } }).to_string(),
        json!({ "app_metadata": { "org_id": "" } }).to_string(),
        json!({ "app_metadata": { "org_id": "*" } }).to_string(),
        json!({ "app_metadata": { "org_id": format!("{CLINIC} ") } }).to_string(),
        json!({ "app_metadata": { "org_id": format!("{CLINIC}\n{OTHER}") } }).to_string(),
        json!({ "app_metadata": { "org_id": [CLINIC] } }).to_string(),
        json!({ "app_metadata": [CLINIC] }).to_string(),
        json!({ "app_metadata": CLINIC }).to_string(),
    ];
    for claims in &claims {
        act_as(&mut transaction, "authenticated", claims).await?;
        for table in tables.iter().map(String::as_str).chain(["organizations"]) {
            let seen = count(
                &mut transaction,
                &format!("select count(*) from public.{table}"),
            )
            .await?;
            ensure!(seen == 0, "{claims} sees {seen} rows of {table}");
        }
        let contact =
            format!("insert into public.contacts (org_id, phone) values ('{CLINIC}', '+15550111')");
        expect_refusal(&mut transaction, DENIED, &contact).await?;
    }
    Ok(())
}

pub async fn a_foreign_key_cannot_cross_organizations(pool: PgPool) -> Result<()> {
    sample::rows(&pool).await?;
    let mut transaction = pool.begin().await?;
    for (table, column) in [
        ("calls", "contact_id"),
        ("appointments", "contact_id"),
        ("appointments", "call_id"),
        ("messages", "contact_id"),
        ("messages", "call_id"),
        ("messages", "appointment_id"),
        ("webhook_deliveries", "call_id"),
        ("effects", "contact_id"),
        ("effects", "call_id"),
        ("effects", "appointment_id"),
        ("effects", "message_id"),
    ] {
        let point =
            |at| format!("update public.{table} set {column} = '{at}' where org_id = '{CLINIC}'");
        run(&mut transaction, &point(CLINIC)).await?;
        expect_refusal(&mut transaction, NO_SUCH_ROW, &point(OTHER)).await?;
    }
    // Erasing a contact or a call empties what pointed there, and leaves the organisation alone.
    run(
        &mut transaction,
        &format!("delete from public.contacts where org_id = '{CLINIC}'"),
    )
    .await?;
    let left =
        "select count(*) from public.messages where contact_id is null and call_id is not null";
    ensure!(
        count(&mut transaction, left).await? == 1,
        "the message went with its contact"
    );
    Ok(())
}

pub async fn org_id_is_immutable_in_every_table(pool: PgPool) -> Result<()> {
    sample::rows(&pool).await?;
    let mut connection = pool.acquire().await?;
    for table in sample::tenant_tables(&mut connection).await? {
        let fresh = "cccccccc-0000-4000-8000-000000000003";
        let sql = format!("update public.{table} set org_id = '{fresh}' where org_id = '{CLINIC}'");
        expect_refusal(&mut connection, RAISED, &sql).await?;
    }
    Ok(())
}
