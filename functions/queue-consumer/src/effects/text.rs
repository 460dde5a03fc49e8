//! What messages say. Made where they are sent, and kept nowhere. No more than is needed: neither the patient's name
//! nor what the appointment is for.

use time::PrimitiveDateTime;
use time::format_description::well_known::Iso8601;

/// That an appointment is booked, at this time on the clinic's wall.
pub(super) fn confirmation(clinic: &str, local: PrimitiveDateTime) -> String {
    let (clinic, weekday, day) = (plain(clinic), local.weekday(), local.day());
    let (month, year) = (local.month(), local.year());
    let (hour, minute) = (local.hour(), local.minute());
    format!(
        "{clinic}: your appointment is booked for {weekday}, {day} {month} {year} at {hour:02}:{minute:02}. \
         Reply STOP to opt out."
    )
}

/// Who writes here, and how to make it stop.
pub(super) fn help(clinic: &str) -> String {
    let clinic = plain(clinic);
    format!(
        "{clinic}: we send appointment messages from this number. For anything else please call us. \
         Msg and data rates may apply. Reply STOP to opt out."
    )
}

/// Reads a time on the clinic's wall as the database writes it.
pub(super) fn local(text: &str) -> Option<PrimitiveDateTime> {
    PrimitiveDateTime::parse(text, &Iso8601::DEFAULT).ok()
}

/// A name on one line.
fn plain(name: &str) -> String {
    let words: Vec<&str> = name
        .split(|c: char| c.is_whitespace() || c.is_control())
        .collect();
    words
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_tells_clinic_and_time_and_nothing_else() {
        let at = local("2026-11-03T09:05:00").unwrap();
        assert_eq!(
            confirmation("Harbor Street Clinic", at),
            "Harbor Street Clinic: your appointment is booked for Tuesday, 3 November 2026 at 09:05. \
             Reply STOP to opt out."
        );
    }

    #[test]
    fn help_names_the_clinic_and_the_way_out() {
        let text = help("Harbor\r\nStreet\u{7} Clinic ");
        assert!(text.starts_with("Harbor Street Clinic: "), "{text}");
        assert!(text.ends_with("Reply STOP to opt out."), "{text}");
    }

    /// GSM-7 carries 160 characters in one part, 153 in each of several.
    #[test]
    fn no_text_takes_more_than_two_parts() {
        let longest = "x".repeat(60);
        let at = local("2026-09-30T09:05:00").unwrap();
        for text in [confirmation(&longest, at), help(&longest)] {
            assert!(text.len() <= 306 && text.is_ascii(), "{}", text.len());
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "2026-11-03", "2026-13-03T09:05:00", "Tuesday"] {
            assert!(local(text).is_none(), "{text}");
        }
    }
}
