//! Deliveries: one event of one endpoint, on its way from the receiver to Postgres.

mod body;
pub mod claim;
mod claimed;
mod held;
mod id;
mod message;
mod queue;

pub use body::{BodyStore, StoreError, StoredBody};
pub use claimed::{Claimed, Claiming};
pub use held::{Held, HeldPage};
pub use id::DeliveryId;
pub use message::{Body, MessageError, QueueMessage};
pub use queue::{Queue, QueueDepth, QueueError};
