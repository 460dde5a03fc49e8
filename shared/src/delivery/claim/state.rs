//! The states of a claim.

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// A receiver has claimed it and may or may not have queued it. Nothing was acknowledged.
    Received,
    /// It is in the queue.
    Queued,
    /// A consumer works on it.
    Processing,
    /// It was applied. Final.
    Done,
    /// An attempt failed; the message comes again.
    Failed,
    /// Given up; the message goes to the dead letters, and is begun again when it comes back from there.
    Dead,
    /// It was recorded, and nothing acts upon it. Final.
    Ignored,
    /// Its endpoint is disabled: the body is stored and waits.
    Held,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Received,
        Self::Queued,
        Self::Processing,
        Self::Done,
        Self::Failed,
        Self::Dead,
        Self::Ignored,
        Self::Held,
    ];

    /// The state's stored name, the same as in the delivery log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Dead => "dead",
            Self::Ignored => "ignored",
            Self::Held => "held",
        }
    }

    /// The state of a stored name; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether nothing comes after it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Ignored)
    }
}

/// How an attempt to process a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Applied.
    Done,
    /// Recorded; nothing acts upon it.
    Ignored,
    /// Not applied; the message comes again.
    Failed,
    /// Not applied and given up; the message goes to the dead letters.
    Dead,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 4] = [Self::Done, Self::Ignored, Self::Failed, Self::Dead];

    /// The state it leaves the delivery in.
    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Self::Done => State::Done,
            Self::Ignored => State::Ignored,
            Self::Failed => State::Failed,
            Self::Dead => State::Dead,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_read_as_it_was_written() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }

    #[test]
    fn an_unknown_state_is_no_state() {
        for text in ["", "Done", "done ", "expired", "INPROGRESS"] {
            assert_eq!(State::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn only_what_was_applied_or_recorded_is_final() {
        let last: Vec<_> = State::ALL.into_iter().filter(|s| s.is_final()).collect();
        assert_eq!(last, [State::Done, State::Ignored]);
        for verdict in Verdict::ALL {
            assert_ne!(verdict.state(), State::Processing);
        }
    }
}
