//! Hard limits in rolling windows, across every process.
//!
//! Who acts: [`Limiter::check`] counts a request with one atomic write to the item of its [`Subject`] and judges
//! it by what the write returned. Correctness hangs on that order, count first and judge after, and on the
//! arithmetic in [`Window`]: under any concurrency, a window of the policy's length never holds more admitted
//! requests than the limit. An answer that is lost only makes the count too high.
//!
//! What only saves work: the denial that the first request over the limit writes into the item, which makes
//! later writes fail without counting, and the memory of it in each process, which spares them altogether. A
//! flood ten times over the limit costs about a tenth of a write per request.
//!
//! A request that finds the limit exceeded gives its count back with the denial it writes, tried once and never
//! again: a count that stays too high costs an admission, one given back twice would break the bound.
//!
//! The order at the door: size, proof, then for a proved request the organisation's limit, and for a rejected
//! one the address's. A proved request never asks about its address: providers call for all tenants from the
//! same few.

mod limiter;
mod memory;
mod policy;
mod quota;
mod store;
mod subject;
mod window;

#[cfg(test)]
mod oracle;

pub use limiter::{Decision, Limiter, TIMEOUT};
pub use policy::{ADDRESS, DEFAULT_ORGANIZATION_LIMIT, NoTiers, OnTrouble, Policy, Tiers};
pub use quota::{Fields, Quota};
pub use subject::{AddressKey, Subject};
pub use window::{TOLERANCE_MS, Window};
