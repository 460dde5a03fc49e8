//! The local stack: everything the functions need on AWS and behind it, on one machine, without Docker.
//!
//! Dramatis personae. The *supervisor* is the process that runs [`Stack::start`]: `up` itself, the detached
//! copy of it, or a test run. Inside it live the HTTP API's front, the PostgREST-compatible server and the
//! provider sandbox. Its children are Postgres and the AWS emulator; the emulator's children are the
//! functions, each a real Lambda process. Order of birth: Postgres, schema, PostgREST; the emulator; the
//! deployed template; the demo tenant; the front. Order of death: the reverse.
//!
//! Each start is from nothing: no rows, no queued messages, no claims of an earlier run.

pub mod deploy;
pub mod emulator;
pub mod environment;
pub mod functions;
pub mod gateway;
pub mod home;
pub mod migrations;
pub mod postgres;
pub mod postgrest;
pub mod process;
pub mod progress;
pub mod sandbox;
pub mod seed;
pub mod state;
pub mod template;
pub mod toolbox;

use std::time::Instant;

use anyhow::{Context, Result};
use aws_config::SdkConfig;
use sqlx::{AssertSqlSafe, PgPool};

use self::{
    deploy::Outputs,
    emulator::Emulator,
    functions::{Package, Profile},
    gateway::Gateway,
    home::{Home, Ports},
    postgres::Postgres,
    postgrest::Postgrest,
    progress::Progress,
    sandbox::Sandbox,
    state::{Occupied, State, Summary},
    template::Template,
};
use crate::aws;

/// The limits of the local stack's organisations, with one that is soon reached.
const TIERS: &str = r#"{"default":1000,"trial":50}"#;

/// What a stack is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its folders.
    pub home: Home,
    /// Its ports.
    pub ports: Ports,
    /// How the functions are compiled.
    pub profile: Profile,
    /// Whether the emulator checks every call against the caller's policies.
    pub enforce_iam: bool,
    /// What is shown meanwhile.
    pub progress: Progress,
}

/// A running stack.
#[derive(Debug)]
pub struct Stack {
    /// What it was started with.
    pub options: Options,
    /// How to reach it.
    pub state: State,
    /// What the deployed template tells of itself.
    pub outputs: Outputs,
    /// Its AWS.
    pub emulator: Emulator,
    /// Its database.
    pub postgres: Postgres,
    /// Its look-alikes of the providers.
    pub sandbox: Sandbox,
    _postgrest: Postgrest,
    _gateway: Gateway,
    _occupied: Occupied,
}

impl Stack {
    /// Builds, starts, deploys and seeds. On failure whatever was started is stopped again.
    pub async fn start(options: Options) -> Result<Self> {
        let home = options.home.clone();
        let occupied = Occupied::claim(&home)?;
        process::sweep(&home.stack).await?;
        options.ports.ensure_free()?;
        match Self::build_up(options, occupied).await {
            Ok(stack) => Ok(stack),
            Err(error) => {
                process::sweep(&home.stack).await?;
                Err(error)
            }
        }
    }

    /// Clients of the stack's AWS, as the owner of the account.
    #[must_use]
    pub fn aws(&self) -> SdkConfig {
        aws::local(self.emulator.url())
    }

    /// Stops every process of the stack and waits until it is gone.
    pub async fn stop(mut self) -> Result<()> {
        State::remove(&self.options.home);
        self.emulator.stop().await?;
        self.postgres.stop().await?;
        self.postgres.remove()?;
        process::sweep(&self.options.home.stack).await?;
        Ok(())
    }

    async fn build_up(options: Options, occupied: Occupied) -> Result<Self> {
        let Options {
            home,
            ports,
            progress,
            ..
        } = &options;
        let start = Instant::now();
        let template = Template::read(&home.workspace.join("template.yaml"))?;
        let (emulator_tool, postgres_tool) = install(home, *progress).await?;
        let packages = compile(&options, &template).await?;
        let (postgres, postgrest) = start_database(&options, &postgres_tool).await?;
        let sandbox = Sandbox::start(ports.sandbox).await?;
        let emulator = start_emulator(&options, &emulator_tool).await?;

        let config = aws::local(emulator.url());
        let api_url = format!("http://127.0.0.1:{}", ports.api);
        let postgrest_url = format!("http://127.0.0.1:{}/rest/v1", ports.postgrest);
        let sandbox_url = format!("http://127.0.0.1:{}", ports.sandbox);
        let sentry_dsn = sandbox::sentry_dsn(&sandbox_url);
        let parameters = [
            ("Stage", "local"),
            ("PublicBaseUrl", api_url.as_str()),
            ("PostgrestUrl", postgrest_url.as_str()),
            ("OrganizationTiers", TIERS),
            ("SentryDsn", sentry_dsn.as_str()),
            ("ProvidersUrl", sandbox_url.as_str()),
        ];
        let deploying = deploy::deploy(&config, template, &packages, &parameters);
        let outputs = progress
            .step("deploy", None, async {
                Ok((deploying.await?, "template.yaml: complete".to_owned()))
            })
            .await?;
        let pool = postgres.superuser().await?;
        let endpoints = seed::seed(&config, &outputs, &pool).await?;
        pool.close().await;
        let gateway = Gateway::start(emulator.url(), outputs.get("ApiId")?, ports.api).await?;

        let summary = Summary {
            api_url,
            postgrest_url,
            sandbox_url,
            aws_endpoint_url: emulator.url().to_owned(),
            database_url: postgres.url(postgres::SUPERUSER),
            service_role_key: postgrest::key("service_role")?,
            endpoints,
            ready_after_s: (start.elapsed().as_secs_f64() * 100.0).round() / 100.0,
        };
        environment::write(home, &outputs, &summary)?;
        let state = State {
            supervisor: std::process::id(),
            ports: *ports,
            summary,
            deliveries_queue_url: outputs.get("DeliveriesQueueUrl")?.to_owned(),
            dead_letter_queue_url: outputs.get("DeliveriesDeadLetterQueueUrl")?.to_owned(),
        };
        state.write(home)?;
        Ok(Self {
            options,
            state,
            outputs,
            emulator,
            postgres,
            sandbox,
            _postgrest: postgrest,
            _gateway: gateway,
            _occupied: occupied,
        })
    }
}

