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

#[test]
fn a_name_and_a_birthday_with_a_slash_between() {
    gone(
        "no match for Quillon Abarca/1961-04-02, see /var/log/2025-06-01",
        &["Quillon", "Abarca", "1961-04-02"],
        &["no match for", "/var/log/2025-06-01"],
    );
    gone(
        "row Abarca, Quillon/1961-04-02 skipped",
        &["Quillon", "Abarca", "1961-04-02"],
        &["skipped"],
    );
    gone(
        "for Quillon Abarca/04/02/1961, chart 2",
        &["Quillon", "Abarca", "04/02/1961"],
        &["chart 2"],
    );
    gone(
        "Nightly Export/2025-06-01 done",
        &[],
        &["Nightly Export/2025-06-01"],
    );
}

#[test]
fn a_signature_goes_whole() {
    gone(
        "X-Twilio-Signature: kq8/Zz1pLm+94vTxw0uJ7dQm3aA=\nStripe-Signature: t=1712001122,v1=9a2114d57b48eac39b9ad189dd8316235a7b4a8d,v0=77aa\nSvix-Signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3=\nContent-Length: 412",
        &["kq8/", "dQm3aA", "9a2114d5", "77aa", "g0hM9SsE"],
        &["X-Twilio-Signature: ", "Content-Length: 412"],
    );
    gone(
        "X-Shopify-Hmac-Sha256: 8vHk/2Lq+Zt91xYw0uJ7dQm3aB4=\nSignature: Roswitha Quillfeather",
        &["8vHk/", "Roswitha", "Quillfeather"],
        &[],
    );
    gone(
        "sig=verified signature: valid",
        &[],
        &["sig=verified signature: valid"],
    );
}

#[test]
fn a_token_in_a_link_lets_somebody_in() {
    gone(
        "https://portal.example.com/reset/8sKq2LmZx81PqRtVw03N GET /v/8sKq2LmZx81PqRtVw03NnAbC1dE8x HTTP/1.1",
        &["8sKq2LmZx81PqRtVw03N"],
        &["https://portal.example.com/reset/", "GET /v/"],
    );
    gone(
        "GET /portal/confirm?page=2&t=Zz81kkq2PpL09sTTvv71Qa HTTP/1.1",
        &["Zz81kkq2PpL09sTTvv71Qa"],
        &["page=2"],
    );
    gone(
        "GET /v/Main-2024-Campaign-Launch-Overview GET /reset/password GET /confirm/booking",
        &[],
        &[
            "Main-2024-Campaign-Launch-Overview",
            "/reset/password",
            "/confirm/booking",
        ],
    );
}

#[test]
fn a_mail_says_a_password() {
    gone(
        "Your temporary password is Linden-4415-river.\nYour new password is: Kx&7|pq81 ok",
        &["Linden", "4415", "river", "Kx&7", "pq81"],
        &["Your temporary password is", " ok"],
    );
    gone("Your one-time code is 118420.", &["118420"], &[]);
    gone(
        "password is set to expire in 30 days, pin is 4 digits, exit code is 1370",
        &[],
        &["set to expire in 30 days", "4 digits", "1370"],
    );
}

#[test]
fn the_time_of_a_line_stays() {
    gone(
        "2026/03/02 10:11:12 [error] up\n[deploy] 2026-03-02T10:11:12Z start\nweb-1 2026-03-02T10:11:13Z up",
        &[],
        &[
            "2026/03/02 10:11:12",
            "[deploy] 2026-03-02T10:11:12Z",
            "web-1 2026-03-02T10:11:13Z",
        ],
    );
    gone(
        "hour,calls\n2026-03-02T10:00Z,5\n",
        &[],
        &["2026-03-02T10:00Z,5"],
    );
    gone(
        "rollout finished at 2026-03-02T10:11:12Z last=2026/03/02 06:47:19 window=2026-03-02T10:00Z/2026-03-02T11:00Z",
        &[],
        &[
            "2026-03-02T10:11:12Z",
            "2026/03/02 06:47:19",
            "2026-03-02T10:00Z/2026-03-02T11:00Z",
        ],
    );
    gone("seen on 2026-03-02T10:00:00Z", &["2026-03-02"], &[]);
    gone("dob,calls\n1961-04-02T00:00:00,5\n", &["1961-04-02"], &[]);
}

#[test]
fn where_a_program_listens_and_where_code_is_kept() {
    gone(
        "listen: 0.0.0.0:8080 and [::]:9000, metrics on 127.0.0.1:9090, from 203.0.113.9:8080",
        &["203.0.113.9"],
        &["0.0.0.0:8080", "[::]:9000", "127.0.0.1:9090"],
    );
    gone(
        "panic: x\ngithub.com/acme/scribe/internal/asr.(*Client).Run(0xc0004a1000, 0x9f4)\n\t/src/main.go:12",
        &[],
        &["github.com/acme/scribe/internal/asr.(*Client).Run(0xc0004a1000, 0x9f4)"],
    );
}
