//! Check digits and validity rules. They refine a label and are evidence in machine text; in speech they never
//! decide whether a value is hidden.

fn digits(value: &str) -> impl DoubleEndedIterator<Item = u32> + Clone {
    value
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|b| u32::from(b - b'0'))
}

/// A British National Insurance number: two letters that are given out, six digits, and a letter from A to D.
pub(crate) fn nino(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == 9
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && !b"DFIQUV".contains(&bytes[0].to_ascii_uppercase())
        && !b"DFIQUVO".contains(&bytes[1].to_ascii_uppercase())
        && bytes[2..8].iter().all(u8::is_ascii_digit)
        && matches!(bytes[8].to_ascii_uppercase(), b'A'..=b'D')
}

/// Luhn's check over the digits of `value`.
pub(crate) fn luhn(value: &str) -> bool {
    sums_up(digits(value))
}

fn sums_up(digits: impl DoubleEndedIterator<Item = u32>) -> bool {
    let mut count = 0;
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(i, d)| {
            count += 1;
            if i % 2 == 0 {
                d
            } else if d > 4 {
                d * 2 - 9
            } else {
                d * 2
            }
        })
        .sum();
    count > 1 && sum.is_multiple_of(10)
}

/// A payment card: 12 to 19 digits, an issuer's prefix, and Luhn.
pub(crate) fn card(value: &str) -> bool {
    let all: String = digits(value)
        .filter_map(|d| char::from_digit(d, 10))
        .collect();
    let prefix = |n: usize| {
        all.get(..n)
            .and_then(|p| p.parse::<u32>().ok())
            .unwrap_or(0)
    };
    let length = all.len();
    let issuer = match length {
        12 | 13 | 18 | 19 => {
            matches!(prefix(1), 4) || matches!(prefix(2), 50 | 56..=69) || matches!(prefix(2), 62)
        }
        14 => matches!(prefix(3), 300..=305 | 309) || matches!(prefix(2), 38 | 39),
        15 => matches!(prefix(2), 34 | 37) || matches!(prefix(4), 2131 | 1800),
        16 => {
            prefix(1) == 4
                || matches!(prefix(2), 51..=55 | 50 | 56..=69 | 35 | 81)
                || matches!(prefix(4), 2221..=2720)
        }
        17 => matches!(prefix(2), 50 | 56..=69),
        _ => false,
    };
    issuer && luhn(&all)
}

/// A national provider identifier: ten digits from 1 or 2, Luhn over `80840` and the number (CMS, NPI check digit).
pub(crate) fn npi(value: &str) -> bool {
    digits(value).count() == 10
        && matches!(digits(value).next(), Some(1 | 2))
        && sums_up(digits("80840").chain(digits(value)))
}

/// An ABA routing number: nine digits, weights 3, 7, 1, and a Federal Reserve prefix.
pub(crate) fn aba(value: &str) -> bool {
    let d: Vec<u32> = digits(value).collect();
    if d.len() != 9 {
        return false;
    }
    let prefix = d[0] * 10 + d[1];
    let sum = 3 * (d[0] + d[3] + d[6]) + 7 * (d[1] + d[4] + d[7]) + d[2] + d[5] + d[8];
    matches!(prefix, 0..=12 | 21..=32 | 61..=72 | 80) && sum.is_multiple_of(10)
}

/// A social security number by the rules of the Social Security Administration: area not 000, 666 or 9xx, group not
/// 00, serial not 0000, and not one of the numbers printed in advertisements.
pub(crate) fn ssn(value: &str) -> bool {
    let all: String = digits(value)
        .filter_map(|d| char::from_digit(d, 10))
        .collect();
    if all.len() != 9 {
        return false;
    }
    let (area, group, serial) = (&all[..3], &all[3..5], &all[5..]);
    let first = all.as_bytes()[0];
    area != "000"
        && area != "666"
        && first != b'9'
        && group != "00"
        && serial != "0000"
        && all.bytes().any(|b| b != first)
        && !matches!(
            all.as_str(),
            "123456789" | "987654321" | "078051120" | "219099999"
        )
}

/// An individual taxpayer number: 9xx with a group of 50-65, 70-88, 90-92 or 94-99.
pub(crate) fn itin(value: &str) -> bool {
    let all: String = digits(value)
        .filter_map(|d| char::from_digit(d, 10))
        .collect();
    all.len() == 9
        && all.starts_with('9')
        && matches!(
            all[3..5].parse::<u32>(),
            Ok(50..=65 | 70..=88 | 90..=92 | 94..=99)
        )
}

/// A Medicare beneficiary identifier: `C A AN N A AN N A A N N` without S, L, O, I, B, Z.
pub(crate) fn mbi(value: &str) -> bool {
    let c: Vec<u8> = value
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|b| b.to_ascii_uppercase())
        .collect();
    let letter = |b: u8| b.is_ascii_uppercase() && !b"SLOIBZ".contains(&b);
    let either = |b: u8| b.is_ascii_digit() || letter(b);
    let digit = |b: u8| b.is_ascii_digit();
    c.len() == 11
        && (b'1'..=b'9').contains(&c[0])
        && letter(c[1])
        && either(c[2])
        && digit(c[3])
        && letter(c[4])
        && either(c[5])
        && digit(c[6])
        && letter(c[7])
        && letter(c[8])
        && digit(c[9])
        && digit(c[10])
}

