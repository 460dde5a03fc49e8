//! Requests to erase: `POST /erasure` and `GET /erasure/{request}`.
//!
//! Who acts: an administrator of an organisation, with a token that Supabase Auth has signed. The organisation is the
//! token's, never the body's. When a request is answered 202, what it is about is hidden; the retention sweep removes
//! it when the grace is over. Asking again for the same subject answers the same request.

mod config;
mod http;
mod refusal;
mod token;

use std::convert::Infallible;
use std::time::Instant;

use aws_config::SdkConfig;
use futures::FutureExt as _;
use sallyport::clock::Clock;
use sallyport::database::{Database, Procedures};
use sallyport::retention::{NewErasure, RequestStatus, Scope};
use sallyport::secrets::Secrets;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

pub use config::Config;
pub use http::{Request, Response};

use refusal::Refusal;
use token::Administrator;

/// What the handler works with, built once per process.
#[derive(Debug)]
pub struct App {
    procedures: Procedures,
    secrets: Secrets,
    jwt_secret: String,
}

impl App {
    /// The clients of this configuration. Nothing is connected yet.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(config: Config, aws: &SdkConfig, clock: Clock) -> anyhow::Result<Self> {
        Ok(Self {
            procedures: Procedures {
                database: Database::new(config.postgrest_url)?,
                secret: config.database_secret,
            },
            secrets: Secrets::new(aws, clock),
            jwt_secret: config.jwt_secret,
        })
    }
}

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    scope: Scope,
    subject: Uuid,
    #[serde(default)]
    basis: Basis,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Basis {
    #[default]
    GdprArticle17,
    Ccpa,
    PatientRequest,
}

impl Basis {
    const fn as_str(self) -> &'static str {
        match self {
            Self::GdprArticle17 => "gdpr_article_17",
            Self::Ccpa => "ccpa",
            Self::PatientRequest => "patient_request",
        }
    }
}

/// Answers a request.
///
/// # Errors
/// Never: what goes wrong is an answer.
pub async fn handle(app: &App, request: Request) -> Result<Response, Infallible> {
    let began = Instant::now();
    let answer = answer(app, &request).boxed().await;
    let latency_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(match answer {
        Ok(response) => {
            tracing::info!(
                metric = "Erasures",
                outcome = "answered",
                latency_ms,
                "erasure"
            );
            response
        }
        Err(refusal) => {
            let reason = refusal.reason();
            tracing::warn!(
                metric = "Erasures",
                outcome = "refused",
                reason,
                latency_ms,
                "erasure"
            );
            Response::problem(refusal)
        }
    })
}

async fn answer(app: &App, request: &Request) -> Result<Response, Refusal> {
    let administrator = authenticate(app, request).await?;
    match (request.method(), request.parts().as_slice()) {
        ("POST", ["erasure"]) => ask(app, &administrator, &request.body()?).await,
        ("GET", ["erasure", id]) => {
            let id = id.parse().map_err(|_| Refusal::NotFound)?;
            status(app, &administrator, id).await
        }
        _ => Err(Refusal::NoRoute),
    }
}

async fn authenticate(app: &App, request: &Request) -> Result<Administrator, Refusal> {
    let token = request.bearer().ok_or(Refusal::Unauthenticated)?;
    let unavailable = |_| Refusal::Unavailable;
    let known = app
        .secrets
        .get(&app.jwt_secret)
        .await
        .map_err(unavailable)?;
    let judged = token::read(token, &token::key(&known).ok_or(Refusal::Unavailable)?);
    // The secret may have been rotated since.
    if judged == Err(Refusal::Unauthenticated)
        && let Some(newer) = app.secrets.newer(&app.jwt_secret, &known).await
    {
        return token::read(token, &token::key(&newer).ok_or(Refusal::Unavailable)?);
    }
    judged
}

async fn ask(app: &App, administrator: &Administrator, body: &[u8]) -> Result<Response, Refusal> {
    let ask: Ask = serde_json::from_slice(body).map_err(|_| Refusal::Malformed)?;
    let erasure = NewErasure {
        organization: administrator.organization,
        scope: ask.scope,
        subject: ask.subject,
        basis: ask.basis.as_str().to_owned(),
        requested_by: format!("user:{}", administrator.user),
    };
    let asked = erasure.ask(&app.procedures, &app.secrets).await;
    let asked = asked.map_err(|error| unavailable(&error))?;
    if asked.status == "rejected" {
        return Err(Refusal::NotFound);
    }
    Ok(Response::json(202, &json!(asked)))
}

async fn status(
    app: &App,
    administrator: &Administrator,
    request: Uuid,
) -> Result<Response, Refusal> {
    let organization = administrator.organization;
    let status = RequestStatus::of(&app.procedures, &app.secrets, organization, request).await;
    let status = status.map_err(|error| unavailable(&error))?;
    let status = status.ok_or(Refusal::NotFound)?;
    Ok(Response::json(200, &json!(status)))
}

fn unavailable(error: &sallyport::database::DatabaseError) -> Refusal {
    tracing::error!(%error, "database did not answer");
    Refusal::Unavailable
}
