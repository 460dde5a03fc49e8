//! Chance, injected so that tests can set it. It spreads waits; nothing that must be secret comes of it.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

/// Where chance comes from.
#[derive(Clone)]
pub struct Chance(Arc<dyn Fn() -> f64 + Send + Sync>);

impl Chance {
    /// The machine's.
    #[must_use]
    pub fn system() -> Self {
        Self::from_fn(random)
    }

    /// Chance that asks `draw` each time, for numbers from 0 up to but not including 1.
    pub fn from_fn(draw: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(draw))
    }

    /// A number from 0 up to but not including 1.
    #[must_use]
    pub fn draw(&self) -> f64 {
        (self.0)()
    }

    /// A factor from 0.8 up to 1.2, by which a fixed time is spread.
    #[must_use]
    pub fn about_one(&self) -> f64 {
        0.8 + 0.4 * self.draw()
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}

/// The upper 32 bits of a version 4 UUID are random throughout.
fn random() -> f64 {
    let (high, ..) = Uuid::new_v4().as_fields();
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_chance_covers_its_range_and_stays_in_it() {
        let draws: Vec<f64> = (0..1000).map(|_| Chance::system().draw()).collect();
        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        assert!(draws.iter().any(|draw| *draw < 0.1) && draws.iter().any(|draw| *draw > 0.9));
    }
}
