//! Addresses that no word for a street announces: a box on a route, a house off a highway, a street of a grid.

use super::said::{all_go, all_stay, gone};

#[test]
fn a_street_goes_with_the_number_said_after_it() {
    all_go(&[
        (
            "hawthorne circle number six",
            "caller: he's over on hawthorne circle number six, blue door",
        ),
        (
            "birchmere drive number ninety",
            "caller: it's down birchmere drive number ninety",
        ),
    ]);
    all_go(&[
        (
            "thistle bend",
            "caller: it's the yellow house on thistle bend number seventeen",
        ),
        ("house 9", "Caller: It's on Marlow Court, house 9."),
        (
            "number forty on linden",
            "caller: number forty on linden street",
        ),
    ]);
    all_stay(&[
        "caller: i waited on bus route number seven",
        "caller: on scan view number two there is a spot",
        "caller: i parked on the drive number two is broken",
        "caller: press line number three on the street",
    ]);
}

#[test]
fn a_box_on_a_route_goes() {
    all_go(&[
        (
            "Route two, box nineteen",
            "Caller: Route two, box nineteen, Salem, Arkansas.",
        ),
        ("route 1 box 33", "caller: it's route 1 box 33"),
        ("star route box twelve", "caller: star route box twelve"),
        (
            "box two twelve, route five",
            "caller: box two twelve, route five",
        ),
        (
            "County Road 9, Box 410-B",
            "Caller: County Road 9, Box 410-B, Lebanon, Tennessee",
        ),
    ]);
    all_stay(&[
        "caller: i take route four to work",
        "caller: a box of 12 arrived on route 4",
    ]);
}

#[test]
fn a_house_off_a_highway_goes() {
    all_go(&[
        (
            "118",
            "Caller: It's 118, off Route 44, Millbrook, New York.",
        ),
        ("2210", "caller: we're at 2210 off highway 12"),
        (
            "77, just off County Road 9",
            "Caller: There's no sign. 77, just off County Road 9.",
        ),
    ]);
    all_stay(&[
        "caller: i fell 2 miles off route 9",
        "caller: take exit 12 off route 9",
        "caller: we're two miles off highway six",
    ]);
}

#[test]
fn a_street_of_a_grid_goes() {
    all_go(&[
        ("West", "Caller: Apartment 9B, 410 West 81st, ring twice."),
        (
            "one ten west ninety second",
            "caller: one ten west ninety second",
        ),
        (
            "fifty five west one hundred and tenth",
            "caller: it's fifty five west one hundred and tenth",
        ),
        ("North", "caller: unit 12, 1500 North Clark"),
    ]);
    all_go(&[("south main", "caller: one oh one south main")]);
    all_stay(&[
        "caller: 20 west facing windows",
        "caller: go 2 east then the 4th door",
        "agent: wing 20 west second floor",
        "caller: he walks 30 north to south every day",
    ]);
}

#[test]
fn a_half_of_a_house_number_belongs_to_the_street_after_it() {
    all_go(&[
        (
            "twelve and a half linden",
            "caller: we're at twelve and a half linden",
        ),
        (
            "thirty and a half delancey",
            "caller: send him to thirty and a half delancey, back door",
        ),
    ]);
    all_stay(&[
        "caller: i'm at two and a half milligrams now",
        "caller: he's on one and a half benadryl",
        "doctor: hemoglobin is at twelve and a half today",
        "caller: she is at seven and a half months",
    ]);
}

#[test]
fn a_place_that_is_asked_about_goes_with_its_town() {
    gone(
        "agent: you'll get a letter in two weeks to twenty two pheasant ridge spokane is that your place\ncaller: yes ma'am nine nine two oh one",
        &["pheasant", "spokane", "nine nine"],
    );
    all_stay(&[
        "caller: i had three falls in the park is that right",
        "caller: i take two green pills a day is that right",
    ]);
}

#[test]
fn a_town_said_after_the_street_goes() {
    all_go(&[
        (
            "des moines five",
            "agent: any new address\ncaller: six hundred glenwood then after that it's des moines five oh three one two",
        ),
        (
            "City",
            "Agent: Address?\nCaller: 77 Elm Ave, Salt Lake City, Utah",
        ),
        (
            "Elkins",
            "caller: it's 40 Spruce Street. That's in Elkins, West Virginia",
        ),
    ]);
    all_stay(&["caller: i'd like to be seen in dayton ohio"]);
}

#[test]
fn a_street_that_is_asked_about_by_its_name_alone_goes() {
    all_go(&[(
        "fairmount",
        "agent: are you still at nineteen twelve fairmount\ncaller: yes",
    )]);
    all_stay(&[
        "agent: are you still at three hundred gabapentin",
        "nurse: pager went off at 1745 Friday.",
    ]);
}

#[test]
fn an_estate_goes_with_its_kind() {
    gone(
        "caller: space 44 at the sunny acres mobile home park",
        &["44", "sunny", "mobile"],
    );
}

#[test]
fn a_house_number_that_is_put_right_goes() {
    gone(
        "Agent: To confirm, you're at 41 Bramley Chase?\nCaller: 14. With a one. 14 Bramley Chase.",
        &["41", "Bramley", "Chase", "14"],
    );
    gone(
        "Agent: You're at 15 Alder Street?\nCaller: 50, not 15.",
        &["50", "15"],
    );
    gone(
        "Agent: I have you at 220 Wren Bottom.\nCaller: 22 Wren Bottom, not 220.",
        &["220", "Wren", "22"],
    );
    all_stay(&[
        "Nurse: He is at 95 Room Air.",
        "Doctor: He is at 80 Lisinopril Forty.",
        "agent: so you're at 88 kilos?\ncaller: 80.",
    ]);
}

#[test]
fn a_street_goes_where_somebody_has_a_home_on_it() {
    all_go(&[
        (
            "tanager lane",
            "caller: we're the third house on tanager lane",
        ),
        (
            "County Line",
            "Caller: It's the old farm on County Line Road.",
        ),
        (
            "ptarmigan",
            "agent: which street do you live on\ncaller: ptarmigan",
        ),
        (
            "connecticut",
            "agent: the address\ncaller: it's thirty one old quarry road unit c like charlie, new haven connecticut",
        ),
    ]);
    all_stay(&[
        "caller: there was a house fire on elm street",
        "caller: the pharmacy on oak street is closed",
        "agent: what road are you on\ncaller: i don't know",
    ]);
}

#[test]
fn hundreds_before_a_street_are_its_number() {
    all_go(&[
        (
            "Five hundred",
            "Caller: Five hundred Quail Run Road, lot nine, Prescott",
        ),
        (
            "two hundred",
            "Caller: We live at two hundred Maple Street.",
        ),
        (
            "three thousand",
            "caller: three thousand larkspur lane is the house",
        ),
    ]);
}

#[test]
fn an_amount_is_no_house_number() {
    all_stay(&[
        "Agent: Moved from your usual slot to the next. There's a $308.50 fee for no-shows, so please call.",
        "Agent: We moved to the new system. The copay is 45.50 for now.",
    ]);
}
