//! How people dictate numbers and codes: with interruptions, corrections and read-backs. One sentence each.

use super::said::{all_go, all_stay, redact};

#[test]
fn a_part_is_a_sentence_of_its_own() {
    all_go(&[
        (
            "6 0 8",
            "agent: phone number?\ncaller: you people asked me that already. 6 0 8. every week the same. 5 5 5 0 1 2 6",
        ),
        (
            "seven one nine",
            "agent: subscriber number?\ncaller: it begins with H K four\nagent: go on\ncaller: cat, get off the table, seven one nine",
        ),
        (
            "four one three",
            "agent: best phone number?\ncaller: four one three, is somebody else on this line? I hear a voice.",
        ),
    ]);
    all_stay(&[
        "agent: what's your peak flow and do you have a phone number?\ncaller: it hurts to blow. 330.",
        "agent: can I get a phone number?\ncaller: not today, I work until five thirty.",
        "agent: your member number and how many inhalers are left?\ncaller: hang on. two",
    ]);
}

#[test]
fn short_codes_may_come_digit_by_digit() {
    all_go(&[
        (
            "eight",
            "agent: what's the cvv?\ncaller: hold on. eight\nagent: okay\ncaller: two. and a two",
        ),
        (
            "two nine one, four four",
            "agent: last four of the social?\ncaller: 6612\nagent: can you give me the first five too?\ncaller: fine. two nine one, four four",
        ),
        (
            "three",
            "agent: and the last four of your social?\ncaller: three\nagent: yes\ncaller: oh nine nine",
        ),
    ]);
    all_stay(&[
        "agent: do you have the card? and how many copies?\ncaller: three",
        "agent: how bad is the pain on a scale of ten?\ncaller: eight",
    ]);
}

#[test]
fn the_parts_of_what_is_read_back_go() {
    all_go(&[
        (
            "eight oh one one",
            "agent: I need what's on the folder\ncaller: it's torn here eight oh one one and under the tear four four seven\nagent: eight zero one one four four seven, one moment",
        ),
        (
            "five five",
            "caller: five five somebody rang the bell\nagent: take your time\ncaller: sorry five five two uh seven one nine\nagent: 552719 here it is",
        ),
        (
            "two six seven",
            "agent: I can text you the form.\ncaller: Okay, two six seven, oh this traffic... sorry, two six seven, five five five, zero one three one.",
        ),
    ]);
    all_stay(&[
        "caller: he blew two forty today\nagent: 240 of 330 is low",
        "agent: I have 24 on the list and 19 came",
    ]);
}

#[test]
fn letters_said_alone_begin_a_code() {
    all_go(&[
        (
            "w q d",
            "agent: do you have his insurance card\ncaller: it's in my purse uh w q d\nagent: uh huh\ncaller: five five one two seven",
        ),
        (
            "h f t",
            "agent: read me your blue shield\ncaller: h f t and then eight eight oh two\nagent: mhm\ncaller: one four seven six",
        ),
        (
            "KVT",
            "nurse: what's on the implant card?\npatient: serial, KVT\nnurse: ok\npatient: the light is bad, here, five one oh\nnurse: go on\npatient: two two nine",
        ),
        (
            "p x",
            "agent: your health card number\ncaller: two two eight four one\nagent: okay\ncaller: nine oh six and the version is p x",
        ),
        (
            "MR",
            "agent: insurance?\ncaller: the new one is MetLife, MR-4410-9927.",
        ),
        (
            " T",
            "agent: his Medicaid number?\ncaller: four four, one oh six\nagent: Go ahead.\ncaller: oh three eight, T.",
        ),
    ]);
    all_stay(&[
        "agent: which vitamins?\ncaller: vitamin b and then d\nagent: okay\ncaller: five thousand units a day",
        "agent: what do you watch?\ncaller: only my t v\nagent: ok",
    ]);
}

#[test]
fn corrections_of_every_kind_are_bridged() {
    all_go(&[
        (
            "two eight six six",
            "agent: social please\ncaller: five one three two two eight four four no that's not right two eight six six",
        ),
        (
            "five nine five",
            "caller: my cell is five oh three, nine five five... ugh, five nine five, oh one one two",
        ),
        (
            "Five one four",
            "agent: the CVV on your card?\ncaller: Three nine two. No, sorry, that's the other card. Five one four.",
        ),
        (
            "two-hundred",
            "caller: my number is seven-one-four two-hundred thirty-eight eleven",
        ),
    ]);
}

