//! JSON, form bodies and log lines.

use super::sent::{gone, machine};

#[test]
fn a_key_decides_about_its_value() {
    gone(
        r#"{"patient":{"firstName":"Ada","last_name":"Byron","dob":"1815-12-10","mrn":448812},"traceId":"5125227c3712da86a78c49ea20e32684","createdAt":1706150444488}"#,
        &["Ada", "Byron", "1815-12-10", "448812"],
        &["5125227c3712da86a78c49ea20e32684", "1706150444488"],
    );
}

#[test]
fn a_number_is_replaced_by_a_string() {
    assert_eq!(
        machine(r#"{"ssn":78051120,"count":78051120}"#),
        r#"{"ssn":"[SSN_1]","count":78051120}"#
    );
}

#[test]
fn words_inside_keys_do_not_count() {
    gone(
        r#"{"author":"rust","accept":"json","assignee":"build","tokens":1200,"keyboard":"us"}"#,
        &[],
        &["rust", "json", "build", "1200", "us"],
    );
}

#[test]
fn json_in_a_string_is_walked_too() {
    gone(
        r#"{"payload":"{\"ssn\":\"078-05-1120\",\"note\":\"ok\"}"}"#,
        &["078-05-1120"],
        &["ok"],
    );
}

#[test]
fn escapes_do_not_hide_a_value() {
    gone(
        r#"{"transcript":"Caller: my social is 078\u002d05\u002d1120.\nAgent: thanks"}"#,
        &["1120"],
        &["Agent: thanks"],
    );
}

#[test]
fn a_form_body_is_read_by_its_keys() {
    gone(
        "From=%2B14155550132&To=%2B18005550100&MessageSid=SM545a102186d0f99f7c9e215edfe6a4aa&Body=my+ssn+is+078-05-1120",
        &["4155550132", "1120"],
        &["SM545a102186d0f99f7c9e215edfe6a4aa"],
    );
}

#[test]
fn base64_of_a_payload_is_looked_into() {
    gone(
        r#"{"data":"eyJzc24iOiIwNzgtMDUtMTEyMCIsIm5hbWUiOiJBZGEgQnlyb24ifQ=="}"#,
        &["eyJzc24i"],
        &[],
    );
}

#[test]
fn a_labelled_value_is_judged_by_its_label() {
    gone(
        r#"{"identifier":[{"system":"http://hl7.org/fhir/sid/us-ssn","value":"078051120"}],"telecom":[{"system":"phone","value":"(415) 555-0132"}]}"#,
        &["078051120", "555-0132"],
        &["http://hl7.org/fhir/sid/us-ssn"],
    );
}

#[test]
fn the_time_and_ids_of_a_log_line_stay() {
    gone(
        "2026-11-05T10:18:00.596Z ERROR request_id=61ee411a-1bac-27a7-b386-f7a4c991603f phone=+14155550132 ip=10.1.2.3 latency_ms=2250",
        &["4155550132", "10.1.2.3"],
        &[
            "2026-11-05T10:18:00.596Z",
            "61ee411a-1bac-27a7-b386-f7a4c991603f",
            "latency_ms=2250",
        ],
    );
}

#[test]
fn identifiers_in_a_url_go_and_the_url_stays() {
    gone(
        r#"{"request":{"url":"https://api.example.com/v1/patients/22971028?phone=%2B14155550132"}}"#,
        &["22971028", "4155550132"],
        &["https://api.example.com/v1/patients/"],
    );
}

#[test]
fn deep_nesting_is_survived() {
    let text = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(machine(&text), text);
}

#[test]
fn a_name_goes_whole_however_it_is_encoded() {
    gone(
        "MessageSid=SM545a102186d0f99f7c9e215edfe6a4aa&ProfileName=Ada%20Quillfeather&NumMedia=0",
        &["Ada", "Quillfeather"],
        &["NumMedia=0"],
    );
    gone(
        "\n\nx=1&ProfileName=Ada%20Quillfeather&NumMedia=0\nGET /book?name=Ada+Quillfeather&reason=annual+visit HTTP/1.1",
        &["Ada", "Quillfeather"],
        &["NumMedia=0", "reason=annual+visit"],
    );
    gone(
        "GET /book?name=Quillon+Abarca&name=Refill+Queue caller=Quillon%20Abarca ok",
        &["Quillon", "Abarca"],
        &["Refill+Queue", " ok"],
    );
    gone(
        "GET /patients/Ada%20Quillfeather/visits GET /files/Front%20Desk",
        &["Ada", "Quillfeather"],
        &["/visits", "Front%20Desk"],
    );
}
