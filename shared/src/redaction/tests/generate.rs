//! Random identifiers in any spoken or written style, random clinical talk around them, and values that must survive.

use proptest::prelude::*;

const ONES: [&str; 10] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];
const TEENS: [&str; 10] = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const PAUSES: [&str; 8] = [
    " ", " ", ", ", " dash ", " uh ", " um, ", " then ", " okay, ",
];

/// Says `digits` the way `choices` decide: one by one, in pairs, doubled, with pauses, or in figures.
pub(crate) fn say(digits: &str, choices: &[u8]) -> String {
    let d: Vec<usize> = digits.bytes().map(|b| usize::from(b - b'0')).collect();
    let mut out = String::new();
    let mut at = 0;
    let mut choice = choices.iter().cycle().copied();
    while at < d.len() {
        let c = choice.next().unwrap_or(0);
        if !out.is_empty() {
            out.push_str(if c % 5 == 0 {
                PAUSES[usize::from(c / 5) % PAUSES.len()]
            } else {
                " "
            });
        }
        let pair = d.get(at + 1).map(|next| d[at] * 10 + next);
        match (c % 7, pair) {
            (0, Some(pair)) if d[at] == d[at + 1] && pair % 11 == 0 => {
                out.push_str("double ");
                out.push_str(ONES[d[at]]);
                at += 2;
            }
            (1 | 2, Some(pair)) if (10..20).contains(&pair) => {
                out.push_str(TEENS[pair - 10]);
                at += 2;
            }
            (1 | 2, Some(pair)) if pair >= 20 => {
                out.push_str(TENS[pair / 10 - 2]);
                if pair % 10 > 0 {
                    out.push(if c > 127 { '-' } else { ' ' });
                    out.push_str(ONES[pair % 10]);
                }
                at += 2;
            }
            (3, _) if d[at] == 0 => {
                out.push_str("oh");
                at += 1;
            }
            (4, _) if c > 200 => {
                out.push_str(&d[at].to_string());
                at += 1;
            }
            _ => {
                out.push_str(ONES[d[at]]);
                at += 1;
            }
        }
    }
    out
}

/// Writes `digits` in groups.
pub(crate) fn write(digits: &str, style: u8) -> String {
    let separator = ["", "-", " ", "."][usize::from(style) % 4];
    let groups: &[usize] = match digits.len() {
        9 => &[3, 2, 4],
        10 => &[3, 3, 4],
        16 => &[4, 4, 4, 4],
        _ => &[3, 4, 3, 4],
    };
    let mut out = String::new();
    let mut at = 0;
    for group in groups.iter().cycle() {
        if at >= digits.len() {
            break;
        }
        if at > 0 {
            out.push_str(separator);
        }
        let end = (at + group).min(digits.len());
        out.push_str(&digits[at..end]);
        at = end;
    }
    out
}

/// A cue, the digits it announces, and how they are given.
pub(crate) fn announced() -> impl Strategy<Value = (String, String)> {
    let cue = prop_oneof![
        Just(("my social security number is", 9)),
        Just(("the social is", 9)),
        Just(("you can reach me at", 10)),
        Just(("my cell is", 10)),
        Just(("the callback number is", 10)),
        Just(("my card number is", 16)),
        Just(("the medical record number is", 8)),
        Just(("my chart number is", 7)),
        Just(("the member id is", 11)),
        Just(("policy number", 10)),
        Just(("the routing number is", 9)),
        Just(("my account number is", 10)),
        Just(("the npi is", 10)),
        Just(("prescription number", 7)),
        Just(("rx number is", 7)),
    ];
    (
        cue,
        proptest::collection::vec(0_u8..10, 16),
        proptest::collection::vec(any::<u8>(), 12),
        any::<bool>(),
    )
        .prop_map(|((cue, length), digits, choices, spoken)| {
            let digits: String = digits[..length]
                .iter()
                .map(|d| char::from(b'0' + d))
                .collect();
            let value = if spoken {
                say(&digits, &choices)
            } else {
                write(&digits, choices[0])
            };
            (cue.to_owned(), value)
        })
}

