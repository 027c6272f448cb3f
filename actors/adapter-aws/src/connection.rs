//! How AWS is reached: the SDK's standard chain for credentials, region, endpoints, retries and time-outs.
//!
//! `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` are respected everywhere, so an emulator is just an address.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::config::Credentials;
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};

/// Tries of one call, the first included. What is throttled longer is for the retry rule of the workflow.
const ATTEMPTS: u32 = 5;

/// Configuration for every client of the process.
#[derive(Debug, Clone)]
pub struct Connection {
    pub(crate) sdk: SdkConfig,
}

impl Connection {
    /// Reads environment, profiles and roles as every SDK does. Nothing is called yet.
    pub async fn from_environment() -> Self {
        Self { sdk: loader().load().await }
    }

    /// One address for every service, with keys of its own: an emulator.
    pub async fn at(endpoint: &str, region: &str, access_key: &str, secret_key: &str) -> Self {
        let keys = Credentials::new(access_key, secret_key, None, None, "given");
        let loader = loader().endpoint_url(endpoint).region(Region::new(region.to_owned()));
        Self { sdk: loader.credentials_provider(keys).load().await }
    }

    /// The region that calls go to, if any is configured.
    pub fn region(&self) -> Option<String> {
        self.sdk.region().map(ToString::to_string)
    }
}

fn loader() -> aws_config::ConfigLoader {
    // ring builds in seconds; the default provider compiles a C library for minutes.
    let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(60))
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(RetryConfig::adaptive().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts)
}
