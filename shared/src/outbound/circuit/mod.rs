//! Circuits: a provider that fails is left alone for a while, by every process at once.
//!
//! # Who acts
//!
//! Every process that calls a provider asks [`Circuits::admit`] before each attempt and tells [`Circuits::note`] how it
//! ended. There is one circuit for each provider and credential, one item each in a DynamoDB table, and no item while
//! nothing was ever wrong.
//!
//! ```text
//!            trip: failures in one process               open time over: probe
//!   closed ───────────────────────────────▶ open ─────────────────────────────▶ half open ─┐ lease over or given
//!     ▲                                      ▲                                   │  │  ▲    │ back: another probe
//!     │                                      └──── a probe failed: reopened ─────┘  │  └────┘
//!     └────────────────────────── two probes succeeded ─────────────────────────────┘
//! ```
//!
//! # What correctness hangs on
//!
//! 1. *The generation in [`rules::probe`].* Each probe takes the next generation on the condition that it saw the last
//!    one, so there is one probe at each generation, whatever clocks and leases say.
//! 2. *The generation in [`rules::verdict`].* A probe that was frozen beyond its lease finds another generation, and can
//!    neither close what a newer probe has reopened nor reopen what a newer one has closed.
//! 3. *The generation in [`rules::trip`] and in [`window::Window`].* A slow failure from before an outage does not open
//!    a circuit that has recovered since.
//! 4. *No write counts up.* An attempt that is repeated because its answer was lost does what it did before.
//!
//! # What only saves work
//!
//! The open time and the lease, which keep calls away from a provider that will not answer; the slack between clocks,
//! which keeps a fast one from taking over a probe at work; what each process believes for five seconds. A circuit that
//! cannot be read stops nothing: calls pass as if there were no circuits, and are not noted.
//!
//! # Cost
//!
//! No writes while all is well, and half a read unit for each process, credential and five seconds of calls. A whole
//! outage is one write to open, and two for each probe.

mod circuits;
mod item;
mod key;
mod policy;
mod record;
pub mod rules;
mod state;
mod table;
pub mod window;
mod write;

pub use crate::owner::Owner;
pub use circuits::{Circuits, End, Pass};
pub use item::{Item, Unreadable};
pub use key::Key;
pub use policy::{LEASE_MARGIN, Policy, TIMEOUT, open_time};
pub use record::Record;
pub use state::{Mode, State};
pub use table::{Table, Unavailable, Written};
pub use write::{Clause, Field, Guard, Write};
