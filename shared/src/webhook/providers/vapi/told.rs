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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn written(text: &str) -> Option<Value> {
        moment(&json!(text)).map(|moment| serde_json::to_value(moment).unwrap())
    }

    #[test]
    fn instants_are_told_from_local_times() {
        let at = |text: &str| Some(json!({ "at": text }));
        let local = |text: &str| Some(json!({ "local": text }));
        assert_eq!(written("2026-11-03T09:30:00Z"), at("2026-11-03T09:30:00Z"));
        assert_eq!(
            written(" 2026-11-03 09:30:00+05:30 "),
            at("2026-11-03T09:30:00+05:30")
        );
        assert_eq!(written("2026-11-03t09:30z"), at("2026-11-03T09:30:00Z"));
        assert_eq!(
            written("2026-11-03T09:30-0800"),
            at("2026-11-03T09:30:00-08:00")
        );
        assert_eq!(
            written("2026-11-03T09:30:00.000"),
            local("2026-11-03T09:30:00")
        );
        assert_eq!(written("2026-11-03 09:30"), local("2026-11-03T09:30:00"));
        for text in [
            "",
            "2026-11-03",
            "09:30",
            "2026-13-03T09:30",
            "1926-11-03T09:30:00Z",
            "tomorrow",
            "2026-11-03T09:30:00+99:00",
            "2026-11-03T09:30:00 and bring the results",
        ] {
            assert_eq!(written(text), None, "{text}");
        }
        let seconds = moment(&json!(1_793_698_200)).unwrap();
        assert_eq!(moment(&json!(1_793_698_200_000_i64)), Some(seconds));
        assert_eq!(
            serde_json::to_value(seconds).unwrap(),
            json!({ "at": "2026-11-03T09:30:00Z" })
        );
        assert_eq!(moment(&json!(95)), None);
    }

    #[test]
    fn a_clock_has_twelve_or_twenty_four_hours() {
        let hour = |text: &str| clock(&json!(text)).map(|time| (time.hour(), time.minute()));
        for (text, told) in [
            ("09:30", (9, 30)),
            ("9:30 AM", (9, 30)),
            ("2pm", (14, 0)),
            ("12 am", (0, 0)),
            ("12:05 p.m.", (12, 5)),
            ("23:59:59", (23, 59)),
        ] {
            assert_eq!(hour(text), Some(told), "{text}");
        }
        for text in [
            "9", "25:00", "13 pm", "0am", "9:", "nine", "9:5:1:2", "+9:30", "",
        ] {
            assert_eq!(hour(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_read_within_their_bounds() {
        let told = |value: Value| minutes(&value);
        assert_eq!(told(json!(30)), Some(30));
        assert_eq!(told(json!("45 min")), Some(45));
        for value in [
            json!(0),
            json!(1441),
            json!(-5),
            json!("2 hours"),
            json!(1.5),
            json!("min"),
            json!(true),
        ] {
            assert_eq!(minutes(&value), None, "{value}");
        }
        for (value, points) in [
            (json!(0.85), 85),
            (json!(100), 100),
            (json!("72%"), 72),
            (json!(0), 0),
            (json!(59.6), 60),
        ] {
            assert_eq!(score(&value), Some(points), "{value}");
        }
        for value in [
            json!(101),
            json!(-1),
            json!("NaN"),
            json!("hot"),
            json!(null),
        ] {
            assert_eq!(score(&value), None, "{value}");
        }
    }

    #[test]
    fn labels_are_no_sentences_and_names_no_numbers() {
        let told = |text: &str| name(&json!(text));
        for text in [
            "Jordan Avery",
            "Seán O’Neill",
            "Nguyễn Thị Minh",
            "प्रिया शर्मा",
            "J. R. Smith-Jones",
        ] {
            assert_eq!(told(text).as_deref(), Some(text));
        }
        for text in [
            "",
            "N/A",
            "Unknown",
            "4155550142",
            "Jo <b>",
            "Jo\nDoe",
            "Jo \u{202e}eoD",
            "-",
            &"x".repeat(101),
        ] {
            assert_eq!(told(text), None, "{text:?}");
        }
        assert_eq!(
            service(&json!("Check-up (30 min)")).as_deref(),
            Some("Check-up (30 min)")
        );
        assert_eq!(service(&json!("call me back on 4155550142")), None);
        assert_eq!(service(&json!("x".repeat(81))), None);
        assert_eq!(
            calendar(&json!("desk@clinic.example")).as_deref(),
            Some("desk@clinic.example")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic_and_within_bounds(
            text in prop_oneof![".{0,60}", "[0-9TZ:+. -]{0,40}", "[0-9]{1,4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{0,12}(Z|[+-][0-9:]{0,6})?"]
        ) {
            let value = json!(text);
            let _ = (flag(&value), booked(&value), hot(&value), clock(&value));
            if let Some(day) = day(&value) {
                prop_assert!(sane(day.year()));
            }
            if let Some(moment) = moment(&value) {
                prop_assert!(serde_json::to_string(&moment).is_ok());
            }
            prop_assert!(minutes(&value).is_none_or(|minutes| (1..=1440).contains(&minutes)));
            prop_assert!(score(&value).is_none_or(|score| score <= 100));
            prop_assert!(name(&value).is_none_or(|name| name.chars().count() <= 100));
            prop_assert!(calendar(&value).is_none_or(|label| label.chars().count() <= 200));
        }
    }
}
