//! Section `accounts`: what is asked of people who sign in with a password.

use serde::{Deserialize, Serialize};

/// What is asked of people who sign in with a password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountsSection {
    /// Coordinators see the whole service, administrators let people in: their accounts need the
    /// codes of a telephone beside the password. Who has none enrolled is led through it at the
    /// next sign-in.
    pub coordinators_and_administrators_need_second_factor: bool,
}
