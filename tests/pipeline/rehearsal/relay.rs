//! A relay between a function and the services behind it: it counts the calls, and can end the function before a
//! call is passed on, or after the service has answered and before the function knows.

use std::{
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use anyhow::{Result, ensure};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Response, StatusCode, header},
};
use reqwest::Client;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

/// One for all: to build one is to read every certificate of the machine.
static CLIENT: LazyLock<Client> = LazyLock::new(Client::new);
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
    /// The service does what this call (from 0) asked, and its answer is lost on the way.
    Lose(usize),
    /// Calls of this operation wait until [`Relay::release`].
    Hold(&'static str),
}

/// One call that was made.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation: `SendMessage`, `UpdateItem`, `PUT` (object), `rpc/apply_call_event`.
    pub operation: String,
    /// The path that was asked, without its query.
    pub path: String,
    /// The status of the answer; 0 without one.
    pub status: u16,
    /// When it was answered, or asked where it was not.
    pub at: Instant,
    /// What it asked.
    pub request: Bytes,
    /// What it was answered, if it was.
    pub answer: Bytes,
    is_taken: bool,
}

#[derive(Debug)]
struct Post {
    upstream: Mutex<String>,
    client: Client,
    plan: Mutex<Plan>,
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
            upstream: Mutex::new(upstream.to_owned()),
            client: CLIENT.clone(),
            plan: Mutex::new(plan),
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

    /// Begins anew, in front of `upstream`.
    pub fn turn(&self, upstream: &str) {
        upstream.clone_into(&mut held(&self.post.upstream));
        *held(&self.post.plan) = Plan::Pass;
        self.post.calls().clear();
    }

    /// Has this happen from now on; calls are counted from now.
    pub fn arm(&self, plan: Plan) {
        let made = self.post.calls().len();
        let plan = match plan {
            Plan::EndBefore(number) => Plan::EndBefore(made + number),
            Plan::EndAfter(number) => Plan::EndAfter(made + number),
            Plan::Lose(number) => Plan::Lose(made + number),
            other => other,
        };
        *held(&self.post.plan) = plan;
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

    /// The calls of this operation that succeeded, each given once.
    pub fn take(&self, operation: &str) -> Vec<Call> {
        let mut calls = self.post.calls();
        let done =
            |call: &&mut Call| call.operation == operation && call.status == 200 && !call.is_taken;
        let taken = calls.iter_mut().filter(done).map(|call| {
            call.is_taken = true;
            call.clone()
        });
        taken.collect()
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

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Post {
    fn calls(&self) -> MutexGuard<'_, Vec<Call>> {
        held(&self.calls)
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
            path: parts.uri.path().to_owned(),
            status: 0,
            at: Instant::now(),
            request: body.clone(),
            answer: Bytes::new(),
            is_taken: false,
        });
        calls.len() - 1
    };
    let plan = held(&post.plan).clone();
    if plan == Plan::EndBefore(number) {
        post.end().await;
    }
    if matches!(plan, Plan::Hold(held) if held == operation) {
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
    let upstream = held(&post.upstream).clone();
    let answer = post
        .client
        .request(parts.method, format!("{upstream}{path}"))
        .headers(headers)
        .body(body)
        .send()
        .await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    response.headers_mut().remove(header::TRANSFER_ENCODING);
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await?;
    // Nobody may wait for it any more.
    if let Some(call) = post.calls().get_mut(number) {
        (call.status, call.at, call.answer) = (status, Instant::now(), bytes.clone());
    }
    if plan == Plan::EndAfter(number) {
        post.end().await;
    }
    ensure!(plan != Plan::Lose(number), "lost");
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
