//! What the tests share: the running stack, a client for each of its doors, and the questions asked of it.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail};
use aws_config::SdkConfig;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::types::QueueAttributeName;
use reqwest::{Client, Response};
use sallyport_cli::{
    function_log,
    sample::Unsigned,
    stack::{
        self, Options, Stack,
        deploy::Outputs,
        functions::Profile,
        home::{Home, Ports},
        process,
        progress::Progress,
        seed::Endpoint,
    },
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool};
use time::OffsetDateTime;
use tokio::sync::{Mutex, OnceCell};
use uuid::Uuid;

/// How long anything may take that is awaited: past it the test fails.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// The running stack and its doors.
pub struct World {
    stack: Mutex<Stack>,
    /// The stack's folders.
    pub home: Home,
    /// An HTTP client.
    pub http: Client,
    /// Postgres as superuser, past every policy.
    pub database: PgPool,
    /// Where the HTTP API listens.
    pub api_url: String,
    /// The stack's AWS, as the owner of its account.
    pub aws: SdkConfig,
    sqs: aws_sdk_sqs::Client,
    endpoints: Vec<Endpoint>,
    migrated: OnceCell<()>,
    databases: AtomicU32,
    /// Where the emulator listens.
    pub aws_url: String,
    /// Where PostgREST's API lies.
    pub postgrest_url: String,
    /// Where the look-alikes of the providers listen.
    pub sandbox_url: String,
    /// What the deployed template tells of itself.
    pub outputs: Outputs,
    /// The table of deliveries.
    pub deliveries_table: String,
    /// The table of limits.
    pub limits_table: String,
    /// The deliveries queue.
    pub queue_url: String,
    dead_letter_queue_url: String,
}

impl World {
    /// Starts a stack of the tests' own, beside whatever else runs on the machine.
    pub async fn start() -> Result<Self> {
        Self::start_as("tests", Profile::Dev, true).await
    }

