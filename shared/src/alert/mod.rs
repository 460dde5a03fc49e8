//! Alerts: what a function reports to people, in closed words.
//!
//! Who acts: a function states a [`Condition`] and a [`Publisher`] puts it on the event bus as an [`Alert`]; a rule
//! takes it to the alerts queue, from where the relay tells people. Nothing here can carry a sentence: a condition is
//! a [`Code`] of a closed list and a few words from the program's own text, and what is said to people of a code
//! stands beside it. So no alert can quote a payload, a telephone number or a name.
//!
//! The fingerprint says which alerts are about one thing. It covers everything but the severity, the delivery and the
//! times; and the reason only of what is never reported to end ([`Ends::ByQuiet`]), because the report that something
//! is well again has no reason, and must meet the one that it was not.

#[allow(clippy::module_inception)]
mod alert;
mod code;
mod condition;
mod error_rate;
mod fingerprint;
mod publish;
mod silence;
mod word;

pub use alert::{Alert, Attributes, Severity, State, UnreadableAlert};
pub use code::{Code, Ends};
pub use condition::Condition;
pub use error_rate::{Borne, ErrorRate};
pub use fingerprint::Fingerprint;
pub use publish::{DETAIL_TYPE, PublishError, Publisher, SOURCE};
pub use silence::{Scope, Silence, Why};
pub use word::{OrganizationRef, Service, Word};
