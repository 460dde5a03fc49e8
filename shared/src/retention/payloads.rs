//! Bodies and held deliveries in the bucket: gone when no message can ask for them any more.
//!
//! The bucket's lifecycle removes them too, at the next midnight or the one after.

use aws_config::SdkConfig;
use aws_sdk_s3::types::{Delete, Object, ObjectIdentifier};
use time::{Duration, OffsetDateTime};
use tokio::time::Instant;

use super::runs::Counted;
use super::{Begun, Places, Progress, SweepError};
use crate::aws;
use crate::bucket::Bucket;

/// How long a message can live, its time as a dead letter included; as the bucket's lifecycle in template.yaml.
const LIFE: Duration = Duration::days(7);

/// The bucket of bodies, to be swept.
#[derive(Clone, Debug)]
pub(super) struct Payloads {
    bucket: Bucket,
}

struct Page {
    all: u64,
    due: Vec<ObjectIdentifier>,
    next: Option<String>,
}

impl Payloads {
    pub(super) fn new(aws: &SdkConfig, places: &Places) -> Self {
        Self {
            bucket: Bucket::new(aws, places.oversize_bucket.clone()),
        }
    }

    /// Counts those whose life is over at `now`, and all.
    pub(super) async fn count(&self, now: OffsetDateTime) -> Result<Counted, SweepError> {
        let mut counted = Counted::default();
        let mut next = None;
        loop {
            let page = self.page(next, now).await?;
            counted.due += page.due.len() as u64;
            counted.total += page.all;
            next = page.next;
            if next.is_none() {
                return Ok(counted);
            }
        }
    }

    /// Removes those whose life is over at `now`, no more than was counted, until the time is short.
    pub(super) async fn remove(
        &self,
        now: OffsetDateTime,
        begun: &Begun,
        until: Instant,
        progress: &mut Progress,
    ) -> Result<(), SweepError> {
        let most = begun.due;
        let mut next = None;
        loop {
            let started = Instant::now();
            if started >= until {
                return Ok(());
            }
            let mut page = self.page(next, now).await?;
            page.due
                .truncate(usize::try_from(most - progress.outside).unwrap_or(usize::MAX));
            progress.outside += self.delete(page.due).await?;
            progress.batch(started);
            next = page.next;
            if next.is_none() || progress.outside >= most {
                progress.complete = true;
                return Ok(());
            }
        }
    }

    /// The next objects; what is removed meanwhile does not disturb the pages that follow.
    async fn page(&self, next: Option<String>, now: OffsetDateTime) -> Result<Page, SweepError> {
        let output = self
            .bucket
            .list()
            .set_continuation_token(next)
            .send()
            .await
            .map_err(|error| failed(&aws::cause(&error)))?;
        let oldest = (now - LIFE).unix_timestamp();
        let over = |object: &&Object| {
            object
                .last_modified()
                .is_some_and(|stored| stored.secs() < oldest)
        };
        let due = output
            .contents()
            .iter()
            .filter(over)
            .filter_map(|object| ObjectIdentifier::builder().key(object.key()?).build().ok());
        Ok(Page {
            all: output.contents().len() as u64,
            due: due.collect(),
            next: output.next_continuation_token().map(str::to_owned),
        })
    }

    async fn delete(&self, objects: Vec<ObjectIdentifier>) -> Result<u64, SweepError> {
        if objects.is_empty() {
            return Ok(0);
        }
        let delete = Delete::builder().set_objects(Some(objects)).build();
        let delete = delete.map_err(|_| failed("construction"))?;
        let request = self.bucket.delete_many();
        let output = request
            .delete(delete)
            .send()
            .await
            .map_err(|error| failed(&aws::cause(&error)))?;
        if output.errors().is_empty() {
            Ok(output.deleted().len() as u64)
        } else {
            Err(failed("service: some objects stayed"))
        }
    }
}

fn failed(cause: &str) -> SweepError {
    tracing::error!(cause, "stored bodies not swept");
    SweepError::Payloads
}
