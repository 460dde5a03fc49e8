//! Reading JSON bodies of verified requests.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Refusal;

/// Parses a whole body, after it was found to be UTF-8 and JSON no deeper than 128 levels.
///
/// Skipped fields are looked at too: serde skips them without checking depth or encoding, and what is accepted
/// here must also be readable by everything that reads it later.
///
/// # Errors
/// [`Refusal::InvalidUtf8`]; [`Refusal::InvalidJson`] for broken or too deep JSON; [`Refusal::UnreadableEvent`]
/// when it is JSON of another shape than `T`.
pub fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| Refusal::InvalidUtf8)?;
    serde_json::from_str::<WellFormed>(text).map_err(|_| Refusal::InvalidJson)?;
    serde_json::from_str(text).map_err(|_| Refusal::UnreadableEvent)
}

/// Any JSON value, kept by nobody. Unlike `IgnoredAny` it descends, so the parser's depth limit applies.
struct WellFormed;

impl<'de> Deserialize<'de> for WellFormed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for WellFormed {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        while entries.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Shape {
        name: String,
    }

    #[test]
    fn json_nested_too_deeply_is_refused_even_where_it_would_be_skipped() {
        let body = format!(
            r#"{{"name":"a","x":{}{}}}"#,
            "[".repeat(200_000),
            "]".repeat(200_000)
        );
        assert_eq!(
            parse::<Shape>(body.as_bytes()).unwrap_err(),
            Refusal::InvalidJson
        );
    }

    #[test]
    fn a_body_that_is_not_utf8_is_refused_even_where_it_would_be_skipped() {
        let body = b"{\"name\":\"a\",\"x\":\"\xff\"}";
        assert_eq!(parse::<Shape>(body).unwrap_err(), Refusal::InvalidUtf8);
    }

    #[test]
    fn json_of_another_shape_is_told_from_broken_json() {
        assert_eq!(
            parse::<Shape>(b"[1]").unwrap_err(),
            Refusal::UnreadableEvent
        );
        assert_eq!(
            parse::<Shape>(b"{\"name\":").unwrap_err(),
            Refusal::InvalidJson
        );
        assert_eq!(parse::<Shape>(b"").unwrap_err(), Refusal::InvalidJson);
        assert_eq!(
            parse::<Shape>(br#"{"name":"a","x":[1,-2,3.5,null,true]}"#)
                .unwrap()
                .name,
            "a"
        );
    }
}
