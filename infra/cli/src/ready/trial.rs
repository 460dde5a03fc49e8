//! What the checks work with, and the questions that several of them ask.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Client, StatusCode};
use serde_json::Value;
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};

use super::tenant::{Door, Tenant};
use crate::{
    endpoint::Directory,
    rest::Rest,
    sample::Unsigned,
    stack::{
        home::Home,
        state::{State, Summary},
    },
    stage::{Reached, Stage},
};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// One request to the API; API Gateway ends it after 30 s.
const REQUEST: Duration = Duration::from_secs(31);

/// One run.
#[derive(Debug)]
pub struct Trial {
    pub(super) home: Home,
    /// How long anything may take to come to rest.
    patience: Duration,
    pub(super) reached: Reached,
    pub(super) rest: Rest,
    pub(super) http: Client,
    pub(super) api_url: String,
    pub(super) directory: Directory,
    /// The organisation most checks work with.
    pub(super) tenant: Tenant,
    /// Its Vapi endpoint.
    pub(super) vapi: Door,
    /// Further organisations, for checks that need one to themselves.
    pub(super) others: Vec<Tenant>,
    /// The report that was sent first, for the checks that build on it.
    pub(super) told: Option<Told>,
    /// What only the local stack tells.
    pub(super) local: Option<Summary>,
}

/// A report that was taken in and has come to rest.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) request: Unsigned,
    pub(super) delivery: String,
    pub(super) call: String,
}

impl Trial {
    pub(super) async fn begin(home: &Home, reached: &Reached, patience: Duration) -> Result<Self> {
        let local = match reached.stage {
            Stage::Local => Some(State::require(home)?.summary),
            Stage::Dev | Stage::Staging | Stage::Prod => None,
        };
        let rest = Rest::open(reached).await?;
        let directory = Directory::open(reached)?;
        let mut tenant = Tenant::make(&rest).await?;
        let vapi = match tenant.open(&directory, "vapi", None).await {
            Ok(door) => door,
            Err(error) => {
                tenant.empty(&rest, &directory).await?;
                return Err(error);
            }
        };
        Ok(Self {
            home: home.clone(),
            patience,
            reached: reached.clone(),
            http: Client::builder().timeout(REQUEST).build()?,
            api_url: reached.outputs.get("ApiUrl")?.to_owned(),
            rest,
            directory,
            tenant,
            vapi,
            others: Vec::new(),
            told: None,
            local,
        })
    }

    /// Removes what the run has made.
    pub(super) async fn end(self) -> Result<()> {
        for tenant in self.others.into_iter().chain([self.tenant]) {
            tenant.empty(&self.rest, &self.directory).await?;
        }
        Ok(())
    }

    /// A fresh sample for `door`, with its body changed, signed at `at`.
    pub(super) fn sample(
        &self,
        door: &Door,
        event: &str,
        at: OffsetDateTime,
        change: impl FnOnce(&mut Unsigned) -> Result<()>,
    ) -> Result<Unsigned> {
        let mut request = Unsigned::read(&self.home, door.provider, event, None, &door.url)?;
        request.refresh(door.provider, OffsetDateTime::now_utc())?;
        change(&mut request)?;
        request.sign(door.provider, &door.secret, at)?;
        Ok(request)
    }

    /// Posts a webhook. The status, the headers that count, and the body where it is JSON.
    pub(super) async fn post(&self, request: &Unsigned) -> Result<(StatusCode, Value)> {
        let mut post = self.http.post(&request.url).body(request.body.clone());
        for (name, value) in &request.headers {
            if !name.eq_ignore_ascii_case("host") && !name.eq_ignore_ascii_case("content-length") {
                post = post.header(name, value);
            }
        }
        let answer = post.send().await.context("post a webhook")?;
        let status = answer.status();
        Ok((status, answer.json().await.unwrap_or_default()))
    }

    /// Posts a webhook that must be refused with this status and reason.
    pub(super) async fn refused(
        &self,
        request: &Unsigned,
        status: u16,
        reason: &str,
    ) -> Result<String> {
        let (got, body) = self.post(request).await?;
        let said = body["reason"].as_str().unwrap_or("no reason");
        ensure!(
            said != "address_over_limit" || reason == said,
            "this machine's address has been refused too often to show it: try again in a quarter of an hour"
        );
        ensure!(
            got.as_u16() == status && said == reason,
            "answered {got} ({said}) instead of {status} ({reason})"
        );
        Ok(format!("{status} {reason}"))
    }

    /// Asks until there is an answer.
    pub(super) async fn until<T, F, Fut>(&self, what: &str, question: F) -> Result<T>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<Option<T>>>,
    {
        let end = Instant::now() + self.patience;
        loop {
            if let Some(answer) = question().await? {
                return Ok(answer);
            }
            if Instant::now() > end {
                bail!("waited {} s in vain: {what}", self.patience.as_secs());
            }
            sleep(PAUSE).await;
        }
    }

    /// The row of a delivery, once it is at rest.
    pub(super) async fn at_rest(&self, delivery: &str) -> Result<Value> {
        let query = format!(
            "webhook_deliveries?org_id=eq.{}&delivery=eq.{delivery}&state=in.(done,ignored,dead)",
            self.tenant.organization
        );
        self.until("the delivery comes to rest", || async {
            let rows: Vec<Value> = self.rest.rows(&query).await?;
            Ok(rows.into_iter().next())
        })
        .await
    }

    /// The report that was sent first.
    pub(super) fn told(&self) -> Result<&Told> {
        let told = self.told.as_ref();
        told.context("it builds on the check webhook-processed, which was not passed")
    }
}
