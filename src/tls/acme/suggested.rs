//! When the authority itself would have the certificate renewed (RFC 9773): earlier than planned,
//! when it is about to withdraw the certificate. Never later: an authority that is away for weeks
//! must not find an ended one.

use super::Acme;
use super::failure::Failure;
use crate::clock::Clock;
use instant_acme::{CertificateIdentifier, Error, RenewalInfo};
use passerelle_signaling::time::{Millis, Timestamp};
use rustls::pki_types::{CertificateDer, Der};

/// How often the authority is asked: as it wants, but at least once a day and at most once an hour.
const LOOK_MIN: Millis = Millis::from_secs(60 * 60);
const LOOK_MAX: Millis = Millis::from_secs(24 * 60 * 60);

impl Acme {
    /// Asks, and renews earlier when that is wished. Returns when to ask again. Whatever goes wrong
    /// changes nothing: the renewal is planned without it.
    pub async fn follow_suggestion(&self, clock: &Clock) -> Millis {
        match self.suggestion(clock).await {
            Ok(Some((info, wait))) => {
                let window = info.suggested_window;
                let moment = |seconds: i64| {
                    let seconds = u64::try_from(seconds).unwrap_or_default();
                    Timestamp(seconds.saturating_mul(1000))
                };
                let start = moment(window.start.unix_timestamp());
                let end = moment(window.end.unix_timestamp());
                let mut state = self.state();
                let chance = u64::from(state.chance);
                let wished = start + Millis(end.since(start).0 / 255 * chance);
                if wished < state.renew_at {
                    state.renew_at = wished;
                    tracing::info!(
                        id = "acme_renewal_wished",
                        renew_at_ms = wished.0,
                        why = info.explanation_url,
                        "the authority wishes the certificate renewed earlier"
                    );
                }
                wait.clamp(LOOK_MIN, LOOK_MAX)
            }
            Ok(None) => LOOK_MAX,
            Err(failure) => {
                let problem = failure.to_string();
                tracing::debug!(problem, "the authority does not say when to renew");
                LOOK_MAX
            }
        }
    }

    /// `None` where there is nothing to ask: no certificate or account of this authority, or an
    /// authority that does not answer such questions.
    async fn suggestion(&self, clock: &Clock) -> Result<Option<(RenewalInfo, Millis)>, Failure> {
        let ordering = self.ordering(clock)?;
        let (true, Some(own)) = (ordering.has_account(), self.served().own()) else {
            return Ok(None);
        };
        let (true, Some(id)) = (self.ends_at().is_some(), identifier(&own)) else {
            return Ok(None);
        };
        let account = ordering.account().await?;
        match account.renewal_info(&id).await {
            Ok((info, wait)) => {
                let wait = u64::try_from(wait.as_millis()).unwrap_or(LOOK_MAX.0);
                Ok(Some((info, Millis(wait))))
            }
            Err(Error::Unsupported(_)) => Ok(None),
            Err(error) => Err(Failure::of(error, None)),
        }
    }
}

/// What the authority calls a certificate (RFC 9773 §4.1).
fn identifier(certificate: &CertificateDer<'_>) -> Option<CertificateIdentifier<'static>> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let issuer =
        parsed
            .iter_extensions()
            .find_map(|extension| match extension.parsed_extension() {
                x509_parser::extensions::ParsedExtension::AuthorityKeyIdentifier(issuer) => {
                    issuer.key_identifier.as_ref().map(|key| key.0)
                }
                _ => None,
            })?;
    let serial = Der::from_slice(parsed.tbs_certificate.raw_serial());
    Some(CertificateIdentifier::new(Der::from_slice(issuer), serial).into_owned())
}
