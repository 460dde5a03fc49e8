//! The rows of `public.endpoints`, through PostgREST with the service key.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::{Client, Response, header::HeaderMap};
use sallyport::{
    database::{Rejection, ServiceKey},
    endpoint::Endpoint,
    secrets::SecretText,
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{aws::told, stage::Reached};

/// One request, with everything.
const PATIENCE: Duration = Duration::from_secs(15);
/// SQLSTATE: a row of this key is there already.
const EXISTS: &str = "23505";
/// SQLSTATE: what the row refers to is not there.
const UNKNOWN: &str = "23503";

/// The table's door.
pub(super) struct Rows {
    http: Client,
    url: String,
    key: HeaderMap,
}

#[derive(Deserialize)]
struct Row {
    org_id: Uuid,
    provider: String,
}

impl Rows {
    /// Opens the door with the key from the stage's secret.
    pub(super) async fn open(reached: &Reached) -> Result<Self> {
        let secret = reached.outputs.get("DatabaseSecret")?;
        let request = aws_sdk_secretsmanager::Client::new(&reached.aws).get_secret_value();
        let answer = request.secret_id(secret).send().await.map_err(told);
        let how = || {
            format!(
                "the database's key: put it into the secret sallyport/{}/database as {{\"service_role_key\":\"…\"}}",
                reached.stage
            )
        };
        let stored = answer.with_context(how)?.secret_string;
        let key = stored.map(|text| ServiceKey::parse(&SecretText::new(text)));
        let key = key.transpose().with_context(how)?.with_context(how)?;
        Ok(Self {
            http: Client::builder().timeout(PATIENCE).build()?,
            url: format!("{}/endpoints", reached.outputs.get("PostgrestUrl")?),
            key: key.headers(),
        })
    }

    /// Links the endpoint to its organisation; false when it was linked already.
    ///
    /// # Errors
    /// When there is no such organisation, or the name is linked to another one or another provider.
    pub(super) async fn link(&self, endpoint: &Endpoint) -> Result<bool> {
        let Endpoint {
            name,
            provider,
            organization,
            ..
        } = endpoint;
        let row = json!({ "org_id": organization, "endpoint": name, "provider": provider });
        let request = self
            .http
            .post(&self.url)
            .headers(self.key.clone())
            .json(&row);
        let answer = request
            .send()
            .await
            .context("the database's REST interface")?;
        if answer.status().is_success() {
            return Ok(true);
        }
        let rejection = rejection(answer).await;
        match rejection.code.as_deref() {
            Some(EXISTS) => {}
            Some(UNKNOWN) => bail!(
                "the database has no organisation {organization}: add it to public.organizations first"
            ),
            _ => bail!("the database refused the endpoint's row: {rejection}"),
        }
        let linked = self.find(name).await?;
        let Some(linked) = linked else {
            bail!(
                "the database says of {name} that it is there and that it is not: run this again"
            );
        };
        if linked.org_id != *organization || linked.provider != *provider {
            bail!(
                "{name} is linked to organisation {} and provider {} in public.endpoints: choose another name",
                linked.org_id,
                linked.provider
            );
        }
        Ok(false)
    }

    async fn find(&self, name: &str) -> Result<Option<Row>> {
        let query = [
            ("endpoint", format!("eq.{name}")),
            ("select", "org_id,provider".to_owned()),
        ];
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        let url = format!("{}?{query}", self.url);
        let request = self.http.get(url).headers(self.key.clone());
        let answer = request
            .send()
            .await
            .context("the database's REST interface")?;
        if !answer.status().is_success() {
            bail!(
                "the database refused to show the endpoint's row: {}",
                rejection(answer).await
            );
        }
        let rows: Vec<Row> = answer.json().await.context("read the endpoint's row")?;
        Ok(rows.into_iter().next())
    }
}

async fn rejection(answer: Response) -> Rejection {
    let status = answer.status().as_u16();
    Rejection::new(status, &answer.bytes().await.unwrap_or_default())
}
