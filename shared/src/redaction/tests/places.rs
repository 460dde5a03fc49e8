//! Addresses in the course of a call: turned down, put right, in parts, with the street's word before the name.

use super::said::{gone, redact, stays};

#[test]
fn an_address_that_is_taken_back_or_turned_down_goes() {
    gone(
        "Caller: You want 210 Sycamore, no wait, we sold it. 14 Linden Avenue.",
        &["210", "Sycamore", "14", "Linden"],
    );
    gone(
        "Agent: Still at 88 Elm Court?\nCaller: No, moved. It's 1209 Zarzamora, second floor, San Antonio 78207",
        &["88", "Elm", "1209", "Zarzamora", "78207"],
    );
    let pain =
        redact("Agent: Still at 88 Elm Court?\nCaller: No. And my pain is 7 out of 10, 3 tablets.");
    assert!(pain.contains("7 out of 10, 3 tablets"), "{pain:?}");
}

#[test]
fn parts_of_an_address_in_turns_of_their_own_go() {
    gone(
        "agent: what's your address\ncaller: its on mulberry street\nagent: the number?\ncaller: two sixty one\nagent: apartment?\ncaller: four b",
        &["mulberry", "two sixty one", "four b"],
    );
    gone(
        "caller: my street's Larkmoor\nagent: and the number?\ncaller: 18, the back house",
        &["Larkmoor", "18"],
    );
    gone(
        "agent: pickup from?\ncaller: nine juniper terrace\nagent: ok\ncaller: building c, number eleven",
        &["juniper", "building c", "eleven"],
    );
    gone(
        "caller: fourteen crescent\nagent: street?\ncaller: street, floor six",
        &["fourteen", "crescent", "six"],
    );
    gone(
        "agent: and the address\ncaller: i'm at twelve hundred north halsted",
        &["twelve", "halsted"],
    );
    gone(
        "caller: po box, let me think, three oh nine",
        &["box", "three oh nine"],
    );
    stays("caller: my street's flooded");
    stays("caller: two east wing nurses came");
    stays("agent: Thursday at 8:30, Building B, Room 110");
}

#[test]
fn a_dwelling_alone_is_part_of_an_address() {
    gone("caller: it's apartment nine f", &["nine f"]);
    gone(
        "caller: three ninety one, apartment six",
        &["ninety", "six"],
    );
    gone(
        "caller: pick her up from lot 14, Sunny Pines",
        &["14", "Sunny"],
    );
    stays("caller: i moved to an apartment two weeks ago");
    stays("caller: she's in unit 4 upstairs");
    stays("caller: it's lot number 44A of the vaccine");
}

#[test]
fn a_postal_code_after_an_address_goes() {
    gone(
        "agent: is it still 14 pine street\ncaller: yes\nagent: and the zip is still 97211\ncaller: nine seven two one one correct",
        &["97211", "nine seven"],
    );
    gone(
        "Agent: Same address, 29 Otter Slide Road?\nCaller: yup. Old Orchard, ME, 04064",
        &["04064"],
    );
    gone(
        "Agent: Zip?\nCaller: 10001, no that's the office. 10025.",
        &["10001", "10025"],
    );
    gone(
        "Caller: 7 The Orchard, Kinsale, Co. Kerry, P17 X283",
        &["Orchard", "Kerry", "X283"],
    );
    let count = redact(
        "agent: you're at 14 pine street\ncaller: yes\nagent: and the platelets\ncaller: 97211",
    );
    assert!(count.contains("97211"), "{count:?}");
}

#[test]
fn a_street_whose_word_comes_first_goes() {
    gone("caller: 45 calle de la luna", &["45", "luna"]);
    gone(
        "caller: 12 rue saint antoine, app. 4",
        &["12", "antoine", "4"],
    );
    gone("caller: 2210 highway 9", &["2210", "9"]);
    gone(
        "caller: six one two county road forty",
        &["six one two", "forty"],
    );
    stays("caller: i take highway 9 to route 12");
    stays("caller: 40 acres of land");
}

#[test]
fn a_street_goes_with_its_number_behind_it_and_without_its_word() {
    gone(
        "Caller: Out on Blue Heron Lane, number 44.",
        &["Heron", "44"],
    );
    gone(
        "agent: it goes to 18 Blue Heron Lane\ncaller: ok\nagent: so the Blue Heron address",
        &["Heron"],
    );
}

#[test]
fn a_house_number_goes_where_it_is_called_so_or_leads_to_a_name() {
    gone("caller: i'm on route 9, house number 412", &["412"]);
    gone(
        "agent: mailing address\ncaller: care of my son, 19 Tansy, no street, just Tansy",
        &["19", "Tansy"],
    );
    stays("caller: my son has 15 cousins");
    stays("agent: mailing address?\ncaller: i don't know, i take 20 Tylenol");
}
