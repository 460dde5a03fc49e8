//! The integration tests live in `pipeline/`.
