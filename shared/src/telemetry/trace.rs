//! The X-Ray trace that an invocation belongs to, so that what it leaves in a queue belongs to it too.

/// The longest header that is passed on, in bytes; AWS's own are some 100.
const LONGEST: usize = 256;

tokio::task_local! {
    static HEADER: Option<String>;
}

/// Does `work` within the trace of `header`, as Lambda gives it: `Root=…;Parent=…;Sampled=…`. What is no such header is
/// not passed on.
pub async fn traced<T>(header: Option<&str>, work: impl Future<Output = T>) -> T {
    let is_header = |header: &&str| {
        header.starts_with("Root=")
            && header.len() <= LONGEST
            && header
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || b"=-;:.".contains(&c))
    };
    let header = header.filter(is_header).map(str::to_owned);
    HEADER.scope(header, work).await
}

/// The trace header of the work that asks, if it is within a trace.
#[must_use]
pub fn trace_header() -> Option<String> {
    HEADER.try_with(Clone::clone).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_header_is_known_within_its_work_alone_and_any_other_text_is_not() {
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        let seen = traced(Some(header), async { trace_header() }).await;
        assert_eq!(seen.as_deref(), Some(header));
        assert_eq!(trace_header(), None);
        for text in [
            "",
            "Jordan",
            "Root=1\n",
            "Root=é",
            &format!("Root={}", "1".repeat(LONGEST)),
        ] {
            assert_eq!(traced(Some(text), async { trace_header() }).await, None);
        }
    }
}
