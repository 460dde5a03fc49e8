//! The meaning of a field by the words of its name. Words are compared whole, so that "author" is not "auth" and
//! "accept" not "cc"; what a name says of a value ("email_verified", "ssn_hash") is not the value.

use super::key::Meaning;
use super::key_words::Words;
use super::kind::Kind;
use super::word_set::{WordSet, words};

/// Words for people in names of fields and objects.
const PEOPLE: &WordSet = words!["patient", "customer", "caller", "contact", "user", "billing", "guarantor", "subscriber", "insured", "guardian", "parent", "person", "member", "recipient", "client", "emergency", "owner", "holder", "cardholder", "attendee", "doctor", "provider", "physician", "kin", "relative", "spouse", "individual", "employee", "practitioner", "beneficiary", "dependent", "caregiver", "prescriber", "participant", "profile", "applicant", "payee", "payer", "sender", "author", "signer", "demographics", "legal", "billto", "shipto", "relation", "mother", "father"];

/// Those that stand for nothing but a person.
const SOMEBODY: &WordSet = words!["patient", "caller", "callee", "guarantor", "guardian", "spouse", "cardholder", "subscriber", "insured", "beneficiary", "kin", "caregiver", "attendee", "holder", "applicant", "signer", "dependent", "prescriber", "physician", "relative"];

/// What has a name and is nobody.
const THINGS: &WordSet = words!["file", "function", "host", "event", "service", "queue", "table", "bucket", "field", "column", "class", "method", "module", "package", "metric", "log", "region", "assistant", "voice", "model", "server", "domain", "app", "application", "tenant", "clinic", "template", "resource", "stack", "role", "product", "plan", "brand", "drug", "medication", "variable", "key", "schema", "database", "index", "job", "task", "step", "rule", "operation", "tool", "container", "image", "branch", "tag", "logger", "thread", "process", "group", "facility", "organization", "company", "workflow", "display", "device", "practice", "pharmacy", "payer", "insurance", "bank", "carrier", "hospital", "department", "location", "city", "state", "street", "place", "code", "project", "cluster", "node", "pod", "namespace", "session", "cookie", "header", "attribute", "property", "parameter", "param", "argument", "operator", "command", "program", "script", "test", "suite", "report", "form", "page"];

/// Last words by which a field tells something about a value instead of holding it.
const ABOUT: &WordSet = words!["type", "types", "status", "count", "valid", "verified", "verification", "enabled", "disabled", "required", "label", "field", "column", "columns", "index", "hash", "hashed", "format", "regex", "pattern", "schema", "version", "validator", "validators", "check", "checked", "match", "matched", "present", "missing", "length", "min", "max", "error", "errors", "source", "method", "confidence", "score", "at", "on", "updated", "created", "consent", "preference", "opt", "visible", "template", "sent", "validation", "normalizer", "mask", "masked", "rule", "rules", "flag", "changed", "reason", "resource", "system", "since", "provided", "exists", "expires", "expired", "failures", "algorithm", "limit", "usage", "bucket", "arn", "collected", "opted", "detected", "found", "scope", "language", "locale", "brand", "network", "relationship"];

