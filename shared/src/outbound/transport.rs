//! One request over the wire, and how it ended.
//!
//! What matters here is to know whether something may have been written. The client must therefore repeat nothing by
//! itself and follow nothing: one exchange is one request.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Response, redirect, retry};

use crate::tls::http_client;

use super::classify::Attempt;
use super::{Prepared, Reply};

/// Opening a connection, TLS included. A connection that takes longer will not become a good one.
const CONNECT: Duration = Duration::from_secs(2);
/// How long an idle connection is kept. A process may be frozen between two invocations, and what it finds after that
/// is dead: to write to it is to not know whether it arrived.
const IDLE: Duration = Duration::from_secs(10);

/// The HTTP client of a process.
///
/// # Errors
/// When it cannot be built, which is a fault of the environment.
pub(super) fn client() -> Result<Client, reqwest::Error> {
    http_client()
        .connect_timeout(CONNECT)
        .pool_idle_timeout(IDLE)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .user_agent(concat!("sallyport/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Sends a request once, within `limit` for everything.
pub(super) async fn exchange(http: &Client, request: &Prepared, limit: Duration) -> Attempt {
    let send = http
        .request(request.method.clone(), request.url.clone())
        .headers(request.headers.clone())
        .body(request.body.clone())
        .timeout(limit)
        .send();
    match send.await {
        Ok(answer) => read(answer).await,
        // Connecting includes looking up the name and TLS: nothing of the request was written.
        Err(error) if error.is_connect() || error.is_builder() => Attempt::Unconnected,
        Err(_) => Attempt::Lost,
    }
}

async fn read(mut answer: Response) -> Attempt {
    let mut reply = Reply {
        status: answer.status().as_u16(),
        headers: std::mem::take(answer.headers_mut()),
        body: Bytes::new(),
    };
    let mut body = BytesMut::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= Reply::LARGEST => {
                body.extend_from_slice(&chunk);
            }
            Ok(None) => {
                reply.body = body.freeze();
                return Attempt::Answered(reply);
            }
            Ok(Some(_)) | Err(_) => {
                reply.body = body.freeze();
                return Attempt::Truncated(reply);
            }
        }
    }
}
