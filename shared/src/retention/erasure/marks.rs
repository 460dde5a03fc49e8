//! What an erased subject is known by in a payload.

use std::collections::BTreeSet;

use regex::bytes::Regex;
use uuid::Uuid;

use super::requests::Taken;

/// A provider's id shorter than this could be any word of a payload.
const SHORTEST_ID: usize = 8;

/// The numbers, calls and deliveries of a subject.
pub(super) struct Marks {
    pub organization: Uuid,
    /// Deliveries that are known to be about the subject.
    pub deliveries: BTreeSet<String>,
    text: Option<Regex>,
}

impl Marks {
    pub(super) fn of(taken: &Taken) -> Self {
        let digits = taken.phones.iter().map(|phone| {
            let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
            // As a number of its own: not within a longer one. What stands before it may be a sign or `%2B`.
            format!("(?:^|[^0-9]|%2B){digits}(?:[^0-9]|$)")
        });
        let ids = taken.provider_calls.iter();
        let ids = ids.filter(|id| id.len() >= SHORTEST_ID);
        let all: Vec<String> = digits.chain(ids.map(|id| regex::escape(id))).collect();
        let text = (!all.is_empty()).then(|| Regex::new(&format!("(?-u){}", all.join("|"))));
        Self {
            organization: taken.org_id,
            deliveries: taken.deliveries.iter().cloned().collect(),
            // A pattern of escaped ids and digits can only fail by its size.
            text: text.and_then(Result::ok),
        }
    }

    /// Whether a payload is about the subject.
    pub(super) fn stand_in(&self, payload: &[u8]) -> bool {
        self.text
            .as_ref()
            .is_some_and(|text| text.is_match(payload))
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;

    fn marks() -> Marks {
        Marks::of(&Taken {
            org_id: Uuid::nil(),
            request: Uuid::nil(),
            contacts: Vec::new(),
            calls: Vec::new(),
            phones: vec!["+14155557391".to_owned()],
            provider_calls: vec!["0198c7b2-call.7".to_owned(), "c1".to_owned()],
            deliveries: Vec::new(),
            events: Vec::new(),
            requested_at: OffsetDateTime::UNIX_EPOCH,
        })
    }

    #[test]
    fn a_number_is_found_as_providers_write_it() {
        for payload in [
            r#"{"number":"+14155557391"}"#,
            "From=%2B14155557391&To=x",
            "14155557391",
            r#"{"id":"0198c7b2-call.7"}"#,
        ] {
            assert!(marks().stand_in(payload.as_bytes()), "{payload}");
        }
    }

    #[test]
    fn a_longer_number_and_a_short_id_are_somebody_elses() {
        for payload in [
            "+141555573910",
            "+914155557391",
            "0198c7b2-call17",
            r#"{"kind":"c1"}"#,
            "",
        ] {
            assert!(!marks().stand_in(payload.as_bytes()), "{payload}");
        }
    }
}
