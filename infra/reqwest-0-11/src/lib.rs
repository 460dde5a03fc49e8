//! reqwest 0.13 under the name of 0.11: see `[patch.crates-io]` in the workspace manifest.
pub use reqwest_0_13::*;
