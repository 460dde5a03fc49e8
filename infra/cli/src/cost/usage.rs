//! What one delivery uses. What can be counted is held to by tests; what AWS decides is assumed, and says so.

/// Write units of a delivery in its life: its limit, its claim, and the claim's three turns. Held to by the test
/// `cost::a_webhook_takes_three_calls_to_2xx_and_four_write_units_in_its_life`.
pub const WRITE_UNITS: u32 = 4;
/// Calls to AWS before the receiver's 2xx. Held to by the same test.
pub const CALLS_TO_2XX: u32 = 3;
/// The most bytes that the functions' lines about a delivery take together. Held to by the test
/// `cost::the_lines_about_a_delivery_are_few_and_short`.
pub const LOG_BYTES: u32 = 2600;

/// Calls to PostgREST for a delivery of which only its rows are written.
const DATABASE_CALLS: f64 = 1.0;
/// Bytes of a claim, with its index of attributes.
pub(super) const CLAIM_BYTES: f64 = 600.0;
/// Days a claim is kept: the longest horizon of a provider's retries.
pub(super) const CLAIM_DAYS: f64 = 7.0;
/// Deliveries that hand over a transcript: one in ten, as calls have some nine events before their report.
pub(super) const TRANSCRIPTS: f64 = 0.1;

/// Milliseconds in which AWS answers, at the median, from a function in the same region. Assumed.
const DYNAMODB_MS: f64 = 5.0;
const SQS_MS: f64 = 10.0;
/// The same of the database behind PostgREST.
const DATABASE_MS: f64 = 20.0;

/// Metrics of our own: a name and few values of few dimensions, counted generously.
pub(super) const METRICS: f64 = 60.0;
/// Requests with which Lambda asks a queue that is empty: five pollers, each twenty seconds.
pub(super) const IDLE_POLLS: f64 = 5.0 * 3.0 * 60.0 * 730.0;
/// Queues that are polled.
pub(super) const QUEUES: f64 = 3.0;

/// What the functions take by themselves, in milliseconds of a warm invocation of one delivery, as `bench` measures it.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// The receiver.
    pub receiver_ms: f64,
    /// The consumer.
    pub consumer_ms: f64,
    /// The redaction, of the sample report.
    pub redaction_ms: f64,
}

impl Own {
    /// Measured with `bench` on two cores of a shared machine.
    pub const MEASURED: Self = Self {
        receiver_ms: 0.9,
        consumer_ms: 0.8,
        redaction_ms: 0.3,
    };

    /// Seconds that a receiver's invocation takes, with what it waits for.
    pub(super) fn receiver_s(self) -> f64 {
        // Limit, claim, queue; one after the other.
        (self.receiver_ms + 2.0 * DYNAMODB_MS + SQS_MS) / 1000.0
    }

    /// Seconds that a consumer's invocation takes, whose deliveries are worked on side by side.
    pub(super) fn consumer_s(self, batch: f64) -> f64 {
        let waits = 2.0 * DYNAMODB_MS + DATABASE_CALLS * DATABASE_MS;
        (self.consumer_ms * batch + waits) / 1000.0
    }

    /// Seconds that a redaction's invocation takes.
    pub(super) fn redaction_s(self, batch: f64) -> f64 {
        (self.redaction_ms * batch + DATABASE_MS) / 1000.0
    }
}

/// How many deliveries an invocation is given: more when many wait. Lambda decides; assumed to be one for each fifty a
/// second, from one to the ten that the template allows.
pub(super) fn batch(per_second: f64) -> f64 {
    (per_second / 50.0).clamp(1.0, 10.0)
}
