//! Why there is no certificate this time, by what has to be done about it.

use crate::tls::TlsError;
use instant_acme::Error;
use passerelle_signaling::time::Millis;

/// Texts of an authority are shown to administrators no longer than this.
const DETAIL_CHARS_MAX: usize = 500;

/// Why there is no certificate this time. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It does not answer, or not as an authority.
    #[error("the authority cannot be reached: {0}; `tls.acme.directory` must be open from here")]
    Unreachable(String),
    /// It does not take this account.
    #[error("the authority takes no account of ours: {0}; check `tls.acme`")]
    Account(String),
    /// It was asked too often.
    #[error("the authority was asked too often: {detail}; nothing to do but wait")]
    Limited {
        /// Its words.
        detail: String,
        /// For how long it wants to be left alone.
        wait: Option<Millis>,
    },
    /// It looked for the gateway at a name and did not find it.
    #[error(
        "the authority did not find this gateway at its name: {0}; the name must lead here, and \
         port 443 from everywhere, without a proxy that ends TLS"
    )]
    Challenge(String),
    /// It knows no way of looking that the gateway answers.
    #[error("the authority does not offer `tls-alpn-01` for {0}: choose another authority")]
    NoWay(String),
    /// It refused for another reason.
    #[error("the authority refused: {0}")]
    Refused(String),
    /// It issued what cannot be served.
    #[error("the authority issued a certificate that cannot be served: {0}")]
    Unusable(String),
    /// It took too long.
    #[error("the authority has not issued in time")]
    Late,
    /// The data directory.
    #[error("{0}")]
    Storage(#[from] TlsError),
}

impl Failure {
    /// The stable id.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "acme_unreachable",
            Self::Account(_) => "acme_account_refused",
            Self::Limited { .. } => "acme_rate_limited",
            Self::Challenge(_) => "acme_challenge_failed",
            Self::NoWay(_) => "acme_no_tls_alpn",
            Self::Refused(_) => "acme_refused",
            Self::Unusable(_) => "acme_certificate_unusable",
            Self::Late => "acme_late",
            Self::Storage(_) => "acme_not_stored",
        }
    }

    /// What an error of the protocol means. `wait`: for how long the authority said last that it
    /// wants to be left alone.
    pub(super) fn of(error: Error, wait: Option<Millis>) -> Self {
        let problem = match error {
            Error::Api(problem) => problem,
            Error::Timeout(_) => return Self::Late,
            // The connection, or an answer that is none of the protocol: a proxy's, or an
            // authority's that is being repaired.
            other => return Self::Unreachable(shortened(&other.to_string())),
        };
        let kind = problem.r#type.as_deref().unwrap_or_default();
        let kind = kind.strip_prefix("urn:ietf:params:acme:error:");
        let detail = shortened(&problem.to_string());
        match kind.unwrap_or_default() {
            "rateLimited" => Self::Limited { detail, wait },
            "serverInternal" => Self::Unreachable(detail),
            "accountDoesNotExist"
            | "externalAccountRequired"
            | "userActionRequired"
            | "invalidContact"
            | "unsupportedContact" => Self::Account(detail),
            "connection" | "dns" | "tls" | "unauthorized" | "incorrectResponse" | "caa" => {
                Self::Challenge(detail)
            }
            _ => Self::Refused(detail),
        }
    }
}

/// Text of a stranger, on one line and short enough for a log.
pub(super) fn shortened(text: &str) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().take(DETAIL_CHARS_MAX).map(plain).collect()
}