async fn compile(options: &Options, template: &Template) -> Result<Vec<Package>> {
    let Options {
        home,
        profile,
        progress,
        ..
    } = options;
    progress
        .step(
            "functions",
            Some("compiling (the first time takes minutes)"),
            async {
                let packages =
                    functions::build(home, template, *profile, progress.is_quiet()).await?;
                let outcome = format!(
                    "{} compiled and packed ({profile:?} profile)",
                    packages.len()
                );
                Ok((packages, outcome))
            },
        )
        .await
}

async fn start_database(
    options: &Options,
    tool: &toolbox::Postgres,
) -> Result<(Postgres, Postgrest)> {
    let Options {
        home,
        ports,
        progress,
        ..
    } = options;
    let postgres = progress
        .step("postgres", None, async {
            let postgres = Postgres::start(tool, home, ports.postgres).await?;
            let pool = postgres.superuser().await?;
            let applied = prepare(&pool, home).await?;
            pool.close().await;
            Ok((
                postgres,
                format!("on port {}, {applied} migrations applied", ports.postgres),
            ))
        })
        .await?;
    let postgrest = progress
        .step("postgrest", None, async {
            let server = Postgrest::start(postgres.url("authenticator"), ports.postgrest).await?;
            Ok((
                server,
                format!("on port {} (postrust, a reimplementation)", ports.postgrest),
            ))
        })
        .await?;
    Ok((postgres, postgrest))
}

async fn start_emulator(options: &Options, tool: &toolbox::Emulator) -> Result<Emulator> {
    let Options {
        home,
        ports,
        enforce_iam,
        progress,
        ..
    } = options;
    progress
        .step("aws", None, async {
            let emulator = Emulator::start(tool, home, ports.emulator, *enforce_iam).await?;
            Ok((
                emulator,
                format!("on port {} ({})", ports.emulator, toolbox::Emulator::NAME),
            ))
        })
        .await
}

async fn install(
    home: &Home,
    progress: Progress,
) -> Result<(toolbox::Emulator, toolbox::Postgres)> {
    let toolbox = home.toolbox();
    let waiting = toolbox::is_empty(&toolbox)
        .then_some("installing the AWS emulator and Postgres (first time only)");
    progress
        .step("tools", waiting, async {
            // One after the other: both take the toolbox's lock.
            let (emulator, first) = toolbox::Emulator::ensure(&toolbox).await?;
            let (postgres, second) = toolbox::Postgres::ensure(&toolbox).await?;
            let verb = if first || second {
                "installed"
            } else {
                "in place"
            };
            let names = format!(
                "{} and {} {verb}",
                toolbox::Emulator::NAME,
                toolbox::Postgres::NAME
            );
            Ok(((emulator, postgres), names))
        })
        .await
}

/// Makes a plain Postgres database into what a Supabase project is, and applies every migration to it.
/// Returns how many.
pub async fn prepare(database: &PgPool, home: &Home) -> Result<usize> {
    let mut connection = database.acquire().await?;
    let folder = home.workspace.join("infra").join("migrations");
    let supabase = std::fs::read_to_string(folder.join("local").join("0000_supabase_roles.sql"))
        .context("read the local roles")?;
    sqlx::raw_sql(AssertSqlSafe(supabase))
        .execute(&mut *connection)
        .await
        .context("create the local roles")?;
    let password = format!(
        "alter role authenticator with login password '{}'",
        postgres::PASSWORD
    );
    sqlx::raw_sql(AssertSqlSafe(password))
        .execute(&mut *connection)
        .await?;
    migrations::apply(&mut connection, &folder).await
}
