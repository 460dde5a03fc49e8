//! A storm, as an alert of its own: its message is the digest.

use sallyport::alert::{Code, Fingerprint, Service, State};
use sha2::{Digest as _, Sha256};

use crate::occurrence::{About, Occurrence};
use crate::record::Record;

/// What an alert in a storm is to the storm's own record: one more that is wrong. What is well again adds nothing.
pub(crate) fn occurrence(member: &Fingerprint, record: &Record) -> (Fingerprint, Occurrence) {
    let about = About {
        severity: record.about.severity,
        ..About::new(
            Code::AlertStorm,
            Service::AlertRelay,
            record.about.stage.clone(),
        )
    };
    let fingerprint = about.fingerprint();
    let occurrence = Occurrence {
        id: id(member, record.episode),
        fingerprint: fingerprint.clone(),
        about,
        state: State::Firing,
        at: record.digest.map_or(record.began, |digest| digest.at),
    };
    (fingerprint, occurrence)
}

/// The member's name in the storm.
pub(crate) fn name(occurrence: &Occurrence) -> String {
    format!("{:016x}", occurrence.id)
}

fn id(member: &Fingerprint, episode: u32) -> u64 {
    let digest = Sha256::digest(format!("{member}#{episode}").as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}
