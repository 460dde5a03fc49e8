//! Makes the tables of words that redaction looks up (`src/redaction/words/tables.rs`) of the files in
//! `src/redaction/words/data/`. The compiler could do it (they were `const`), but takes half a minute for what takes a
//! fraction of a second here, each time it looks at the crate.

#[path = "build/dictionary.rs"]
mod dictionary;
#[path = "build/lists.rs"]
mod lists;
#[path = "build/phrases.rs"]
mod phrases;

/// What the tables and those who read them agree on: files of the crate.
#[path = "src/redaction"]
#[allow(dead_code)]
mod redaction {
    pub(crate) mod number {
        pub(crate) mod cue;
    }
    pub(crate) mod text {
        pub(crate) mod anchor_bits;
    }
    pub(crate) mod words {
        pub(crate) mod meaning;
        pub(crate) mod table_layout;
        pub(crate) mod word_key;
    }
}

use std::path::{Path, PathBuf};
use std::{env, fs};

use dictionary::Dictionary;
use redaction::words::meaning::name;

macro_rules! data {
    ($file:literal) => {
        include_str!(concat!("src/redaction/words/data/", $file))
    };
}

fn main() {
    // The files are part of this program, which is compiled and run again when one changes. Naming something that never
    // does keeps cargo from running it when any other file of the package changes.
    println!("cargo::rerun-if-env-changed=SALLYPORT_WORDS");
    let mut dictionary = Dictionary::new();
    // Who comes first has the first of the slots of its key: what is said most.
    dictionary.vocabulary(data!("vocabulary.txt"));
    dictionary.names(data!("common_words.txt"), name::COMMON);
    dictionary.cues(data!("cues.txt"));
    dictionary.clinical_terms(data!("clinical.txt"));
    dictionary.names(data!("first_names.txt"), name::FIRST);
    dictionary.names(data!("last_names.txt"), name::LAST);
    dictionary.names(data!("word_names.txt"), name::WORD);
    dictionary.close();

    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let write = |file: &str, bytes: Vec<u8>| {
        let path = folder.join(file);
        fs::write(&path, bytes)
            .unwrap_or_else(|error| panic!("write {}: {error}", Path::new(&path).display()));
    };
    dictionary.write(&write);
    write(
        "rare_names",
        lists::rare_names(data!("rare_first_names.txt"), data!("rare_last_names.txt")),
    );
    write(
        "ordinary_words",
        lists::ordinary_words(data!("ordinary_words.txt")),
    );
}
