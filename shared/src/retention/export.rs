//! What is held about a person (GDPR, article 15), complete, as one JSON document.
//!
//! Read and written page by page: the document is as long as it must be, and the memory is a page's.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::Retention;
use crate::clock::rfc3339_ms;
use crate::database::DatabaseError;

/// Records of a page.
const PAGE: u32 = 200;

/// The document could not be made. What was written until then is no whole document.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// By the database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// By where it was written to.
    #[error("the export could not be written: {0}")]
    Written(#[from] io::Error),
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the procedure's names")]
struct Page<'a> {
    p_organization: Uuid,
    p_contact: Uuid,
    p_relation: &'a str,
    p_limit: u32,
    p_after: &'a str,
}

#[derive(Deserialize)]
struct Relation {
    relation: String,
}

#[derive(Deserialize)]
struct Row {
    key: String,
    record: Box<RawValue>,
}

#[derive(Serialize)]
struct Nothing {}

impl Retention {
    /// Writes everything that is held about a contact and gives the number of records:
    /// `{"organization", "contact", "exported_at", "records": {"<table>": [...]}, "count"}`. The document is whole when it
    /// ends in its count.
    ///
    /// # Errors
    /// [`ExportError`].
    pub async fn export(
        &self,
        organization: Uuid,
        contact: Uuid,
        out: &mut (impl Write + Send),
    ) -> Result<u64, ExportError> {
        let now = rfc3339_ms(self.now().await?);
        let relations: Vec<Relation> = self
            .procedures
            .call(&self.secrets, "exported_relations", &Nothing {})
            .await?;
        write!(
            out,
            r#"{{"organization":"{organization}","contact":"{contact}","exported_at":"{now}","records":{{"#
        )?;
        let mut count = 0;
        for (place, Relation { relation }) in relations.iter().enumerate() {
            write!(out, r#"{}"{relation}":["#, if place > 0 { "," } else { "" })?;
            let mut after = String::new();
            let mut first = true;
            loop {
                let page = Page {
                    p_organization: organization,
                    p_contact: contact,
                    p_relation: relation,
                    p_limit: PAGE,
                    p_after: &after,
                };
                let rows: Vec<Row> = self
                    .procedures
                    .call(&self.secrets, "export_subject", &page)
                    .await?;
                for row in &rows {
                    write!(out, "{}{}", if first { "" } else { "," }, row.record.get())?;
                    first = false;
                    count += 1;
                }
                if rows.len() < PAGE as usize {
                    break;
                }
                after = rows.into_iter().last().map_or(after, |row| row.key);
            }
            out.write_all(b"]")?;
        }
        write!(out, r#"}},"count":{count}}}"#)?;
        Ok(count)
    }
}
