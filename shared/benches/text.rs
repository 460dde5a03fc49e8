//! Transcripts and payloads for the benches, made up anew from a seed: talk with an identifier in every eighth turn or
//! so, and the body of a call's end.

/// A small generator: the same seed gives the same text on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or(0) % bound
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const TALK: &[&str] = &[
    "the pain has been worse at night and it wakes me up when i turn over",
    "okay and have you noticed any swelling or redness around the knee",
    "no not really it is more of a dull ache that comes and goes",
    "we will check your blood work and call you with the results next week",
    "i have been taking two tablets of five hundred milligrams twice a day with food",
    "my blood pressure was one forty over ninety when i checked it at the pharmacy",
    "that sounds good thank you so much for explaining all of this to me",
    "are you allergic to any medications that you know of",
    "it started about three weeks ago after i moved some boxes in the garage",
    "let me pull up the schedule and see what we have open on thursday afternoon",
    "do you want me to send the refill to the same pharmacy as the last time",
    "i was wondering whether the doctor had a chance to look at the scan",
    "there is a twenty five dollar copay due at the time of the visit",
    "please arrive fifteen minutes early and bring a list of what you take",
    "the cough is mostly gone but i still get short of breath on the stairs",
    "you can eat and drink as usual before this test there is nothing to prepare",
];
const FIRST: &[&str] = &[
    "maria", "james", "priya", "tomasz", "aaliyah", "helen", "omar", "linda",
];
const LAST: &[&str] = &[
    "lopez",
    "kowalski",
    "ramanathan",
    "okafor",
    "nguyen",
    "peterson",
    "haddad",
];
const DIGITS: &[&str] = &[
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];
const MONTHS: &[&str] = &[
    "january",
    "march",
    "april",
    "june",
    "july",
    "september",
    "october",
];

fn spoken(random: &mut Random, digits: usize) -> String {
    let words: Vec<&str> = (0..digits).map(|_| random.pick(DIGITS)).collect();
    words.join(" ")
}

fn identifier(random: &mut Random) -> String {
    match random.below(6) {
        0 => format!("my name is {} {}", random.pick(FIRST), random.pick(LAST)),
        1 => format!("you can reach me at {}", spoken(random, 10)),
        2 => format!(
            "my date of birth is {} {} nineteen eighty {}",
            random.pick(MONTHS),
            random.pick(&["third", "fourteenth", "twenty first", "ninth"]),
            random.pick(&DIGITS[1..])
        ),
        3 => format!("the member id on the card is x b {}", spoken(random, 9)),
        4 => format!(
            "my email is {} dot {} at gmail dot com",
            random.pick(FIRST),
            random.pick(LAST)
        ),
        _ => format!("my social is {}", spoken(random, 9)),
    }
}

/// A transcript of at least `bytes` bytes, cut after a turn; ASCII.
pub fn transcript(bytes: usize) -> String {
    let mut random = Random(0x5a11_7907);
    let mut text = String::with_capacity(bytes + 200);
    let mut turn = 0;
    while text.len() < bytes {
        text.push_str(if turn % 2 == 0 { "agent: " } else { "caller: " });
        if random.below(8) == 0 {
            text.push_str(&identifier(&mut random));
        } else {
            text.push_str(random.pick(TALK));
        }
        text.push('\n');
        turn += 1;
    }
    text
}

/// The JSON body of a call's end, with a transcript that brings it to about `bytes` bytes.
pub fn webhook(bytes: usize) -> String {
    let mut messages = String::new();
    let mut second = 0;
    for line in transcript(bytes * 3 / 5).lines() {
        let (role, said) = line.split_once(": ").unwrap_or(("agent", line));
        let time = 1_793_534_400_000_u64 + second * 1000;
        let message = format!(
            r#"{{"role":"{role}","message":"{said}","time":{time},"secondsFromStart":{second}.5}},"#
        );
        messages.push_str(&message);
        second += 4;
    }
    messages.pop();
    format!(
        r#"{{"message":{{"type":"end-of-call-report","timestamp":1793534400000,"call":{{"id":"9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d","orgId":"0b6e8b0e-7d4d-4b4e-8f1f-1b2f3c4d5e6f","createdAt":"2026-11-05T10:18:00.596Z","type":"inboundPhoneCall","customer":{{"number":"+14155550132","name":"Maria Lopez"}}}},"analysis":{{"summary":"Maria Lopez called about a refill.","structuredData":{{"patient_name":"Maria Lopez","date_of_birth":"1980-03-03","reason":"refill"}}}},"messages":[{messages}],"cost":0.1234,"endedReason":"customer-ended-call"}}}}"#
    )
}
