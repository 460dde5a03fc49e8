//! Circuits as DynamoDB items, and writes as DynamoDB expressions.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;

use super::record::Record;
use super::write::{Clause, Field, Guard, Write};
use super::{Mode, State};
use crate::outbound::Class;
use crate::owner::Owner;

/// The key attribute of the table.
pub(super) const KEY: &str = "circuit";

/// A DynamoDB item.
pub type Item = HashMap<String, AttributeValue>;

/// The attribute of this name holds what no build of ours writes there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("circuit has no usable {0}")]
pub struct Unreadable(pub &'static str);

/// A write in DynamoDB's terms.
#[derive(Debug, Default)]
pub(super) struct Expressions {
    pub condition: String,
    pub update: String,
    pub names: HashMap<String, String>,
    pub values: HashMap<String, AttributeValue>,
}

impl Expressions {
    /// The expressions of a write.
    pub fn of(write: &Write) -> Self {
        let mut all = Self::default();
        all.condition = all.guard(&write.guard);
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        for field in &write.fields {
            let (name, value) = field.attribute();
            let name = all.name(name);
            match value {
                Some(value) => set.push(format!("{name} = {}", all.value(value))),
                None => remove.push(name),
            }
        }
        all.update = format!("SET {}", set.join(", "));
        if !remove.is_empty() {
            all.update = format!("{} REMOVE {}", all.update, remove.join(", "));
        }
        all
    }

    fn guard(&mut self, guard: &Guard) -> String {
        let alternatives = guard.0.iter().map(|clauses| {
            let texts: Vec<_> = clauses.iter().map(|clause| self.clause(*clause)).collect();
            format!("({})", texts.join(" AND "))
        });
        alternatives.collect::<Vec<_>>().join(" OR ")
    }

    fn clause(&mut self, clause: Clause) -> String {
        match clause {
            Clause::Absent => format!("attribute_not_exists({})", self.name(KEY)),
            Clause::Present => format!("attribute_exists({})", self.name(KEY)),
            Clause::State(state) => self.compare("state", "=", text(state.as_str())),
            Clause::Generation(generation) => self.compare("generation", "=", number(generation)),
            Clause::Mode(mode) => self.compare("mode", "=", text(mode.as_str())),
            Clause::OpenEndedBy(at) => self.compare("open_until", "<=", number(at)),
            Clause::LeaseEndedBy(at) => self.compare("lease_until", "<=", number(at)),
        }
    }

    fn compare(&mut self, name: &str, operator: &str, value: AttributeValue) -> String {
        format!("{} {operator} {}", self.name(name), self.value(value))
    }

    // Every name goes by a placeholder: `state`, `owner` and others are words of DynamoDB's own.
    fn name(&mut self, name: &str) -> String {
        let placeholder = format!("#{name}");
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }
}

impl Field {
    /// The attribute and its value; without one it is removed.
    fn attribute(self) -> (&'static str, Option<AttributeValue>) {
        match self {
            Self::State(state) => ("state", Some(text(state.as_str()))),
            Self::Generation(generation) => ("generation", Some(number(generation))),
            Self::Mode(mode) => ("mode", Some(text(mode.as_str()))),
            Self::OpenedAt(at) => ("opened_at", Some(number(at))),
            Self::OpenUntil(at) => ("open_until", Some(number(at))),
            Self::FailedProbes(count) => ("failed_probes", Some(number(count))),
            Self::Owner(owner) => ("owner", Some(text(owner.text()))),
            Self::LeaseUntil(at) => ("lease_until", Some(number(at))),
            Self::Successes(count) => ("successes", Some(number(count))),
            Self::Reason(class) => ("reason", Some(text(class.as_str()))),
            Self::ExpiresAt(at) => ("expires_at", at.map(number)),
        }
    }
}

impl Record {
    /// Reads a stored circuit. What was never set is as in a circuit that is not stored.
    ///
    /// # Errors
    /// [`Unreadable`] names the first attribute that is strange. An unknown state is one: to take it for closed would
    /// be to hammer a provider that is down, and for open to stop one that is not.
    pub fn read(item: &Item) -> Result<Self, Unreadable> {
        let words = |name, parse: fn(&str) -> bool| words(item, name, parse);
        let state = words("state", |text| State::parse(text).is_some())?;
        let mode = words("mode", |text| Mode::parse(text).is_some())?;
        let owner = words("owner", |text| Owner::parse(text).is_some())?;
        let reason = words("reason", |text| Class::parse(text).is_some())?;
        Ok(Self {
            state: state.and_then(State::parse).unwrap_or_default(),
            generation: whole(item, "generation")?.unwrap_or_default(),
            mode: mode.and_then(Mode::parse).unwrap_or_default(),
            opened_at: whole(item, "opened_at")?.unwrap_or_default(),
            open_until: whole(item, "open_until")?.unwrap_or_default(),
            failed_probes: whole(item, "failed_probes")?.unwrap_or_default(),
            owner: owner.and_then(Owner::parse),
            lease_until: whole(item, "lease_until")?.unwrap_or_default(),
            successes: whole(item, "successes")?.unwrap_or_default(),
            reason: reason.and_then(Class::parse),
            expires_at: whole(item, "expires_at")?,
        })
    }
}

fn words<'a>(
    item: &'a Item,
    name: &'static str,
    is_known: fn(&str) -> bool,
) -> Result<Option<&'a str>, Unreadable> {
    match item.get(name) {
        None => Ok(None),
        Some(AttributeValue::S(text)) if is_known(text) => Ok(Some(text)),
        Some(_) => Err(Unreadable(name)),
    }
}

fn whole<T: FromStr>(item: &Item, name: &'static str) -> Result<Option<T>, Unreadable> {
    match item.get(name) {
        None => Ok(None),
        Some(AttributeValue::N(text)) => text.parse().map(Some).map_err(|_| Unreadable(name)),
        Some(_) => Err(Unreadable(name)),
    }
}

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn number<T: Display + Copy>(number: T) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
