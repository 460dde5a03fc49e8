//! The objects and blocks around a field in text: whose field it is.

/// Deeper objects are not told apart.
const DEEPEST: usize = 64;

/// The objects and indented blocks that the text is in at a token.
#[derive(Default)]
pub(crate) struct Scopes<'a> {
    pub(crate) open: Vec<&'a str>,
    blocks: Vec<(usize, &'a str)>,
    /// Brackets beyond [`DEEPEST`].
    beyond: usize,
}

impl<'a> Scopes<'a> {
    pub(crate) fn enter(&mut self, name: &'a str) {
        if self.open.len() < DEEPEST {
            self.open.push(name);
        } else {
            self.beyond += 1;
        }
    }

    pub(crate) fn leave(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else {
            self.open.pop();
        }
    }

    /// A line begins with a key: blocks that are not around it end.
    pub(crate) fn indent(&mut self, column: usize) {
        while self.blocks.last().is_some_and(|(of, _)| *of >= column) {
            self.blocks.pop();
        }
    }

    pub(crate) fn block(&mut self, column: usize, name: &'a str) {
        if self.blocks.len() < DEEPEST {
            self.blocks.push((column, name));
        }
    }

    pub(crate) fn parent(&self) -> &'a str {
        self.open
            .iter()
            .rev()
            .find(|name| !name.is_empty())
            .copied()
            .or_else(|| self.blocks.last().map(|(_, name)| *name))
            .unwrap_or("")
    }
}
