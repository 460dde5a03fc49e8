//! What was said, before it is redacted: the one value that holds a conversation.

use std::fmt;

use serde_json::Value;

/// What was said in a call. It is patient data, lives as long as its redaction takes, and never prints itself.
#[derive(Clone, Default, PartialEq)]
pub struct Words {
    /// The provider's id of the call.
    pub provider_call_id: String,
    /// The conversation, a line for each turn.
    pub transcript: Option<String>,
    /// The provider's summary of it.
    pub summary: Option<String>,
    /// The provider's structured analysis of it.
    pub analysis: Option<Value>,
    /// Names known from the booking: removed wherever they stand.
    pub names: Vec<String>,
    /// Numbers known from the booking.
    pub numbers: Vec<String>,
    /// Other texts known from the booking, such as addresses.
    pub texts: Vec<String>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(…)")
    }
}
