//! Reading `application/x-www-form-urlencoded` bodies and query strings.
//!
//! Decodes as the URL standard says: `+` is a space, `%xx` a byte, and a percent sign that starts no such pair
//! stands for itself. Names and values stay bytes, since a sender may percent-encode what is not UTF-8 and a
//! signature covers it all the same.

use std::borrow::Cow;

/// The pairs of a form in their order; empty segments between ampersands are none.
pub fn pairs(form: &[u8]) -> impl Iterator<Item = (Cow<'_, [u8]>, Cow<'_, [u8]>)> {
    form.split(|&byte| byte == b'&')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            let equals = segment.iter().position(|&byte| byte == b'=');
            let (name, value) = equals.map_or((segment, &[][..]), |at| {
                (&segment[..at], &segment[at + 1..])
            });
            (decode(name), decode(value))
        })
}

/// The first value of `name` as text, if it is there, is UTF-8 and is not empty.
#[must_use]
pub fn field(form: &[u8], name: &str) -> Option<String> {
    let (_, value) = pairs(form).find(|(key, _)| key.as_ref() == name.as_bytes())?;
    let text = String::from_utf8(value.into_owned()).ok()?;
    (!text.is_empty()).then_some(text)
}

/// Decodes one name or value.
#[must_use]
pub fn decode(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        bytes.push(match (first, tail) {
            (b'+', _) => b' ',
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    rest = after;
                    (high << 4) | low
                }
                _ => b'%',
            },
            (other, _) => other,
        });
    }
    Cow::Owned(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Encodes as `encodeURIComponent` does: all but letters, digits and `-_.!~*'()`.
#[must_use]
pub fn encode_component(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push_str(&hex::encode_upper([byte]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(form: &str) -> Vec<(String, String)> {
        let text = |bytes: Cow<'_, [u8]>| String::from_utf8_lossy(&bytes).into_owned();
        pairs(form.as_bytes())
            .map(|(name, value)| (text(name), text(value)))
            .collect()
    }

    #[test]
    fn a_form_is_read_as_the_url_standard_says() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            read("a=1&b=%2B+x&a=2"),
            [pair("a", "1"), pair("b", "+ x"), pair("a", "2")]
        );
        assert_eq!(
            read("&&a&=v&b==&"),
            [pair("a", ""), pair("", "v"), pair("b", "=")]
        );
        assert_eq!(
            read("a=%zz%4&b=100%"),
            [pair("a", "%zz%4"), pair("b", "100%")]
        );
        assert_eq!(read(""), []);
    }

    #[test]
    fn a_field_is_text_or_absent() {
        assert_eq!(field(b"a=1&a=2", "a").as_deref(), Some("1"));
        assert_eq!(field(b"a=&b=%ff", "a"), None);
        assert_eq!(field(b"a=&b=%ff", "b"), None);
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_itself(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let text = encode_component(&bytes);
            prop_assert_eq!(decode(text.as_bytes()).into_owned(), bytes);
        }

        #[test]
        fn any_bytes_are_a_form_no_longer_than_they_were(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let length: usize = pairs(&bytes).map(|(name, value)| name.len() + value.len()).sum();
            prop_assert!(length <= bytes.len());
        }
    }
}
