//! Single values as a language model writes them, each read for one meaning. `None`: not said, or not readable.

use serde_json::Value;
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

use super::super::super::event::Moment;

/// Yes or no.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" => Some(true),
            "false" | "no" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A state of an appointment: anything but an agreed one is no booking.
pub(super) fn booked(value: &Value) -> Option<bool> {
    let word = value.as_str()?.trim().to_ascii_lowercase();
    let agreed = [
        "booked",
        "confirmed",
        "scheduled",
        "rescheduled",
        "success",
        "successful",
    ];
    (!word.is_empty()).then(|| agreed.contains(&word.as_str()))
}

/// A lead's temperature.
pub(super) fn hot(value: &Value) -> Option<bool> {
    match value.as_str()?.trim().to_ascii_lowercase().as_str() {
        "hot" => Some(true),
        "warm" | "cold" | "cool" => Some(false),
        _ => None,
    }
}

/// A date with a time, as an instant where it has an offset: ISO 8601, or Unix seconds or milliseconds.
pub(super) fn moment(value: &Value) -> Option<Moment> {
    if let Some(number) = value.as_i64() {
        // Seconds until the year 5138, milliseconds from 1973: no date of this century is both.
        let seconds = if number < 100_000_000_000 {
            number
        } else {
            number / 1000
        };
        let moment = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
        return sane(moment.year()).then_some(Moment::At(moment));
    }
    let mut text = short(value, 40)?.to_ascii_uppercase();
    if text.as_bytes().get(10) == Some(&b' ') {
        text.replace_range(10..11, "T");
    }
    let instant = OffsetDateTime::parse(&text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&text, &Iso8601::PARSING));
    if let Ok(moment) = instant {
        return sane(moment.year()).then_some(Moment::At(moment));
    }
    let local = PrimitiveDateTime::parse(&text, &Iso8601::PARSING).ok()?;
    sane(local.year()).then_some(Moment::Local(local))
}

/// A day, `2026-11-03`. Other orders of the numbers mean different days in different places.
pub(super) fn day(value: &Value) -> Option<Date> {
    let day = Date::parse(short(value, 10)?, &Iso8601::PARSING).ok()?;
    sane(day.year()).then_some(day)
}

/// A time of day: `09:30`, `9:30 AM`, `2pm`.
pub(super) fn clock(value: &Value) -> Option<Time> {
    let text = short(value, 16)?.to_ascii_lowercase().replace('.', "");
    let half = |suffix| text.strip_suffix(suffix).map(str::trim_end);
    let (digits, afternoon) = match (half("am"), half("pm")) {
        (Some(digits), _) => (digits, Some(false)),
        (_, Some(digits)) => (digits, Some(true)),
        _ => (text.as_str(), None),
    };
    let mut parts = digits.splitn(3, ':');
    let mut number = || match parts.next() {
        None => Some(None),
        Some(part) => {
            let plain = (1..=2).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_digit());
            plain.then(|| part.parse::<u8>().ok()).flatten().map(Some)
        }
    };
    let (hour, minute, second) = (number()??, number()?, number()?);
    let hour = match afternoon {
        // A bare number is an hour only beside its half of the day.
        None if minute.is_none() => return None,
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    Time::from_hms(hour, minute.unwrap_or(0), second.unwrap_or(0)).ok()
}

/// A length of time in whole minutes, 1 to 1440.
pub(super) fn minutes(value: &Value) -> Option<u16> {
    let number = match value {
        Value::String(_) => {
            let text = short(value, 16)?.to_ascii_lowercase();
            let digits = text
                .trim_end_matches(|c: char| c.is_ascii_alphabetic())
                .trim_end();
            let unit = text[digits.len()..].trim_start();
            ["", "m", "min", "mins", "minute", "minutes"]
                .contains(&unit)
                .then(|| digits.parse().ok())?
        }
        _ => value.as_u64(),
    };
    number
        .filter(|minutes| (1..=1440).contains(minutes))
        .and_then(|minutes: u64| minutes.try_into().ok())
}

/// A score of 0 to 100, rounded; a fraction of one counts as such.
pub(super) fn score(value: &Value) -> Option<u8> {
    let number = match value {
        Value::String(_) => short(value, 8)?.trim_end_matches('%').parse().ok()?,
        _ => value.as_f64()?,
    };
    let number: f64 = if number > 0.0 && number < 1.0 {
        number * 100.0
    } else {
        number
    };
    // In range, so that the cast neither cuts nor loses the sign.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (0.0..=100.0)
        .contains(&number)
        .then(|| number.round() as u8)
}

/// The name of a service. Sentences and numbers are something else.
pub(super) fn service(value: &Value) -> Option<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    label(value, 80).filter(|text| digits(text) <= 4)
}

/// The name or id of a calendar, room or practitioner.
pub(super) fn calendar(value: &Value) -> Option<String> {
    label(value, 200)
}

/// A person's name.
pub(super) fn name(value: &Value) -> Option<String> {
    let fits = |c: char| c.is_alphabetic() || is_mark(c) || " .,'’-".contains(c);
    label(value, 100).filter(|text| text.chars().all(fits) && text.chars().any(char::is_alphabetic))
}

/// Marks that scripts such as Devanagari put on letters, and that decomposed accents are.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control() && !is_format(c)
}

/// Characters that steer how the others are shown, such as overrides of the direction.
fn is_format(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn label(value: &Value, most: usize) -> Option<String> {
    let text = value.as_str()?.trim();
    let fits = (1..=most).contains(&text.chars().count())
        && !text.chars().any(|c| c.is_control() || is_format(c));
    let nothing = [
        "unknown",
        "none",
        "null",
        "n/a",
        "na",
        "undefined",
        "anonymous",
        "unspecified",
        "not provided",
        "not specified",
        "not given",
    ];
    (fits && !nothing.contains(&text.to_lowercase().as_str())).then(|| text.to_owned())
}

/// Text of at most so many bytes, without the blanks around it.
fn short(value: &Value, most: usize) -> Option<&str> {
    let text = value.as_str()?.trim();
    (text.len() <= most && text.is_ascii()).then_some(text)
}

/// What a clinic can mean by a year.
fn sane(year: i32) -> bool {
    (2000..=2100).contains(&year)
}
