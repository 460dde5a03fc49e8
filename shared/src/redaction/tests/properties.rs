//! Properties over random calls.

use proptest::prelude::*;

use super::generate::{announced, survivor, talk};
use super::kinds::{plain, written_form};
use crate::redaction::{Engine, Known, Profile, Vault};

thread_local! {
    static ENGINE: Engine = Engine::default();
}

fn redact(text: &str, profile: Profile) -> String {
    ENGINE.with(|engine| {
        engine
            .redact(text, profile, &Known::none(), &mut Vault::new())
            .text
    })
}

fn find(text: &str, profile: Profile) -> Vec<(usize, usize)> {
    ENGINE.with(|engine| {
        engine
            .find(text, profile, &Known::none())
            .expect("judged")
            .iter()
            .map(|f| (f.start, f.end))
            .collect()
    })
}

/// `PROPTEST_CASES` for a longer run.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_announced_identifier_vanishes_from_clinical_talk((cue, value) in announced(), before in talk(), after in talk()) {
        let text = format!("agent: okay\ncaller: {before}\ncaller: {cue} {value}\nagent: {after}");
        let start = text.find(&value).expect("there");
        let end = start + value.len();
        let found = find(&text, Profile::Speech);
        prop_assert!(found.iter().any(|(a, b)| *a <= start && *b >= end), "{text}\n{found:?}");
    }

    #[test]
    fn the_answer_to_a_question_vanishes((cue, value) in announced(), before in talk()) {
        let text = format!("caller: {before}\nagent: can you tell me, {} please?\ncaller: {value}", cue.trim_end_matches(" is"));
        let start = text.rfind(&value).expect("there");
        let found = find(&text, Profile::Speech);
        prop_assert!(found.iter().any(|(a, b)| *a <= start && *b >= start + value.len()), "{text}\n{found:?}");
    }

    #[test]
    fn a_date_an_address_a_name_or_a_code_vanishes_from_clinical_talk((cue, value, after) in plain(), before in talk(), next in talk()) {
        let text = format!("agent: okay\ncaller: {before}\ncaller: {cue}{value}{after}\nagent: {next}");
        let start = text.find(&format!("{cue}{value}")).expect("there") + cue.len();
        let end = start + value.len();
        let covered: usize = find(&text, Profile::Speech).iter().map(|(a, b)| (*b).min(end).saturating_sub((*a).max(start))).sum();
        prop_assert!(covered * 10 >= value.len() * 9, "{text}\n{}", redact(&text, Profile::Speech));
    }

    #[test]
    fn a_written_identifier_vanishes_from_a_log_line_and_a_payload((key, value) in written_form(), before in "[a-z]{3,8} [a-z]{3,8}") {
        for text in [format!("{before} {key}={value} status=200"), format!("{before} {key}: {value}"), format!("{{\"{key}\":\"{value}\",\"status\":200}}")] {
            let out = redact(&text, Profile::Machine);
            prop_assert!(!out.contains(&value), "{text}\n{out}");
            prop_assert_eq!(redact(&out, Profile::Machine), out);
        }
    }

    #[test]
    fn a_clinical_value_alone_survives((before, value, after) in survivor()) {
        let text = format!("caller: {before}{value}{after}");
        prop_assert_eq!(redact(&text, Profile::Speech), text);
    }

    #[test]
    fn redacting_twice_changes_nothing((cue, value) in announced(), before in talk(), after in talk()) {
        let text = format!("agent: and your date of birth and full name\ncaller: maria lopez, {before}\ncaller: {cue} {value}\nagent: {after}");
        let once = redact(&text, Profile::Speech);
        prop_assert_eq!(redact(&once, Profile::Speech), once);
    }

    #[test]
    fn redacting_any_kind_twice_changes_nothing((cue, value, after) in plain(), before in talk(), profile in any::<bool>()) {
        let profile = if profile { Profile::Speech } else { Profile::Machine };
        let once = redact(&format!("agent: okay\ncaller: {before}\ncaller: {cue}{value}{after}"), profile);
        prop_assert_eq!(redact(&once, profile), once);
    }

    #[test]
    fn what_the_caller_names_vanishes_however_it_is_said(digits in "[2-9][0-9]{9}", choices in proptest::collection::vec(any::<u8>(), 12), before in talk()) {
        let mut known = Known::none();
        known.name("Xanthe Quillfeather").number(&digits);
        let said = super::generate::say(&digits, &choices);
        let text = format!("caller: {before}\ncaller: xanthe quillfeather and {said}");
        let out = ENGINE.with(|engine| engine.redact(&text, Profile::Speech, &known, &mut Vault::new()).text);
        prop_assert!(!out.contains("xanthe") && !out.contains("quillfeather") && !out.contains(&said), "{out}");
    }

    #[test]
    fn no_text_makes_it_panic_and_ranges_lie_on_boundaries(text in "\\PC{0,200}", profile in any::<bool>()) {
        let profile = if profile { Profile::Speech } else { Profile::Machine };
        let mut last = 0;
        for (start, end) in find(&text, profile) {
            prop_assert!(start >= last && start < end && text.is_char_boundary(start) && text.is_char_boundary(end));
            last = end;
        }
    }

    #[test]
    fn no_mixture_of_its_own_words_makes_it_panic(words in proptest::collection::vec(word(), 0..60), profile in any::<bool>()) {
        let text = words.concat();
        let profile = if profile { Profile::Speech } else { Profile::Machine };
        let once = redact(&text, profile);
        let _ = redact(&once, profile);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        ENGINE.with(|engine| engine.redact_bytes(&bytes, Profile::Machine, &Known::none(), &mut Vault::new()));
    }
}

fn word() -> impl Strategy<Value = String> {
    proptest::sample::select(
        "one |two |twenty |hundred |thousand |double |triple |oh |nineteen |may |march |third |first |my |social |security |number |is |date |of |birth |\
         email |at |dot |com |gmail |a |b |as |in |boy |alpha |november |, |. |- |/ |: |\n|agent: |caller: |[doctor] |12|345|2024|-05-|'s |'t |o'brien |\
         Maria |Smith |street |apartment |illinois |{|}|[|]|\"|\\|\\u00|= |& |%2B|://|@|#|$5 |years old |ninety |and |no wait |sorry |the |é|’s |–|[SSN_1] |\
         mrn|x |GB29|NWBK|::1|1.2.3.4|eyJ|sk_live_|Bearer |half |over |point |uh |zip |card "
            .split('|')
            .map(str::to_owned)
            .collect::<Vec<_>>(),
    )
}
