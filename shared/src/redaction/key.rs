//! What the name of a field says about its value. Names are split into words (`dateOfBirth`, `date_of_birth`,
//! `Date-Of-Birth`) and compared word by word, so that "author" is not "auth" and "accept" not "cc".

use std::cell::RefCell;
use std::sync::Mutex;

use super::key_words::Words;
use super::kind::Kind;
use super::word_key::spread;

/// What to do with a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The whole value goes, whatever it looks like.
    Remove(Kind),
    /// The whole value goes when it looks like a person's name.
    Name,
    /// The whole value goes when it looks like a telephone number.
    Phone,
    /// Human language: the speech rules.
    Language,
    /// A URL.
    Url,
    /// A machine's identifier, number or time: only unmistakable values go.
    Machine,
    /// Nothing is known.
    Unknown,
}

/// Meanings already worked out: payloads repeat their keys. Two keys of the same hash have places, the latest first; a
/// third takes that of the older, so this never grows. One document holds them at a time; the next finds them where the last left them.
#[derive(Default)]
pub(crate) struct Meanings(RefCell<Vec<[Remembered; 2]>>);

/// A meaning with the names it is of, in one line of the cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Remembered {
    name: [u64; 4],
    parent: [u64; 3],
    lengths: (u8, u8),
    meaning: Meaning,
}

const _: () = assert!(size_of::<Remembered>() == 64);

const PLACES: usize = 1 << 10;

/// An object's name, made ready for the meanings of its fields.
pub(crate) struct Parent<'a> {
    pub(crate) name: &'a str,
    exact: Option<([u64; 3], u8)>,
    hash: u64,
}

impl<'a> Parent<'a> {
    pub(crate) fn of(name: &'a str) -> Self {
        let exact = exact(name);
        let hash = exact.map_or(0, |(words, length)| hash(&words, length.into()));
        Self { name, exact, hash }
    }
}

/// A name of `N` times eight bytes at most, byte for byte: with its length it can be no other.
fn exact<const N: usize>(name: &str) -> Option<([u64; N], u8)> {
    let bytes = name.as_bytes();
    if bytes.len() > 8 * N {
        return None;
    }
    let mut words = [0; N];
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        words[0] =
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last));
    } else {
        words[0] = bytes.iter().fold(0, |word, b| word << 8 | u64::from(*b));
    }
    if let Some(last) = bytes.last_chunk::<8>() {
        let (chunks, _) = bytes.as_chunks::<8>();
        for (word, chunk) in words.iter_mut().zip(chunks) {
            *word = u64::from_le_bytes(*chunk);
        }
        words[chunks.len().min(N - 1)] = u64::from_le_bytes(*last);
    }
    Some((words, u8::try_from(bytes.len()).unwrap_or(u8::MAX)))
}

fn hash(words: &[u64], seed: u64) -> u64 {
    words
        .iter()
        .fold(seed, |hash, word| spread(hash.rotate_left(23) ^ word))
}

impl Meanings {
    pub(crate) fn of(&self, name: &str, parent: &Parent<'_>) -> Meaning {
        let (Some((words, length)), Some((above, above_length))) = (exact::<4>(name), parent.exact)
        else {
            return meaning(name, parent.name);
        };
        let mut places = self.0.borrow_mut();
        if places.is_empty() {
            // The empty name means nothing, whatever it stands in.
            let nothing = Remembered {
                name: [0; 4],
                parent: [0; 3],
                lengths: (0, 0),
                meaning: Meaning::Unknown,
            };
            places.resize(PLACES, [nothing; 2]);
        }
        let hash = hash(&words, parent.hash ^ u64::from(length));
        let [latest, older] = &mut places[(hash >> 40) as usize % PLACES];
        let lengths = (length, above_length);
        for known in [&*latest, &*older] {
            if known.lengths == lengths && known.name == words && known.parent == above {
                return known.meaning;
            }
        }
        let meaning = meaning(name, parent.name);
        *older = std::mem::replace(
            latest,
            Remembered {
                name: words,
                parent: above,
                lengths,
                meaning,
            },
        );
        meaning
    }
}

/// Meanings that no document holds.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<Vec<Meanings>>);

impl Shelf {
    pub(crate) fn take(&self) -> Meanings {
        self.0
            .lock()
            .ok()
            .and_then(|mut kept| kept.pop())
            .unwrap_or_default()
    }

    pub(crate) fn keep(&self, meanings: Meanings) {
        if let Ok(mut kept) = self.0.lock()
            && kept.len() < 4
        {
            kept.push(meanings);
        }
    }
}

const PEOPLE: &str = "patient customer caller contact user billing guarantor subscriber insured \
        guardian parent person member recipient client emergency owner holder cardholder \
        attendee doctor provider physician kin relative spouse individual employee \
        practitioner";

