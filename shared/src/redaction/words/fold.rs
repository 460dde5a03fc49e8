//! Letters with accents as the dictionaries write them: "Zoë" is looked up as "zoe", "O'Brien" as "obrien".

use crate::redaction::words::word_key::key_of;

/// The key of a word without its accents and apostrophes; `None` when it has other letters or is long.
#[cold]
pub(crate) fn folded_key(word: &str) -> Option<u64> {
    if word.len() > 48 {
        return None;
    }
    let mut folded = String::with_capacity(word.len());
    for char in word.chars() {
        match char {
            '\'' | '\u{2019}' | '\u{300}'..='\u{36f}' => {}
            'ß' => folded.push_str("ss"),
            'æ' | 'Æ' => folded.push_str("ae"),
            ascii if ascii.is_ascii() => folded.push(ascii),
            other => folded.push(letter(other)?),
        }
    }
    Some(key_of(&folded))
}

fn letter(char: char) -> Option<char> {
    Some(match char {
        'à'..='å' | 'À'..='Å' | 'Ā'..='ą' => 'a',
        'ç' | 'Ç' | 'Ć'..='č' => 'c',
        'ð' | 'Ð' | 'Ď'..='đ' => 'd',
        'è'..='ë' | 'È'..='Ë' | 'Ē'..='ě' => 'e',
        'Ĝ'..='ģ' => 'g',
        'Ĥ'..='ħ' => 'h',
        'ì'..='ï' | 'Ì'..='Ï' | 'Ĩ'..='ı' => 'i',
        'Ĵ' | 'ĵ' => 'j',
        'Ķ'..='ĸ' => 'k',
        'Ĺ'..='ł' => 'l',
        'ñ' | 'Ñ' | 'Ń'..='ŋ' => 'n',
        'ò'..='ö' | 'ø' | 'Ò'..='Ö' | 'Ø' | 'Ō'..='œ' => 'o',
        'Ŕ'..='ř' => 'r',
        'Ś'..='š' | 'Ș' | 'ș' => 's',
        'Ţ'..='ŧ' | 'Ț' | 'ț' => 't',
        'ù'..='ü' | 'Ù'..='Ü' | 'Ũ'..='ų' => 'u',
        'Ŵ' | 'ŵ' => 'w',
        'ý' | 'ÿ' | 'Ý' | 'Ŷ'..='Ÿ' => 'y',
        'Ź'..='ž' => 'z',
        _ => return None,
    })
}
