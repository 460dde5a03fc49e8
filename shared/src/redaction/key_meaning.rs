//! The meaning of a field by the words of its name. Words are compared whole, so that "author" is not "auth" and
//! "accept" not "cc"; what a name says of a value ("email_verified", "ssn_hash") is not the value.

use super::key::Meaning;
use super::key_words::Words;
use super::kind::Kind;

/// Words for people in names of fields and objects.
const PEOPLE: &str = "patient customer caller contact user billing guarantor subscriber insured \
        guardian parent person member recipient client emergency owner holder cardholder \
        attendee doctor provider physician kin relative spouse individual employee \
        practitioner beneficiary dependent caregiver prescriber participant profile applicant \
        payee payer sender author signer demographics legal billto shipto relation mother father";

/// Those that stand for nothing but a person.
const SOMEBODY: &str = "patient caller callee guarantor guardian spouse cardholder subscriber insured beneficiary \
        kin caregiver attendee holder applicant signer dependent prescriber physician relative";

/// Last words by which a field tells something about a value instead of holding it.
const ABOUT: &str = "type types status count valid verified verification enabled disabled required label field column columns index hash \
        hashed format regex pattern schema version validator validators check checked match matched present missing \
        length min max error errors source method confidence score at on updated created consent preference opt \
        visible template sent validation normalizer mask masked rule rules flag changed reason resource system \
        since provided exists expires expired failures algorithm limit usage bucket arn collected opted \
        detected found scope language locale brand network relationship";

/// The meaning of a field called `name` in an object called `parent`.
pub(super) fn meaning(name: &str, parent: &str) -> Meaning {
    let words = Words::of(name);
    if words.is_empty() {
        return Meaning::Unknown;
    }
    if words.last() == "hash" && words.any("password passwd pwd") {
        return Meaning::Remove(Kind::Secret);
    }
    if words.count() > 1 && Words::any_of(words.last(), ABOUT) {
        return if machine(&words) {
            Meaning::Machine
        } else {
            Meaning::Unknown
        };
    }
    if let Some(kind) = identifier(&words, parent) {
        return Meaning::Remove(kind);
    }
    if counts(&words) || names_a_thing(&words) {
        return Meaning::Machine;
    }
    if words.whole("params parameters args arguments bindings binds bindparams queryparams sqlparams") {
        return Meaning::Listed;
    }
    if words.any("cookie cookies") {
        return Meaning::Cookie;
    }
    if words.any("sig signature") && !machine(&words) {
        return Meaning::Opaque;
    }
    if secret(&words, parent) {
        return Meaning::Remove(Kind::Secret);
    }
    if phone(&words, parent) {
        return Meaning::Phone;
    }
    if words.last() == "name"
        || words.last() == "names"
        || words.whole("given family fullname maiden middle nickname alias aka")
        || words.whole("first last") && Words::of(parent).any(PEOPLE)
        || words.whole("first last middle given family text") && Words::of(parent).any("name")
    {
        return name_field(&words, parent);
    }
    if words.last() == "by" && words.any("signed witnessed requested referred")
        || Words::any_of(words.last(), SOMEBODY)
        || words.phrase(&["emergency", "contact"])
        || words.whole("cn")
        || words.whole("fn display") && Words::of(parent).any(PEOPLE)
    {
        return Meaning::Somebody;
    }
    if words.whole("user owner provider doctor recipient client customer member contact sender participant practitioner")
    {
        return Meaning::Name;
    }
    if words.whole(
        "transcript body text content summary note notes comment comments utterance \
            speech transcription display div narrative subject snippet reply question answer \
            unstablespeechresult speechresult instructions caption complaint",
    ) || words.any("transcript transcription utterance summary notes")
        && !words.any("id url sid status type")
        || words.phrase(&["speech", "result"])
    {
        return Meaning::Language;
    }
    if words.any("url uri href link referer referrer callback location") {
        return Meaning::Url;
    }
    if machine(&words) {
        return Meaning::Machine;
    }
    Meaning::Unknown
}

fn identifier(words: &Words, parent: &str) -> Option<Kind> {
    national(words)
        .or_else(|| plan(words))
        .or_else(|| money(words, parent))
        .or_else(|| thing(words))
        .or_else(|| place(words, parent))
        .or_else(|| network(words))
}

