//! The meaning of a field by the words of its name. Words are compared whole, so that "author" is not "auth" and
//! "accept" not "cc"; what a name says of a value (`email_verified`, `ssn_hash`) is not the value.

use crate::redaction::kind::Kind;
use crate::redaction::machine::key::Meaning;
use crate::redaction::machine::key_identifier::identifier;
use crate::redaction::machine::key_words::{List, Words, list};

/// Words for people in names of fields and objects.
pub(crate) const PEOPLE: &List = list!(
    "patient customer caller contact user billing guarantor subscriber insured guardian parent person \
         member recipient client emergency owner holder cardholder attendee doctor provider physician kin \
         relative spouse individual employee practitioner beneficiary dependent caregiver prescriber \
         participant profile applicant payee payer sender author signer demographics legal billto shipto \
         relation mother father patients participants attendees members callers subscribers dependents \
         guarantors recipients"
);

/// Those that stand for nothing but a person.
const SOMEBODY: &List = list!(
    "patient caller callee guarantor guardian spouse cardholder subscriber insured beneficiary kin \
         caregiver attendee holder applicant signer dependent prescriber physician relative"
);

/// What has a name and is nobody.
const THINGS: &List = list!(
    "file function host event service queue table bucket field column class method module package \
         metric log region assistant voice model server domain app application tenant clinic template \
         resource stack role product plan brand drug medication variable key schema database index job \
         task step rule operation tool container image branch tag logger thread process group facility \
         organization company workflow display device practice pharmacy payer insurance bank carrier \
         hospital department location city state street place code project cluster node pod namespace \
         session cookie header attribute property parameter param argument operator command program \
         script test suite report form page"
);

/// Last words by which a field tells something about a value instead of holding it.
const ABOUT: &List = list!(
    "type types status count valid verified verification enabled disabled required label field column \
         columns index hash hashed format regex pattern schema version validator validators check checked \
         match matched present missing length min max error errors source method confidence score at on \
         updated created consent preference opt visible template sent validation normalizer mask masked \
         rule rules flag changed reason resource system since provided exists expires expired failures \
         algorithm limit usage bucket arn collected opted detected found scope language locale brand \
         network relationship"
);

/// Last words that measure, allow or configure: `otp_ttl_seconds` is no one-time password.
const MEASURES: &List = list!(
    "ttl timeout seconds secs ms millis milliseconds minutes mins hours days weeks lifetime duration \
         interval period cooldown delay latency elapsed attempts attempt tries retries retry \
         remaining window radius miles rate threshold rotation strength"
);

/// Whether the last word of a name of several tells something about a value.
fn tells_about(words: &Words) -> bool {
    words.count() > 1
        && (words.last_of(ABOUT)
            || words.last_of(MEASURES)
            || words.last() == "policy" && words.any(list!("password passwords passcode pin"))
            || words.last() == "expiry" && words.any(list!("otp token jwt session code password"))
            || words.last() == "sec" && !words.any(list!("soc social"))
            || words.last() == "in" && words.any(list!("expires expire"))
            || words.any(list!("code otp pin password")) && words.last() == "digits")
}

/// The meaning of a field called `name` in an object called `parent`.
pub(crate) fn meaning(name: &str, parent: &str) -> Meaning {
    let words = Words::of(name);
    if words.is_empty() {
        return Meaning::Unknown;
    }
    if words.last() == "hash" && words.any(list!("password passwd pwd")) {
        return Meaning::Remove(Kind::Secret);
    }
    if tells_about(&words) {
        return if machine(&words) {
            Meaning::Machine
        } else {
            Meaning::Unknown
        };
    }
    if let Some(kind) = identifier(&words, parent) {
        return Meaning::Remove(kind);
    }
    // FHIR: a day, when something was seen or done.
    if words.phrase(&["date", "time"])
        && words.any(list!(
            "effective onset performed occurrence abatement deceased serviced collected administered"
        ))
        || words.whole(list!("start end")) && Words::of(parent).any(list!("period"))
    {
        return Meaning::Remove(Kind::Date);
    }
    if counts(&words) || names_a_thing(&words) {
        return Meaning::Machine;
    }
    if words.whole(list!(
        "params parameters args arguments bindings binds bindparams queryparams sqlparams"
    )) {
        return Meaning::Listed;
    }
    if words.any(list!("cookie cookies")) {
        return Meaning::Cookie;
    }
    if (words.any(list!("sig signature auth")) || words.count() > 1 && words.any(list!("hmac")))
        && !machine(&words)
    {
        return Meaning::Opaque;
    }
    if secret(&words, parent) {
        return Meaning::Remove(Kind::Secret);
    }
    // `{"user": {"username": "…"}}`: whoever met the error
    if words.whole(list!("username login")) && Words::of(parent).whole(list!("user")) {
        return Meaning::Remove(Kind::Person);
    }
    if phone(&words, parent) {
        return Meaning::Phone;
    }
    if words.last() == "name"
        || words.last() == "names"
        || words.whole(list!(
            "given family fullname maiden middle nickname alias aka cnam"
        ))
        || words.last_of(list!("first last middle given family"))
            && (words.count() == 1 && Words::of(parent).any(PEOPLE)
                || words.count() > 1 && (words.any(PEOPLE) || words.first() == "name"))
        || words.whole(list!("first last middle given family text"))
            && Words::of(parent).any(list!("name"))
    {
        return name_field(&words, parent);
    }
    if parent.is_empty() && words.whole(list!("first last")) {
        return Meaning::Name;
    }
    if words.last() == "by" && words.any(list!("signed witnessed requested referred"))
        || words.last_of(SOMEBODY)
        || words.phrase(&["emergency", "contact"])
        || words.whole(list!("cn member"))
        || words.whole(list!("fn display"))
            && (Words::of(parent).any(PEOPLE)
                || Words::of(parent).any(list!("actor subject individual")))
    {
        return Meaning::Somebody;
    }
    if words.whole(list!(
        "user owner provider doctor recipient client customer contact sender participant \
         practitioner"
    )) {
        return Meaning::Name;
    }
    if words.whole(list!(
        "transcript body text content summary note notes comment comments utterance speech transcription \
         display div narrative subject snippet reply question answer unstablespeechresult speechresult \
         instructions caption complaint"
    )) || words.any(list!("transcript transcription utterance summary notes")) && !words.any(list!("id url sid status type"))
        || words.phrase(&["speech", "result"])
    {
        return Meaning::Language;
    }
    if words.any(list!(
        "url uri href link referer referrer callback location"
    )) {
        return Meaning::Url;
    }
    if machine(&words) || words.whole(list!("v ver")) {
        return Meaning::Machine;
    }
    Meaning::Unknown
}

