//! TLS: one configuration for all the HTTP clients of a process.
//!
//! Mozilla's roots, compiled in: the system's would be read and parsed at each start, for longer than all the rest of it
//! takes (`bench`: init of the consumer 18.4 ms instead of 5.8, of the receiver 11.2 instead of 5.8).

use std::sync::{Arc, LazyLock};

use reqwest::ClientBuilder;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

static CONFIG: LazyLock<Result<ClientConfig, rustls::Error>> = LazyLock::new(|| {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
});

/// An HTTP client that trusts these roots. Were there no configuration, its `build` fails.
pub(crate) fn http_client() -> ClientBuilder {
    let builder = ClientBuilder::new();
    match &*CONFIG {
        Ok(config) => builder.tls_backend_preconfigured(config.clone()),
        Err(_) => builder.tls_backend_preconfigured(()),
    }
}
