//! Names as people say them, and words that are none.

use super::said::{gone, redact, stays};

#[test]
fn a_name_that_is_the_answer_goes_with_every_part() {
    gone(
        "agent: and who am i talking to\ncaller: wendeline best\nagent: thanks",
        &["wendeline", "best"],
    );
    gone(
        "Agent: Who's the patient?\nCaller: Tobiah Key, March ninth.",
        &["Tobiah", "Key"],
    );
    gone(
        "agent: whose account is it\ncaller: quorbin tazzlewick",
        &["quorbin", "tazzlewick"],
    );
    gone(
        "Agent: And you are?\nCaller: Philippa Van-Straaten.",
        &["Philippa", "Straaten"],
    );
}

#[test]
fn a_name_that_nothing_announces_goes() {
    gone(
        "agent: how is she\ncaller: imelda has been coughing since lunch",
        &["imelda"],
    );
    gone("agent: see you then zoë", &["zoë"]);
    gone("caller: my buddy ignatius carried me", &["ignatius"]);
    gone(
        "Caller: My mum's coming. Ottilie's on the other line.",
        &["Ottilie"],
    );
}

#[test]
fn a_name_that_is_a_word_goes_where_somebody_is_called_so() {
    gone("caller: it's for my sister hazel", &["hazel"]);
    gone(
        "caller: hi i'm iris iris haddad\nagent: thanks iris",
        &["iris", "haddad"],
    );
    gone("Caller: I have Pearl. She's two.", &["Pearl"]);
    gone(
        "agent: all set\ncaller: tell violet it's working, violet's mobile is off",
        &["violet"],
    );
}

#[test]
fn words_that_are_also_names_stay() {
    stays("caller: the doctor will call and i may need a hand in the summer");
    stays("caller: i hope the grace period and the price are fair");
    stays("doctor: it looks like ramsay hunt not a stroke");
    stays("caller: i have bell's palsy on the left side");
    stays("Caller: Yes, unfortunately. I drink water and lemon.");
    stays("Caller: I don't know what it's called, the new inhaler.");
}

#[test]
fn a_name_spelled_in_any_way_goes() {
    gone(
        "caller: it's o apostrophe d o w d",
        &["o apostrophe", "d o w d"],
    );
    gone(
        "caller: calling on pieter maal, that's mike alpha alpha lima",
        &["mike", "lima", "maal"],
    );
    gone(
        "agent: your name?\ncaller: delia wu\nagent: wood?\ncaller: wu w u",
        &["w u", "wood"],
    );
}

#[test]
fn an_address_with_a_remark_or_a_correction_goes_whole() {
    gone(
        "caller: it's delia quimby, all one word, at tidepool dot shop",
        &["delia", "quimby", "tidepool"],
    );
    gone(
        "caller: send it to quimby77 at gmail, no, at zoho dot com",
        &["quimby", "gmail", "zoho"],
    );
}

#[test]
fn a_mailbox_said_in_the_turn_before_goes() {
    gone(
        "agent: what's the best email\ncaller: it's quibble\ncaller: at gmail dot com",
        &["quibble", "gmail"],
    );
}

#[test]
fn letters_of_a_mailbox_explained_by_a_name_go() {
    gone(
        "caller: b r o like the start of my last name then seven one at sign tidepool dot net",
        &["b r o", "seven one", "tidepool"],
    );
}

#[test]
fn a_nickname_after_what_somebody_is_called_goes() {
    gone("caller: everyone calls her teddy", &["teddy"]);
}

#[test]
fn a_said_url_goes_with_its_path() {
    gone(
        "agent: it's https colon slash slash my dot tidepool dot health slash visit slash eight three one",
        &["https", "tidepool", "visit", "eight three"],
    );
    gone(
        "agent: double u double u double u dot tidepool clinic dot org slash forms",
        &["double", "tidepool", "forms"],
    );
}

#[test]
fn a_hyphen_that_is_said_belongs_to_the_family_name() {
    assert_eq!(
        redact("caller: surname is cole hyphen ramirez"),
        "caller: surname is [PERSON_1]"
    );
}

#[test]
fn letters_make_the_word_before_them_a_name() {
    for text in [
        "caller: last name pope p o p e",
        "caller: first name grant, last name church, c h u r c h",
    ] {
        let said = redact(text);
        assert!(!said.contains("pope") && !said.contains("church"), "{said}");
    }
}

#[test]
fn a_spelling_goes_on_over_turns() {
    let said = redact(
        "agent: spell your last name please\ncaller: s z c z\nagent: okay\ncaller: e p a n\nagent: uh huh\ncaller: w i",
    );
    assert!(!said.contains("s z") && !said.contains("w i"), "{said}");
}

#[test]
fn what_stands_before_returning_your_call_is_a_name() {
    assert_eq!(
        redact("caller: this is drew banks returning your call from monday"),
        "caller: this is [PERSON_1] returning your call from monday"
    );
}

