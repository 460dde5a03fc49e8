//! The wire to DynamoDB: counts what goes over it, loses answers, and answers itself.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context, Result};
use aws_sdk_dynamodb::{
    Client,
    config::{
        HttpClient, RuntimeComponents, SharedHttpClient,
        http::{HttpRequest, HttpResponse},
    },
};
use aws_smithy_runtime_api::{
    client::{
        http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
        result::ConnectorError,
    },
    http::StatusCode,
};

/// What becomes of a call, by its number, from 0.
pub type Fate = fn(usize) -> Fault;

/// What the wire does to a call.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// Nothing.
    None,
    /// The store does what it is asked, and the connection breaks before the answer.
    AnswerLost,
    /// The answer never comes.
    Silence,
    /// The store answers 400 with this body.
    Answer(&'static str),
}

/// A tapped wire.
#[derive(Clone, Debug)]
pub struct Wire {
    beyond: SharedHttpClient,
    fate: Fate,
    calls: Arc<AtomicUsize>,
}

impl Wire {
    /// A client on a tapped wire, and the wire.
    pub fn tap(client: &Client, fate: Fate) -> Result<(Client, Self)> {
        let wire = Self {
            beyond: client
                .config()
                .http_client()
                .context("a client without a connector")?,
            fate,
            calls: Arc::default(),
        };
        let config = client.config().to_builder().http_client(wire.clone());
        Ok((Client::from_conf(config.build()), wire))
    }

    /// How many calls were made, attempts counted singly.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
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
        let fault = (self.wire.fate)(self.wire.calls.fetch_add(1, Ordering::SeqCst));
        let beyond = self.beyond.clone();
        HttpConnectorFuture::new(async move {
            match fault {
                Fault::None => beyond.call(request).await,
                Fault::AnswerLost => {
                    beyond.call(request).await?;
                    Err(ConnectorError::io("connection reset".into()))
                }
                Fault::Silence => std::future::pending().await,
                Fault::Answer(body) => {
                    let status =
                        StatusCode::try_from(400).map_err(|e| ConnectorError::user(e.into()))?;
                    Ok(HttpResponse::new(status, body.into()))
                }
            }
        })
    }
}