/// The meaning of a field called `name` in an object called `parent`.
pub(crate) fn meaning(name: &str, parent: &str) -> Meaning {
    let words = Words::of(name);
    if words.is_empty() {
        return Meaning::Unknown;
    }
    if let Some(kind) = identifier(&words, parent) {
        return Meaning::Remove(kind);
    }
    if counts(&words) {
        return Meaning::Machine;
    }
    if secret(&words) {
        return Meaning::Remove(Kind::Secret);
    }
    if words.any(
        "phone mobile cell fax telephone tel msisdn cellphone landline whatsapp caller \
            callee",
    ) && !words.any("id sid type name count status")
        || words.whole("from to called callerid forwardedfrom ani dnis")
        || words.whole("number")
            && Words::of(parent).any("customer phone caller contact from to destination transfer")
        || words.phrase(&["caller", "id"])
    {
        return Meaning::Phone;
    }
    if words.last() == "name"
        || words.last() == "names"
        || words.whole(
            "given family surname firstname lastname fullname forename maiden middle patient \
                caller",
        )
    {
        return name_field(&words, parent);
    }
    if words.whole(
        "transcript body text content summary note notes comment comments utterance \
            speech transcription display div narrative subject snippet reply question answer \
            unstablespeechresult speechresult instructions",
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

#[allow(clippy::too_many_lines)] // one table
fn identifier(words: &Words, parent: &str) -> Option<Kind> {
    let has = |list: &str| words.any(list);
    Some(
        if has("ssn sin itin ssns")
            || words.phrase(&["social", "security"])
            || words.phrase(&["tax", "id"])
            || words.phrase(&["national", "insurance"])
            || words.phrase(&["ni", "number"])
            || words.whole("nino")
        {
            Kind::Ssn
        } else if has("dob birthdate birthday")
            || has("birth") && has("date of day month place")
            || words.whole("birth")
        {
            Kind::Dob
        } else if has("mrn")
            || words.phrase(&["medical", "record"])
            || has("nhs") && has("number no id")
            || has("chart patient") && has("number no")
            || words.whole("patientid patientnumber")
        {
            Kind::Mrn
        } else if has("npi") {
            Kind::Npi
        } else if words.whole("dea deanumber")
            || words.phrase(&["dea", "number"])
            || words.phrase(&["dea", "no"])
        {
            Kind::Dea
        } else if has("mbi") || has("medicare") && has("id number") {
            Kind::Mbi
        } else if has("member subscriber policy insurance medicaid beneficiary")
            && has("id number no")
            || words.phrase(&["group", "number"])
            || words.phrase(&["claim", "number"])
        {
            Kind::MemberId
        } else if has("iban") {
            Kind::Iban
        } else if has("routing aba") && !has("key rule rules") || words.phrase(&["sort", "code"]) {
            Kind::Routing
        } else if words.phrase(&["account", "number"])
            || words.phrase(&["acct", "no"])
            || words.phrase(&["bank", "account"])
            || words.whole("accountnumber")
        {
            Kind::Account
        } else if has("cvc cvv cvv2 csc") && !has("check result") {
            Kind::Cvv
        } else if words.phrase(&["card", "number"])
            || words.whole("pan cardnumber creditcard ccnumber")
            || words.phrase(&["credit", "card"])
            || words.whole("number last4") && Words::of(parent).any("card")
        {
            Kind::Card
        } else if words.phrase(&["exp", "month"])
            || words.phrase(&["exp", "year"])
            || words.phrase(&["card", "exp"])
            || words.whole("expiry expmonth expyear")
        {
            Kind::CardExp
        } else if words.phrase(&["license", "number"])
            || words.phrase(&["licence", "number"])
            || has("driver drivers") && has("license licence")
        {
            Kind::License
        } else if has("passport") {
            Kind::Passport
        } else if words.whole("vin") {
            Kind::Vin
        } else if words.phrase(&["license", "plate"]) || words.whole("plate licenseplate") {
            Kind::Plate
        } else if words.phrase(&["serial", "number"]) || words.whole("imei udi deviceserial") {
            Kind::Device
        } else if words.phrase(&["rx", "number"]) || words.phrase(&["prescription", "number"]) {
            Kind::Rx
        } else if has("zip zipcode postcode") && !has("file") || words.phrase(&["postal", "code"]) {
            Kind::Zip
        } else if has("street addressline streetaddress")
            || words.whole("line line1 line2 address1 address2 city county district")
                && (Words::of(parent).any("address billing shipping")
                    || words.whole("line1 line2 address1 address2 city"))
            || words.last() == "address"
                && has("home mailing street billing shipping postal residential patient customer")
            || words.phrase(&["address", "line"])
            || words.whole("latitude longitude lat lng lon")
            || words.any("city zip") && words.any("from to caller called")
        {
            Kind::Address
        } else if has("ip ipaddress remoteaddr clientip") && !has("version count")
            || words.phrase(&["remote", "addr"])
            || words.phrase(&["forwarded", "for"])
        {
            Kind::Ip
        } else if has("email mail emails")
            && words.last() != "id"
            && !has("status type count sent verified enabled template")
        {
            Kind::Email
        } else {
            return None;
        },
    )
}

fn secret(words: &Words) -> bool {
    words.any(
        "password passwd pwd secret secrets authorization cookie cookies credential \
            credentials apikey passcode passphrase otp pin jwt sig signature bearer csrf \
            xsrf",
    ) && !words
        .any("status valid version count header algorithm type expires expired name arn failures")
        || words.any("token accesstoken refreshtoken")
            && !words.any("count type limit usage expires expired bucket id name version")
        || words.phrase(&["api", "key"])
        || words.phrase(&["private", "key"])
        || words.phrase(&["access", "key"]) && !words.any("id")
        || words.phrase(&["set", "cookie"])
}

fn counts(words: &Words) -> bool {
    words.any("tokens") || words.last() == "count" || words.last() == "total"
}

fn name_field(words: &Words, parent: &str) -> Meaning {
    if words.any(
        "file function host event service queue table bucket field column class method \
            module package metric log region assistant voice model server domain app \
            application tenant clinic template resource stack role product plan brand drug \
            medication variable key schema database index job task step rule operation tool \
            container image branch tag logger thread process group facility organization \
            company workflow display",
    ) {
        return Meaning::Machine;
    }
    if words.any(
        "first last full given family middle maiden surname firstname lastname fullname \
            forename",
    ) || words.any(PEOPLE)
        || Words::of(parent).any(PEOPLE)
    {
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
            language timezone quantity qty attempt attempts retries",
    )
}