    /// Starts a stack called `name`.
    pub async fn start_as(name: &str, profile: Profile, enforce_iam: bool) -> Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let home = Home::find(name)?;
        let stack = Stack::start(Options {
            home: home.clone(),
            ports: Ports::free()?,
            profile,
            enforce_iam,
            progress: Progress::shown(),
        })
        .await?;
        let state = stack.state.clone();
        Ok(Self {
            database: stack.postgres.superuser().await?,
            aws: stack.aws(),
            aws_url: state.summary.aws_endpoint_url.clone(),
            postgrest_url: state.summary.postgrest_url.clone(),
            sandbox_url: state.summary.sandbox_url.clone(),
            outputs: stack.outputs.clone(),
            deliveries_table: stack.outputs.get("DeliveriesTable")?.to_owned(),
            limits_table: stack.outputs.get("LimitsTable")?.to_owned(),
            sqs: aws_sdk_sqs::Client::new(&stack.aws()),
            stack: Mutex::new(stack),
            home,
            http: Client::new(),
            api_url: state.summary.api_url,
            endpoints: state.summary.endpoints,
            migrated: OnceCell::new(),
            databases: AtomicU32::new(0),
            queue_url: state.deliveries_queue_url,
            dead_letter_queue_url: state.dead_letter_queue_url,
        })
    }

    /// Stops the stack.
    pub async fn stop(self) -> Result<()> {
        self.database.close().await;
        self.stack.into_inner().stop().await
    }

    /// A fresh, correctly signed sample of the demo tenant.
    pub fn sample(&self, provider: &str, event: &str) -> Result<Unsigned> {
        self.sample_with(provider, event, |_| ())
    }

    /// A fresh sample whose body `change` has altered before it is signed.
    pub fn sample_with(
        &self,
        provider: &str,
        event: &str,
        change: impl FnOnce(&mut Unsigned),
    ) -> Result<Unsigned> {
        self.sample_for(self.endpoint(provider)?, event, change)
    }

    /// The same for any endpoint.
    pub fn sample_for(
        &self,
        endpoint: &Endpoint,
        event: &str,
        change: impl FnOnce(&mut Unsigned),
    ) -> Result<Unsigned> {
        let (provider, now) = (endpoint.provider.as_str(), OffsetDateTime::now_utc());
        let mut request = Unsigned::read(&self.home, provider, event, None, &endpoint.url)?;
        request.refresh(provider, now)?;
        change(&mut request);
        request.sign(provider, &endpoint.secret, now)?;
        Ok(request)
    }

    /// Registers an endpoint of `provider` for an organisation of its own, in the tier `trial`: 50 requests an hour.
    /// Its secret is the demo tenant's.
    pub async fn trial(&self, provider: &str) -> Result<Endpoint> {
        let (organization, demo) = (Uuid::new_v4(), self.endpoint(provider)?);
        let name = format!("trial-{}", organization.simple());
        let text = |text: &str| AttributeValue::S(text.to_owned());
        aws_sdk_dynamodb::Client::new(&self.aws)
            .put_item()
            .table_name(self.outputs.get("EndpointsTable")?)
            .item("endpoint", text(&name))
            .item("provider", text(provider))
            .item("organization", text(&organization.to_string()))
            .item(
                "secret",
                text(&format!("sallyport/local/endpoints/{provider}-demo")),
            )
            .item("state", text("enabled"))
            .item("tier", text("trial"))
            .send()
            .await
            .map_err(aws_sdk_dynamodb::Error::from)?;
        sqlx::query("insert into organizations (id, name) values ($1, 'Trial clinic')")
            .bind(organization)
            .execute(&self.database)
            .await?;
        sqlx::query("insert into endpoints (org_id, endpoint, provider) values ($1, $2, $3)")
            .bind(organization)
            .bind(&name)
            .bind(provider)
            .execute(&self.database)
            .await?;
        Ok(Endpoint {
            provider: provider.to_owned(),
            url: format!("{}/webhooks/{provider}/{name}", self.api_url),
            secret: demo.secret.clone(),
        })
    }

    /// The demo tenant's endpoint of `provider`.
    pub fn endpoint(&self, provider: &str) -> Result<&Endpoint> {
        self.endpoints
            .iter()
            .find(|endpoint| endpoint.provider == provider)
            .context("no such demo endpoint")
    }

    /// Posts a request as its provider would.
    pub async fn post(&self, request: &Unsigned) -> Result<Response> {
        let mut post = self.http.post(&request.url).body(request.body.clone());
        for (name, value) in &request.headers {
            if !name.eq_ignore_ascii_case("host") && !name.eq_ignore_ascii_case("content-length") {
                post = post.header(name, value);
            }
        }
        Ok(post.send().await?)
    }

    /// Posts a request that must be accepted. Returns its delivery.
    pub async fn accepted(&self, request: &Unsigned) -> Result<String> {
        let answer = self.post(request).await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        if status != 200 || body["status"] != "accepted" {
            bail!("not accepted: {status} {body}");
        }
        Ok(body["delivery"]
            .as_str()
            .context("the answer names no delivery")?
            .to_owned())
    }

    /// Waits until the delivery log has `delivery`, with all its effects settled. Returns its state and reason.
    pub async fn at_rest(&self, delivery: &str) -> Result<(String, Option<String>)> {
        let query = "select state::text, reason from webhook_deliveries
                     where delivery = $1 and state <> 'processing'";
        self.until("the delivery is at rest", || async {
            Ok(sqlx::query_as(query)
                .bind(delivery)
                .fetch_optional(&self.database)
                .await?)
        })
        .await
    }

    /// Asks again and again until there is an answer.
    pub async fn until<T, F, Fut>(&self, what: &str, question: F) -> Result<T>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<Option<T>>>,
    {
        self.until_within(PATIENCE, what, question).await
    }

    /// The same for what may rightly take longer.
    pub async fn until_within<T, F, Fut>(
        &self,
        patience: Duration,
        what: &str,
        question: F,
    ) -> Result<T>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<Option<T>>>,
    {
        let asked = async {
            loop {
                if let Some(answer) = question().await? {
                    return Ok(answer);
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(patience, asked)
            .await
            .with_context(|| format!("waited {patience:?}: {what}"))?
    }

    /// Every row of every table of the product, as text.
    pub async fn whole_database(&self) -> Result<String> {
        let tables: Vec<(String,)> = sqlx::query_as(
            "select format('%I.%I', schemaname, tablename) from pg_tables
             where schemaname not in ('pg_catalog', 'information_schema')",
        )
        .fetch_all(&self.database)
        .await?;
        let mut all = String::new();
        for (table,) in tables {
            let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(format!(
                "select to_jsonb(t)::text from {table} t"
            )))
            .fetch_all(&self.database)
            .await?;
            for (row,) in rows {
                all.push_str(&row);
                all.push('\n');
            }
        }
        Ok(all)
    }

    /// What every queue tells of itself and its messages without giving out a body.
    pub async fn queue_attributes(&self) -> Result<String> {
        let mut all = String::new();
        let queues = self
            .sqs
            .list_queues()
            .send()
            .await
            .map_err(aws_sdk_sqs::Error::from)?;
        for url in queues.queue_urls() {
            let attributes = self
                .sqs
                .get_queue_attributes()
                .queue_url(url)
                .attribute_names(QueueAttributeName::All)
                .send()
                .await
                .map_err(aws_sdk_sqs::Error::from)?;
            writeln!(all, "{url} {:?}", attributes.attributes)?;
        }
        Ok(all)
    }

    /// How many messages the deliveries queue holds, waiting or in flight.
    pub async fn queue_depth(&self) -> Result<u64> {
        self.depth(&self.queue_url).await
    }

    /// Puts a dead letter beside whatever others there are.
    pub async fn dead_letter(&self, body: &str) -> Result<()> {
        let send = self
            .sqs
            .send_message()
            .queue_url(&self.dead_letter_queue_url);
        let answer = send.message_body(body).send().await;
        answer.map_err(aws_sdk_sqs::Error::from)?;
        Ok(())
    }

    /// Takes every dead letter away.
    pub async fn purge_dead_letters(&self) -> Result<()> {
        let transcripts = self.outputs.get("TranscriptsDeadLetterQueueUrl")?;
        for url in [&self.dead_letter_queue_url, transcripts] {
            let purge = self.sqs.purge_queue().queue_url(url).send();
            purge.await.map_err(aws_sdk_sqs::Error::from)?;
        }
        Ok(())
    }

    /// How many dead letters there are.
    pub async fn dead_letters(&self) -> Result<u64> {
        self.depth(&self.dead_letter_queue_url).await
    }

    /// How many messages a queue holds, delayed and hidden ones too.
    pub async fn depth(&self, url: &str) -> Result<u64> {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ];
        let answer = self
            .sqs
            .get_queue_attributes()
            .queue_url(url)
            .set_attribute_names(Some(names.to_vec()))
            .send()
            .await
            .map_err(aws_sdk_sqs::Error::from)?;
        let counts = answer.attributes.unwrap_or_default();
        names
            .iter()
            .map(|name| {
                Ok(counts
                    .get(name)
                    .map_or("0", String::as_str)
                    .parse::<u64>()?)
            })
            .sum()
    }

    /// A fresh database with every migration applied, apart from the pipeline's own. Dropped by
    /// [`World::drop_database`].
    pub async fn fresh_database(&self) -> Result<(String, PgPool)> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("fresh_{number}");
        self.migrated
            .get_or_try_init(|| async {
                sqlx::raw_sql("create database migrated")
                    .execute(&self.database)
                    .await?;
                let pool = self
                    .stack
                    .lock()
                    .await
                    .postgres
                    .superuser_of("migrated")
                    .await?;
                stack::prepare(&pool, &self.home).await?;
                pool.close().await;
                anyhow::Ok(())
            })
            .await?;
        let create = format!("create database {name} template migrated");
        sqlx::raw_sql(AssertSqlSafe(create))
            .execute(&self.database)
            .await?;
        let pool = self.stack.lock().await.postgres.superuser_of(&name).await?;
        Ok((name, pool))
    }

    /// Drops a database made by [`World::fresh_database`].
    pub async fn drop_database(&self, name: &str) -> Result<()> {
        sqlx::raw_sql(AssertSqlSafe(format!("drop database {name} with (force)")))
            .execute(&self.database)
            .await?;
        Ok(())
    }

    /// Stops Postgres for as long as `meanwhile` takes.
    pub async fn without_postgres(
        &self,
        meanwhile: impl Future<Output = Result<()>>,
    ) -> Result<()> {
        let mut stack = self.stack.lock().await;
        stack.postgres.stop().await?;
        let outcome = meanwhile.await;
        stack.postgres.resume().await?;
        outcome
    }

    /// Kills (signal 9) every process of the function whose name contains `name`. Returns how many.
    pub fn kill_function(&self, name: &str) -> usize {
        let mut killed = 0;
        for process in process::marked(&self.home.stack) {
            if process
                .variable("AWS_LAMBDA_FUNCTION_NAME")
                .is_some_and(|function| function.contains(name))
            {
                process::signal(process.pid, rustix::process::Signal::KILL);
                killed += 1;
            }
        }
        killed
    }

    /// A variable of the environment of a running process of the function whose name contains `name`.
    pub fn function_variable(&self, name: &str, variable: &str) -> Option<String> {
        process::marked(&self.home.stack)
            .iter()
            .find(|process| {
                process
                    .variable("AWS_LAMBDA_FUNCTION_NAME")
                    .is_some_and(|function| function.contains(name))
            })
            .and_then(|process| process.variable(variable).map(str::to_owned))
    }

    /// Every line that the functions wrote so far, one a line.
    pub async fn function_logs(&self) -> Result<String> {
        let lines = function_log::read(&self.aws, "", 0).await?;
        Ok(lines.into_iter().map(|line| line.text + "\n").collect())
    }
}

/// The tests' handle on the world.
pub type Shared = Arc<World>;
