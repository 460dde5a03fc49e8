//! Access tokens: what a grant is exchanged for, good for an hour.
//!
//! Each organisation has a slot, and who fills it holds its lock: of many calls that find the same token refused, one
//! fetches the next, and the others take that.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

use crate::outbound::{CallError, Rejection};

/// How long before its end an access token is not used any more.
const MARGIN: Duration = Duration::from_mins(5);
/// The most organisations whose tokens are kept in one process.
const KEPT: usize = 1000;

/// Access tokens that are good for a while, by organisation. One for each process. It never prints them.
#[derive(Default)]
pub struct AccessTokens(Mutex<HashMap<String, Slot>>);

type Slot = Arc<tokio::sync::Mutex<Option<Held>>>;

struct Held {
    token: String,
    until: OffsetDateTime,
}

/// A token as Google gives it out.
pub(super) struct Given {
    pub(super) token: String,
    /// How long it is good.
    pub(super) lasts: Duration,
}

impl AccessTokens {
    /// The organisation's token, fetched if there is none that is good now and is not the `refused` one.
    ///
    /// # Errors
    /// What `fetch` says; [`Rejection::NoTime`] when somebody else is at it beyond `until`.
    pub(super) async fn good(
        &self,
        organization: &str,
        refused: Option<&str>,
        now: OffsetDateTime,
        until: Instant,
        fetch: impl AsyncFnOnce() -> Result<Given, CallError>,
    ) -> Result<String, CallError> {
        let slot = self.slot(organization);
        let Ok(mut held) = tokio::time::timeout_at(until, slot.lock()).await else {
            return Err(CallError::Rejected {
                reason: Rejection::NoTime,
                retry_after: Duration::ZERO,
            });
        };
        if let Some(held) = held.as_ref()
            && now < held.until
            && refused != Some(held.token.as_str())
        {
            return Ok(held.token.clone());
        }
        // Whatever is here is not to be used, also if there is no other to be had.
        *held = None;
        let Given { token, lasts } = fetch().await?;
        *held = Some(Held {
            token: token.clone(),
            until: now + lasts.saturating_sub(MARGIN),
        });
        Ok(token)
    }

    fn slot(&self, organization: &str) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= KEPT && !slots.contains_key(organization) {
            slots.clear();
        }
        slots.entry(organization.to_owned()).or_default().clone()
    }
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessTokens(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    /// Gives out `1`, `2`, … for an hour each.
    #[derive(Default)]
    struct Mint(AtomicU32);

    impl Mint {
        async fn give(&self) -> Result<Given, CallError> {
            // Others come in meanwhile.
            tokio::task::yield_now().await;
            let number = self.0.fetch_add(1, Ordering::Relaxed) + 1;
            Ok(Given {
                token: number.to_string(),
                lasts: Duration::from_hours(1),
            })
        }

        async fn good(
            &self,
            tokens: &AccessTokens,
            refused: Option<&str>,
            now: OffsetDateTime,
        ) -> String {
            let until = Instant::now() + Duration::from_secs(5);
            let fetch = async || self.give().await;
            tokens.good("o", refused, now, until, fetch).await.unwrap()
        }
    }

    #[tokio::test]
    async fn a_token_is_used_until_shortly_before_its_end() {
        let (tokens, mint) = (AccessTokens::default(), Mint::default());
        let end = NOW + Duration::from_hours(1) - MARGIN;
        assert_eq!(mint.good(&tokens, None, NOW).await, "1");
        let last = end - Duration::from_secs(1);
        assert_eq!(mint.good(&tokens, None, last).await, "1");
        assert_eq!(mint.good(&tokens, None, end).await, "2");
        assert_eq!(format!("{tokens:?}"), "AccessTokens(…)");
    }

    #[tokio::test]
    async fn of_many_who_find_a_token_refused_one_fetches_the_next() {
        let (tokens, mint) = (AccessTokens::default(), Mint::default());
        let first = mint.good(&tokens, None, NOW).await;
        let asked = (0..20).map(|_| mint.good(&tokens, Some(&first), NOW));
        let given = futures::future::join_all(asked).await;
        assert!(given.iter().all(|token| token == "2"), "{given:?}");
    }

    #[tokio::test]
    async fn a_refused_token_is_gone_even_when_there_is_no_other() {
        let (tokens, mint) = (AccessTokens::default(), Mint::default());
        let first = mint.good(&tokens, None, NOW).await;
        let until = Instant::now() + Duration::from_secs(5);
        let none = async || Err(crate::outbound::codec::unusable());
        let error = tokens.good("o", Some(&first), NOW, until, none).await;
        assert!(error.is_err());
        assert_eq!(mint.good(&tokens, None, NOW).await, "2");
    }

    #[tokio::test]
    async fn tokens_of_many_organisations_are_bounded() {
        let (tokens, mint) = (AccessTokens::default(), Mint::default());
        for number in 0..3 * KEPT {
            let until = Instant::now() + Duration::from_secs(5);
            let fetch = async || mint.give().await;
            let name = number.to_string();
            tokens.good(&name, None, NOW, until, fetch).await.unwrap();
        }
        assert!(tokens.0.lock().unwrap().len() <= KEPT);
    }
}
