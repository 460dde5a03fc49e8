//! Ages in tables.

/// An age in its largest whole unit.
pub(super) fn age(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds}s"),
        120..=7199 => format!("{}min", seconds / 60),
        7200..=172_799 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::age;

    #[test]
    fn an_age_has_two_digits_or_more_of_one_unit() {
        let ages = [119, 120, 7199, 7200, 172_799, 172_800].map(age);
        assert_eq!(ages, ["119s", "2min", "119min", "2h", "47h", "2d"]);
    }
}
