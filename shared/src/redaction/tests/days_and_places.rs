//! Dates, ages and addresses as people say them: corrected, in pieces, with their parts in another order.

use super::said::{gone, redact, stays};

#[test]
fn a_date_that_is_corrected_goes_with_what_it_replaces() {
    gone(
        "caller: it was the third, sorry, the fourth of february",
        &["third", "fourth", "february"],
    );
    gone(
        "Caller: My birthday is July 9th, no wait, 19th, 1951.",
        &["July", "19th", "1951"],
    );
    gone(
        "caller: the surgery was june no july fourteenth",
        &["june", "july"],
    );
}

#[test]
fn a_date_of_birth_in_pieces_goes_piece_by_piece() {
    gone(
        "agent: what month were you born\ncaller: december\nagent: which day\ncaller: thirty first\nagent: and the year\ncaller: oh four",
        &["december", "thirty first", "oh four"],
    );
    gone(
        "Agent: Birthday?\nCaller: October.\nAgent: Mm-hmm.\nCaller: The 5, 1961.",
        &["October", "5", "1961"],
    );
}

#[test]
fn numbers_after_a_question_for_the_birthday_that_count_stay() {
    stays("agent: your birthday\ncaller: you have it\nagent: how many times a day\ncaller: three");
}

#[test]
fn a_date_in_numbers_goes_after_words_that_lead_to_a_date() {
    gone(
        "caller: the notice is dated oh three twenty one twenty five and i paid it",
        &["twenty one"],
    );
    gone("Agent: You're booked for 3/5, see you then.", &["3/5"]);
    stays("my pain is 3/5 today");
}

#[test]
fn an_age_above_eighty_nine_goes_whatever_follows() {
    gone(
        "caller: she's one hundred and one would you believe",
        &["hundred"],
    );
    gone("caller: he'll be 97 on friday", &["97"]);
    gone("caller: it was her ninety sixth birthday", &["ninety"]);
    gone("caller: he's in his late nineties", &["nineties"]);
    gone("caller: my mother, 96, fell on the stairs", &["96"]);
}

#[test]
fn hundreds_and_nineties_that_are_no_age_stay() {
    stays("caller: i moved here in the nineties");
    stays("caller: i'm a hundred percent sure");
    stays("caller: she's ninety four on two liters");
    stays("caller: i'm ninety days sober");
}

#[test]
fn an_address_goes_with_its_correction_and_its_letters() {
    gone(
        "caller: we're at eleven eighty, sorry, eleven eighteen Juniper Court",
        &["eleven", "Juniper"],
    );
    gone(
        "Caller: Eighteen Kestrel, that's K-E-S-T-R-E-L, Drive",
        &["Eighteen", "Kestrel", "K-E-S", "Drive"],
    );
}

#[test]
fn a_postal_code_takes_the_house_before_it_along() {
    gone(
        "Caller: Send it to 31 Cooper's Rise, Durham, postcode DH1 4RT.",
        &["31", "Cooper", "Durham", "DH1"],
    );
    gone(
        "Caller: 22 Old Orchard, Lebanon, NH 03766",
        &["22", "Orchard"],
    );
}

#[test]
fn a_town_asked_for_in_one_word_goes() {
    gone(
        "agent: street\ncaller: sixty two elm street\nagent: got it\ncaller: yes\nagent: city\ncaller: marblehead and the zip is coming",
        &["marblehead"],
    );
}

#[test]
fn ages_over_ninety_go_when_they_are_corrected_or_said_again() {
    gone(
        "caller: he's ninety four, sorry, ninety five, and still bowling",
        &["ninety"],
    );
    gone(
        "agent: so that makes him ninety six\ncaller: ninety seven in june",
        &["ninety six", "ninety seven"],
    );
    gone("Agent: You're 92?\nCaller: 93 next week.", &["92", "93"]);
    gone(
        "caller: i have two aunts, ninety one and eighty eight",
        &["ninety one"],
    );
    gone("caller: my uncle's the oldest, 97, then my dad", &["97"]);
    stays("caller: the heart rate was ninety one, i mean ninety two");
    stays("caller: my mother takes metoprolol, 95, every morning");
    stays("agent: you're ninety percent covered");
    stays("caller: my numbers, 92 and 87, are they bad");
    let reading = redact("Agent: She's 91?\nCaller: Yes. 95 over 60 this morning.");
    assert!(reading.contains("95 over 60"), "{reading:?}");
}

