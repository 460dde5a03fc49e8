//! The last net: free text passes the redaction engine before it leaves in a line or an event.
//!
//! It is the second guard. The first is that lines are made of closed words; what a foreign crate warns of, and the
//! texts of errors, are not. The engine takes about two milliseconds to build and is built when the first free text is
//! written, so that a process that writes none never pays for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::redaction::{Engine, Known, Policy, Profile, Vault};

/// The longest text looked at, in bytes: a longer one is no message but a dump, and is replaced whole.
const LONGEST: usize = 4096;
/// What stands in place of a field that could not be judged.
pub(super) const WHOLE: &str = "[REDACTED]";

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Policy::default()));

/// `fields` without what identifies a person or opens a door. A field that cannot be judged is replaced whole.
pub(super) fn clean(fields: Map<String, Value>) -> Map<String, Value> {
    if fields.is_empty() {
        return fields;
    }
    #[cfg(test)]
    tests::CLEANED.set(tests::CLEANED.get() + 1);
    let names: Vec<String> = fields.keys().cloned().collect();
    // A failure of the engine is its own affair; its first build is not, and may fail too.
    catch_unwind(AssertUnwindSafe(|| cleaned(&ENGINE, fields))).unwrap_or_else(|_| {
        let whole = names.into_iter().map(|name| (name, WHOLE.into()));
        whole.collect()
    })
}

/// `text` without what identifies a person or opens a door, or replaced whole.
pub(super) fn clean_text(text: &str) -> String {
    let judge = || match text.len() {
        ..=LONGEST => by_text(&ENGINE, text, &mut Vault::new()),
        _ => WHOLE.to_owned(),
    };
    catch_unwind(judge).unwrap_or_else(|_| WHOLE.to_owned())
}

fn cleaned(engine: &Engine, fields: Map<String, Value>) -> Map<String, Value> {
    let mut vault = Vault::new();
    let each = fields.into_iter().map(|(name, value)| {
        let value = judged(engine, &name, value, &mut vault);
        (name, value)
    });
    each.collect()
}

/// Judged twice: by its name and value, then by its text alone, since a name may make a value look harmless.
fn judged(engine: &Engine, name: &str, value: Value, vault: &mut Vault) -> Value {
    if value.is_boolean() || value.is_null() {
        return value;
    }
    if value.as_str().is_some_and(|text| text.len() > LONGEST) {
        return WHOLE.into();
    }
    // A message's name says nothing of what it holds.
    let value = if name == "message" {
        Some(value)
    } else {
        by_name(engine, name, value, vault)
    };
    match value {
        Some(Value::String(text)) => by_text(engine, &text, vault).into(),
        Some(value @ Value::Number(_)) => value,
        _ => WHOLE.into(),
    }
}

fn by_name(engine: &Engine, name: &str, value: Value, vault: &mut Vault) -> Option<Value> {
    let pair = Map::from_iter([(name.to_owned(), value)]);
    let text = by_text(engine, &Value::Object(pair).to_string(), vault);
    let mut pair: Map<String, Value> = serde_json::from_str(&text).ok()?;
    pair.remove(name)
}

fn by_text(engine: &Engine, text: &str, vault: &mut Vault) -> String {
    let redacted = engine.redact(text, Profile::Machine, &Known::none(), vault);
    match redacted.audit.refused {
        None => redacted.text,
        Some(_) => WHOLE.to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::cell::Cell;

    use serde_json::json;

    use super::*;

    thread_local! {
        /// How often this thread's lines needed the engine.
        pub(in super::super) static CLEANED: Cell<usize> = const { Cell::new(0) };
    }

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_identifies_goes_and_the_rest_stays() {
        let clean = clean(map(json!({
            "message": "no answer from (415) 555-0142 after 3 attempts",
            "error": "connection reset by peer",
            "phone": 14_155_550_142_u64,
            "attempts": 3,
            "final": true,
        })));
        let message = clean["message"].as_str().unwrap();
        assert!(!message.contains("0142"), "{message}");
        assert!(message.contains("after 3 attempts"), "{message}");
        assert_eq!(clean["error"], "connection reset by peer");
        assert!(!clean["phone"].to_string().contains("4155550142"));
        assert_eq!(clean["attempts"], 3);
        assert_eq!(clean["final"], true);
    }

    #[test]
    fn a_dump_is_replaced_whole() {
        let clean = clean(map(json!({ "body": "a ".repeat(LONGEST) })));
        assert_eq!(clean["body"], WHOLE);
    }

    #[test]
    fn an_engine_that_refuses_replaces_every_field_whole() {
        let refusing = Engine::new(Policy::default().limit(0));
        let fields = map(json!({ "message": "call of Jordan", "detail": "x", "count": 7 }));
        let clean = cleaned(&refusing, fields);
        assert!(clean.values().all(|value| value == WHOLE), "{clean:?}");
    }
}
