//! What words mean: the dictionaries, what can be asked of a word, and how it is looked up.

pub(crate) mod fold;
pub(crate) mod lexicon;
pub(crate) mod meaning;
pub(crate) mod ordinary_words;
pub(crate) mod phrase_trie;
pub(crate) mod rare_names;
pub(crate) mod table_layout;
pub(crate) mod tables;
pub(crate) mod word_key;
pub(crate) mod word_set;
