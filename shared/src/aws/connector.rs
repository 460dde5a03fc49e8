//! What the AWS clients speak HTTP with: the client that everybody else is called with too.
//!
//! The SDK's own keeps a TLS configuration and a pool of connections for each set of time-outs, and reads the
//! certificates of each anew before the first event is asked for: 3.4 of the 8.2 million instructions of a receiver's
//! start (callgrind). Here all clients of a process share one of either.

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use reqwest::{Body, Client, ClientBuilder, Request, redirect::Policy};

/// An HTTP client for AWS clients: what is signed is sent to whom it is signed for, and nowhere else. The time-out of
/// connecting is `builder`'s own, whatever a client is configured with; those of an attempt and an operation are kept
/// above.
///
/// # Errors
/// When it cannot be built, which is a fault of the environment.
pub fn http(builder: ClientBuilder) -> Result<SharedHttpClient, reqwest::Error> {
    Ok(SharedHttpClient::new(Http::new(builder)?))
}

#[derive(Clone, Debug)]
struct Http(Client);

impl Http {
    fn new(builder: ClientBuilder) -> Result<Self, reqwest::Error> {
        Ok(Self(builder.redirect(Policy::none()).no_proxy().build()?))
    }
}

impl HttpClient for Http {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Http {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = wire(request)?;
            let answer = client.execute(request).await.map_err(classified)?;
            let answer = http::Response::<Body>::from(answer).map(SdkBody::from_body_1_x);
            HttpResponse::try_from(answer)
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// The request as it is sent. Its path is signed as it is: the SDK escapes all that a URL would write differently, and
/// no object's key has a segment of dots.
fn wire(request: HttpRequest) -> Result<Request, ConnectorError> {
    let request = request
        .try_into_http1x()
        .map_err(|error| ConnectorError::user(error.into()))?;
    Request::try_from(request.map(Body::wrap)).map_err(classified)
}

/// Whether the SDK may try again: it does after a time-out and after trouble with the connection.
fn classified(error: reqwest::Error) -> ConnectorError {
    let kind = if error.is_timeout() {
        ConnectorError::timeout
    } else if error.is_builder() {
        ConnectorError::user
    } else {
        ConnectorError::io
    };
    kind(error.without_url().into())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// What becomes of a call whose far end does this.
    async fn call<F: Future<Output = ()> + Send + 'static>(
        far: fn(TcpStream) -> F,
    ) -> Result<HttpResponse, ConnectorError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/a%20key?x=1", listener.local_addr().unwrap());
        tokio::spawn(async move { far(listener.accept().await.unwrap().0).await });
        let builder = crate::tls::http_client().read_timeout(Duration::from_millis(200));
        let mut request = HttpRequest::new(SdkBody::from("hello"));
        request.set_method("PUT").unwrap();
        request.set_uri(url).unwrap();
        request.headers_mut().insert("content-length", "5");
        Http::new(builder).unwrap().call(request).await
    }

    async fn read(stream: &mut TcpStream) -> String {
        let mut text = Vec::new();
        while !text.ends_with(b"hello") {
            assert_ne!(stream.read_buf(&mut text).await.unwrap(), 0);
        }
        String::from_utf8(text).unwrap()
    }

    #[tokio::test]
    async fn request_and_answer_pass_as_they_are() {
        let answer = call(|mut stream| async move {
            let request = read(&mut stream).await.to_ascii_lowercase();
            assert!(
                request.starts_with("put /a%20key?x=1 http/1.1\r\n"),
                "{request}"
            );
            assert_eq!(
                request.matches("content-length: 5\r\n").count(),
                1,
                "{request}"
            );
            assert!(!request.contains("transfer-encoding"), "{request}");
            let answer =
                b"HTTP/1.1 418 teapot\r\nx-amzn-requestid: 7\r\ncontent-length: 2\r\n\r\nok";
            stream.write_all(answer).await.unwrap();
        });
        let answer = answer.await.unwrap();
        assert_eq!(answer.status().as_u16(), 418);
        assert_eq!(answer.headers().get("x-amzn-requestid"), Some("7"));
        let body = aws_smithy_types::byte_stream::ByteStream::new(answer.into_body());
        assert_eq!(body.collect().await.unwrap().to_vec(), b"ok");
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_is_not_followed() {
        let answer = call(|mut stream| async move {
            read(&mut stream).await;
            let answer = b"HTTP/1.1 303 Elsewhere\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer).await.unwrap();
        });
        assert_eq!(answer.await.unwrap().status().as_u16(), 303);
    }

    #[tokio::test]
    async fn a_connection_that_ends_without_an_answer_is_trouble_that_may_be_tried_again() {
        let error = call(|mut stream| async move {
            read(&mut stream).await;
        });
        let error = error.await.unwrap_err();
        assert!(error.is_io(), "{error:?}");
        assert!(!format!("{error:?}").contains("key"), "{error:?}");
    }

    #[tokio::test]
    async fn a_far_end_that_does_not_answer_is_a_timeout() {
        let error = call(|mut stream| async move {
            read(&mut stream).await;
            std::future::pending::<()>().await;
        });
        assert!(error.await.unwrap_err().is_timeout());
    }

    #[tokio::test]
    async fn a_refused_connection_is_trouble_that_may_be_tried_again() {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri("http://127.0.0.1:9/").unwrap();
        let http = Http::new(crate::tls::http_client()).unwrap();
        assert!(http.call(request).await.unwrap_err().is_io());
    }
}
