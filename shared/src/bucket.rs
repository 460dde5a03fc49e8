//! The bucket that bodies and held deliveries lie in: written and read by who delivers, swept by who forgets.

use std::sync::OnceLock;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, timeout::TimeoutConfig};
use aws_sdk_s3::operation::delete_object::builders::DeleteObjectFluentBuilder;
use aws_sdk_s3::operation::delete_objects::builders::DeleteObjectsFluentBuilder;
use aws_sdk_s3::operation::get_object::builders::GetObjectFluentBuilder;
use aws_sdk_s3::operation::list_objects_v2::builders::ListObjectsV2FluentBuilder;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;

/// A transfer of up to 6 MB takes longer than a small request.
const TRANSFER: Duration = Duration::from_secs(4);

/// A bucket. Its client is made when it is first needed: in most processes that is never.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    aws: SdkConfig,
    client: OnceLock<Client>,
    name: String,
}

impl Bucket {
    /// The bucket of this name.
    pub(crate) fn new(aws: &SdkConfig, name: String) -> Self {
        Self {
            aws: aws.clone(),
            client: OnceLock::new(),
            name,
        }
    }

    pub(crate) fn put(&self) -> PutObjectFluentBuilder {
        self.client().put_object().bucket(&self.name)
    }

    pub(crate) fn get(&self) -> GetObjectFluentBuilder {
        self.client().get_object().bucket(&self.name)
    }

    pub(crate) fn delete(&self) -> DeleteObjectFluentBuilder {
        self.client().delete_object().bucket(&self.name)
    }

    pub(crate) fn delete_many(&self) -> DeleteObjectsFluentBuilder {
        self.client().delete_objects().bucket(&self.name)
    }

    pub(crate) fn list(&self) -> ListObjectsV2FluentBuilder {
        self.client().list_objects_v2().bucket(&self.name)
    }

    /// Addressed by path: a bucket's own host name exists on AWS only.
    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let config = Builder::from(&self.aws).force_path_style(true).build();
            Client::from_conf(config)
        })
    }
}

/// The patience for a transfer.
pub(crate) fn transfer() -> Builder {
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(TRANSFER)
        .operation_timeout(TRANSFER)
        .build();
    aws_sdk_s3::Config::builder().timeout_config(timeouts)
}
