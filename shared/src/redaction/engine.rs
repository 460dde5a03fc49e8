//! The engine.
use super::finding::Finding;
use super::key::Meanings;
use super::lexicon::Lexicon;
use super::resolve::resolve;
use super::secret::Secrets;
use super::machine::{self, Tools};
use super::speech;

/// Holds the dictionaries.
pub struct Engine { lexicon: Lexicon, secrets: Secrets, meanings: Meanings }
/// Which rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile { /// x
    Speech, /// y
    Machine }
impl Default for Engine { fn default() -> Self { Self::new() } }
impl Engine {
    /// Builds it.
    #[must_use]
    pub fn new() -> Self { Self { lexicon: Lexicon::new(), secrets: Secrets::new(), meanings: Meanings::default() } }
    /// Finds.
    #[must_use]
    pub fn find(&self, text: &str, profile: Profile) -> Vec<Finding> {
        let tools = Tools { lexicon: &self.lexicon, secrets: &self.secrets, meanings: &self.meanings };
        let found = match profile { Profile::Speech => speech::find(text, &self.lexicon, &self.secrets), Profile::Machine => machine::document(text, &tools, 0) };
        resolve(found, text) }
}
