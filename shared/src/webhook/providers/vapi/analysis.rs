//! What Vapi's analysis says of a booking, the customer's name and the lead.
//!
//! `analysis.structuredData` has the shape that each customer of Vapi gives its assistant, filled in by a language
//! model. So the common spellings of a key count, at the top or in an object of their own (`booking`, `appointment`,
//! `lead`, …), and whatever cannot be read counts as not said: it never fails the call.

use serde_json::{Map, Value};

use super::super::super::event::{Booking, HOT_SCORE, Lead, Moment};
use super::told;

/// Structured data, for looking things up in.
pub(super) struct Analysis<'a>(&'a Map<String, Value>);

impl<'a> Analysis<'a> {
    /// The analysis of a report, if it is structured.
    pub(super) fn of(data: &'a Value) -> Option<Self> {
        data.as_object().map(Self)
    }

    /// What was booked: a beginning that can be read, unless it is said that nothing was booked.
    pub(super) fn booking(&self) -> Option<Booking> {
        let found = self.fields(&[
            "booking",
            "appointment",
            "bookingdetails",
            "appointmentdetails",
        ]);
        let said = found
            .anywhere(BOOKED, told::flag)
            .or_else(|| found.nested(&["confirmed", "success"], told::flag))
            .or_else(|| found.anywhere(STATE, told::booked))
            .or_else(|| found.nested(&["status"], told::booked));
        if said == Some(false) {
            return None;
        }
        // Beside a plain "booked", plain words such as `date` are the booking's; elsewhere they may be anything's.
        let plain = if said == Some(true) {
            &found.all
        } else {
            &found.nested
        };
        let moment = |keys, common, clock| {
            found
                .anywhere(keys, told::moment)
                .or_else(|| read(plain, common, told::moment))
                .or_else(|| {
                    let day = found
                        .anywhere(DAY, told::day)
                        .or_else(|| read(plain, &["date", "day"], told::day))?;
                    let clock = found
                        .anywhere(keys, told::clock)
                        .or_else(|| read(plain, clock, told::clock))?;
                    Some(Moment::Local(day.with_time(clock)))
                })
        };
        Some(Booking {
            starts_at: moment(STARTS, STARTS_PLAIN, &["starttime", "start", "time"])?,
            ends_at: moment(ENDS, ENDS_PLAIN, &["endtime", "end"]),
            duration_minutes: found
                .anywhere(
                    &["appointmentduration", "appointmentdurationminutes"],
                    told::minutes,
                )
                .or_else(|| {
                    found.nested(&["durationminutes", "duration", "minutes"], told::minutes)
                }),
            service: found.anywhere(SERVICE, told::service),
            calendar: found.anywhere(CALENDAR, told::calendar),
        })
    }

    /// The customer's name.
    pub(super) fn customer_name(&self) -> Option<String> {
        let found = self.fields(&["customer", "patient", "caller", "contact", "client"]);
        let whole = found
            .anywhere(NAME, told::name)
            .or_else(|| found.nested(&["name"], told::name));
        whole.or_else(|| {
            let first = found.anywhere(&["firstname", "givenname"], told::name)?;
            let last = found.anywhere(&["lastname", "familyname", "surname"], told::name)?;
            told::name(&Value::String(format!("{first} {last}")))
        })
    }

    /// The lead, if a score or a temperature is given.
    pub(super) fn lead(&self) -> Option<Lead> {
        let found = self.fields(&["lead", "leadqualification", "qualification"]);
        let score = found
            .anywhere(&["leadscore", "qualificationscore"], told::score)
            .or_else(|| found.nested(&["score"], told::score));
        let hot = found
            .anywhere(&["hotlead", "ishotlead", "ishot"], told::flag)
            .or_else(|| found.nested(&["hot"], told::flag))
            .or_else(|| found.anywhere(TEMPERATURE, told::hot))
            .or_else(|| found.nested(&["temperature", "status", "quality"], told::hot));
        if score.is_none() && hot.is_none() {
            return None;
        }
        let hot = hot.unwrap_or_else(|| score.is_some_and(|score| score >= HOT_SCORE));
        Some(Lead { score, hot })
    }