/// The meaning of a field called `name` in an object called `parent`.
pub(super) fn meaning(name: &str, parent: &str) -> Meaning {
    let words = Words::of(name);
    if words.is_empty() {
        return Meaning::Unknown;
    }
    if words.last() == "hash" && words.any(words!["password", "passwd", "pwd"]) {
        return Meaning::Remove(Kind::Secret);
    }
    if words.count() > 1 && words.last_of(ABOUT) {
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
    if words.whole(words!["params", "parameters", "args", "arguments", "bindings", "binds", "bindparams", "queryparams", "sqlparams"]) {
        return Meaning::Listed;
    }
    if words.any(words!["cookie", "cookies"]) {
        return Meaning::Cookie;
    }
    if words.any(words!["sig", "signature"]) && !machine(&words) {
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
        || words.whole(words!["given", "family", "fullname", "maiden", "middle", "nickname", "alias", "aka"])
        || words.last_of(words!["first", "last", "middle", "given", "family"])
            && (words.count() == 1 && Words::of(parent).any(PEOPLE)
                || words.count() > 1 && words.any(PEOPLE))
        || words.whole(words!["first", "last", "middle", "given", "family", "text"]) && Words::of(parent).any(words!["name"])
    {
        return name_field(&words, parent);
    }
    if words.last() == "by" && words.any(words!["signed", "witnessed", "requested", "referred"])
        || words.last_of(SOMEBODY)
        || words.phrase(&["emergency", "contact"])
        || words.whole(words!["cn"])
        || words.whole(words!["fn", "display"])
            && (Words::of(parent).any(PEOPLE)
                || Words::of(parent).any(words!["actor", "subject", "individual"]))
    {
        return Meaning::Somebody;
    }
    if words.whole(words!["user", "owner", "provider", "doctor", "recipient", "client", "customer", "member", "contact", "sender", "participant", "practitioner"])
    {
        return Meaning::Name;
    }
    if words.whole(words!["transcript", "body", "text", "content", "summary", "note", "notes", "comment", "comments", "utterance", "speech", "transcription", "display", "div", "narrative", "subject", "snippet", "reply", "question", "answer", "unstablespeechresult", "speechresult", "instructions", "caption", "complaint"]) || words.any(words!["transcript", "transcription", "utterance", "summary", "notes"])
        && !words.any(words!["id", "url", "sid", "status", "type"])
        || words.phrase(&["speech", "result"])
    {
        return Meaning::Language;
    }
    if words.any(words!["url", "uri", "href", "link", "referer", "referrer", "callback", "location"]) {
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
    let has = |list: &WordSet| words.any(list);
    Some(
        if has(words!["ssn", "sin", "itin", "ssns", "nino", "tin"])
            || words.phrase(&["social", "security"]) && !has(words!["card"])
            || has(words!["tax", "taxpayer"]) && has(words!["id", "number"])
            || words.phrase(&["national", "insurance"])
            || words.phrase(&["ni", "number"])
            || words.whole(words!["socialsecurity", "social"])
        {
            Kind::Ssn
        } else if has(words!["dob", "birthdate", "birthday", "birthdt", "bdate", "born"])
            || has(words!["birth"]) && (has(words!["date", "of", "day", "month", "place", "year", "time"]) || words.whole(words!["birth"]))
        {
            Kind::Dob
        } else if has(words!["mrn", "mrns", "emrn"])
            || words.phrase(&["medical", "record"])
            || has(words!["nhs"]) && has(words!["number", "no", "id"])
            || has(words!["chart", "patient"]) && has(words!["number", "no", "num"])
            || has(words!["ehr", "emr", "epic", "cerner"]) && words.last() == "id"
            || words.whole(words!["patientid", "patientnumber"])
        {
            Kind::Mrn
        } else if has(words!["npi"]) {
            Kind::Npi
        } else if words.whole(words!["dea", "deanumber"]) || has(words!["dea"]) && has(words!["number", "no", "id"]) {
            Kind::Dea
        } else if has(words!["license", "licence"]) && (has(words!["number", "no", "id", "driver", "drivers", "driving", "medical"]) || words.whole(words!["license"]))
            || has(words!["dl"]) && (words.count() == 1 || has(words!["number", "no", "id", "state"]))
        {
            if has(words!["plate"]) { Kind::Plate } else { Kind::License }
        } else if has(words!["passport"]) {
            Kind::Passport
        } else {
            return None;
        },
    )
}

/// Numbers of health plans and prescriptions.
fn plan(words: &Words) -> Option<Kind> {
    let has = |list: &WordSet| words.any(list);
    let number = has(words!["id", "number", "no"]);
    Some(if has(words!["mbi", "hicn"]) || has(words!["medicare"]) && number {
        Kind::Mbi
    } else if has(words!["member", "subscriber", "policy", "insurance", "insured", "medicaid", "beneficiary", "enrollee", "certificate", "coverage"])
        && number
        && !has(words!["plan", "payer", "company", "provider", "carrier"])
        || has(words!["group", "grp", "claim", "authorization", "auth", "preauth"]) && has(words!["number", "no"])
        || words.phrase(&["group", "id"]) && has(words!["insurance", "plan", "policy"])
        || words.phrase(&["prior", "authorization"])
    {
        Kind::MemberId
    } else if has(words!["rx", "prescription", "script"]) && has(words!["number", "no"]) {
        Kind::Rx
    } else {
        return None;
    })
}

fn money(words: &Words, parent: &str) -> Option<Kind> {
    let has = |list: &WordSet| words.any(list);
    Some(
        if has(words!["iban"]) {
            Kind::Iban
        } else if has(words!["routing", "aba", "rtn"]) && !has(words!["key"]) || words.phrase(&["sort", "code"]) {
            Kind::Routing
        } else if has(words!["account"]) && has(words!["number", "no", "bank", "checking", "savings"])
            || has(words!["bank"]) && words.last() == "number"
        {
            Kind::Account
        } else if has(words!["cvc", "cvv", "cvv2", "cvc2", "csc"]) && !has(words!["result", "response"])
            || words.phrase(&["security", "code"]) && Words::of(parent).any(words!["card", "payment"])
        {
            Kind::Cvv
        } else if has(words!["card", "credit", "debit", "cc"]) && has(words!["number", "no", "num", "pan"])
            || words.whole(words!["pan", "creditcard", "ccnumber"])
            || words.phrase(&["credit", "card"]) && words.count() == 2
            || words.whole(words!["number", "last4"]) && Words::of(parent).any(words!["card"])
            || has(words!["card"]) && has(words!["last4", "last", "four"])
        {
            Kind::Card
        } else if has(words!["exp", "expiry", "expiration"]) && has(words!["month", "year", "card", "mm", "yy"])
            || words.whole(words!["expiry", "expmonth", "expyear", "expirationdate", "exp"]) && Words::of(parent).any(words!["card", "payment", "source"])
            || words.whole(words!["expiry"])
        {
            Kind::CardExp
        } else {
            return None;
        },
    )
}

/// Numbers of things that lead to people.
fn thing(words: &Words) -> Option<Kind> {
    let has = |list: &WordSet| words.any(list);
    Some(
        if words.whole(words!["vin"]) || words.phrase(&["vehicle", "identification"]) {
            Kind::Vin
        } else if words.last() == "plate" && (words.count() == 1 || has(words!["license", "licence", "number", "vehicle"]))
            || has(words!["plate"]) && has(words!["number", "no"])
        {
            Kind::Plate
        } else if has(words!["serial"]) && (has(words!["number", "no", "device"]) || words.count() == 1)
            || words.whole(words!["imei", "imsi", "iccid", "udi", "deviceserial", "meid"])
        {
            Kind::Device
        } else {
            return None;
        },
    )
}

fn place(words: &Words, parent: &str) -> Option<Kind> {
    let has = |list: &WordSet| words.any(list);
    let above = Words::of(parent);
    let in_address = above.any(words!["address", "addresses", "billing", "shipping", "home", "mailing", "residence", "location"]);
    Some(
        if has(words!["zip", "zipcode", "postcode"]) && !has(words!["file", "archive"]) || words.phrase(&["postal", "code"])
            || words.phrase(&["post", "code"]) || words.whole(words!["postal", "eircode"])
        {
            Kind::Zip
        } else if has(words!["street", "addressline", "streetaddress", "apartment", "apt"]) && !has(words!["view"])
            || words.whole(words!["line", "city", "county", "district", "suburb", "locality", "town", "unit", "suite", "municipality"]) && (in_address || above.any(PEOPLE))
            || words.whole(words!["line1", "line2", "line3", "city", "town", "locality"])
            || words.last() == "address" && (words.count() == 1 || has(words!["home", "mailing", "street", "billing", "shipping", "postal", "residential", "patient", "customer", "full", "current", "previous", "permanent", "legal", "physical", "work", "member", "subscriber", "guarantor", "contact", "mail", "delivery"]))
                && !has(words!["ip", "mac", "email", "e", "remote", "server", "host", "wallet", "memory", "bind", "listen"])
            || has(words!["address"]) && has(words!["line", "full", "formatted", "street", "lines", "city"])
            || words.whole(words!["addressline", "latitude", "longitude", "lat", "lng", "lon", "coordinates", "geo"])
            || has(words!["city", "zip"]) && has(words!["from", "to", "caller", "called", "patient", "home", "mailing", "billing", "birth"])
        {
            Kind::Address
        } else {
            return None;
        },
    )
}

fn network(words: &Words) -> Option<Kind> {
    let has = |list: &WordSet| words.any(list);
    Some(
        if has(words!["ip", "ipaddress", "remoteaddr", "clientip", "ipv4", "ipv6"]) && !has(words!["count"])
            || words.phrase(&["remote", "address"])
            || words.phrase(&["forwarded", "for"])
            || words.whole(words!["xforwardedfor", "fwd"])
        {
            Kind::Ip
        } else if (has(words!["email", "emails"]) || has(words!["mail"]) && !has(words!["server", "host", "queue", "list", "job"]))
            && !(words.last() == "id" && words.count() > 2)
            || words.whole(words!["correo"])
        {
            Kind::Email
        } else {
            return None;
        },
    )
}

fn secret(words: &Words, parent: &str) -> bool {
    let named = words.glued("password") || words.any(words!["password", "passwd", "pwd", "secret", "secrets", "authorization", "credential", "credentials", "apikey", "passcode", "passphrase", "otp", "totp", "pin", "jwt", "bearer", "csrf", "xsrf", "passwort", "mfa"]) || words.any(words!["token", "accesstoken", "refreshtoken", "idtoken"]) && !words.any(words!["tokenizer"])
        || words.whole(words!["auth", "xapikey"]) && !Words::of(parent).any(words!["config"]);
    named && !words.any(words!["count", "header", "name", "rotation"])
        && !(words.last() == "id" && words.count() > 1)
        || ["api", "private", "access", "signing", "encryption", "master", "service", "account", "auth", "shared", "license", "publishable"]
            .iter()
            .any(|first| words.phrase(&[first, "key"]))
            && !words.any(words!["id"])
        || ["verification", "access", "auth", "passcode", "login", "security", "otp", "time", "reset", "invite"]
            .iter()
            .any(|first| words.phrase(&[first, "code"]))
        || words.phrase(&["connection", "string"])
        || words.phrase(&["session", "key"])
        || words.whole(words!["phpsessid", "jsessionid", "sessiontoken", "sid_cookie"])
}

fn phone(words: &Words, parent: &str) -> bool {
    words.any(words!["phone", "phones", "mobile", "cell", "fax", "tel", "msisdn", "cellphone", "landline", "whatsapp", "caller", "callee", "telefono", "phonenumbers", "pager", "ani", "dnis"]) && !words.any(words!["id", "sid", "name", "country", "network", "carrier", "app", "os"])
        || words.whole(words!["from", "to", "called", "callerid", "forwardedfrom", "callback", "sms", "sip", "sips"])
        || words.whole(words!["number", "numbers"])
            && Words::of(parent).any(words!["customer", "phone", "phones", "caller", "contact", "from", "to", "destination", "transfer", "telecom", "patient"])
        || words.any(words!["contact", "callback", "home", "work", "daytime", "evening", "emergency", "alternate", "cell"]) && words.last() == "number"
        || words.phrase(&["caller", "id"])
}

fn counts(words: &Words) -> bool {
    words.any(words!["tokens"]) || words.last() == "count" || words.last() == "total"
}

/// Names and numbers of things that lead to nobody.
fn names_a_thing(words: &Words) -> bool {
    words.any(words!["ndc", "ncpdp", "naic", "loinc", "snomed", "icd", "cpt", "hcpcs", "taxonomy", "clia"])
        || words.any(words!["number", "no", "id", "code"]) && words.any(words!["control", "reference", "confirmation", "tracking", "invoice", "ticket", "order", "transaction", "batch", "trace", "receipt", "sequence", "model", "part", "catalog", "version", "build", "partner", "payer", "line", "port", "error", "status", "country", "lot", "room", "bed", "page"])
}

fn name_field(words: &Words, parent: &str) -> Meaning {
    if words.any(THINGS) {
        return Meaning::Machine;
    }
    if words.any(words!["first", "last", "full", "given", "family", "middle", "maiden", "surname", "firstname", "lastname", "fullname", "forename", "legal", "preferred", "nick", "former", "nickname"]) && words.first() != "file"
    {
        return Meaning::Remove(Kind::Person);
    }
    if words.any(words!["user"]) {
        return Meaning::Somebody;
    }
    let above = Words::of(parent);
    if words.any(PEOPLE) || above.any(PEOPLE) {
        return Meaning::Remove(Kind::Person);
    }
    if above.any(THINGS) || above.any(words!["agent", "bot", "squad", "campaign", "flow", "team", "metadata", "label", "labels"]) {
        return Meaning::Machine;
    }
    Meaning::Name
}

fn machine(words: &Words) -> bool {
    words.any(words!["id", "ids", "sid", "uuid", "guid", "trace", "span", "request", "correlation", "arn", "sha", "hash", "digest", "etag", "version", "build", "release", "ts", "timestamp", "time", "created", "updated", "deleted", "modified", "expires", "at", "ms", "seconds", "duration", "elapsed", "latency", "count", "total", "size", "bytes", "length", "offset", "limit", "page", "score", "ratio", "rate", "amount", "cost", "price", "currency", "balance", "lineno", "line", "colno", "status", "code", "level", "severity", "port", "pid", "order", "sequence", "seq", "index", "revision", "commit", "checksum", "nonce", "mem", "memory", "cpu", "percent", "year", "epoch", "started", "ended", "start", "end", "agent", "platform", "runtime", "region", "zone", "environment", "stage", "type", "kind", "state", "method", "protocol", "filename", "file", "path", "module", "segments", "media", "function", "tenant", "format", "encoding", "locale", "language", "timezone", "quantity", "qty", "attempt", "attempts", "retries", "host", "hostname", "image", "operation", "event", "dur", "min", "max", "boundary", "etype", "exit"])
}
