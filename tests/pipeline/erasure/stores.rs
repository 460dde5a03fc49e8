//! Everything that every store holds, and a backup of it.

use std::fmt::Write as _;

use anyhow::Result;
use aws_sdk_s3::primitives::ByteStream;
use sallyport::delivery::{Body, QueueMessage};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::person::Person;
use crate::world::Shared;

/// Everything that every store holds, as text; bodies of messages decoded.
pub async fn everything(world: &Shared) -> Result<String> {
    let mut all = world.whole_database().await?;
    let dynamodb = aws_sdk_dynamodb::Client::new(&world.aws);
    let tables = dynamodb
        .list_tables()
        .send()
        .await
        .map_err(aws_sdk_dynamodb::Error::from)?;
    for table in tables.table_names() {
        let page = dynamodb
            .scan()
            .table_name(table)
            .send()
            .await
            .map_err(aws_sdk_dynamodb::Error::from)?;
        writeln!(all, "{:?}", page.items())?;
    }
    let s3 = sallyport_cli::aws::s3(&world.aws);
    let bucket = world.outputs.get("OversizeBucket")?;
    let objects = s3
        .list_objects_v2()
        .bucket(bucket)
        .send()
        .await
        .map_err(aws_sdk_s3::Error::from)?;
    for key in objects.contents().iter().filter_map(|object| object.key()) {
        let object = s3
            .get_object()
            .bucket(bucket)
            .key(key)
            .send()
            .await
            .map_err(aws_sdk_s3::Error::from)?;
        let bytes = object.body.collect().await?.to_vec();
        writeln!(all, "{key} {}", readable(&String::from_utf8_lossy(&bytes)))?;
    }
    let sqs = aws_sdk_sqs::Client::new(&world.aws);
    for queue in [
        "DeliveriesQueueUrl",
        "DeliveriesDeadLetterQueueUrl",
        "TranscriptsQueueUrl",
        "TranscriptsDeadLetterQueueUrl",
    ] {
        let url = world.outputs.get(queue)?;
        loop {
            let receive = sqs
                .receive_message()
                .queue_url(url)
                .max_number_of_messages(10)
                .visibility_timeout(5);
            let page = receive.send().await.map_err(aws_sdk_sqs::Error::from)?;
            if page.messages().is_empty() {
                break;
            }
            for message in page.messages() {
                all.push_str(&readable(message.body().unwrap_or_default()));
                all.push('\n');
            }
        }
    }
    Ok(all)
}

/// A message with its body decoded, or the text as it is.
pub fn readable(text: &str) -> String {
    let body = QueueMessage::from_json(text)
        .ok()
        .and_then(|message| match message.body {
            Body::Inline(body) => Some(String::from_utf8_lossy(&body).into_owned()),
            Body::Stored(_) => None,
        });
    body.unwrap_or_default() + text
}

/// The person's rows as they are now, to be put back by [`restore`]: what a backup would hold.
pub async fn dump(world: &Shared, person: &Person) -> Result<Vec<(&'static str, String)>> {
    let mut dump = Vec::new();
    for table in [
        "contacts",
        "calls",
        "appointments",
        "messages",
        "webhook_deliveries",
    ] {
        let sql = format!(
            "select coalesce(jsonb_agg(r), '[]')::text from public.{table} as r where org_id = $1::uuid"
        );
        let rows: String = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(&person.organization)
            .fetch_one(&world.database)
            .await?;
        dump.push((table, rows));
    }
    Ok(dump)
}

pub async fn restore(world: &Shared, person: &Person, dump: &[(&str, String)]) -> Result<()> {
    let mut transaction = world.database.begin().await?;
    sqlx::raw_sql("set local session_replication_role = replica")
        .execute(&mut *transaction)
        .await?;
    // The request is newer than the backup.
    sqlx::query("delete from public.deletion_requests where org_id = $1::uuid")
        .bind(&person.organization)
        .execute(&mut *transaction)
        .await?;
    for (table, rows) in dump {
        let columns: String = sqlx::query_scalar(
            "select string_agg(quote_ident(attname), ', ') from pg_attribute
             where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
        )
        .bind(format!("public.{table}"))
        .fetch_one(&mut *transaction)
        .await?;
        let sql = format!(
            "insert into public.{table} ({columns}) select {columns} from jsonb_populate_recordset(null::public.{table}, $1::jsonb)"
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(rows)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Dead letters, a body and a held delivery about each of them.
pub async fn plant_outside(world: &Shared, people: &[&Person]) -> Result<()> {
    let sqs = aws_sdk_sqs::Client::new(&world.aws);
    let s3 = sallyport_cli::aws::s3(&world.aws);
    let bucket = world.outputs.get("OversizeBucket")?;
    for whose in people {
        let number = Uuid::new_v4().as_u128();
        let message = whose.message(number, &whose.payload())?;
        for queue in [
            "DeliveriesDeadLetterQueueUrl",
            "TranscriptsDeadLetterQueueUrl",
        ] {
            let send = sqs.send_message().queue_url(world.outputs.get(queue)?);
            send.message_body(message.to_json())
                .send()
                .await
                .map_err(aws_sdk_sqs::Error::from)?;
        }
        for (key, body) in [
            (
                format!("{}/dlv_{number:032x}/body", whose.organization),
                whose.payload(),
            ),
            (format!("held/e/dlv_{number:032x}"), message.to_json()),
        ] {
            let put = s3
                .put_object()
                .bucket(bucket)
                .key(key)
                .body(ByteStream::from(body.into_bytes()));
            put.send().await.map_err(aws_sdk_s3::Error::from)?;
        }
    }
    Ok(())
}
