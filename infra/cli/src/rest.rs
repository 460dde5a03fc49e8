//! A stage's database through PostgREST, as `service_role`: what the operator's commands read and make.

use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::{
    Client, RequestBuilder,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use sallyport::{
    database::{Rejection, ServiceKey},
    secrets::SecretText,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{aws::told, stage::Reached};

/// One request, with everything.
const PATIENCE: Duration = Duration::from_secs(15);

/// The database does not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("the database refused to {what}: {rejection}")]
pub struct Refused {
    what: &'static str,
    rejection: Rejection,
}

impl Refused {
    /// Whether `error` is a refusal with this SQLSTATE.
    #[must_use]
    pub fn is(error: &anyhow::Error, sqlstate: &str) -> bool {
        let refused = error.downcast_ref::<Self>();
        refused.is_some_and(|refused| refused.rejection.code.as_deref() == Some(sqlstate))
    }
}

/// The door.
#[derive(Clone)]
pub struct Rest {
    http: Client,
    url: String,
    key: HeaderMap,
}

impl Rest {
    /// Opens the door with the key from the stage's secret.
    ///
    /// # Errors
    /// When the key is not there, or not this caller's to read.
    pub async fn open(reached: &Reached) -> Result<Self> {
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
            url: reached.outputs.get("PostgrestUrl")?.to_owned(),
            key: key.headers(),
        })
    }

    /// The same door for a signed-in user.
    ///
    /// # Errors
    /// When the token cannot stand in a header.
    pub fn user(&self, token: &str) -> Result<Self> {
        let mut value = HeaderValue::from_str(&format!("Bearer {token}"))?;
        value.set_sensitive(true);
        let mut key = self.key.clone();
        key.insert(HeaderName::from_static("authorization"), value);
        Ok(Self {
            key,
            ..self.clone()
        })
    }

    /// The rows of `query`, as in `endpoints?select=endpoint`.
    ///
    /// # Errors
    /// When they are not shown, or are not of this form.
    pub async fn rows<T: DeserializeOwned>(&self, query: &str) -> Result<Vec<T>> {
        let request = self.http.get(format!("{}/{query}", self.url));
        self.done(request, "show a row").await
    }

    /// Makes a row of `table`.
    ///
    /// # Errors
    /// [`Refused`], also when one of its key is there.
    pub async fn make(&self, table: &str, row: &Value) -> Result<()> {
        let request = self.http.post(format!("{}/{table}", self.url)).json(row);
        let request = request.header("prefer", "return=representation");
        let _: Vec<Value> = self.done(request, "make a row").await?;
        Ok(())
    }

    /// Removes the rows of `query`, which must be few.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn remove(&self, query: &str) -> Result<()> {
        let request = self.http.delete(format!("{}/{query}", self.url));
        let request = request.header("prefer", "return=representation");
        let _: Vec<Value> = self.done(request, "remove a row").await?;
        Ok(())
    }

    /// Calls a procedure.
    ///
    /// # Errors
    /// When it refuses, or answers in another form.
    pub async fn call<T: DeserializeOwned>(&self, name: &str, arguments: &Value) -> Result<T> {
        let url = format!("{}/rpc/{name}", self.url);
        self.done(self.http.post(url).json(arguments), "do it")
            .await
    }

    async fn done<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        what: &'static str,
    ) -> Result<T> {
        let request = request.headers(self.key.clone());
        let answer = request
            .send()
            .await
            .context("the database's REST interface")?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await?;
        if !(200..300).contains(&status) {
            let rejection = Rejection::new(status, &body);
            return Err(Refused { what, rejection }.into());
        }
        serde_json::from_slice(&body).context("the database's answer has another form")
    }
}

impl std::fmt::Debug for Rest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rest")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
