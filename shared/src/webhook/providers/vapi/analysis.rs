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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn booking(data: &Value) -> Option<Booking> {
        Analysis::of(data)?.booking()
    }

    fn starts(data: &Value) -> Option<Value> {
        Some(serde_json::to_value(booking(data)?.starts_at).unwrap())
    }

    #[test]
    fn a_booking_is_read_in_the_common_spellings() {
        let at = Some(json!({ "at": "2026-11-03T09:30:00-08:00" }));
        let time = "2026-11-03T09:30:00-08:00";
        for data in [
            json!({ "appointmentBooked": true, "appointmentTime": time }),
            json!({ "appointment_booked": "yes", "appointment_time": time }),
            json!({ "Appointment Start": time }),
            json!({ "booking": { "startsAt": time } }),
            json!({ "appointment": { "status": "Confirmed", "start": time } }),
            json!({ "appointment": time }),
            json!({ "booked": true, "datetime": time }),
        ] {
            assert_eq!(starts(&data), at, "{data}");
        }
    }

    #[test]
    fn a_time_without_an_offset_stays_one_of_the_clinic() {
        let local = Some(json!({ "local": "2026-11-03T09:30:00" }));
        for data in [
            json!({ "appointmentTime": "2026-11-03T09:30" }),
            json!({ "appointmentDate": "2026-11-03", "appointmentTime": "9:30 AM" }),
            json!({ "booking": { "date": "2026-11-03", "time": "09:30" } }),
            json!({ "appointmentBooked": true, "date": "2026-11-03", "time": "09:30" }),
        ] {
            assert_eq!(starts(&data), local, "{data}");
        }
    }

    #[test]
    fn what_was_not_agreed_upon_is_no_booking() {
        let time = "2026-11-03T09:30:00Z";
        for data in [
            json!({ "appointmentBooked": false, "appointmentTime": time }),
            json!({ "booked": "no", "appointment": { "start": time } }),
            json!({ "appointmentStatus": "cancelled", "appointmentTime": time }),
            json!({ "booking": { "status": "requested", "start": time } }),
            json!({ "booking": { "confirmed": false, "start": time } }),
            json!({ "appointmentBooked": true }),
            json!({ "appointmentBooked": true, "appointmentTime": "Tuesday at half past nine" }),
            json!({ "appointmentDate": "03/11/2026", "appointmentTime": "09:30" }),
            // Beside nothing that says "booked", these may be anything's.
            json!({ "date": "2026-11-03", "time": "09:30" }),
            json!({ "start": time }),
            json!({}),
            json!([time]),
            json!("booked"),
            json!(null),
        ] {
            assert_eq!(booking(&data), None, "{data}");
        }
    }

    #[test]
    fn a_booking_has_its_end_its_length_its_service_and_its_calendar() {
        let data = json!({ "booking": {
            "start": "2026-11-03T09:30:00Z", "end": "2026-11-03T10:15:00Z", "duration": "45 minutes",
            "service": " Check-up ", "practitioner": "Dr. Okafor",
        } });
        let booking = booking(&data).unwrap();
        assert_eq!(
            serde_json::to_value(booking).unwrap(),
            json!({
                "starts_at": { "at": "2026-11-03T09:30:00Z" }, "ends_at": { "at": "2026-11-03T10:15:00Z" },
                "duration_minutes": 45, "service": "Check-up", "calendar": "Dr. Okafor",
            })
        );
    }

    #[test]
    fn a_call_s_own_length_is_not_the_booking_s() {
        let data = json!({ "booked": true, "start": "2026-11-03T09:30:00Z", "duration": 95 });
        assert_eq!(booking(&data).unwrap().duration_minutes, None);
    }

    #[test]
    fn the_customer_s_name_is_whole_or_made_of_two() {
        let name = |data: &Value| Analysis::of(data).unwrap().customer_name();
        for data in [
            json!({ "customerName": "Jordan Avery" }),
            json!({ "patient": { "name": "Jordan Avery" } }),
            json!({ "first_name": "Jordan", "last_name": "Avery" }),
            json!({ "callerName": "unknown", "patient_name": "Jordan Avery" }),
        ] {
            assert_eq!(name(&data).as_deref(), Some("Jordan Avery"), "{data}");
        }
        assert_eq!(
            name(&json!({ "name": "Front desk", "firstName": "Jo" })),
            None
        );
    }

    #[test]
    fn a_lead_has_a_score_or_a_temperature() {
        let lead = |data: &Value| {
            let lead = Analysis::of(data).unwrap().lead()?;
            Some((lead.score, lead.hot))
        };
        for (data, told) in [
            (json!({ "leadScore": 60 }), Some((Some(60), true))),
            (json!({ "lead_score": 59 }), Some((Some(59), false))),
            (
                json!({ "lead": { "score": "85", "hot": false } }),
                Some((Some(85), false)),
            ),
            (json!({ "isHotLead": "true" }), Some((None, true))),
            (json!({ "leadTemperature": "Warm" }), Some((None, false))),
            (
                json!({ "leadScore": 101, "leadQuality": "a good one" }),
                None,
            ),
            (json!({ "score": 7 }), None),
        ] {
            assert_eq!(lead(&data), told, "{data}");
        }
    }
}
