//! Who holds something for a while: the random token by which his writes are known.

use uuid::Uuid;

/// The token of one attempt or probe: random, so that no two ever share it, and one whose answer was lost is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner(Uuid);

impl Owner {
    /// A new owner.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// The owner of this number, for tests and models.
    #[must_use]
    pub const fn of(number: u128) -> Self {
        Self(Uuid::from_u128(number))
    }

    /// The owner of a stored text: 32 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 32)
            .then(|| Uuid::try_parse(text).ok())?
            .map(Self)
    }

    /// The stored text.
    #[must_use]
    pub fn text(self) -> String {
        self.0.simple().to_string()
    }
}
