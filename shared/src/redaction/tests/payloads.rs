//! Payloads of calendars, plans, clearing houses, databases and validators: what leads to somebody goes, and what only
//! runs the machine stays.

use super::sent::gone;

#[test]
fn what_measures_or_limits_a_secret_is_none() {
    gone(
        r#"{"otpTtl":120,"passcode_timeout_seconds":45,"jwtExpiryMs":60000,"pin_attempts":3,"tokenExpiresIn":901}"#,
        &[],
        &["120", "45", "60000", "3", "901"],
    );
    gone("totp_window=30 pin=8841", &["8841"], &["totp_window=30"]);
    gone(
        r#"{"soc_sec":"512334098","otp_code":"771204","card_expiry":"04/29"}"#,
        &["512334098", "771204", "04/29"],
        &[],
    );
    gone(
        r#"{"api_key_sid":"SK00112233445566778899aabbccddeeff","api_key":"k-7710-zz"}"#,
        &["k-7710-zz"],
        &["SK00112233445566778899aabbccddeeff"],
    );
}

#[test]
fn a_validator_names_the_field_in_another_line() {
    gone(
        "1 validation error for Intake\ntax_id\n  too many characters (type=value_error; input=9123-88-40117)\nweight_kg\n  too large (input=7200)",
        &["9123-88-40117"],
        &["type=value_error", "input=7200"],
    );
    gone(
        "body -> patient -> last_name\n  String should match pattern [type=pattern, input_value='Quillfeather9', input_type=str]",
        &["Quillfeather9"],
        &["input_type=str"],
    );
}

#[test]
fn a_validator_names_the_field_by_a_path() {
    gone(
        "[{'type': 'string_too_long', 'loc': ('body', 'patient', 'ssn'), 'msg': 'too long', 'input': '9123-88-40117'}]",
        &["9123-88-40117"],
        &["string_too_long", "too long"],
    );
    gone(
        r#"{"detail":[{"loc":["body","caller","mobile_phone"],"msg":"bad number","input":"55019-2288"},{"loc":["body","retries"],"msg":"too many","input":"55019"}]}"#,
        &["55019-2288"],
        &["bad number", "\"55019\""],
    );
    gone(
        "Field error in object 'intake' on field 'lastName': rejected value [Quillfeather]; codes [Size.lastName]",
        &["Quillfeather]"],
        &["codes"],
    );
}

