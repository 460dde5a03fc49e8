//! What is stored of patients, and who may read it.

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::Trial;
use super::Found;
use crate::{sample::Unsigned, stack::postgrest::user_token};

/// A patient nobody is, as he says it and as it would be written.
const CANARIES: [&str; 4] = [
    "quillfeather",
    "415-555-0167",
    "zero one six seven",
    "osbertine",
];
const SAID: &str = "AI: May I have your name?\n\
    User: It's Osbertine Quillfeather.\n\
    AI: And a number to reach you?\n\
    User: four one five five five five zero one six seven.\n\
    AI: That is 415-555-0167, right?\n\
    User: Yes. I take two tablets in the morning.\n";
/// What is no one's and stays.
const STAYS: &str = "two tablets";

/// Has the patient speak in a report.
pub(super) fn speak(request: &mut Unsigned) -> Result<()> {
    let mut body: Value = serde_json::from_slice(&request.body)?;
    let message = &mut body["message"];
    message["artifact"]["transcript"] = SAID.into();
    message["artifact"]["messages"] = Value::Null;
    message["transcript"] = Value::Null;
    message["messages"] = Value::Null;
    message["summary"] = Value::Null;
    message["analysis"] =
        json!({ "summary": "Osbertine Quillfeather asked to be called at 415-555-0167." });
    request.body = body.to_string().into_bytes();
    Ok(())
}

pub(super) async fn redacted(trial: &mut Trial) -> Result<Found> {
    let call = &trial.told()?.call;
    let query = format!(
        "calls?org_id=eq.{}&provider_call_id=eq.{call}&transcript=not.is.null",
        trial.tenant.organization
    );
    let row: Value = trial
        .until("the transcript is stored", || async {
            let rows: Vec<Value> = trial.rest.rows(&query).await?;
            Ok(rows.into_iter().next())
        })
        .await?;
    let text = row.to_string().to_lowercase();
    let left = CANARIES.iter().filter(|canary| text.contains(**canary));
    let left = left.count();
    ensure!(
        left == 0,
        "{left} of {} identifiers are in the row of the call",
        CANARIES.len()
    );
    let transcript = row["transcript"].as_str().context("no transcript")?;
    ensure!(
        transcript.contains(STAYS),
        "what is no identifier was hidden too"
    );
    Ok(Found::Shown(format!(
        "none of {} identifiers stored; the rest stays",
        CANARIES.len()
    )))
}

pub(super) async fn apart(trial: &mut Trial) -> Result<Found> {
    if trial.local.is_none() {
        return Ok(Found::Missing(
            "it needs users' tokens, which only the local stage signs".to_owned(),
        ));
    }
    trial.told()?;
    let own = trial.tenant.organization;
    let seen = async |organization: Uuid| -> Result<usize> {
        let token = user_token(&organization.to_string(), "readiness-test")?;
        let user = trial.rest.user(&token)?;
        let mut rows = 0;
        for table in [
            "calls",
            "contacts",
            "webhook_deliveries",
            "endpoints",
            "audit_log",
        ] {
            let query = format!("{table}?org_id=eq.{own}&select=org_id");
            rows += user.rows::<Value>(&query).await?.len();
        }
        Ok(rows)
    };
    let (ours, theirs) = (seen(own).await?, seen(Uuid::new_v4()).await?);
    if ours == 0 {
        bail!("a user of the organisation sees none of its rows");
    }
    ensure!(
        theirs == 0,
        "a user of another organisation sees {theirs} rows"
    );
    Ok(Found::Shown(format!(
        "its own user sees {ours} rows, another's none"
    )))
}