#[test]
fn the_name_people_call_somebody_is_a_name_and_a_call_back_is_none() {
    assert_eq!(
        redact("Caller: Everyone calls me Skip. Call me back at noon."),
        "Caller: Everyone calls me [PERSON_1]. Call me back at noon."
    );
}

#[test]
fn diseases_signs_and_devices_that_bear_a_name_stay() {
    let text = "Doctor: It looks like Bell's palsy, not Lou Gehrig's. The Jackson Pratt stays.";
    assert_eq!(redact(text), text);
}

#[test]
fn a_password_of_several_words_goes_and_what_is_said_of_one_stays() {
    assert_eq!(
        redact("caller: my login for the portal is marigold fig two two, and it says locked."),
        "caller: my login for the portal is [SECRET_1], and it says locked."
    );
    assert_eq!(
        redact("agent: What is your username?\ncaller: it's sunflower dot kayak nine"),
        "agent: What is your username?\ncaller: it's [SECRET_1]"
    );
    for text in [
        "Caller: My password is not working.",
        "agent: What is your password?\ncaller: I don't remember it, sorry.",
        "agent: your password is temporary and will expire",
    ] {
        assert_eq!(redact(text), text);
    }
}

#[test]
fn mailboxes_of_several_words_of_several_turns_and_of_one_word_go() {
    for text in [
        "Caller: Marigold family four at zoho dot com.",
        "caller: its barnabyrutledge44atyahoodotcom",
        "caller: its oakleyfan77 at fastmail.fm",
        "caller: send it to quill nine\nagent: At?\ncaller: at gmail dot com",
    ] {
        let said = redact(text);
        assert!(said.contains("[EMAIL_"), "{said}");
        for left in ["Marigold", "barnaby", "oakley", "quill", "gmail"] {
            assert!(!said.contains(left), "{said}");
        }
    }
}

#[test]
fn a_speaker_of_any_role_begins_a_turn() {
    gone(
        "Front desk: And mom's name?\nteen: Ruby.\nFront desk: Thanks.",
        &["Ruby"],
    );
    gone("Visiting nurse: your last name?\nson: Day", &["Day"]);
    stays("Plan: rest and fluids\nDiet: soft");
}

#[test]
fn initials_and_particles_belong_to_the_name() {
    gone(
        "agent: cardholder name?\ncaller: m k oduya",
        &["m k", "oduya"],
    );
    gone(
        "agent: whose name is on it\ncaller: R Q Pemberton",
        &["R Q", "Pemberton"],
    );
    gone("caller: it's under de la cruz", &["de la cruz"]);
    gone(
        "Agent: Name?\nCaller: Sorcha Ó Lachtnáin, with an accent.",
        &["Sorcha", "Ó", "Lachtn"],
    );
    gone(
        "Agent: It's under?\nCaller: Under Tran, Kim.",
        &["Tran, Kim"],
    );
    stays("caller: i went to la jolla");
}

#[test]
fn a_name_that_is_a_word_goes_where_only_a_name_can_stand() {
    gone("caller: doctor will said to wait", &["will"]);
    gone("Caller: Could Mark sign for me?", &["Mark"]);
    gone("caller: tell her Rusty called", &["Rusty"]);
    gone(
        "agent: am i talking to dawn sparrow\ncaller: no",
        &["dawn", "sparrow"],
    );
    gone("caller: hi its joy from accounting", &["joy"]);
    gone("Patient: Last name Stone, no E.", &["Stone"]);
    gone("agent: like ana?\ncaller: no", &["ana"]);
    gone("caller: she was a delgado before the wedding", &["delgado"]);
    stays("caller: the doctor will call you");
    stays("caller: i was talking to grace about it");
    stays("caller: tell her the pharmacy called");
    stays("caller: my last name changed, so");
    stays("Caller: I'm here about Graves' disease.");
    stays("Caller: The magnet is 3 Tesla.");
    stays("Patient: And last night, I slept.");
}

#[test]
fn names_that_are_words_go_beside_other_names_and_as_nicknames() {
    gone(
        "Caller: My sons are Chase and Hunter.",
        &["Chase", "Hunter"],
    );
    gone(
        "caller: the name's Jack but everyone calls me Smiley",
        &["Smiley"],
    );
    stays("caller: Will Medicare pay?");
    stays("caller: he called me Tuesday");
}

#[test]
fn two_words_that_are_names_and_written_so_are_a_name() {
    gone("agent: is this Mark Young?", &["Mark", "Young"]);
    gone("Caller: Rose Baker here", &["Rose", "Baker"]);
    gone("caller: i'm Mark Young if that helps", &["Mark", "Young"]);
    gone("caller: this is rose baker", &["rose", "baker"]);
    stays("Rep: Will Call is at the window. Chase Bank is next door.");
    stays("Nurse: the Grace Park Hospital in Spring Valley");
    stays("caller: i'm frank about it");
}