    fn fields(&self, objects: &[&str]) -> Fields<'a> {
        let top = entries(self.0);
        let nested: Entries<'_> = top
            .iter()
            .filter(|(key, _)| objects.contains(&key.as_str()))
            .filter_map(|(_, value)| value.as_object())
            .flat_map(entries)
            .collect();
        let all = nested.iter().chain(&top).cloned().collect();
        Fields { nested, all }
    }
}

/// The most keys of one object that are looked at.
const MOST_KEYS: usize = 200;

type Entries<'a> = Vec<(String, &'a Value)>;

/// The entries of an object, their keys without case and separators.
fn entries(object: &Map<String, Value>) -> Entries<'_> {
    let plain = |key: &str| {
        let letters = key.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_lowercase()).take(64).collect()
    };
    object
        .iter()
        .take(MOST_KEYS)
        .map(|(key, value)| (plain(key), value))
        .collect()
}

/// What lies in the objects asked for, and that with what lies at the top after it.
struct Fields<'a> {
    nested: Entries<'a>,
    all: Entries<'a>,
}

impl Fields<'_> {
    fn anywhere<T>(&self, keys: &[&str], how: impl Fn(&Value) -> Option<T>) -> Option<T> {
        read(&self.all, keys, how)
    }

    fn nested<T>(&self, keys: &[&str], how: impl Fn(&Value) -> Option<T>) -> Option<T> {
        read(&self.nested, keys, how)
    }
}

/// The first value under one of these keys that can be read, the keys in their order.
fn read<T>(entries: &Entries<'_>, keys: &[&str], how: impl Fn(&Value) -> Option<T>) -> Option<T> {
    keys.iter().find_map(|key| {
        let mut values = entries.iter().filter(|(name, _)| name == key);
        values.find_map(|(_, value)| how(value))
    })
}

const BOOKED: &[&str] = &[
    "appointmentbooked",
    "appointmentscheduled",
    "appointmentconfirmed",
    "appointmentmade",
    "bookingconfirmed",
    "bookingmade",
    "bookingsuccessful",
    "booked",
    "isbooked",
    "scheduled",
];
const STATE: &[&str] = &["appointmentstatus", "bookingstatus"];
const STARTS: &[&str] = &[
    "appointmentstart",
    "appointmentstarttime",
    "appointmentstartsat",
    "appointmentdatetime",
    "appointmenttime",
    "appointmentat",
    "appointmentdate",
    "bookingstart",
    "bookingstarttime",
    "bookingdatetime",
    "bookingtime",
    "bookingdate",
    "appointment",
    "booking",
    "bookedfor",
    "scheduledfor",
    "scheduledat",
    "scheduledtime",
];
const STARTS_PLAIN: &[&str] = &[
    "startsat",
    "startat",
    "starttime",
    "startdatetime",
    "start",
    "datetime",
    "slot",
    "time",
    "date",
];
const ENDS: &[&str] = &[
    "appointmentend",
    "appointmentendtime",
    "appointmentendsat",
    "bookingend",
    "bookingendtime",
];
const ENDS_PLAIN: &[&str] = &["endsat", "endat", "endtime", "enddatetime", "end"];
const DAY: &[&str] = &["appointmentdate", "bookingdate", "scheduleddate"];
const SERVICE: &[&str] = &[
    "service",
    "servicename",
    "servicetype",
    "appointmenttype",
    "appointmentservice",
    "treatment",
    "procedure",
];
const CALENDAR: &[&str] = &[
    "calendar",
    "calendarid",
    "calendarname",
    "practitioner",
    "practitionername",
    "doctor",
    "doctorname",
    "dentist",
    "clinician",
    "resource",
    "room",
];
const NAME: &[&str] = &[
    "customername",
    "patientname",
    "callername",
    "contactname",
    "clientname",
    "fullname",
];
const TEMPERATURE: &[&str] = &["leadtemperature", "leadstatus", "leadquality", "leadtype"];
