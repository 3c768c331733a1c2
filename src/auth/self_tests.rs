//! Tablets' tests of themselves, as coordinators and administrators see them beside the pairing.

use super::{Auth, AuthError};
use crate::store::SelfTest;
use passerelle_signaling::time::Timestamp;

impl Auth {
    /// Service time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Keeps a test in the place of the tablet's last.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn keep_self_test(&self, test: SelfTest) -> Result<(), AuthError> {
        Ok(self.store.keep_self_test(test).await?)
    }

    /// The newest test of every tablet that has tested itself.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn self_tests(&self) -> Result<Vec<SelfTest>, AuthError> {
        Ok(self.store.self_tests().await?)
    }
}