/// Numbers that states and registers give to people.
fn national(words: &Words) -> Option<Kind> {
    let has = |list: &str| words.any(list);
    Some(
        if has("ssn sin itin ssns nino tin")
            || words.phrase(&["social", "security"]) && !has("card")
            || has("tax taxpayer") && has("id number")
            || words.phrase(&["national", "insurance"])
            || words.phrase(&["ni", "number"])
            || words.whole("socialsecurity social")
        {
            Kind::Ssn
        } else if has("dob birthdate birthday birthdt bdate born")
            || has("birth") && (has("date of day month place year time") || words.whole("birth"))
        {
            Kind::Dob
        } else if has("mrn mrns emrn")
            || words.phrase(&["medical", "record"])
            || has("nhs") && has("number no id")
            || has("chart patient") && has("number no num")
            || has("ehr emr epic cerner") && words.last() == "id"
            || words.whole("patientid patientnumber")
        {
            Kind::Mrn
        } else if has("npi") {
            Kind::Npi
        } else if words.whole("dea deanumber") || has("dea") && has("number no id") {
            Kind::Dea
        } else if has("license licence") && (has("number no id driver drivers driving medical") || words.whole("license"))
            || has("dl") && (words.count() == 1 || has("number no id state"))
        {
            if has("plate") { Kind::Plate } else { Kind::License }
        } else if has("passport") {
            Kind::Passport
        } else {
            return None;
        },
    )
}

/// Numbers of health plans and prescriptions.
fn plan(words: &Words) -> Option<Kind> {
    let has = |list: &str| words.any(list);
    let number = has("id number no");
    Some(if has("mbi hicn") || has("medicare") && number {
        Kind::Mbi
    } else if has("member subscriber policy insurance insured medicaid beneficiary enrollee certificate coverage")
        && number
        && !has("plan payer company provider carrier")
        || has("group grp claim authorization auth preauth") && has("number no")
        || words.phrase(&["group", "id"]) && has("insurance plan policy")
        || words.phrase(&["prior", "authorization"])
    {
        Kind::MemberId
    } else if has("rx prescription script") && has("number no") {
        Kind::Rx
    } else {
        return None;
    })
}

fn money(words: &Words, parent: &str) -> Option<Kind> {
    let has = |list: &str| words.any(list);
    Some(
        if has("iban") {
            Kind::Iban
        } else if has("routing aba rtn") && !has("key") || words.phrase(&["sort", "code"]) {
            Kind::Routing
        } else if has("account") && has("number no bank checking savings")
            || has("bank") && words.last() == "number"
        {
            Kind::Account
        } else if has("cvc cvv cvv2 cvc2 csc") && !has("result response")
            || words.phrase(&["security", "code"]) && Words::of(parent).any("card payment")
        {
            Kind::Cvv
        } else if has("card credit debit cc") && has("number no num pan")
            || words.whole("pan creditcard ccnumber")
            || words.phrase(&["credit", "card"]) && words.count() == 2
            || words.whole("number last4") && Words::of(parent).any("card")
            || has("card") && has("last4 last four")
        {
            Kind::Card
        } else if has("exp expiry expiration") && has("month year card mm yy")
            || words.whole("expiry expmonth expyear expirationdate exp") && Words::of(parent).any("card payment source")
            || words.whole("expiry")
        {
            Kind::CardExp
        } else {
            return None;
        },
    )
}

/// Numbers of things that lead to people.
fn thing(words: &Words) -> Option<Kind> {
    let has = |list: &str| words.any(list);
    Some(
        if words.whole("vin") || words.phrase(&["vehicle", "identification"]) {
            Kind::Vin
        } else if words.last() == "plate" && (words.count() == 1 || has("license licence number vehicle"))
            || has("plate") && has("number no")
        {
            Kind::Plate
        } else if has("serial") && (has("number no device") || words.count() == 1)
            || words.whole("imei imsi iccid udi deviceserial meid")
        {
            Kind::Device
        } else {
            return None;
        },
    )
}

fn place(words: &Words, parent: &str) -> Option<Kind> {
    let has = |list: &str| words.any(list);
    let above = Words::of(parent);
    let in_address = above.any("address addresses billing shipping home mailing residence location");
    Some(
        if has("zip zipcode postcode") && !has("file archive") || words.phrase(&["postal", "code"])
            || words.phrase(&["post", "code"]) || words.whole("postal eircode")
        {
            Kind::Zip
        } else if has("street addressline streetaddress apartment apt") && !has("view")
            || words.whole("line city county district suburb locality town unit suite municipality") && (in_address || above.any(PEOPLE))
            || words.whole("line1 line2 line3 city town locality")
            || words.last() == "address" && (words.count() == 1 || has("home mailing street billing shipping postal residential patient customer full current previous permanent legal physical work member subscriber guarantor contact mail delivery"))
                && !has("ip mac email e remote server host wallet memory bind listen")
            || has("address") && has("line full formatted street lines city")
            || words.whole("addressline latitude longitude lat lng lon coordinates geo")
            || has("city zip") && has("from to caller called patient home mailing billing birth")
        {
            Kind::Address
        } else {
            return None;
        },
    )
}

