//! A listener that notes when each request had come and when its answer went, where the bytes pass: what the stand-ins
//! do in between with a request is theirs, and no time of the function's.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

/// A request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exchange {
    /// When the last of the request came.
    pub(super) came: Instant,
    /// When the last of the answer went.
    pub(super) went: Instant,
}

/// The answered requests of all connections, in the order of their answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchanges(Arc<Mutex<Vec<Exchange>>>);

impl Exchanges {
    pub(super) fn forget(&self) {
        self.held().clear();
    }

    pub(super) fn list(&self) -> Vec<Exchange> {
        self.held().clone()
    }

    fn held(&self) -> MutexGuard<'_, Vec<Exchange>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The listener.
#[derive(Debug)]
pub(super) struct Watched {
    inner: TcpListener,
    exchanges: Exchanges,
}

impl Watched {
    /// Listens on a port of loopback that is free.
    pub(super) async fn bind() -> io::Result<Self> {
        Ok(Self {
            inner: TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?,
            exchanges: Exchanges::default(),
        })
    }

    pub(super) fn exchanges(&self) -> Exchanges {
        self.exchanges.clone()
    }
}

impl Listener for Watched {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.inner).await;
        // Answers are small and awaited: none waits for more to be sent with it.
        let _ = stream.set_nodelay(true);
        let connection = Connection {
            stream,
            exchanges: self.exchanges(),
            came: None,
            answered: None,
        };
        (connection, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

/// A connection, on which a request follows an answer.
pub(super) struct Connection {
    stream: TcpStream,
    exchanges: Exchanges,
    /// When something was read that is not answered yet.
    came: Option<Instant>,
    /// The exchange whose answer is being written.
    answered: Option<Instant>,
}

impl Connection {
    fn wrote(&mut self) {
        let went = Instant::now();
        let mut exchanges = self.exchanges.held();
        if let Some(came) = self.came.take() {
            self.answered = Some(came);
            exchanges.push(Exchange { came, went });
        } else if let Some(came) = self.answered
            && let Some(last) = exchanges.iter_mut().rev().find(|one| one.came == came)
        {
            last.went = went;
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.came = Some(Instant::now());
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if matches!(written, Poll::Ready(Ok(count)) if count > 0) {
            self.wrote();
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::{Router, body::Bytes, routing::post};

    use super::*;

    #[tokio::test]
    async fn an_exchange_lasts_from_the_request_to_its_answer() {
        const WORK: Duration = Duration::from_millis(30);
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = Watched::bind().await.unwrap();
        let (exchanges, address) = (listener.exchanges(), listener.local_addr().unwrap());
        let router = Router::new().fallback(post(async |body: Bytes| {
            tokio::time::sleep(WORK).await;
            body
        }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = reqwest::Client::new();
        let began = Instant::now();
        for body in ["short".to_owned(), "long".repeat(100_000)] {
            let request = client.post(format!("http://{address}/")).body(body.clone());
            let answer = request.send().await.unwrap().text().await.unwrap();
            assert_eq!(answer, body);
        }
        let list = exchanges.list();
        assert_eq!(list.len(), 2, "{list:?}");
        for one in &list {
            assert!(one.went - one.came >= WORK, "{one:?}");
        }
        assert!(began <= list[0].came && list[0].went <= list[1].came);
        exchanges.forget();
        assert!(exchanges.list().is_empty());
    }
}
