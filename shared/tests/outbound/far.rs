//! The far end of the wire: a server that does to each request what it is told, and keeps what it read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of a request, after it was read whole.
#[derive(Clone, Debug)]
pub enum Fate {
    /// This answer: status, further headers, body.
    Answer(u16, String, String),
    /// Half of an answer with this status, and the connection is closed.
    Half(u16),
    /// An answer whose body comes byte by byte and never ends.
    Dribble,
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing.
    Silence,
}

/// A plain answer.
pub fn answer(status: u16, body: &str) -> Fate {
    Fate::Answer(status, String::new(), body.to_owned())
}

/// An answer that asks to wait.
pub fn wait(status: u16, retry_after: &str) -> Fate {
    Fate::Answer(
        status,
        format!("retry-after: {retry_after}\r\n"),
        "{}".to_owned(),
    )
}

/// A server.
pub struct Far {
    pub url: String,
    read: Arc<Mutex<Vec<String>>>,
}

impl Far {
    /// Does this to the requests in turn, and the last of it to all that follow.
    pub async fn start(fates: impl IntoIterator<Item = Fate>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (fates, read) = (
            Arc::new(Mutex::new(VecDeque::from_iter(fates))),
            Arc::default(),
        );
        let kept = Arc::clone(&read);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&fates), Arc::clone(&kept)));
            }
        });
        Self { url, read }
    }

    /// The requests that were read, as text.
    pub fn requests(&self) -> Vec<String> {
        self.read.lock().unwrap().clone()
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.requests().len()
    }
}

async fn serve(
    mut stream: TcpStream,
    fates: Arc<Mutex<VecDeque<Fate>>>,
    read: Arc<Mutex<Vec<String>>>,
) {
    let Some(request) = receive(&mut stream).await else {
        return;
    };
    read.lock().unwrap().push(request);
    let fate = {
        let mut fates = fates.lock().unwrap();
        let next = if fates.len() > 1 {
            fates.pop_front()
        } else {
            fates.front().cloned()
        };
        next.unwrap()
    };
    let text = match fate {
        Fate::Answer(status, headers, body) => {
            let length = body.len();
            format!(
                "HTTP/1.1 {status} X\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
            )
        }
        Fate::Half(status) => {
            format!("HTTP/1.1 {status} X\r\ncontent-length: 100\r\n\r\n{{\"sid\":")
        }
        Fate::Dribble => {
            let head = "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n";
            let mut alive = stream.write_all(head.as_bytes()).await.is_ok();
            while alive {
                alive = stream.write_all(b"1\r\n \r\n").await.is_ok();
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            return;
        }
        Fate::Close => return,
        Fate::Reset => {
            stream.set_zero_linger().unwrap();
            return;
        }
        Fate::Silence => std::future::pending().await,
    };
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// A request with its body; `None` when it never ends.
async fn receive(stream: &mut TcpStream) -> Option<String> {
    let mut all = Vec::new();
    loop {
        let mut part = [0; 4096];
        let count = stream
            .read(&mut part)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        all.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&all).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                let is_length = name.eq_ignore_ascii_case("content-length");
                is_length.then(|| value.parse::<usize>().ok()).flatten()
            });
            if body.len() >= length.unwrap_or_default() {
                return Some(text);
            }
        }
    }
}
