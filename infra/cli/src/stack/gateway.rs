//! The public front of the local HTTP API: clean URLs on one port, passed on to the emulator's API.
//!
//! It stands where API Gateway stands and keeps API Gateway's limits that the emulator lacks.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// API Gateway's limit for a request body of an HTTP API, in bytes.
const PAYLOAD_LIMIT: usize = 10 * 1024 * 1024;

/// The running front.
#[derive(Debug)]
pub struct Gateway {
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Upstream {
    client: reqwest::Client,
    base: String,
}

impl Gateway {
    /// Serves on `port` what the emulator at `emulator` serves as the API `api_id`.
    pub async fn start(emulator: &str, api_id: &str, port: u16) -> Result<Self> {
        let base = format!("{emulator}/_aws/execute-api/{api_id}/$default");
        let router = Router::new().fallback(pass_on).with_state(Upstream {
            client: reqwest::Client::new(),
            base,
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, service).await {
                eprintln!("the HTTP API's front ended: {error}");
            }
        });
        Ok(Self { task })
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass_on(
    State(upstream): State<Upstream>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, PAYLOAD_LIMIT).await else {
        return (
            StatusCode::PAYLOAD_TOO_LARGE,
            r#"{"message":"Request Entity Too Large"}"#,
        )
            .into_response();
    };
    match forward(&upstream, parts, body, peer).await {
        Ok(response) => response,
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            r#"{"message":"Service Unavailable"}"#,
        )
            .into_response(),
    }
}

async fn forward(
    upstream: &Upstream,
    parts: axum::http::request::Parts,
    body: Bytes,
    peer: SocketAddr,
) -> Result<Response, reqwest::Error> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut headers = without_hop_by_hop(&parts.headers);
    if let Ok(address) = peer.ip().to_string().parse() {
        headers.insert("x-forwarded-for", address);
    }
    let answer = upstream
        .client
        .request(parts.method, format!("{}{path}", upstream.base))
        .headers(headers)
        .body(body)
        .send()
        .await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = without_hop_by_hop(answer.headers());
    *response.body_mut() = Body::from(answer.bytes().await?);
    Ok(response)
}

fn without_hop_by_hop(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    for name in [
        header::CONNECTION,
        header::TRANSFER_ENCODING,
        header::CONTENT_LENGTH,
        header::HOST,
        header::UPGRADE,
    ] {
        kept.remove(name);
    }
    kept
}
