//! The client: `postgrest` builds the request, everything it lacks is here.

use std::time::Duration;

use reqwest::Client;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::tls::http_client;

use super::{DatabaseError, Rejection, ServiceKey};

/// Opening a connection, TLS included.
const CONNECT: Duration = Duration::from_secs(2);
/// The longest an error body is worth reading.
const ERROR_BODY_LIMIT: usize = 64 * 1024;

/// What a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The longest it may last.
    pub within: Duration,
    /// The most rows it may answer: of one more, all is undone.
    pub rows: Option<u32>,
}

/// A PostgREST server.
#[derive(Clone, Debug)]
pub struct Database {
    url: String,
    http: Client,
}

impl Database {
    /// The server at `url`, which includes the API's path (`…/rest/v1` at Supabase).
    ///
    /// # Errors
    /// When the HTTP client cannot be built, which is a fault of the environment.
    pub fn new(url: String) -> Result<Self, reqwest::Error> {
        let http = http_client().connect_timeout(CONNECT).build()?;
        Ok(Self { url, http })
    }

    /// Calls a procedure and reads its answer, within the bounds.
    ///
    /// # Errors
    /// [`DatabaseError`] for every answer that is not a success with a body of type `T`.
    pub async fn call<T: DeserializeOwned>(
        &self,
        procedure: &str,
        arguments: &impl Serialize,
        key: &ServiceKey,
        bounds: Bounds,
    ) -> Result<T, DatabaseError> {
        let arguments = serde_json::to_string(arguments)
            .map_err(|_| DatabaseError::Unreachable("request could not be written"))?;
        let url = format!("{}/rpc/{procedure}", self.url);
        // `Postgrest::new` would build a client of its own; the builder takes ours.
        let mut request = postgrest::Builder::new(url, None, key.headers(), self.http.clone())
            .rpc(arguments)
            .build()
            .timeout(bounds.within);
        if let Some(rows) = bounds.rows {
            // Refused, and rolled back, by the server. `limit` would be ignored by whatever changes rows.
            let prefer = format!("handling=strict, max-affected={rows}");
            request = request.header("prefer", prefer);
        }
        let mut answer = request
            .send()
            .await
            .map_err(|error| unreachable_because(&error))?;
        let status = answer.status();
        if status.is_success() {
            let body = answer
                .bytes()
                .await
                .map_err(|error| unreachable_because(&error))?;
            return serde_json::from_slice(&body).map_err(|_| DatabaseError::Unreadable);
        }
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = answer.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > ERROR_BODY_LIMIT {
                break;
            }
        }
        Err(DatabaseError::Refused(Rejection::new(
            status.as_u16(),
            &body,
        )))
    }
}

fn unreachable_because(error: &reqwest::Error) -> DatabaseError {
    DatabaseError::Unreachable(if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "connect"
    } else {
        "connection broke"
    })
}