fn network(words: &Words) -> Option<Kind> {
    let has = |list: &str| words.any(list);
    Some(
        if has("ip ipaddress remoteaddr clientip ipv4 ipv6") && !has("count")
            || words.phrase(&["remote", "address"])
            || words.phrase(&["forwarded", "for"])
            || words.whole("xforwardedfor fwd")
        {
            Kind::Ip
        } else if (has("email emails") || has("mail") && !has("server host queue list job"))
            && !(words.last() == "id" && words.count() > 2)
            || words.whole("correo")
        {
            Kind::Email
        } else {
            return None;
        },
    )
}

fn secret(words: &Words, parent: &str) -> bool {
    let named = words.any(
        "password passwd pwd secret secrets authorization credential credentials apikey \
            passcode passphrase otp totp pin jwt bearer csrf xsrf passwort mfa",
    ) || words.any("token accesstoken refreshtoken idtoken") && !words.any("tokenizer")
        || words.whole("auth xapikey") && !Words::of(parent).any("config");
    named && !words.any("count header name rotation")
        && !(words.last() == "id" && words.count() > 1)
        || ["api", "private", "access", "signing", "encryption", "master", "service", "account", "auth", "shared", "license", "publishable"]
            .iter()
            .any(|first| words.phrase(&[first, "key"]))
            && !words.any("id")
        || ["verification", "access", "auth", "passcode", "login", "security", "otp", "time", "reset", "invite"]
            .iter()
            .any(|first| words.phrase(&[first, "code"]))
        || words.phrase(&["connection", "string"])
        || words.phrase(&["session", "key"])
        || words.whole("phpsessid jsessionid sessiontoken sid_cookie")
}

fn phone(words: &Words, parent: &str) -> bool {
    words.any(
        "phone phones mobile cell fax tel msisdn cellphone landline whatsapp caller \
            callee telefono phonenumbers pager ani dnis",
    ) && !words.any("id sid name country network carrier app os")
        || words.whole("from to called callerid forwardedfrom callback sms")
        || words.whole("number numbers")
            && Words::of(parent).any("customer phone phones caller contact from to destination transfer telecom patient")
        || words.any("contact callback home work daytime evening emergency alternate cell") && words.last() == "number"
        || words.phrase(&["caller", "id"])
}

fn counts(words: &Words) -> bool {
    words.any("tokens") || words.last() == "count" || words.last() == "total"
}

/// Names and numbers of things that lead to nobody.
fn names_a_thing(words: &Words) -> bool {
    words.any("ndc ncpdp naic loinc snomed icd cpt hcpcs taxonomy clia")
        || words.any("number no id code") && words.any("control reference confirmation tracking invoice ticket order transaction batch trace receipt sequence model part catalog version build partner payer line port error status country lot room bed page")
}

fn name_field(words: &Words, parent: &str) -> Meaning {
    if words.any(
        "file function host event service queue table bucket field column class method \
            module package metric log region assistant voice model server domain app \
            application tenant clinic template resource stack role product plan brand drug \
            medication variable key schema database index job task step rule operation tool \
            container image branch tag logger thread process group facility organization \
            company workflow display device practice pharmacy payer insurance bank carrier \
            hospital department location city state street place code project cluster node pod \
            namespace session cookie header attribute property parameter param argument \
            operator command program script test suite report form page",
    ) {
        return Meaning::Machine;
    }
    if words.any(
        "first last full given family middle maiden surname firstname lastname fullname \
            forename legal preferred nick former nickname",
    ) && words.first() != "file"
    {
        return Meaning::Remove(Kind::Person);
    }
    if words.any("user") {
        return Meaning::Somebody;
    }
    if words.any(PEOPLE) || Words::of(parent).any(PEOPLE) {
        return Meaning::Remove(Kind::Person);
    }
    Meaning::Name
}

fn machine(words: &Words) -> bool {
    words.any(
        "id ids sid uuid guid trace span request correlation arn sha hash digest etag \
            version build release ts timestamp time created updated deleted modified expires \
            at ms seconds duration elapsed latency count total size bytes length offset \
            limit page score ratio rate amount cost price currency balance lineno line colno \
            status code level severity port pid order sequence seq index revision commit \
            checksum nonce mem memory cpu percent year epoch started ended start end agent \
            platform runtime region zone environment stage type kind state method protocol \
            filename file path module segments media function tenant format encoding locale \
            language timezone quantity qty attempt attempts retries host hostname image \
            operation event dur min max boundary etype exit",
    )
}