#[test]
fn what_only_looks_dictated_stays() {
    all_stay(&[
        "agent: Anything else?\nnurse: Call one eight hundred, two two two, one two two two right now.",
        "agent: the state's quit line is 1-800-784-8669.",
        "tech: the optic rx is minus one seventy five in the left, minus two",
        "caller: Ring me only if it's above one eighty.",
        "nurse: call us when it goes over two fifty",
        "nurse: Bactrim, 800/160, 2 a day, 7 days.",
        "agent: The remaining balance, after Medicare, is two thousand three hundred and six dollars.",
        "agent: do you carry the card?\ncaller: no\nagent: Weight?\ncaller: two-ninety. does that fit",
        "tech: it is conditional, 1.5 Tesla only",
    ]);
    all_go(&[
        ("8 8", "rep: okay 1 4 4 2 9 0 7 7 8 8 am I right"),
        (
            "503-555-0144",
            "nurse: if her sugar goes over three hundred call the line.\ncaller: yeah 503-555-0144, I know that one",
        ),
    ]);
}

#[test]
fn one_character_is_put_right() {
    all_go(&[
        (
            "W",
            "agent: the plate, please\ncaller: 6 K M hold on is that an M, no it's a W so 6 K W 2 2 9",
        ),
        (
            " 3,",
            "agent: serial on the meter?\npatient: T V 8 8 E or maybe that's a 3, yeah a 3, then 4 1 1 0 F",
        ),
        (
            "47",
            "agent: Your number is still 312-555-0174?\ncaller: Swap the last two. 47, not 74.",
        ),
        (
            " 9",
            "agent: I have the last digit of your cell as 6.\ncaller: Not 6, it should be 9. The rest is right.",
        ),
        (
            "K as in kilo",
            "caller: member id starts with K three three\nagent: K as in kilo?\ncaller: yes",
        ),
        (
            "four four seven",
            "agent: I heard P as in papa, four four seven.\ncaller: no",
        ),
    ]);
    all_stay(&[
        "agent: 20 mg?\ncaller: 20, not 40. it makes me dizzy",
        "agent: how many a day?\ncaller: two, not three",
        "nurse: hepatitis b as in boy",
    ]);
    let out =
        redact("agent: callback is 312-555-0174?\ncaller: yes and I take two pills, not three");
    assert!(out.ends_with("two pills, not three"), "{out}");
}

#[test]
fn the_parts_of_a_card_come_in_order() {
    all_go(&[
        (
            "four one seven",
            "caller: it's a mastercard it doesn't expire until oh three thirty one\nagent: and then\ncaller: and then four one seven",
        ),
        (
            "three thirty one",
            "caller: it's a mastercard it doesn't expire until oh three thirty one",
        ),
        (
            "oh nine twenty-nine",
            "agent: Expiration?\ncaller: Oh nine twenty-six, no hold on, that one is faded... oh nine twenty-nine.",
        ),
        (
            "ten slash twenty-eight",
            "agent: the card number again?\ncaller: 4532 9011 7734 6283, and it dies ten slash twenty-eight.",
        ),
        (
            "two two nine",
            "agent: I have the card. What else is on the back there?\ncaller: There's a two two nine.",
        ),
        (
            "618",
            "caller: The thing under the mag stripe, where you sign? 618.",
        ),
        (
            "5 3 1",
            "caller: the numbers kinda rubbed off the strip, it's 5 3 1",
        ),
        (
            "oh two six",
            "agent: the visa ending 7211?\ncaller: yes. did the code change, they sent me a new one. oh two six",
        ),
    ]);
    all_stay(&[
        "caller: my back went out, it was about 120 pounds",
        "nurse: on the back of the form tick 3 boxes",
        "nurse: his vision is six slash twelve",
    ]);
}

