//! The time one text may take. The clock is the caller's: the engine asks it between its steps.

use std::cell::Cell;

/// How many small values (fields, lines) are judged between two looks at the clock.
const STRIDE: u32 = 64;

/// Says whether the time for a text is over, and remembers it.
pub struct Budget<'a> {
    over: Option<&'a dyn Fn() -> bool>,
    spent: Cell<bool>,
    values: Cell<u32>,
}

impl<'a> Budget<'a> {
    /// No bound on time. Work is linear in the text, and the text is bounded by the policy.
    #[must_use]
    pub fn unbounded() -> Self {
        Self {
            over: None,
            spent: Cell::new(false),
            values: Cell::new(0),
        }
    }

    /// `over` answers whether the time is over; it is asked some ten times for a text, and for every 64th field or
    /// line of a payload.
    #[must_use]
    pub fn until(over: &'a dyn Fn() -> bool) -> Self {
        Self {
            over: Some(over),
            ..Self::unbounded()
        }
    }

    /// Looks at the clock.
    pub(crate) fn spent(&self) -> bool {
        if !self.spent.get() && self.over.is_some_and(|over| over()) {
            self.spent.set(true);
        }
        self.spent.get()
    }

    /// Counts one small value, and looks at the clock now and then.
    pub(crate) fn spent_on_values(&self) -> bool {
        let values = self.values.get().wrapping_add(1);
        self.values.set(values);
        if values % STRIDE == 1 {
            self.spent()
        } else {
            self.spent.get()
        }
    }
}