/// A turn of clinical talk without anything to remove.
pub(crate) fn talk() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("the pain has been worse at night and it wakes me up".to_owned()),
        Just("i have been taking the tablets twice a day with food".to_owned()),
        Just("no fever, no chills, just tired all the time".to_owned()),
        Just("we will check your blood work and call you with the results".to_owned()),
        Just("it started on the left side and then it moved".to_owned()),
        survivor().prop_map(|(before, value, after)| format!("{before}{value}{after}")),
    ]
}

/// Text before, a value that must survive, and text after.
pub(crate) fn survivor() -> impl Strategy<Value = (String, String, String)> {
    (0_usize..24, 1_usize..99, 1_usize..60).prop_map(|(kind, a, b)| {
        let n = |v: usize| match v {
            0..=9 => ONES[v].to_owned(),
            10..=19 => TEENS[v - 10].to_owned(),
            _ if v.is_multiple_of(10) => TENS[v / 10 - 2].to_owned(),
            _ => format!("{} {}", TENS[v / 10 - 2], ONES[v % 10]),
        };
        let (x, y) = (n(a), n(b));
        let (before, value, after) = match kind {
            0 => ("i take ", format!("{x} milligrams"), " every morning"),
            1 => ("my pressure was ", format!("one {x} over {y}"), " today"),
            2 => (
                "the pain is ",
                format!("{} out of ten", n(a % 10 + 1)),
                " right now",
            ),
            3 => ("it has been going on for ", format!("{x} weeks"), ""),
            4 => ("my sugar was ", format!("one {x}"), " this morning"),
            5 => ("your copay is ", format!("{x} dollars"), " for that visit"),
            6 => ("we are in suite ", format!("{a}"), " on the second floor"),
            7 => (
                "take ",
                format!("{} tablets every {} hours", n(a % 4 + 1), n(b % 12 + 1)),
                " as needed",
            ),
            8 => ("the oxygen was ", format!("{x} percent"), " on room air"),
            9 => (
                "bp ",
                format!("{}/{}", 100 + a, 50 + b),
                " and pulse normal",
            ),
            10 => ("he weighs ", format!("{} pounds", 100 + a), " now"),
            11 => (
                "she is ",
                format!("{} years old", n(a.min(89))),
                " and doing well",
            ),
            12 => (
                "your a1c is ",
                format!("{}.{}", 5 + a % 6, b % 10),
                " which is better",
            ),
            13 => ("press ", n(a % 9 + 1), " for the pharmacy"),
            14 => (
                "your appointment is at ",
                format!("{} thirty", n(a % 11 + 1)),
                " on monday",
            ),
            15 => (
                "we are open ",
                format!("{} to {}", n(a % 4 + 7), n(b % 4 + 3)),
                "",
            ),
            16 => (
                "i have had it since ",
                format!("nineteen eighty {}", n(a % 9 + 1)),
                "",
            ),
            17 => (
                "her hemoglobin is ",
                format!("{} point {}", n(a % 9 + 8), n(b % 9 + 1)),
                "",
            ),
            18 => (
                "it hurts at ",
                format!("l {} l {}", n(a % 4 + 1), n(a % 4 + 2)),
                " level",
            ),
            19 => ("the phq nine was ", n(a % 20 + 1), " last time"),
            20 => ("increase it to ", format!("{} units", n(b)), " at bedtime"),
            21 => (
                "come back in ",
                format!("{} to {} months", n(a % 3 + 2), n(a % 3 + 5)),
                "",
            ),
            22 => ("i have ", format!("{} kids", n(a % 5 + 2)), " at home"),
            _ => (
                "my temperature was ",
                format!("one hundred point {}", n(a % 9 + 1)),
                " last night",
            ),
        };
        (before.to_owned(), value, after.to_owned())
    })
}