/// A DEA registration number: two letters (or a letter and 9) and seven digits with their checksum.
pub(crate) fn dea(value: &str) -> bool {
    let c: Vec<u8> = value
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|b| b.to_ascii_uppercase())
        .collect();
    if c.len() != 9 || !c[0].is_ascii_uppercase() || !(c[1].is_ascii_uppercase() || c[1] == b'9') {
        return false;
    }
    if !b"ABCDEFGHJKLMPRSTUX".contains(&c[0]) || !c[2..].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let d: Vec<u32> = c[2..].iter().map(|b| u32::from(b - b'0')).collect();
    (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]
}

/// The BBAN pattern of a country, as in the SWIFT IBAN registry: a length and `n`, `a`, `c` runs.
fn bban(country: &[u8]) -> Option<&'static str> {
    const REGISTRY: &str = include_str!("data/iban.txt");
    REGISTRY
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(code, _)| code.as_bytes() == country)
        .map(|(_, pattern)| pattern)
}

/// An IBAN: the country's structure and mod 97 (ISO 13616). Letters must be upper case.
pub(crate) fn iban(value: &str) -> bool {
    let c: Vec<u8> = value
        .bytes()
        .filter(|b| !matches!(b, b' ' | b'-'))
        .collect();
    let head = c.len() >= 15
        && c.len() <= 34
        && c[..2].iter().all(u8::is_ascii_uppercase)
        && c[2..4].iter().all(u8::is_ascii_digit)
        && c[4..]
            .iter()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    // The remainder refuses 96 of 97 before the registry is searched.
    if !head || !mod97(&c) {
        return false;
    }
    let Some(pattern) = bban(&c[..2]) else {
        return false;
    };
    let mut at = 4;
    let mut count = 0_usize;
    for p in pattern.bytes() {
        if p.is_ascii_digit() {
            count = count * 10 + usize::from(p - b'0');
            continue;
        }
        let Some(part) = c.get(at..at + count) else {
            return false;
        };
        let fits = match p {
            b'n' => part.iter().all(u8::is_ascii_digit),
            b'a' => part.iter().all(u8::is_ascii_uppercase),
            _ => part
                .iter()
                .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()),
        };
        if !fits {
            return false;
        }
        at += count;
        count = 0;
    }
    at == c.len()
}

fn mod97(c: &[u8]) -> bool {
    let rearranged = c[4..].iter().chain(&c[..4]);
    let mut rest = 0_u32;
    for &b in rearranged {
        rest = match b {
            b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
            _ => (rest * 100 + u32::from(b - b'A') + 10) % 97,
        };
    }
    rest == 1
}

/// A vehicle identification number: 17 characters without I, O, Q, with its check digit (49 CFR 565).
pub(crate) fn vin(value: &str) -> bool {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let c: Vec<u8> = value.bytes().map(|b| b.to_ascii_uppercase()).collect();
    if c.len() != 17 {
        return false;
    }
    let mut sum = 0;
    for (b, w) in c.iter().zip(WEIGHTS) {
        let v = match b {
            b'0'..=b'9' => u32::from(b - b'0'),
            b'A'..=b'H' => u32::from(b - b'A') + 1,
            b'J'..=b'N' => u32::from(b - b'J') + 1,
            b'P' => 7,
            b'R' => 9,
            b'S'..=b'Z' => u32::from(b - b'S') + 2,
            _ => return false,
        };
        sum += v * w;
    }
    let check = sum % 11;
    c[8] == if check == 10 {
        b'X'
    } else {
        b'0' + u8::try_from(check).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass_their_checks() {
        assert!(luhn("4111 1111 1111 1111") && card("378282246310005") && card("30569309025904"));
        assert!(npi("1234567893") && aba("021000021") && dea("AB1234563"));
        assert!(mbi("1EG4-TE5-MK73") && vin("1M8GDM9AXKP042788"));
        assert!(iban("GB29 NWBK 6016 1331 9268 19") && iban("DE89370400440532013000"));
        assert!(ssn("078-05-1121") && itin("912-70-1234"));
    }

    #[test]
    fn one_changed_digit_fails_the_check() {
        assert!(
            !luhn("4111111111111112")
                && !npi("1234567894")
                && !aba("021000022")
                && !dea("AB1234564")
        );
        assert!(!iban("GB29NWBK60161331926818") && !vin("1M8GDM9A0KP042788"));
        assert!(!iban("GB29NWBK6016'331926819") && !iban("gb29NWBK60161331926819"));
    }

    #[test]
    fn numbers_that_were_never_issued_are_no_social_security_numbers() {
        for value in [
            "000-12-3456",
            "666-12-3456",
            "900-12-3456",
            "123-00-4567",
            "123-45-0000",
            "111-11-1111",
        ] {
            assert!(!ssn(value), "{value}");
        }
    }
}
