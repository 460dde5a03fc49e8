//! Log lines, mail and markup: numbers after their names, names written family first, and what only looks like a person.

use super::sent::gone;

#[test]
fn a_sign_may_stand_before_a_number_that_is_named() {
    gone(
        "rx #7712009 sent, chart #00441298 matched in 3812ms",
        &["7712009", "00441298"],
        &["3812ms"],
    );
    gone(
        "invalid member id ZQ-88120-7 for plan 2",
        &["ZQ-88120"],
        &["plan 2"],
    );
    gone(
        "ticket #8812 open, chart #5 drawn, chart lookup 4500ms, account sync 1200ms",
        &[],
        &["#8812", "#5", "4500ms", "1200ms"],
    );
}

#[test]
fn a_name_may_be_written_family_first() {
    gone(
        "no coverage for member Castellanos, Birgitta (DOB 1949-11-02)",
        &["Castellanos", "Birgitta", "1949"],
        &["no coverage"],
    );
    gone(
        "duplicate: 'Osterberg, Liv' (MRN 5512077) score=0.97",
        &["Osterberg", "Liv'"],
        &["0.97"],
    );
    gone(
        "patients in Tucson, Arizona and customers on \"Standard, Premium\" asked about Lisinopril, Metformin",
        &[],
        &[
            "Tucson, Arizona",
            "Standard, Premium",
            "Lisinopril, Metformin",
        ],
    );
}

#[test]
fn the_identifier_of_a_message_is_no_mailbox() {
    gone(
        "UID:20260302T1011Z-771@calendar.example.com\nORGANIZER:mailto:ada@example.com",
        &["ada@example.com"],
        &["20260302T1011Z-771@calendar.example.com"],
    );
    gone("UID:ada.byron@example.com\n", &["ada.byron"], &[]);
    gone(
        r#"{"iCalUID":"7kq0m2u8b1o3@google.com","uid":"ada.byron@example.com"}"#,
        &["ada.byron"],
        &["7kq0m2u8b1o3@google.com"],
    );
}

#[test]
fn a_claim_of_a_pharmacy_is_read_by_the_signs_of_its_fields() {
    gone(
        "AM07\u{1c}EM1\u{1c}D27719003\u{1c}E730000\u{1e}\u{1c}AM01\u{1c}C419570202\u{1c}CAAMBROSE\u{1c}CBQUILL\u{1c}CP97401",
        &["7719003", "19570202", "AMBROSE", "QUILL", "97401"],
        &["E730000"],
    );
}

#[test]
fn a_person_in_markup_has_a_number() {
    gone(
        "<r><Subscriber id=\"MEM0099812\"><NameLast>Quill</NameLast><NameFirst>Keziah</NameFirst></Subscriber><Deductible>350.00</Deductible></r>",
        &["MEM0099812", "Quill", "Keziah"],
        &["350.00"],
    );
    gone("<Patient id=\"pat-1\"><x>1</x></Patient>", &[], &["pat-1"]);
}

#[test]
fn base64_of_a_person_in_a_pair_is_looked_into() {
    let person = "eyJjYWxsZXIiOiIrMTU0MTU1NTAxMTEiLCJuYW1lIjoiU3Vubml2YSBEYWhsIn0=";
    gone(
        &format!("record data={person} seq=4959"),
        &[person],
        &["seq=4959"],
    );
    gone(
        "record data=aGVsbG8gd29ybGQgaGVsbG8gd29ybGQh seq=4959",
        &[],
        &["aGVsbG8gd29ybGQgaGVsbG8gd29ybGQh"],
    );
}

#[test]
fn an_address_keeps_what_is_no_secret() {
    gone(
        "DATABASE_URL=postgresql://app:p%40ss-77@db:5432/ehr?sslmode=require",
        &["p%40ss-77"],
        &["db:5432/ehr?sslmode=require"],
    );
}

#[test]
fn who_met_an_error_is_a_person() {
    gone(
        r#"{"user":{"username":"dquill","role":"admin"},"db":{"username":"svc_ehr"},"cookies":{"sid":"aa81-7"}}"#,
        &["dquill", "aa81-7"],
        &["admin", "svc_ehr"],
    );
    gone(
        r#"{"prescriberId":"1093718892","prescriber_id":"prv_18","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName","valueString":"Quill"}]}"#,
        &["1093718892", "Quill\""],
        &["prv_18"],
    );
}

#[test]
fn a_validator_quotes_a_value_after_its_field() {
    gone(
        "\"patient.lastName\" with value \"Quill-Oquendo\" length must be less than 12",
        &["Quill-Oquendo"],
        &["less than 12"],
    );
    gone(
        r#"{"detail":[{"param":"ssn","value":"512-33-88"},{"param":"limit","value":"512-33"}]}"#,
        &["512-33-88"],
        &["\"512-33\""],
    );
}

#[test]
fn a_provider_stands_with_a_number_in_any_field() {
    gone(
        "OBR|1|A77|B88|80061^Lipid panel|||202603020830||||||||1093718892^LINDQUILL^ASTA||||F",
        &["LINDQUILL", "ASTA"],
        &["80061^Lipid panel", "202603020830"],
    );
}

#[test]
fn a_code_that_says_what_it_is_goes_from_any_field() {
    gone(
        "topic=patients partition=7 offset=188204417 key=MRN-4410297 headers=[schema=v14]",
        &["4410297"],
        &["188204417", "v14"],
    );
    gone(
        "merged mrn_00441298 into SSN-219456178",
        &["00441298", "219456178"],
        &[],
    );
    gone(r#"{"key":"RX-7712009","n":2}"#, &["7712009"], &[]);
    gone(
        "job rx-2 took 4500ms on mrn-sync-14",
        &[],
        &["rx-2", "4500ms", "mrn-sync-14"],
    );
}

#[test]
fn who_calls_goes_as_an_exchange_writes_it() {
    gone(
        r#"pjsip.c:2188 Call from '"OKORO ADAEZE" <5035550177>' to extension 'refills' rejected"#,
        &["OKORO", "5035550177"],
        &["2188", "refills"],
    );
    gone(
        "dropped <1735689600> and \"queue\" <7>",
        &[],
        &["1735689600", "7"],
    );
}
