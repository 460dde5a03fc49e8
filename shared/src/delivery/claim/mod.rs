//! Claims: who may act on a delivery, and what became of it. A fenced state machine in DynamoDB.
//!
//! # Who acts
//!
//! A *provider* posts a webhook, and posts it again until it is told 2xx (some never post again). A *receiver* is
//! one attempt to take it in: [`Claims::take`], send to the queue, [`Claims::mark_queued`], 2xx. A *consumer* is one
//! receipt of a message: [`Claims::begin`], apply, [`Claims::finish`], delete the message. Any of them may die
//! between any two steps, be slow beyond its lease, or lose the answer to a write that was made; SQS may hand out a
//! message again at any time. Each attempt has a random [`Owner`] and a lease by its own clock.
//!
//! ```text
//!              take        mark_queued            begin                finish
//!   (absent) ───────▶ received ───────▶ queued ─────────▶ processing ─────────▶ done | ignored
//!                      │  ▲ │                     ▲  ▲        │ ▲  │
//!        lease over ───┘──┘ └──▶ held ────────────┘  │        └─┘  └──────────▶ failed | dead
//!        (take again)   hold      (released: begin)  │     lease over               │
//!                                                    └──────────────────────────────┘ message comes again
//! ```
//!
//! `received` is also begun directly: the message may be faster than the mark.
//!
//! # What correctness hangs on
//!
//! 1. *2xx only after the send, or for a claim that is past `received`.* So what is acknowledged is in the queue. A
//!    duplicate that meets `received` is told to come again: the attempt it met may die before it sends.
//! 2. *The digest in [`gate::take`].* Without it the second body would be acknowledged and the first one applied.
//! 3. *State and lease in [`processing::begin`], owner and state in [`processing::finish`].* So two attempts are
//!    never at work at once, a late one cannot overwrite its successor, and what is done stays done.
//! 4. *The effect is keyed by the delivery.* A consumer that dies between applying and finishing will be followed by
//!    one that applies again; and a request on the wire reaches its target however late. No claim can prevent either.
//!    The database's procedures find the delivery's row in the same transaction and answer `duplicate`.
//! 5. *A message is deleted only after `finish` was stored, or when the claim is final.*
//!
//! # What only saves work
//!
//! That a second attempt at the gate waits for the first one's lease, [`Claims::release`] and
//! [`Claims::mark_queued`]: without them a provider's retry would queue the delivery a second time, or be told 409 for
//! longer, and the consumer's claim would make one of the two messages a duplicate. (Given that the second waits, it
//! must be let in at last: the takeover is what keeps a dead receiver from shutting its delivery out.) The count of
//! attempts keeps a deadly delivery from killing receivers without end. Removal of expired items: every expiry is
//! compared here, because DynamoDB removes them late.
//!
//! # Every point at which a receiver can stop
//!
//! | after | claim | the provider saw | its retry | in the end |
//! |---|---|---|---|---|
//! | nothing | – | no 2xx | claims | one message |
//! | `take` made, its answer lost | received | 503 | 409 until the lease is over, then takes over | one message |
//! | `take` | received | no 2xx | the same | one message |
//! | send failed, `release` | received, lease 0 | 503 | takes over at once | one message |
//! | send failed, `release` failed | received | 503 | 409 until the lease is over, then takes over | one message |
//! | send made, its answer lost, `release` | received, lease 0 | 503 | takes over and sends again; or finds it begun | two messages, one applied |
//! | send | received | no 2xx | the same, after the lease | two messages, one applied |
//! | `mark_queued` failed, or its answer lost | received or queued | 2xx | (none) | one message |
//! | `mark_queued` | queued | no 2xx | duplicate, 2xx | one message |
//!
//! # Cost
//!
//! `take`, `begin`, `finish`: three write units over a delivery's life, each an item below 1 KB, and one of them before
//! 2xx. A duplicate costs one. The receiver calls [`Claims::mark_queued`], a fourth, only where no consumer will begin
//! at once or where a retry has been seen; otherwise a duplicate that is faster than the consumer waits a moment for
//! it ([`Claims::look`]).

mod claims;
pub mod gate;
mod item;
mod policy;
pub mod processing;
mod record;
mod state;
mod store;
mod write;

pub use crate::owner::Owner;
pub use claims::{Admission, Claim, Claims, Processing, Receiving, Recorded, Start};
pub use item::{Expressions, Item, Unreadable};
pub use policy::{Policy, Terms};
pub use record::{BodyDigest, Record, Subject};
pub use state::{State, Verdict};
pub use store::{ClaimError, Table, Written};
pub use write::{Clause, Count, Field, Guard, Write};
