//! Partial responses: of an answer only what the parameter `fields` names, as in `items(id,start(dateTime)),etag`.
//!
//! Source: <https://developers.google.com/workspace/calendar/api/guides/performance#partial-response>

use serde_json::{Map, Value};

/// How deep a selector may nest.
const DEPTH: usize = 8;

/// What `fields` selects of `whole`; `None` for a selector that cannot be read.
pub(super) fn select(whole: &Value, fields: &str) -> Option<Value> {
    let (selected, rest) = list(whole, fields, DEPTH)?;
    rest.is_empty().then_some(selected)
}

/// Selects by a list of names, up to its end. What it selects, and the rest of the text.
fn list<'a>(whole: &Value, mut text: &'a str, depth: usize) -> Option<(Value, &'a str)> {
    let depth = depth.checked_sub(1)?;
    let mut selected = Map::new();
    loop {
        let end = text.find([',', '(', ')']).unwrap_or(text.len());
        let (name, after) = text.split_at(end);
        if name.is_empty() {
            return None;
        }
        let found = whole.get(name);
        text = if let Some(inner) = after.strip_prefix('(') {
            let (value, rest) = below(found, inner, depth)?;
            if found.is_some() {
                selected.insert(name.to_owned(), value);
            }
            rest.strip_prefix(')')?
        } else {
            let found = found.map(|value| (name.to_owned(), value.clone()));
            selected.extend(found);
            after
        };
        match text.strip_prefix(',') {
            Some(rest) => text = rest,
            None => return Some((Value::Object(selected), text)),
        }
    }
}

/// Selects below a name: of each element, where there are several.
fn below<'a>(found: Option<&Value>, text: &'a str, depth: usize) -> Option<(Value, &'a str)> {
    let (nothing, rest) = list(&Value::Null, text, depth)?;
    match found {
        Some(Value::Array(elements)) => {
            let each = elements.iter().map(|one| Some(list(one, text, depth)?.0));
            Some((Value::Array(each.collect::<Option<_>>()?), rest))
        }
        Some(one) => list(one, text, depth),
        None => Some((nothing, rest)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_selector_keeps_what_it_names_and_nothing_else() {
        let whole = json!({
            "nextSyncToken": "t", "summary": "x",
            "items": [{ "id": "a", "summary": "x", "start": { "dateTime": "d", "timeZone": "z" } }, { "id": "b" }],
        });
        let fields = "nextPageToken,nextSyncToken,items(id,start(dateTime))";
        assert_eq!(
            select(&whole, fields),
            Some(json!({
                "nextSyncToken": "t", "items": [{ "id": "a", "start": { "dateTime": "d" } }, { "id": "b" }],
            }))
        );
        assert_eq!(
            select(&json!({ "items": [] }), fields),
            Some(json!({ "items": [] }))
        );
    }

    #[test]
    fn what_is_no_selector_is_refused() {
        let deep = "a(".repeat(100_000);
        for fields in [
            "", ",", "a,", "a(", "a)", "a(b", "a()", "(a)", "a(b)c", &deep,
        ] {
            assert_eq!(select(&json!({ "a": {} }), fields), None, "{fields:.20}");
        }
    }
}
