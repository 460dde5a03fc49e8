//! Names of fields that hold an identifying number, an address, a date of birth: what kind of value they announce.

use crate::redaction::kind::Kind;
use crate::redaction::machine::key_meaning::PEOPLE;
use crate::redaction::machine::key_words::{List, Words, list};

/// The kind of value that a field of this name holds, when the whole of it identifies.
pub(crate) fn identifier(words: &Words, parent: &str) -> Option<Kind> {
    // `{"prescription": {"number": "…"}}`
    if words.whole(list!("number no")) && !parent.is_empty() {
        return identifier(&Words::of(&format!("{parent} number")), "");
    }
    national(words)
        .or_else(|| plan(words))
        .or_else(|| on_card(words, parent))
        .or_else(|| money(words, parent))
        .or_else(|| thing(words))
        .or_else(|| place(words, parent))
        .or_else(|| network(words))
}

/// Numbers that states and registers give to people.
fn national(words: &Words) -> Option<Kind> {
    let has = |list: &List| words.any(list);
    Some(
        if has(list!("ssn sin itin ssns nino tin"))
            || words.phrase(&["social", "security"]) && !has(list!("card"))
            || has(list!("tax taxpayer")) && has(list!("id number"))
            || words.phrase(&["national", "insurance"])
            || words.phrase(&["ni", "number"])
            || words.whole(list!("socialsecurity social"))
        {
            Kind::Ssn
        } else if has(list!("dob birthdate birthday birthdt bdate born"))
            || has(list!("birth"))
                && (has(list!("date of day month place year time")) || words.whole(list!("birth")))
        {
            Kind::Dob
        } else if has(list!("mrn mrns emrn"))
            || words.phrase(&["medical", "record"])
            || words.phrase(&["mr", "number"])
            || words.phrase(&["mr", "no"])
            || has(list!("nhs")) && has(list!("number no id"))
            || has(list!("chart patient")) && has(list!("number no num"))
            || has(list!("ehr emr epic cerner")) && words.last() == "id"
            || words.whole(list!("patientid patientnumber"))
        {
            Kind::Mrn
        } else if has(list!("npi")) || has(list!("prescriber")) && words.last() == "id" {
            Kind::Npi
        } else if words.whole(list!("dea deanumber"))
            || has(list!("dea")) && has(list!("number no id"))
        {
            Kind::Dea
        } else if has(list!("license licence"))
            && (has(list!("number no id driver drivers driving medical"))
                || words.whole(list!("license")))
            || has(list!("dl")) && (words.count() == 1 || has(list!("number no id state")))
        {
            if has(list!("plate")) {
                Kind::Plate
            } else {
                Kind::License
            }
        } else if has(list!("passport")) {
            Kind::Passport
        } else {
            return None;
        },
    )
}

/// Numbers of health plans and prescriptions.
fn plan(words: &Words) -> Option<Kind> {
    let has = |list: &List| words.any(list);
    let number = has(list!("id number no"));
    Some(
        if has(list!("mbi hicn")) || has(list!("medicare")) && number {
            Kind::Mbi
        } else if has(list!(
            "member subscriber policy insurance insured medicaid beneficiary enrollee certificate coverage \
             cardholder"
        )) && number
            && !has(list!("plan payer company provider carrier"))
            || has(list!("group grp claim authorization auth preauth")) && has(list!("number no"))
            || words.phrase(&["group", "id"]) && has(list!("insurance plan policy"))
            || words.phrase(&["prior", "authorization"])
        {
            Kind::MemberId
        } else if has(list!("rx prescription script")) && has(list!("number no"))
            || words.whole(list!("rx"))
        {
            Kind::Rx
        } else {
            return None;
        },
    )
}

/// What the object around a short name says: `{"insuranceCard": {"grp": "…"}}`, `{"ach": {"acct": "…"}}`.
fn on_card(words: &Words, parent: &str) -> Option<Kind> {
    if words.whole(list!("grp group")) {
        return Words::of(parent)
            .any(list!("insurance coverage policy subscriber"))
            .then_some(Kind::MemberId);
    }
    (words.whole(list!("account")) && Words::of(parent).any(list!("ach bank")))
        .then_some(Kind::Account)
}

