//! The PostgREST side of the stack: `postrust`, a reimplementation that runs in this process, at `/rest/v1`
//! as Supabase serves it. Where it differs from PostgREST no test rests on it.

use std::net::Ipv4Addr;

use anyhow::{Context, Result};
use axum::Router;
use jsonwebtoken::{EncodingKey, Header};
use postrust_server::{Host, build};
use serde_json::json;
use tokio::{net::TcpListener, task::JoinHandle};

/// Signs and verifies the JWTs of the local stack. Public: the server listens on loopback and holds samples.
pub(crate) const JWT_SECRET: &str = "the-local-stack-signs-with-this-and-nothing-else-does";

/// The running server.
#[derive(Debug)]
pub struct Postgrest {
    task: JoinHandle<()>,
}

impl Postgrest {
    /// Connects to `database` as the authenticator role and serves on `port`.
    pub async fn start(database: String, port: u16) -> Result<Self> {
        let mut config = postrust_core::AppConfig::default();
        config.db_uri = database;
        config.db_anon_role = Some("anon".into());
        // A request that finds Postgres down is answered 503 before the caller's own time-out.
        config.db_pool_timeout = 2;
        config.db_channel_enabled = true;
        config.jwt_secret = Some(JWT_SECRET.into());
        config.compat_mode = true;
        let api = build(config, Host::SERVER)
            .await
            .context("start the PostgREST-compatible server")?
            .router;
        let router = Router::new().nest("/rest/v1", api);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the PostgREST-compatible server ended: {error}");
            }
        });
        Ok(Self { task })
    }
}

impl Drop for Postgrest {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A JWT for `role` (`anon`, `service_role`), as Supabase's legacy API keys are.
pub fn key(role: &str) -> Result<String> {
    sign(&json!({ "role": role, "iss": "sallyport-local" }))
}

/// A JWT of a signed-in user of `organization`.
pub fn user_token(organization: &str, user: &str) -> Result<String> {
    sign(&json!({
        "role": "authenticated",
        "aud": "authenticated",
        "sub": user,
        "app_metadata": { "org_id": organization },
    }))
}

/// The same of one of its administrators.
pub fn admin_token(organization: &str, user: &str) -> Result<String> {
    sign(&json!({
        "role": "authenticated",
        "aud": "authenticated",
        "sub": user,
        "app_metadata": { "org_id": organization, "role": "admin" },
    }))
}

fn sign(claims: &serde_json::Value) -> Result<String> {
    let mut claims = claims.clone();
    // The year 2100: local keys do not expire under anybody's feet.
    claims["exp"] = json!(4_102_444_800_i64);
    let key = EncodingKey::from_secret(JWT_SECRET.as_bytes());
    Ok(jsonwebtoken::encode(&Header::default(), &claims, &key)?)
}
