//! Claims as DynamoDB items, and writes as DynamoDB expressions.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::write::{Clause, Count, Field, Guard, Write};
use super::{BodyDigest, Owner, Record, State};
use crate::clock::rfc3339_ms;

/// The key attribute of the table.
pub(super) const KEY: &str = "delivery";

/// A DynamoDB item.
pub type Item = HashMap<String, AttributeValue>;

/// The attribute of this name is missing, or holds what no build of ours writes there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("claim has no usable {0}")]
pub struct Unreadable(pub &'static str);

/// A write in DynamoDB's terms.
#[derive(Debug, Default)]
pub struct Expressions {
    /// The condition expression.
    pub condition: String,
    /// The update expression.
    pub update: String,
    /// What the placeholders of names stand for.
    pub names: HashMap<String, String>,
    /// What the placeholders of values stand for.
    pub values: HashMap<String, AttributeValue>,
}

impl Expressions {
    /// The expressions of a write.
    #[must_use]
    pub fn of(write: &Write) -> Self {
        let mut all = Self::default();
        all.condition = all.guard(&write.guard);
        let (mut set, mut add, mut remove) = (Vec::new(), Vec::new(), Vec::new());
        for field in &write.fields {
            let name = all.name(field.name());
            match field.change() {
                Change::Set(value) => set.push(format!("{name} = {}", all.value(value))),
                Change::Increment => add.push(format!("{name} {}", all.value(number(1)))),
                Change::Remove => remove.push(name),
            }
        }
        let sections = [("SET", set), ("ADD", add), ("REMOVE", remove)];
        let texts = sections.into_iter().filter(|(_, parts)| !parts.is_empty());
        let texts: Vec<_> = texts
            .map(|(verb, parts)| format!("{verb} {}", parts.join(", ")))
            .collect();
        all.update = texts.join(" ");
        all
    }

    fn guard(&mut self, guard: &Guard) -> String {
        let alternatives: Vec<_> = guard
            .0
            .iter()
            .map(|clauses| {
                let texts: Vec<_> = clauses.iter().map(|clause| self.clause(clause)).collect();
                format!("({})", texts.join(" AND "))
            })
            .collect();
        alternatives.join(" OR ")
    }

    fn clause(&mut self, clause: &Clause) -> String {
        match *clause {
            Clause::Absent => format!("attribute_not_exists({})", self.name(KEY)),
            Clause::Owner(owner) => self.compare("owner", "=", text(owner.text())),
            Clause::State(states) => {
                let name = self.name("state");
                let each = states.iter().map(|state| self.value(text(state.as_str())));
                let each: Vec<_> = each.collect();
                format!("{name} IN ({})", each.join(", "))
            }
            Clause::LeaseEndedBy(at) => self.compare("lease_until", "<=", number(at)),
            Clause::Body(body) => self.compare("body_sha256", "=", text(body.text())),
            Clause::AttemptsBelow(limit) => self.compare("attempts", "<", number(limit)),
            Clause::ExpiredBy(at) => self.compare("expires_at", "<=", number(at)),
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

enum Change {
    Set(AttributeValue),
    Increment,
    Remove,
}

impl Field {
    const fn name(&self) -> &'static str {
        match self {
            Self::State(_) => "state",
            Self::Owner(_) => "owner",
            Self::LeaseUntil(_) => "lease_until",
            Self::Attempts(_) => "attempts",
            Self::Starts(_) => "starts",
            Self::Body(_) => "body_sha256",
            Self::Organization(_) => "organization",
            Self::Endpoint(_) => "endpoint",
            Self::Provider(_) => "provider",
            Self::EventType(_) => "event_type",
            Self::ReceivedAt(_) => "received_at",
            Self::QueuedAt(_) => "queued_at",
            Self::StartedAt(_) => "started_at",
            Self::FinishedAt(_) => "finished_at",
            Self::Reason(_) => "reason",
            Self::ExpiresAt(_) => "expires_at",
        }
    }

    fn change(&self) -> Change {
        let set = match self {
            Self::State(state) => Some(text(state.as_str())),
            Self::Owner(owner) => Some(text(owner.text())),
            Self::LeaseUntil(at) | Self::ExpiresAt(at) => Some(number(*at)),
            Self::Attempts(Count::Next) | Self::Starts(Count::Next) => return Change::Increment,
            Self::Attempts(Count::Set(count)) | Self::Starts(Count::Set(count)) => {
                Some(number(*count))
            }
            Self::Body(digest) => Some(text(digest.text())),
            Self::Organization(id) => Some(text(id.to_string())),
            Self::Endpoint(label) | Self::Provider(label) | Self::EventType(label) => {
                Some(text(label.as_str()))
            }
            Self::ReceivedAt(at) => Some(text(rfc3339_ms(*at))),
            Self::QueuedAt(at) | Self::StartedAt(at) | Self::FinishedAt(at) => {
                at.map(|at| text(rfc3339_ms(at)))
            }
            Self::Reason(reason) => reason.map(text),
        };
        set.map_or(Change::Remove, Change::Set)
    }
}

impl Record {
    /// Reads a stored claim.
    ///
    /// # Errors
    /// [`Unreadable`] names the first attribute that is missing or strange. An unknown state is one: to guess what
    /// it means could be to lose the delivery.
    pub fn read(item: &Item) -> Result<Self, Unreadable> {
        let label = |name| optional_text(item, name)?.ok_or(Unreadable(name));
        let whole = |name| optional_number(item, name)?.ok_or(Unreadable(name));
        let count = |name| {
            let number = optional_number(item, name)?.unwrap_or_default();
            u32::try_from(number).map_err(|_| Unreadable(name))
        };
        let moment = |name| optional_moment(item, name);
        let organization = label("organization")?.parse();
        Ok(Self {
            state: State::parse(label("state")?).ok_or(Unreadable("state"))?,
            owner: Owner::parse(label("owner")?).ok_or(Unreadable("owner"))?,
            lease_until: whole("lease_until")?,
            attempts: count("attempts")?,
            starts: count("starts")?,
            body: BodyDigest::parse(label("body_sha256")?).ok_or(Unreadable("body_sha256"))?,
            organization: organization.map_err(|_| Unreadable("organization"))?,
            endpoint: label("endpoint")?.to_owned(),
            provider: label("provider")?.to_owned(),
            event_type: label("event_type")?.to_owned(),
            received_at: moment("received_at")?.ok_or(Unreadable("received_at"))?,
            queued_at: moment("queued_at")?,
            started_at: moment("started_at")?,
            finished_at: moment("finished_at")?,
            reason: optional_text(item, "reason")?.map(str::to_owned),
            expires_at: whole("expires_at")?,
        })
    }
}

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn number(number: impl Into<i64>) -> AttributeValue {
    AttributeValue::N(number.into().to_string())
}

fn optional_text<'a>(item: &'a Item, name: &'static str) -> Result<Option<&'a str>, Unreadable> {
    match item.get(name) {
        None => Ok(None),
        Some(AttributeValue::S(text)) => Ok(Some(text)),
        Some(_) => Err(Unreadable(name)),
    }
}

fn optional_number(item: &Item, name: &'static str) -> Result<Option<i64>, Unreadable> {
    match item.get(name) {
        None => Ok(None),
        Some(AttributeValue::N(text)) => text.parse().map(Some).map_err(|_| Unreadable(name)),
        Some(_) => Err(Unreadable(name)),
    }
}

fn optional_moment(item: &Item, name: &'static str) -> Result<Option<OffsetDateTime>, Unreadable> {
    let text = optional_text(item, name)?;
    let moment = text.map(|text| OffsetDateTime::parse(text, &Rfc3339));
    moment.transpose().map_err(|_| Unreadable(name))
}