fn secret(words: &Words, parent: &str) -> bool {
    let named = words.ends_with("password")
        || words.any(list!(
        "password passwd pwd pw secret secrets authorization credential credentials apikey passcode \
         passphrase otp totp pin jwt bearer csrf xsrf passwort mfa"
    ))
        || words.any(list!("token accesstoken refreshtoken idtoken"))
            && !words.any(list!("tokenizer"))
        || words.whole(list!("xapikey")) && !Words::of(parent).any(list!("config"));
    let about = words.any(list!("count header name rotation"))
        || words.last_of(list!("uri url endpoint"))
        || words.last() == "id" && words.count() > 1;
    named && !about
        || [
            "api",
            "private",
            "access",
            "signing",
            "encryption",
            "master",
            "service",
            "account",
            "auth",
            "shared",
            "license",
            "publishable",
        ]
        .iter()
        .any(|first| words.phrase(&[first, "key"]))
            && !words.any(list!("id sid"))
        || [
            "verification",
            "access",
            "auth",
            "passcode",
            "login",
            "security",
            "otp",
            "time",
            "reset",
            "invite",
        ]
        .iter()
        .any(|first| words.phrase(&[first, "code"]))
        || words.phrase(&["connection", "string"])
        || words.phrase(&["session", "key"])
        || words.whole(list!("phpsessid jsessionid sessiontoken sid_cookie"))
}

fn phone(words: &Words, parent: &str) -> bool {
    words.any(list!(
        "phone phones mobile cell fax tel msisdn cellphone landline whatsapp caller callee telefono \
         phonenumbers pager ani dnis"
    )) && !words.any(list!("id sid name country network carrier app os")) || words.whole(list!("from to called callerid forwardedfrom callback sms sip sips waid")) || words.whole(list!("number numbers"))
        && Words::of(parent).any(list!(
        "customer phone phones caller contact from to destination transfer telecom patient"
    ))
        || words.any(list!("contact callback home work daytime evening emergency alternate cell")) && words.last() == "number"
        || words.phrase(&["caller", "id"])
}

fn counts(words: &Words) -> bool {
    words.any(list!("tokens")) || words.last() == "count" || words.last() == "total"
}

/// Names and numbers of things that lead to nobody.
fn names_a_thing(words: &Words) -> bool {
    words.any(list!("ndc ncpdp naic loinc snomed icd cpt hcpcs taxonomy clia")) || words.any(list!("number no id code"))
        && words.any(list!(
        "control reference confirmation tracking invoice ticket order transaction batch trace receipt \
         sequence model part catalog version build partner payer line port error status country lot room \
         bed page"
    ))
}

fn name_field(words: &Words, parent: &str) -> Meaning {
    if words.phrase(&["display", "name"]) {
        return if Words::of(parent).any(PEOPLE) {
            Meaning::Remove(Kind::Person)
        } else {
            Meaning::Name
        };
    }
    if words.any(THINGS) {
        return Meaning::Machine;
    }
    if words.any(list!(
        "first last full given family middle maiden surname firstname lastname fullname forename legal \
         preferred nick former nickname"
    )) && words.first() != "file"
    {
        return Meaning::Remove(Kind::Person);
    }
    if words.any(list!("user")) {
        return Meaning::Somebody;
    }
    let above = Words::of(parent);
    if words.any(PEOPLE) || above.any(PEOPLE) {
        return Meaning::Remove(Kind::Person);
    }
    if above.any(THINGS)
        || above.any(list!(
            "agent bot squad campaign flow team metadata label labels"
        ))
    {
        return Meaning::Machine;
    }
    Meaning::Name
}

fn machine(words: &Words) -> bool {
    words.any(list!(
        "id ids sid uuid guid trace span request correlation arn sha hash digest etag version build \
         release ts timestamp time created updated deleted modified expires at ms seconds duration \
         elapsed latency count total size bytes length offset limit page score ratio rate amount cost \
         price currency balance lineno line colno status code level severity port pid order sequence seq \
         index revision commit checksum nonce mem memory cpu percent year epoch started ended start end \
         agent platform runtime region zone environment stage type kind state method protocol filename \
         file path module segments media function tenant format encoding locale language timezone \
         quantity qty attempt attempts retries host hostname image operation event dur min max boundary \
         etype exit batch uid ndc ndc11"
    ))
}
