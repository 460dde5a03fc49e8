//! A relay between a function and the services behind it: it counts the calls, and can end the function before a
//! call is passed on, or after the service has answered and before the function knows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Response, StatusCode, header},
};
use reqwest::Client;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

/// The largest body relayed, in bytes: above what S3 is given here.
const LIMIT: usize = 8 * 1024 * 1024;

/// What happens at a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Everything is passed on.
    Pass,
    /// The function ends when it makes this call (from 0): the service never hears of it.
    EndBefore(usize),
    /// The function ends when the service has done what this call (from 0) asked.
    EndAfter(usize),
    /// Calls of this operation wait until [`Relay::release`].
    Hold(&'static str),
}

/// One call that was made.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation: `SendMessage`, `UpdateItem`, `PUT` (object), `rpc/apply_call_event`.
    pub operation: String,
    /// What it asked.
    pub request: Bytes,
    /// What it was answered, if it was.
    pub answer: Bytes,
}

#[derive(Debug)]
struct Post {
    upstream: String,
    client: Client,
    plan: Plan,
    calls: Mutex<Vec<Call>>,
    end: Notify,
    held: Notify,
    released: Notify,
}

/// A relay, listening.
#[derive(Debug)]
pub struct Relay {
    /// Where.
    pub url: String,
    post: Arc<Post>,
    task: JoinHandle<()>,
}

impl Relay {
    /// A relay to `upstream`.
    pub async fn start(upstream: &str, plan: Plan) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let post = Arc::new(Post {
            upstream: upstream.to_owned(),
            client: Client::new(),
            plan,
            calls: Mutex::default(),
            end: Notify::new(),
            held: Notify::new(),
            released: Notify::new(),
        });
        let router = Router::new().fallback(pass_on).with_state(post.clone());
        let task = tokio::spawn(async move {
            // Ends with the relay.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, post, task })
    }

    /// Runs `function` until it answers, or until the plan ends it.
    pub async fn run<T>(&self, function: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            answer = function => Some(answer),
            () = self.post.end.notified() => None,
        }
    }

    /// Waits until a call is held.
    pub async fn holding(&self) {
        self.post.held.notified().await;
    }

    /// Passes on what is held and whatever would be.
    pub fn release(&self) {
        self.post.released.notify_one();
    }

    /// The calls so far, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.post.calls().clone()
    }

    /// The operations so far, in order.
    pub fn operations(&self) -> Vec<String> {
        self.calls()
            .into_iter()
            .map(|call| call.operation)
            .collect()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Post {
    fn calls(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The function ends here: no answer ever comes.
    async fn end(&self) -> ! {
        self.end.notify_one();
        std::future::pending().await
    }
}

async fn pass_on(State(post): State<Arc<Post>>, request: Request) -> Response<Body> {
    relay(&post, request).await.unwrap_or_else(|_| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        response
    })
}

async fn relay(post: &Post, request: Request) -> Result<Response<Body>> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LIMIT).await?;
    let operation = operation(parts.uri.path(), parts.method.as_str(), &parts.headers);
    let number = {
        let mut calls = post.calls();
        calls.push(Call {
            operation: operation.clone(),
            request: body.clone(),
            answer: Bytes::new(),
        });
        calls.len() - 1
    };
    if post.plan == Plan::EndBefore(number) {
        post.end().await;
    }
    if matches!(&post.plan, Plan::Hold(held) if *held == operation) {
        post.held.notify_one();
        post.released.notified().await;
        // The next in line.
        post.released.notify_one();
    }
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut headers = parts.headers;
    for name in [
        header::CONNECTION,
        header::TRANSFER_ENCODING,
        header::CONTENT_LENGTH,
    ] {
        headers.remove(name);
    }
    let answer = post
        .client
        .request(parts.method, format!("{}{path}", post.upstream))
        .headers(headers)
        .body(body)
        .send()
        .await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    response.headers_mut().remove(header::TRANSFER_ENCODING);
    let bytes = answer.bytes().await?;
    post.calls()[number].answer = bytes.clone();
    if post.plan == Plan::EndAfter(number) {
        post.end().await;
    }
    *response.body_mut() = Body::from(bytes);
    Ok(response)
}

fn operation(path: &str, method: &str, headers: &HeaderMap) -> String {
    let target = headers
        .get("x-amz-target")
        .and_then(|name| name.to_str().ok());
    match (target, path.find("rpc/")) {
        (Some(target), _) => target.rsplit('.').next().unwrap_or(target).to_owned(),
        (None, Some(at)) => path[at..].to_owned(),
        (None, None) => method.to_owned(),
    }
}