#[test]
fn a_holiday_goes_as_a_birthday_or_when_days_are_counted_from_it() {
    gone(
        "Agent: When's her birthday?\nCaller: Halloween.",
        &["Halloween"],
    );
    gone(
        "Agent: Date of birth?\nCaller: Valentine's Day, sixty one.",
        &["Valentine", "Day"],
    );
    gone(
        "caller: she had the stroke the night after easter",
        &["night after easter"],
    );
    stays("caller: we ate too much at christmas");
    stays("caller: the clinic is closed on thanksgiving");
    stays("Caller: We have a Valentine's Day party.");
}

#[test]
fn a_month_of_birth_is_the_first_piece_of_the_date() {
    gone(
        "caller: my daughter was born in may\nagent: which day\ncaller: the nineteenth\nagent: and year\ncaller: sixty eight",
        &["nineteenth", "sixty eight"],
    );
    stays("caller: i was born in texas\nagent: how many pills\ncaller: twenty two");
}

#[test]
fn a_date_in_numbers_goes_when_the_words_after_it_say_what_it_is() {
    gone(
        "caller: one fourteen fifty two was the day i was born",
        &["fourteen", "fifty two"],
    );
    gone("caller: dob 6.3.50, oh wait, 3 6 50", &["3 6 50"]);
    gone("caller: 3rd of the 12th 1988", &["3rd", "12th", "1988"]);
    gone("Caller: He was born Aug 3 '48.", &["Aug", "48"]);
    gone("Caller: The INR of 2 from 3/17 was clear.", &["3/17"]);
    stays("caller: it drained forty five then thirty then ten");
    stays("caller: i took 2 of the 5 mg");
    stays("Caller: since the summer of '69, really");
}

#[test]
fn a_day_said_again_with_its_month_goes_whole() {
    gone(
        "agent: birthday\ncaller: march twelfth seventy no make that a nine, march ninth",
        &["march", "twelfth", "nine"],
    );
    gone(
        "agent: and her birthday?\ncaller: uh last monday i think no, the ninth, the ninth of may",
        &["ninth", "may"],
    );
}

#[test]
fn an_age_beside_another_goes() {
    gone("caller: she's in her nineties, 94 i think", &["94"]);
    gone(
        "agent: how old is she\ncaller: not ninety three yet, ninety two",
        &["ninety three", "ninety two"],
    );
    gone("caller: he made it to 101 before he passed", &["101"]);
    stays("caller: my readings were 94, 95 and 97");
}

#[test]
fn a_month_by_its_number_is_part_of_a_date() {
    gone(
        "agent: date of birth\ncaller: uh the twelfth month, ninth day, fifty three",
        &["twelfth", "ninth", "fifty three"],
    );
    gone(
        "caller: dob the thirteenth. december thirteenth",
        &["thirteenth", "december"],
    );
    stays("caller: it's the second month of it, ninth day in a row");
}

#[test]
fn a_month_that_is_a_word_goes_with_its_day() {
    gone(
        "caller: so i have got march 16 or the 18th.",
        &["march", "18th"],
    );
    gone("agent: we have may 16 at nine", &["may", "16"]);
    gone(
        "agent: march thirty works, or may thirty",
        &["march", "may thirty"],
    );
    gone("agent: how about april 16 or 18", &["april", "16", "18"]);
    gone(
        "caller: born third march nineteen seventy two she said",
        &["third", "march"],
    );
    gone("caller: dob march three seventy two", &["march", "seventy"]);
    gone(
        "caller: it was the twenty second of last month",
        &["twenty second"],
    );
    stays("caller: you may two or three times a day");
    stays("caller: we march 4 miles and may 2 or 3 more");
    stays("caller: it may 10 percent of the time");
    stays("caller: i take it on the first of the month");
}