fn money(words: &Words, parent: &str) -> Option<Kind> {
    let has = |list: &List| words.any(list);
    Some(if has(list!("iban")) {
        Kind::Iban
    } else if has(list!("routing aba rtn")) && !has(list!("key")) || words.phrase(&["sort", "code"])
    {
        Kind::Routing
    } else if has(list!("account")) && has(list!("number no bank checking savings"))
        || has(list!("bank")) && words.last() == "number"
    {
        Kind::Account
    } else if has(list!("cvc cvv cvv2 cvc2 csc")) && !has(list!("result response"))
        || words.phrase(&["security", "code"]) && Words::of(parent).any(list!("card payment"))
    {
        Kind::Cvv
    } else if has(list!("card credit debit cc")) && has(list!("number no num pan"))
        || words.whole(list!("pan creditcard ccnumber"))
        || words.phrase(&["credit", "card"]) && words.count() == 2
        || words.whole(list!("number last4")) && Words::of(parent).any(list!("card"))
        || has(list!("card")) && has(list!("last4 last four"))
    {
        Kind::Card
    } else if has(list!("exp expiry expiration")) && has(list!("month year card mm yy"))
        || words.whole(list!("expiry expmonth expyear expirationdate exp"))
            && Words::of(parent).any(list!("card payment source"))
        || words.whole(list!("expiry exp"))
    {
        Kind::CardExp
    } else {
        return None;
    })
}

/// Numbers of things that lead to people.
fn thing(words: &Words) -> Option<Kind> {
    let has = |list: &List| words.any(list);
    Some(
        if words.whole(list!("vin")) || words.phrase(&["vehicle", "identification"]) {
            Kind::Vin
        } else if words.last() == "plate"
            && (words.count() == 1 || has(list!("license licence number vehicle")))
            || has(list!("plate")) && has(list!("number no"))
        {
            Kind::Plate
        } else if has(list!("serial")) && (has(list!("number no device")) || words.count() == 1)
            || words.whole(list!("imei imsi iccid udi deviceserial meid"))
        {
            Kind::Device
        } else {
            return None;
        },
    )
}

fn place(words: &Words, parent: &str) -> Option<Kind> {
    let has = |list: &List| words.any(list);
    let above = Words::of(parent);
    let in_address = above.any(list!(
        "address addresses billing shipping home mailing residence location"
    ));
    Some(
        if has(list!("zip zipcode postcode")) && !has(list!("file archive"))
            || words.phrase(&["postal", "code"])
            || words.phrase(&["post", "code"])
            || words.whole(list!("postal eircode"))
        {
            Kind::Zip
        } else if has(list!("street addressline streetaddress apartment apt"))
            && !has(list!("view"))
            || words.whole(list!(
                "line l1 l2 l3 ln1 ln2 addr1 addr2 city county district suburb locality town unit suite municipality"
            )) && (in_address || above.any(PEOPLE))
            || words.whole(list!("line1 line2 line3 city town locality"))
            || words.last() == "address"
                && (words.count() == 1
                    || has(list!(
                        "home mailing street billing shipping postal residential patient customer full current previous \
         permanent legal physical work member subscriber guarantor contact mail delivery"
                    )))
                && !has(list!(
                    "ip mac email e remote server host wallet memory bind listen"
                ))
            || has(list!("address")) && has(list!("line full formatted street lines city"))
            || words.whole(list!(
                "addressline latitude longitude lat lng lon coordinates geo"
            ))
            || has(list!("city zip"))
                && has(list!(
                    "from to caller called patient home mailing billing birth"
                ))
        {
            Kind::Address
        } else {
            return None;
        },
    )
}

fn network(words: &Words) -> Option<Kind> {
    let has = |list: &List| words.any(list);
    Some(
        if has(list!("ip ipaddress remoteaddr clientip ipv4 ipv6")) && !has(list!("count"))
            || words.phrase(&["remote", "address"])
            || words.phrase(&["forwarded", "for"])
            || words.whole(list!("xforwardedfor fwd"))
        {
            Kind::Ip
        } else if (has(list!("email emails"))
            || has(list!("mail")) && !has(list!("server host queue list job")))
            && !(words.last() == "id" && words.count() > 2)
            || words.whole(list!("correo"))
        {
            Kind::Email
        } else {
            return None;
        },
    )
}
