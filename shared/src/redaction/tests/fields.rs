//! Fields in every notation: the name of a field, or its place, says what its value is.

use super::sent::{gone, machine};

#[test]
fn objects_are_read_as_programs_print_them() {
    for text in [
        "failed: payload={'caller': {'name': 'Zanele Okonjo', 'dob': '1969-08-02'}, 'try': 3}",
        "Caller(try=3, first_name='Zanele', last_name='Okonjo', dob=datetime.date(1969, 8, 2))",
        "&{Try:3 FirstName:Zanele LastName:Okonjo DOB:1969-08-02}",
        "{:first_name=>\"Zanele\", :last_name=>\"Okonjo\", :dob=>\"1969-08-02\", :try=>3}",
        "Caller { first_name: \"Zanele\", last_name: Some(\"Okonjo\"), dob: 1969-08-02, r#try: 3 }",
        "[('first_name', 'Zanele'), ('last_name', 'Okonjo'), ('dob', '1969-08-02'), ('try', 3)]",
    ] {
        gone(text, &["Zanele", "Okonjo", "1969"], &["3"]);
    }
}

#[test]
fn the_object_around_a_field_says_whose_name_it_is() {
    gone(
        "patient:\n  name: zanele okonjo\n  zip: \"30301\"\nworker:\n  name: send_texts\n",
        &["okonjo", "30301"],
        &["send_texts"],
    );
}

#[test]
fn a_field_about_a_value_is_not_the_value() {
    gone(
        r#"{"email_verified":"partly","phone_type":"landline","ssn_status":"pending-2","patient_count":12}"#,
        &[],
        &["partly", "landline", "pending-2", "12"],
    );
}

#[test]
fn field_names_may_be_shortened_and_glued() {
    gone(
        r#"{"pt_lname":"Okonjo","dateofbirth":"02081969","phonenumber2":"6785550142","acctnum":"77310542"}"#,
        &["Okonjo", "02081969", "6785550142", "77310542"],
        &[],
    );
}

#[test]
fn rows_are_read_by_their_columns() {
    gone(
        r#"{"columns":["id","full_name","phone"],"rows":[[7,"Zanele Okonjo","6785550142"],[8,"Odhran Quill","6785550143"]]}"#,
        &["Zanele", "Okonjo", "Odhran", "Quill", "678555"],
        &["[7,", "[8,"],
    );
    gone(
        "visit,last_name,mrn,reason\nnew,Okonjo,5512093,rash\nold,\"Quill, Jr\",5512094,cough\n",
        &["Okonjo", "Quill", "551209"],
        &["new", "rash", "cough"],
    );
    gone(
        r#"[["first_name","Zanele"],["phone","6785550142"],["source","widget"]]"#,
        &["Zanele", "6785550142"],
        &["widget"],
    );
}

#[test]
fn a_question_says_what_its_answer_is() {
    gone(
        r#"[{"question":"Your last name?","answer":"okonjo"},{"question":"Best time?","answer":"noon"}]"#,
        &["okonjo"],
        &["noon"],
    );
}

#[test]
fn a_value_takes_the_meaning_of_the_object_it_stands_in() {
    gone(
        r#"{"last_name":{"S":"Okonjo"},"phone":{"old":"6785550142","new":"6785550143"},"status":{"S":"open"}}"#,
        &["Okonjo", "678555"],
        &["open"],
    );
}

#[test]
fn elements_and_attributes_are_fields() {
    gone(
        "<Caller id=\"7\"><First>Zanele</First><DOB>08021969</DOB><Plan>gold</Plan></Caller>",
        &["Zanele", "08021969"],
        &["id=\"7\"", "gold"],
    );
    gone(
        "<input name=\"last_name\" value=\"Okonjo\"><input name=\"plan\" value=\"gold\">",
        &["Okonjo"],
        &["gold"],
    );
    gone(
        "<tr><td>Last name</td><td>Okonjo</td></tr><tr><td>Visit</td><td>Rash</td></tr>",
        &["Okonjo"],
        &["Rash"],
    );
}

#[test]
fn sql_values_are_read_by_their_columns() {
    gone(
        "INSERT INTO callers (visit, first_name, ssn, at) VALUES ('new', 'Zanele', '219091234', '2026-03-04T05:06:07Z')",
        &["Zanele", "219091234"],
        &["'new'", "2026-03-04T05:06:07Z"],
    );
    gone(
        "UPDATE callers SET last_name = 'Okonjo' WHERE clinic = 4",
        &["Okonjo"],
        &["4"],
    );
}

#[test]
fn what_a_database_says_about_a_row_hides_the_row() {
    gone(
        "DETAIL: Failing row contains (31, Zanele, 1969-08-02, 6785550142, null, open).",
        &["Zanele", "1969-08-02", "6785550142"],
        &["31", "null", "open"],
    );
    gone(
        "Key (mrn, last_name)=(5512093, Okonjo) already exists.",
        &["5512093", "Okonjo"],
        &["already exists"],
    );
    gone(
        "Duplicate entry '5512093' for key 'callers.mrn'",
        &["5512093"],
        &["callers.mrn"],
    );
}

