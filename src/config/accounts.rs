//! Section `accounts`: what is asked of people who sign in with a password.

use super::Problems;
use serde::{Deserialize, Serialize};

/// What is asked of people who sign in with a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountsSection {
    /// Coordinators see the whole service, administrators let people in: their accounts need the
    /// codes of a telephone beside the password. Who has none enrolled is led through it at the
    /// next sign-in.
    pub coordinators_and_administrators_need_second_factor: bool,
    /// Whether people sign in with a password at all; by a provider only otherwise.
    pub local: bool,
}

impl Default for AccountsSection {
    fn default() -> Self {
        Self {
            coordinators_and_administrators_need_second_factor: false,
            local: true,
        }
    }
}

impl AccountsSection {
    pub(super) fn check(&self, by_provider: bool, problems: &mut Problems) {
        if !self.local && !by_provider {
            let message = "is false, and there is no section `oidc`: nobody could sign in";
            problems.add("accounts.local", message);
        }
    }
}