#[test]
fn vehicles_have_plates_and_gadgets_serials() {
    all_go(&[
        (
            "GTX",
            "caller: tell them it's a blue Camry, GTX dash three one nine.",
        ),
        (
            "two two, M, B, R",
            "dispatcher: look for a white Ford Transit, J, two two, M, B, R. Six minutes.",
        ),
        (
            "twelve, thirty-one",
            "patient: The aid's serial is printed inside, twelve, thirty-one, C, D, four.",
        ),
        (
            "XW",
            "caller: the walker has a sticker XW slash 40913 on it",
        ),
        ("0 6 6 1 2", "caller: and then it says grp 0 6 6 1 2"),
        (
            "5 0 3",
            "caller: my numbers 5 0 3\nagent: mhm\ncaller: 5 5 5 0 1 1 9",
        ),
        (
            "threeone",
            "caller: yeah it's threeone five sixtwo nine oneone fourzero",
        ),
    ]);
    all_stay(&[
        "caller: I drive a Honda CRV 2019",
        "caller: she bought a Ford F 150",
        "caller: my numbers are up again, 126 and 130",
        "caller: they reissued it in 2021",
    ]);
}

#[test]
fn short_codes_are_put_right_and_echoed() {
    all_go(&[
        (
            "6 9 2",
            "agent: the code on the back?\ncaller: 6 4 2\nagent: declined\ncaller: 6 9 2 then",
        ),
        (
            "Nine one",
            "pharmacist: Reading back, 5527-0019.\ncaller: Zero zero nine one at the end.\npharmacist: Nine one. Thanks.",
        ),
        (
            "K four four one",
            "agent: I heard J as in jam, four four one.\ncaller: no. K four four one. That is all.",
        ),
        (
            "four four six",
            "agent: three numbers by where you signed\ncaller: oh that. looks like four, four... six? four four six",
        ),
        (
            "1234",
            "caller: the amex, and up top there's four little ones, 1234",
        ),
        ("0188", "caller: it's extension 4471 at 212 555 0188"),
        (
            "K 44",
            "caller: you towed my truck out of the garage, K 44 1 9 B",
        ),
        (
            "KTR",
            "agent: Member number?\ncaller: on the card it says KTR 330 918 442\nagent: no match on KTR 330 918 442.",
        ),
    ]);
    all_stay(&[
        "agent: the little code on the back, please\ncaller: which one",
        "nurse: call me back at five thirty",
        "agent: Medicare is at 1-800-633-4227.",
        "agent: NDC on the box\ntech: 0093 7214 01 that's the lisinopril",
        "nurse: the drain put out thirty five then twenty then fifteen",
        "pharmacist: that one expires in 2027",
    ]);
}

#[test]
fn what_was_read_back_wrong_is_put_right() {
    all_go(&[
        (
            "one oh eight oh",
            "agent: So that's two one six, five five five, oh one eight oh?\ncaller: one oh eight oh. You mixed it up.",
        ),
        (
            "682",
            "agent: is the number still 817-555-0141?\ncaller: no dear I switched companies. 682 now. the rest is the same",
        ),
        (
            "two two nine",
            "agent: I've got the chart ending 7713. That's you?\ncaller: If the start of it's two two nine, that's me.",
        ),
        (
            "Eight eight",
            "agent: number's in, month's in. Last piece?\ncaller: Eight eight, let me find my specs, eight eight three.",
        ),
        (
            "oh three three one",
            "agent: the last 4 of the phone number on your account.\ncaller: I have two. 6620\nagent: That did not match. Try again?\ncaller: the other one's oh three three one",
        ),
        (
            "T, as in Tom",
            "agent: I heard D as in dog, six six one.\ncaller: T, as in Tom. T six six one.",
        ),
    ]);
    all_stay(&[
        "therapist: breathe in, two three, let it go, two three four",
        "agent: does it hurt?\ncaller: no. 600 milligrams helps",
        "nurse: at the start of it I weighed her, two hundred",
        "caller: we walked two, maybe three blocks",
    ]);
    let out =
        redact("agent: callback is 817-555-0141?\ncaller: yes. I weigh 180 and I sleep 6 hours");
    assert!(out.ends_with("I weigh 180 and I sleep 6 hours"), "{out}");
}

#[test]
fn odd_texts_are_read_without_overflow() {
    for text in [
        "cvv double é",
        "mrn22",
        "mrn22 one two",
        "é as in été 4 4",
        "a",
        "not 4, 5",
    ] {
        assert!(!redact(text).starts_with("[REDACTED"), "{text}");
    }
}
