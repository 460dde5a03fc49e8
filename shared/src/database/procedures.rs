//! The database's procedures, with the key that opens them.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Bounds, Database, DatabaseError, ServiceKey};
use crate::secrets::Secrets;

/// The longest one call may take. A procedure is a handful of index look-ups.
const CALL_LIMIT: Duration = Duration::from_secs(8);

/// The procedures, with the key that opens them.
#[derive(Debug)]
pub struct Procedures {
    /// The server.
    pub database: Database,
    /// The name or ARN of the secret with the service role's key.
    pub secret: String,
}

impl Procedures {
    /// Calls a procedure with the key at hand; once more with a newer one if that was refused and there is one, or if
    /// the transaction [lost a race](DatabaseError::lost_a_race).
    ///
    /// # Errors
    /// As [`Database::call`]; [`DatabaseError::NoKey`] when there is no usable key.
    pub async fn call<T: DeserializeOwned>(
        &self,
        secrets: &Secrets,
        procedure: &str,
        arguments: &impl Serialize,
    ) -> Result<T, DatabaseError> {
        let bounds = Bounds {
            within: CALL_LIMIT,
            rows: None,
        };
        self.call_within(secrets, procedure, arguments, bounds)
            .await
    }

    /// As [`Procedures::call`], within other bounds.
    ///
    /// # Errors
    /// As [`Procedures::call`].
    pub async fn call_within<T: DeserializeOwned>(
        &self,
        secrets: &Secrets,
        procedure: &str,
        arguments: &impl Serialize,
        bounds: Bounds,
    ) -> Result<T, DatabaseError> {
        let no_key = |_| DatabaseError::NoKey;
        let known = secrets.get(&self.secret).await.map_err(no_key)?;
        let parse = |key| ServiceKey::parse(key).map_err(|_| DatabaseError::NoKey);
        let call = async |key| {
            let database = &self.database;
            database.call(procedure, arguments, &key, bounds).await
        };
        let answer = call(parse(&known)?).await;
        if answer.as_ref().is_err_and(DatabaseError::is_refused_key)
            && let Some(newer) = secrets.newer(&self.secret, &known).await
        {
            return call(parse(&newer)?).await;
        }
        if answer.as_ref().is_err_and(DatabaseError::lost_a_race) {
            return call(parse(&known)?).await;
        }
        answer
    }
}
