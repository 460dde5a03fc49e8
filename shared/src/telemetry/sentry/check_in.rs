//! Check-ins of what runs by a schedule: Sentry tells people when one does not come.

use std::time::Duration;

use sentry::Envelope;
use sentry::protocol::{
    EnvelopeItem, MonitorCheckIn, MonitorCheckInStatus, MonitorConfig, MonitorIntervalUnit,
    MonitorSchedule,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::alert::Word;

/// How late a run may be, in minutes, before Sentry misses it: a schedule tries again for an hour.
const MARGIN: u64 = 60;

/// How often a schedule starts something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// Each hour.
    Hour,
    /// Each day.
    Day,
}

/// How a run that a schedule started has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckIn {
    /// The schedule's name, in a word of ours: Sentry makes its monitor of it.
    pub monitor: Word,
    /// Whether it did what it was to do.
    pub succeeded: bool,
    /// How long it took.
    pub took: Duration,
    /// How often it is started.
    pub every: Every,
}

impl CheckIn {
    pub(super) fn into_envelope(self, stage: &str) -> Envelope {
        let unit = match self.every {
            Every::Hour => MonitorIntervalUnit::Hour,
            Every::Day => MonitorIntervalUnit::Day,
        };
        let status = if self.succeeded {
            MonitorCheckInStatus::Ok
        } else {
            MonitorCheckInStatus::Error
        };
        let item = MonitorCheckIn {
            check_in_id: Uuid::new_v4(),
            monitor_slug: self.monitor.to_string(),
            status,
            environment: Some(stage.to_owned()),
            duration: Some(self.took.as_secs_f64()),
            monitor_config: Some(MonitorConfig {
                schedule: MonitorSchedule::Interval { value: 1, unit },
                checkin_margin: Some(MARGIN),
                max_runtime: None,
                timezone: None,
                failure_issue_threshold: None,
                recovery_threshold: None,
            }),
        };
        let mut envelope = Envelope::new();
        envelope.add_item(EnvelopeItem::MonitorCheckIn(item));
        envelope
    }
}
