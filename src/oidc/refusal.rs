//! Why somebody who came from a provider is not signed in: what a person is told, and the reason
//! for whoever looks after the service. Neither has a word of the provider's.

/// What a person is told, each with a text of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The provider does not answer.
    Away,
    /// The way is unknown, too old, used up, or another browser's.
    Gone,
    /// They have said no at the provider.
    Denied,
    /// The provider has refused.
    Refused,
    /// What the provider has said does not hold.
    Invalid,
    /// None of their roles means anything here.
    NoRole,
    /// An interpreter whose number nobody has said, or who is not in the configuration.
    NoPerson,
    /// The interpreter's account, or the mailbox, is of somebody else at the provider.
    Taken,
    /// Nobody signs in by a provider here, or not any more.
    Off,
    /// Too many have tried from there.
    TooMany,
    /// Something failed in the gateway.
    Failed,
}

impl RefusalKind {
    /// The stable id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Away => "oidc_away",
            Self::Gone => "oidc_gone",
            Self::Denied => "oidc_denied",
            Self::Refused => "oidc_refused",
            Self::Invalid => "oidc_invalid",
            Self::NoRole => "oidc_no_role",
            Self::NoPerson => "oidc_no_person",
            Self::Taken => "oidc_taken",
            Self::Off => "oidc_off",
            Self::TooMany => "too_many_requests",
            Self::Failed => "oidc_failed",
        }
    }
}

/// A refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What a person is told.
    pub kind: RefusalKind,
    /// The stable name of the reason, for the log and the audit journal.
    pub reason: &'static str,
}

impl Refusal {
    /// Something failed in the gateway; the log has it.
    pub const FAILED: Self = Self::of(RefusalKind::Failed, "failed");

    /// Of this kind, for this reason.
    pub const fn of(kind: RefusalKind, reason: &'static str) -> Self {
        Self { kind, reason }
    }

    pub(super) const fn away(reason: &'static str) -> Self {
        Self::of(RefusalKind::Away, reason)
    }

    pub(super) const fn gone(reason: &'static str) -> Self {
        Self::of(RefusalKind::Gone, reason)
    }

    pub(super) const fn invalid(reason: &'static str) -> Self {
        Self::of(RefusalKind::Invalid, reason)
    }

    /// What a provider means that leads back with an error (RFC 6749 §4.1.2.1).
    pub(super) fn of_error(error: &str) -> Self {
        match error {
            "access_denied" => Self::of(RefusalKind::Denied, "access_denied"),
            "temporarily_unavailable" | "server_error" => Self::away("provider_error"),
            "invalid_scope" => Self::of(RefusalKind::Refused, "invalid_scope"),
            "invalid_request" => Self::of(RefusalKind::Refused, "invalid_request"),
            "unauthorized_client" => Self::of(RefusalKind::Refused, "unauthorized_client"),
            // ProConnect: a parameter that it does not list.
            "Y000400" => Self::of(RefusalKind::Refused, "proconnect_y000400"),
            _ => Self::of(RefusalKind::Refused, "another_error"),
        }
    }
}
