//! Keys that are asked for once and used until shortly before they expire.
//!
//! The SDK's clients remember keys by themselves; the client of OpenSearch asks before every request, and a role's keys come
//! over the network.

use std::time::{Duration, SystemTime};

use aws_credential_types::{
    Credentials,
    provider::{self, ProvideCredentials, SharedCredentialsProvider, future},
};
use tokio::sync::Mutex;

/// Keys are renewed so long before they expire.
const BEFORE: Duration = Duration::from_secs(300);
/// Keys that do not say when they expire are asked for again after this.
const OTHERWISE: Duration = Duration::from_secs(900);

/// Remembers what another provider gave.
#[derive(Debug)]
pub(super) struct Remembered {
    inner: SharedCredentialsProvider,
    keys: Mutex<Option<(Credentials, SystemTime)>>,
}

impl Remembered {
    pub(super) fn new(inner: SharedCredentialsProvider) -> Self {
        Self { inner, keys: Mutex::default() }
    }

    async fn keys(&self) -> provider::Result {
        let mut remembered = self.keys.lock().await;
        let now = SystemTime::now();
        if let Some((keys, until)) = &*remembered
            && now < *until
        {
            return Ok(keys.clone());
        }
        let keys = self.inner.provide_credentials().await?;
        let until = keys.expiry().map_or(now + OTHERWISE, |expiry| expiry.checked_sub(BEFORE).unwrap_or(now));
        *remembered = Some((keys.clone(), until));
        Ok(keys)
    }
}

impl ProvideCredentials for Remembered {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.keys())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    #[derive(Debug)]
    struct Counting(Arc<AtomicU32>, Option<SystemTime>);

    impl ProvideCredentials for Counting {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            self.0.fetch_add(1, Ordering::Relaxed);
            future::ProvideCredentials::ready(Ok(Credentials::new("key", "secret", None, self.1, "test")))
        }
    }

    async fn asked(expiry: Option<SystemTime>) -> u32 {
        let count = Arc::new(AtomicU32::new(0));
        let remembered = Remembered::new(SharedCredentialsProvider::new(Counting(count.clone(), expiry)));
        for _ in 0..3 {
            remembered.provide_credentials().await.unwrap();
        }
        count.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn keys_are_asked_for_once_until_they_are_about_to_expire() {
        assert_eq!(asked(None).await, 1);
        assert_eq!(asked(Some(SystemTime::now() + Duration::from_secs(3_600))).await, 1);
        assert_eq!(asked(Some(SystemTime::now() + Duration::from_secs(60))).await, 3);
    }
}