#[test]
fn segments_are_read_by_the_number_of_a_field() {
    gone(
        "MSH|^~\\&|LAB|A|B|C|20260304||ORU^R01|77|P|2.5\rPID|1||5512093^^^A^MR||OKONJO^ZANELE||19690802|F\r",
        &["5512093", "OKONJO", "19690802"],
        &["ORU^R01", "20260304", "|F"],
    );
    gone(
        "ST*270*9~NM1*IL*1*OKONJO*ZANELE****MI*W55120931~DMG*D8*19690802*F~EQ*30~",
        &["OKONJO", "ZANELE", "W55120931", "19690802"],
        &["270", "EQ*30"],
    );
}

#[test]
fn parts_of_a_multipart_body_are_fields() {
    gone(
        "--b7\nContent-Disposition: form-data; name=\"last_name\"\n\nokonjo\n--b7\nContent-Disposition: form-data; name=\"visit\"\n\nrash\n--b7--\n",
        &["okonjo"],
        &["rash", "--b7--"],
    );
}

#[test]
fn a_mailbox_has_a_name() {
    gone(
        "From: Zanele Okonjo <z.okonjo@example.org>\nTo: \"Quill, O\" <sip:+16785550142@example.net>\nX-Mailer: Post 2.1",
        &["Zanele", "Quill", "okonjo", "6785550142"],
        &["Post 2.1"],
    );
}

#[test]
fn cookies_go_and_their_attributes_stay() {
    gone(
        r#"{"set-cookie":["sid=q8W3x2Zr; Path=/; Max-Age=3600"]}"#,
        &["q8W3x2Zr"],
        &["Path=/", "3600"],
    );
}

#[test]
fn a_password_in_a_url_goes_and_the_host_stays() {
    gone(
        "QUEUE_URL=amqp://worker:s8Kq2Lm4@mq.internal:5672/jobs RETRIES=4",
        &["s8Kq2Lm4"],
        &["mq.internal:5672/jobs", "4"],
    );
}

#[test]
fn code_is_no_data() {
    for text in [
        "TypeError: cannot read 'firstName' at formatName (webpack-internal:///./src/names.ts:80:62)",
        "CREATE TABLE callers (first_name text, dob date, phone varchar(20))",
        "SELECT last_name, dob FROM callers WHERE status IN ('open') LIMIT 50",
        "KeyError: column \"date_of_birth\" type: string name: \"phone_number\"",
        "metric,value,stamp\ncalls,120,1767225600\n",
        "use std::collections::HashMap; a::b",
    ] {
        assert_eq!(machine(text), text);
    }
}

#[test]
fn a_full_name_in_a_log_sentence_goes() {
    gone(
        "caller identified as Yolanda Van Rensburg, see ticket",
        &["Yolanda", "Rensburg"],
        &["see ticket"],
    );
    assert_eq!(
        machine("region America/Los_Angeles host Austin-2"),
        "region America/Los_Angeles host Austin-2"
    );
}

#[test]
fn cut_off_json_is_still_read_by_key() {
    gone(
        r#"{"caller":{"firstName":"Zanele","lastName":"Okonjo","try":3,"no"#,
        &["Zanele", "Okonjo"],
        &["3"],
    );
}

#[test]
fn a_first_name_needs_no_object_around_it_and_a_rank_is_no_name() {
    gone(
        r#"{"first":"Oluwaseun","mobile":"+14045550117"}"#,
        &["Oluwaseun", "0117"],
        &[],
    );
    gone(r#"{"first":"true","last":"20"}"#, &[], &["true", "20"]);
    gone(
        r#"from="+14045550117" cnam="OKONJO,ZANELE""#,
        &["OKONJO", "ZANELE"],
        &[],
    );
}

#[test]
fn codes_that_are_exchanged_for_tokens_go_and_codes_of_answers_stay() {
    gone(
        "POST /oauth/callback?code=7Gk2pQxR9vTzLm4WcN1s&state=8841 302",
        &["7Gk2pQxR9vTzLm4WcN1s"],
        &["302"],
    );
    gone("GET /lookup?code=E11.9&lang=en 200", &[], &["E11.9"]);
    gone(
        r#"{"token_uri":"https://login.example.com/oauth2/token","MRNumber":"5518204"}"#,
        &["5518204"],
        &["https://login.example.com/oauth2/token"],
    );
}

#[test]
fn long_numbers_in_a_patients_segments_go_wherever_they_stand() {
    gone(
        "PID|1||5518204^^^X^MR||Okonjo^Zanele||19690802\rIN1|1|PPO|412|ACME|||||||||||||||||||||||||||||40188273651",
        &["5518204", "Okonjo", "40188273651"],
        &["PPO", "412"],
    );
}

#[test]
fn versions_that_look_like_dates_stay_and_so_does_the_time_of_a_line() {
    gone("event=intake.done&v=2026-02-19&n=7", &[], &["2026-02-19"]);
    gone(
        r#"{"title":"Build","value":"2026.02.1-rc3"}"#,
        &[],
        &["2026.02.1-rc3"],
    );
    gone(
        "<134>1 2026-02-19T09:14:55.120Z ip-10-0-3-7 voicebot 77 - born 02/19/1969",
        &["02/19/1969"],
        &["2026-02-19T09:14:55.120Z"],
    );
}