#[test]
fn a_complaint_about_a_field_is_not_its_value() {
    gone(
        r#"{"errors":{"ssn":["must be 9 digits"],"dob":"should be before 2026","mrn":["7710-22 is not the required form"]}}"#,
        &[],
        &["must be 9 digits", "should be before 2026"],
    );
    gone(r#"{"ssn":"one two three 45 6789"}"#, &["6789"], &[]);
}

#[test]
fn a_title_names_the_family_first() {
    gone(
        "BEGIN:VEVENT\nSUMMARY:Wound check Nakagawa Rosalind\nLOCATION:Door 2\nEND:VEVENT",
        &["Nakagawa", "Rosalind"],
        &["Wound check", "Door 2"],
    );
    gone(
        "BEGIN:VEVENT\nSUMMARY:MRI (Nakagawa\\, Rosalind)\nEND:VEVENT",
        &["Nakagawa", "Rosalind"],
        &["MRI ("],
    );
    gone(
        r#"{"kind":"calendar#event","summary":"Telehealth: Nakagawa Rosalind"}"#,
        &["Nakagawa", "Rosalind"],
        &["Telehealth"],
    );
    for title in [
        "Annual Wellness Visit",
        "Blood Pressure Check",
        "Physical Therapy Evaluation",
        "Flu Shot Clinic",
        "Weekly Staff Meeting",
    ] {
        gone(&format!("SUMMARY:{title}\nLOCATION:Door 2"), &[], &[title]);
    }
}

#[test]
fn a_name_that_a_field_holds_is_one_wherever_it_stands() {
    gone(
        r#"{"patient":{"lastName":"Oduyemi"},"breadcrumbs":[{"message":"no chart for Oduyemi yet"}],"path":"/x/Oduyemi2"}"#,
        &["for Oduyemi"],
        &["no chart for", "Oduyemi2"],
    );
    gone(
        "ATTENDEE;CN=\"Temperance Oduyemi\":mailto:t@example.org\nSUMMARY:Visit - Oduyemi",
        &["Oduyemi"],
        &["SUMMARY:Visit"],
    );
}

#[test]
fn a_quoted_name_stands_near_a_person() {
    gone(
        "no coverage for subscriber KTQ00418 \"OKEREKE, ADAOBI\" (attempt 2)",
        &["OKEREKE", "ADAOBI"],
        &["attempt 2"],
    );
    gone(
        "allowed methods \"GET, POST\" and hosts \"Alpha, Beta\"",
        &[],
        &["GET, POST", "Alpha, Beta"],
    );
}

#[test]
fn a_segment_whose_fields_have_moved_is_read_by_their_looks() {
    gone(
        "IN1|1|HMO|88210|CIGNA|||||||||||ABERNETHY^ROSWITHA|SELF|19680214|12 OLD MILL LN|||||||||||||||||W551902734",
        &[
            "ABERNETHY",
            "ROSWITHA",
            "19680214",
            "12 OLD MILL LN",
            "W551902734",
        ],
        &["HMO", "88210", "CIGNA", "SELF"],
    );
    gone(
        "PID|1||7719||ABERNETHY^ROSWITHA||19680214|F||2106-3^White|||||ENG^English|M^Married|||||||||||||||||20260301101500",
        &["7719", "ABERNETHY", "19680214"],
        &["2106-3^White", "ENG^English", "M^Married", "20260301101500"],
    );
}

#[test]
fn a_qualifier_tells_the_number_after_it() {
    gone(
        "CLM*CLAIM-2207*95***11:B:1~NM1*82*1*ABERNETHY*R***XX*1093718892~NM1*IL*1*OKEREKE*ADAOBI***MI*KTQ00418~",
        &["1093718892", "KTQ00418", "OKEREKE"],
        &["CLAIM-2207", "*95*"],
    );
    gone("CLM*44019922*95***11:B:1~", &["44019922"], &["*95*"]);
}

#[test]
fn a_server_numbers_its_own_records() {
    gone(
        r#"{"subject":{"reference":"Patient/pat-2291"},"other":{"reference":"Patient/7719022"}}"#,
        &["7719022"],
        &["pat-2291"],
    );
    gone(
        "GET /v1/patients/pt-118/visits and /v1/patients/mrn-771902/visits",
        &["mrn-771902"],
        &["pt-118"],
    );
}

#[test]
fn the_group_of_a_plan_is_on_the_card() {
    gone(
        r#"{"resourceType":"Coverage","class":[{"type":{"coding":[{"code":"group"}]},"value":"77120-A"},{"type":{"coding":[{"code":"plan"}]},"value":"GOLD"}]}"#,
        &["77120-A"],
        &["GOLD"],
    );
    gone(
        r#"{"cardholderId":"W88120047","fields":[{"title":"Insurance Member #","response":"TTR-88120"}]}"#,
        &["W88120047", "TTR-88120"],
        &[],
    );
}

#[test]
fn a_query_compares_a_column_with_a_value() {
    gone(
        "SELECT id FROM p WHERE lower(last_name) LIKE 'quillf%' AND first_name IN ('Ada', 'Roswitha') AND state NOT IN ('closed') LIMIT 50",
        &["quillf", "Ada", "Roswitha"],
        &["'closed'", "LIMIT 50"],
    );
    gone(
        "table public.patients: INSERT: id[bigint]:991 last_name[character varying]:'Quillfeather' copay[numeric]:25.00",
        &["Quillfeather"],
        &["25.00", "991"],
    );
}

#[test]
fn the_time_of_a_message_stays() {
    gone(
        "Date: Mon, 02 Mar 2026 10:11:12 +0000\nX-Patient-DOB: 04/05/1961",
        &["04/05/1961"],
        &["02 Mar 2026 10:11:12 +0000"],
    );
    gone(
        "Mar  2 10:11:12 web-3 app[22]: up\n[02/Mar/2026:10:11:12 +0000] \"GET /x\" 200",
        &[],
        &["Mar  2 10:11:12", "[02/Mar/2026:10:11:12 +0000]"],
    );
    gone("born Tue, 02 Mar 1971 00:00:00 GMT", &["02 Mar 1971"], &[]);
}

#[test]
fn a_header_and_its_value_are_no_columns() {
    gone(
        r#"{"headers":[["Authorization","Bearer kQ9v7Lm2Xz81"],["Accept","*/*"]]}"#,
        &["kQ9v7Lm2Xz81"],
        &["*/*", "Authorization"],
    );
}

#[test]
fn json_that_was_escaped_or_cut_off_is_read_by_its_keys() {
    gone(
        r#"{"body":"{\"member\":{\"name\":\"Araminta Quillfeather\",\"note\":\"refil"}"#,
        &["Araminta", "Quillfeather"],
        &["refil"],
    );
    gone(
        r#"value={"first":"Horatio","last":"Quillfeather","dob":"1939-12-25","weightKg":71.2}"#,
        &["Horatio", "Quillfeather", "1939"],
        &["71.2"],
    );
}

#[test]
fn the_object_around_a_number_says_whose_it_is() {
    gone(
        r#"{"rx":{"number":"5512098","qty":30},"insuranceCard":{"grp":"3344-A","rxBin":"017010"},"ach":{"acct":"77120033"},"ticket":{"number":"88120"}}"#,
        &["5512098", "3344-A", "77120033"],
        &["30", "017010", "88120"],
    );
}

#[test]
fn a_short_expiry_is_a_cards_and_a_long_one_a_tokens() {
    gone(
        r#"{"cvv":"881","exp":"0429","amount":"45.00"}"#,
        &["0429"],
        &["45.00"],
    );
    gone(
        r#"{"sub":"usr_1","exp":1772536333,"n":3600}"#,
        &[],
        &["1772536333"],
    );
}

#[test]
fn participants_are_people() {
    gone(
        r#"{"participants":[{"displayName":"Quillfeather, Tobias"}],"dashboards":[{"displayName":"Refill Queue"}],"attachments":[{"filename":"Quillfeather_labs.pdf"}]}"#,
        &["Tobias", "Quillfeather"],
        &["Refill Queue", "_labs.pdf"],
    );
    gone(
        r#"{"host":{"name":"Quillfeather, Tobias"},"owner":"Quillfeather, Tobias","city":{"name":"Portland, Maine"}}"#,
        &["\"owner\":\"Quillfeather"],
        &["Portland, Maine"],
    );
}

#[test]
fn a_place_for_a_value_is_none() {
    gone(
        r#"{"sql":"INSERT INTO p (last_name, dob, phone) VALUES (?, ?, ?)","also":"UPDATE p SET dob = $2, ssn = :ssn"}"#,
        &[],
        &["VALUES (?, ?, ?)", "dob = $2, ssn = :ssn"],
    );
}

#[test]
fn a_number_before_a_bracket_and_the_time_of_a_slot() {
    gone(
        "dialing +1-541-555-0177 (attempt 2) slot=2026-03-10T09:30",
        &["555-0177"],
        &["(attempt 2)", "slot=2026-03-10T09:30"],
    );
}

#[test]
fn parameters_of_a_statement_are_judged_by_their_looks() {
    gone(
        "could not execute statement [n/a]; parameters [Okonjo, Zanele, 1984-01-26, zo@gmx.com]",
        &["Okonjo", "Zanele", "1984-01-26", "zo@gmx.com"],
        &["n/a"],
    );
    gone(
        "takes parameters [width, height, 12]",
        &[],
        &["width", "height", "12"],
    );
}

#[test]
fn a_prescription_is_a_number_or_a_medicine() {
    gone(r#"{"rx":"4471-20938","qty":60}"#, &["4471-20938"], &["60"]);
    gone(r#"{"rx":"metformin 1000 mg"}"#, &[], &["metformin 1000 mg"]);
}

#[test]
fn a_first_and_a_last_name_go_from_a_query() {
    gone(
        "https://portal.clinic.example/book?first=Rosamund&last=Achterhof&visit=new-patient",
        &["Rosamund", "Achterhof"],
        &["new-patient"],
    );
    gone(
        "first=10&last=20&day=Monday",
        &[],
        &["first=10", "last=20", "Monday"],
    );
    gone("first=Monday&last=Friday", &[], &["Monday", "Friday"]);
}

#[test]
fn a_telephone_in_a_segment_is_known_by_what_it_is_used_for() {
    gone(
        "PID|1||0092277||OKORO^ADAEZE^||19721103|M|||^^^^||^PRN^PH^^1^651^7740918",
        &["0092277", "OKORO", "19721103", "7740918"],
        &[],
    );
    gone(
        "PID|1||0092277||OKORO^ADAEZE^||19721103|M|||^^^^||||^PRN^CP^^1^651^7740918",
        &["7740918"],
        &[],
    );
}

#[test]
fn a_claim_in_a_log_has_pairs() {
    gone(
        "seg=AM01 C4=19640305 CA=ROSWITHA CB=QUILLFEATHER CM=12 OLD MILL LN CN=BEND CO=OR CP=97701 CQ=5415550133\nseg=AM04 C2=TTQ88120047 C6=1\nseg=AM07 D2=7719003 D7=00071015523 E7=60.000",
        &[
            "19640305",
            "ROSWITHA",
            "QUILL",
            "OLD MILL",
            "BEND",
            "97701",
            "5415550133",
            "TTQ88120047",
            "7719003",
        ],
        &["C6=1", "CO=OR", "D7=00071015523", "E7=60.000"],
    );
    gone(
        "304-C4=19640305 310-CA=ROSWITHA 311-CB=QUILLFEATHER 325-CP=97701",
        &["19640305", "ROSWITHA", "QUILLFEATHER", "97701"],
        &["310-CA="],
    );
    gone(
        r#"{"C2":"TTQ88120047","CA":"ROSWITHA","D7":"00071015523","states":{"CA":"12","CO":"3"}}"#,
        &["TTQ88120047", "ROSWITHA"],
        &["00071015523", "\"CA\":\"12\""],
    );
    gone("CA=valid CB=22 ok", &[], &["CA=valid CB=22 ok"]);
}

#[test]
fn a_segment_stands_after_signs_and_words() {
    gone(
        ">> NM1*IL*1*QUILLFEATHER*ROSWITHA****MI*TTQ881200 rejected\n-- DMG*D8*19640305*F\n[in] PER*IC*QUILLFEATHER TOBIAS*TE*5415550133",
        &[
            "QUILLFEATHER",
            "ROSWITHA",
            "TTQ881200",
            "19640305",
            "TOBIAS",
            "5415550133",
        ],
        &["rejected", "NM1*IL*1*", "DMG*D8*"],
    );
}

#[test]
fn a_parameter_is_judged_by_the_column_it_is_compared_with() {
    gone(
        "LOG: execute: SELECT id FROM p WHERE lower(p.last_name) = $1 AND p.status = $2 AND p.mobile_phone LIKE $3\nDETAIL:  parameters: $1 = 'quillfeather', $2 = 'active', $3 = '%5415550133%'",
        &["quillfeather", "5415550133"],
        &["$2 = 'active'", "'%["],
    );
}

#[test]
fn a_day_of_care_goes_and_a_time_of_an_event_stays() {
    gone(
        r#"{"resourceType":"Procedure","performedDateTime":"2025-02-11","meta":{"lastUpdated":"2025-02-11T10:00:00Z"}}"#,
        &["\"2025-02-11\""],
        &["2025-02-11T10:00:00Z"],
    );
    gone(
        r#"{"period":{"start":"2025-02-11","end":"2025-02-14"},"billing_period":{"start":1739232000}}"#,
        &["2025-02-11", "2025-02-14"],
        &["1739232000"],
    );
}

#[test]
fn a_device_has_a_serial_number_in_its_code() {
    gone(
        r#"{"udiCarrier":[{"carrierHRF":"(01)00844588003288(17)271120(21)QF7700812"}]}"#,
        &["QF7700812"],
        &["(01)00844588003288(17)271120(21)"],
    );
    gone("f(21)abcd and (1)", &[], &["f(21)abcd"]);
}

#[test]
fn an_address_of_few_letters_is_one_however_deep() {
    gone(
        r#"{"a":"{\"b\":\"{\\\"ptAddr\\\":{\\\"l1\\\":\\\"Calle Sol 88\\\",\\\"l2\\\":\\\"Apto 4B\\\"}}\"}"}"#,
        &["Calle Sol", "Apto"],
        &[],
    );
}

#[test]
fn the_number_of_a_drug_and_the_date_of_an_interface_stay() {
    gone(
        r#"{"ndc":"00071015523","total":"88.20"}"#,
        &[],
        &["00071015523", "88.20"],
    );
    gone(
        "curl -H \"Stripe-Version: 2023-08-16\" -H 'X-GitHub-Api-Version: 2022-11-28' x?api-version=2024-02-01",
        &[],
        &["2023-08-16", "2022-11-28", "2024-02-01"],
    );
    gone(
        "stripe.api_version = '2023-08-16' password policy: min 12",
        &[],
        &["'2023-08-16'", "min 12"],
    );
    gone(
        "curl -H 'X-Signature: kq8/Zz1pLm+94vTxw0uJ7d=' https://x.example.com/y",
        &["kq8/"],
        &["https://x.example.com/y"],
    );
}
