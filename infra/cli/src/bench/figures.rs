//! What was measured, put together.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Serialize;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// One process's start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cold {
    pub(super) init: Duration,
    pub(super) init_cpu: Duration,
    pub(super) first: Duration,
    pub(super) peak: u64,
}

/// One further invocation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Warm {
    pub(super) took: Duration,
    pub(super) own: Duration,
    pub(super) cpu: Duration,
    pub(super) calls: usize,
    pub(super) bytes: usize,
}

/// The figures of one binary. Times in milliseconds, sizes in bytes.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// From the start of the process to its first request for an event.
    pub init_ms: Spread,
    /// The processor's part of that.
    pub init_cpu_ms: Spread,
    /// The first invocation.
    pub first_ms: Spread,
    /// A further invocation, from the event to the answer.
    pub warm_ms: Spread,
    /// The part of it that was not spent waiting for a service.
    pub own_ms: Spread,
    /// Its processor time.
    pub cpu_ms: Spread,
    /// Its outgoing calls, at most.
    pub calls: usize,
    /// What these sent, at most.
    pub bytes: usize,
    /// The most memory a process held.
    pub peak_bytes: u64,
    /// The binary.
    pub binary_bytes: u64,
    /// The binary, deflated.
    pub zip_bytes: u64,
}

/// Values of one kind.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Spread {
    #[serde(skip)]
    sorted: Vec<f64>,
    /// The median; `None` of nothing.
    pub p50: Option<f64>,
    /// The ninety-ninth percentile.
    pub p99: Option<f64>,
}

impl Spread {
    pub(super) fn add(&mut self, value: Duration) {
        let value = value.as_secs_f64() * 1000.0;
        let at = self.sorted.partition_point(|other| *other < value);
        self.sorted.insert(at, value);
        self.p50 = self.percentile(50);
        self.p99 = self.percentile(99);
    }

    /// The least value that at least `percent` of all do not exceed (nearest rank).
    fn percentile(&self, percent: usize) -> Option<f64> {
        let rank = (self.sorted.len() * percent).div_ceil(100);
        self.sorted.get(rank.checked_sub(1)?).copied()
    }
}

impl Figures {
    pub(super) fn of(binary: &Path) -> Result<Self> {
        let bytes = std::fs::read(binary).with_context(|| format!("read {}", binary.display()))?;
        Ok(Self {
            init_ms: Spread::default(),
            init_cpu_ms: Spread::default(),
            first_ms: Spread::default(),
            warm_ms: Spread::default(),
            own_ms: Spread::default(),
            cpu_ms: Spread::default(),
            calls: 0,
            bytes: 0,
            peak_bytes: 0,
            binary_bytes: bytes.len() as u64,
            zip_bytes: zipped(&bytes)?,
        })
    }

    pub(super) fn start(&mut self, cold: Cold) {
        self.init_ms.add(cold.init);
        self.init_cpu_ms.add(cold.init_cpu);
        self.first_ms.add(cold.first);
        self.peak_bytes = self.peak_bytes.max(cold.peak);
    }

    pub(super) fn count(&mut self, warm: &[Warm]) {
        for one in warm {
            self.calls = self.calls.max(one.calls);
            self.bytes = self.bytes.max(one.bytes);
        }
    }

    pub(super) fn time(&mut self, warm: &[Warm]) {
        for one in warm {
            self.warm_ms.add(one.took);
            self.own_ms.add(one.own);
            self.cpu_ms.add(one.cpu);
        }
    }
}

/// The size of the binary as Lambda downloads it.
fn zipped(binary: &[u8]) -> Result<u64> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("bootstrap", options)?;
    zip.write_all(binary)?;
    Ok(zip.finish()?.into_inner().len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let mut spread = Spread::default();
        assert_eq!((spread.p50, spread.p99), (None, None));
        for ms in [3, 1, 2, 100] {
            spread.add(Duration::from_millis(ms));
        }
        assert_eq!((spread.p50, spread.p99), (Some(2.0), Some(100.0)));
    }
}
