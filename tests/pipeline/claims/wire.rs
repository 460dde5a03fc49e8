//! The wire to DynamoDB: counts what goes over it, loses answers, and says nothing.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context, Result};
use aws_sdk_dynamodb::{
    Client,
    config::{HttpClient, RuntimeComponents, SharedHttpClient, http::HttpRequest},
};
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    result::ConnectorError,
};

/// What the wire does to a call.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// Nothing.
    None,
    /// The store does what it is asked, and the connection breaks before the answer; the next call fares well.
    FirstAnswerLost,
    /// No answer ever comes.
    Silence,
}

/// A tapped wire.
#[derive(Clone, Debug)]
pub struct Wire {
    beyond: SharedHttpClient,
    fault: Fault,
    calls: Arc<AtomicUsize>,
}

impl Wire {
    /// A client on a tapped wire, and the wire.
    pub fn tap(client: &Client, fault: Fault) -> Result<(Client, Self)> {
        let beyond = client.config().http_client().context("no connector")?;
        let wire = Self {
            beyond,
            fault,
            calls: Arc::default(),
        };
        let config = client.config().to_builder().http_client(wire.clone());
        Ok((Client::from_conf(config.build()), wire))
    }

    /// Calls since this was asked last, attempts counted singly.
    pub fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::SeqCst)
    }
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Tap {
            beyond: self.beyond.http_connector(settings, components),
            wire: self.clone(),
        })
    }
}

#[derive(Debug)]
struct Tap {
    beyond: SharedHttpConnector,
    wire: Wire,
}

impl HttpConnector for Tap {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let number = self.wire.calls.fetch_add(1, Ordering::SeqCst);
        let (fault, beyond) = (self.wire.fault, self.beyond.clone());
        HttpConnectorFuture::new(async move {
            match fault {
                Fault::FirstAnswerLost if number == 0 => {
                    beyond.call(request).await?;
                    Err(ConnectorError::io("connection reset".into()))
                }
                Fault::None | Fault::FirstAnswerLost => beyond.call(request).await,
                Fault::Silence => std::future::pending().await,
            }
        })
    }
}
