//! JSON scalars of providers that change their payloads without notice.

use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A scalar of whatever type arrived. Each accessor takes what fits its meaning and nothing else, which is also
/// what keeps sentences out of fields that hold codes.
///
/// Read by way of `Value`, which knows numbers in every build of `serde_json`: an untagged enum does not see
/// fractions where another crate of the build has switched `arbitrary_precision` on.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Value")]
pub(in crate::webhook) enum Scalar {
    Text(String),
    Number(f64),
    Flag(bool),
    #[default]
    Other,
}

impl From<Value> for Scalar {
    fn from(value: Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text),
            Value::Number(number) => number.as_f64().map_or(Self::Other, Self::Number),
            Value::Bool(flag) => Self::Flag(flag),
            _ => Self::Other,
        }
    }
}

impl Scalar {
    pub(in crate::webhook) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// An id or a code: at most 128 of `[A-Za-z0-9._:-]`.
    pub(in crate::webhook) fn identifier(&self) -> Option<String> {
        let fits = |c: u8| c.is_ascii_alphanumeric() || b"._:-".contains(&c);
        self.fitting(128, fits)
    }

    /// The key of a row: a UUID or a whole number. Any other may say who it is about.
    pub(in crate::webhook) fn row_id(&self) -> Option<String> {
        match self {
            Self::Text(text) => {
                let uuid = is_uuid(text);
                let number =
                    (1..=20).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
                (uuid || number).then(|| text.to_ascii_lowercase())
            }
            // Exact as a float.
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                Some(number.to_string())
            }
            _ => None,
        }
    }

    /// A verdict: a flag, a number, or a few words such as `Pass` or `8/10`.
    pub(in crate::webhook) fn verdict(&self) -> Option<String> {
        match self {
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Number(number) => Some(number.to_string()),
            _ => self.fitting(24, |c| c.is_ascii_alphanumeric() || b" ./%_-".contains(&c)),
        }
    }

    /// A telephone number in E.164: a plus sign and at most 15 digits, the first not zero.
    pub(in crate::webhook) fn e164(&self) -> Option<String> {
        let digits = self.text()?.strip_prefix('+')?;
        let fits = (2..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|c| c.is_ascii_digit());
        fits.then(|| format!("+{digits}"))
    }

    /// An https address of printable ASCII, at most 2048 bytes.
    pub(in crate::webhook) fn url(&self) -> Option<String> {
        self.fitting(2048, |c| c.is_ascii_graphic())
            .filter(|text| text.starts_with("https://"))
    }

    /// A finite amount that is not negative.
    pub(in crate::webhook) fn amount(&self) -> Option<f64> {
        match self {
            Self::Number(number) if number.is_finite() && *number >= 0.0 => Some(*number),
            _ => None,
        }
    }

    /// A time: Unix milliseconds, or RFC 3339 text.
    pub(in crate::webhook) fn moment(&self) -> Option<OffsetDateTime> {
        match self {
            Self::Text(text) => OffsetDateTime::parse(text, &Rfc3339).ok(),
            // Milliseconds fit an f64 exactly until the year 287396; the cast saturates beyond.
            #[allow(clippy::cast_possible_truncation)]
            Self::Number(ms) if *ms > 0.0 => {
                OffsetDateTime::from_unix_timestamp_nanos(i128::from(*ms as i64) * 1_000_000).ok()
            }
            _ => None,
        }
    }

    fn fitting(&self, limit: usize, fits: impl Fn(u8) -> bool) -> Option<String> {
        let text = self.text()?;
        let sound = (1..=limit).contains(&text.len()) && text.bytes().all(fits);
        sound.then(|| text.to_owned())
    }
}

/// The 8-4-4-4-12 form.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == b'-',
            _ => c.is_ascii_hexdigit(),
        })
}
