//! One order, from the account to the certificate (RFC 8555 §7.4): the authority looks for the
//! gateway at each name, by a connection to port 443 that only it makes (RFC 8737).

use super::client::Client;
use super::failure::{Failure, shortened};
use super::folder::{self, Folder};
use crate::config::AcmeSection;
use crate::tls::served::{Certificate, Served};
use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Error, ExternalAccountKey, Identifier, NewAccount,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::time::Duration;

/// How often the authority is asked whether it has looked, and then whether it has issued: at first
/// soon; two minutes are what the slowest takes.
const ASKING: RetryPolicy = RetryPolicy::new()
    .initial_delay(Duration::from_millis(500))
    .backoff(1.5)
    .timeout(Duration::from_secs(120));

/// What is ordered, from whom, by whom.
pub(super) struct Ordering<'a> {
    pub(super) section: &'a AcmeSection,
    pub(super) folder: &'a Folder,
    pub(super) served: &'a Served,
    pub(super) client: Client,
}

impl Ordering<'_> {
    fn failure(&self, error: Error) -> Failure {
        Failure::of(error, self.client.wait())
    }

    /// Whether there is an account with this authority already.
    pub(super) fn has_account(&self) -> bool {
        let kept = self.folder.account();
        kept.is_some_and(|kept| kept.directory == self.section.directory)
    }

    /// The account, opened now unless there is one with this authority.
    pub(super) async fn account(&self) -> Result<Account, Failure> {
        let section = self.section;
        let wanted: Vec<String> = section.contacts.clone();
        let mailto: Vec<String> = wanted.iter().map(|mail| format!("mailto:{mail}")).collect();
        let mailto: Vec<&str> = mailto.iter().map(String::as_str).collect();
        let builder = Account::builder_with_http(Box::new(self.client.clone()));
        let kept = self.folder.account();
        if let Some(kept) = kept.filter(|kept| kept.directory == section.directory) {
            let opened = builder.from_credentials(kept.credentials).await;
            let account = opened.map_err(|error| self.failure(error))?;
            if kept.contacts != wanted {
                self.forget_if_unknown(account.update_contacts(&mailto).await)?;
                tracing::info!(
                    id = "acme_contacts_changed",
                    "the authority knows the contacts"
                );
                let credentials = self.folder.account().map(|kept| kept.credentials);
                self.keep(credentials)?;
            }
            return Ok(account);
        }
        let external = section.external_account.as_ref().map(|external| {
            // `AcmeSection::check` has refused a key that cannot be read.
            let key = external.key().unwrap_or_default();
            ExternalAccountKey::new(external.key_id.clone(), &key)
        });
        let new = NewAccount {
            contact: &mailto,
            terms_of_service_agreed: section.terms_of_service_agreed,
            only_return_existing: false,
        };
        let created = builder.create(&new, section.directory.clone(), external.as_ref());
        let created = created.await.map_err(|error| match self.failure(error) {
            Failure::Refused(detail) | Failure::Challenge(detail) => Failure::Account(detail),
            other => other,
        });
        let (account, credentials) = created?;
        self.keep(Some(credentials))?;
        tracing::info!(
            id = "acme_account_opened",
            directory = section.directory,
            "opened"
        );
        Ok(account)
    }

    fn keep(&self, credentials: Option<instant_acme::AccountCredentials>) -> Result<(), Failure> {
        let Some(credentials) = credentials else {
            return Ok(());
        };
        let account = folder::Account {
            directory: self.section.directory.clone(),
            contacts: self.section.contacts.clone(),
            credentials,
        };
        Ok(self.folder.keep_account(&account)?)
    }

    /// An account that the authority does not know any more is opened anew the next time.
    fn forget_if_unknown<T>(&self, answered: Result<T, Error>) -> Result<T, Failure> {
        let unknown = |kind: &str| kind.ends_with(":accountDoesNotExist");
        let api = answered.as_ref().err().and_then(|error| match error {
            Error::Api(problem) => problem.r#type.as_deref(),
            _ => None,
        });
        if api.is_some_and(unknown) {
            self.folder.forget_account()?;
        }
        answered.map_err(|error| self.failure(error))
    }

    /// Places the order and sees it through: the certificate, and its PEM with the key.
    pub(super) async fn certificate(
        &self,
        account: &Account,
    ) -> Result<(Certificate, String), Failure> {
        let names = self.section.names.iter();
        let names: Vec<Identifier> = names.cloned().map(Identifier::Dns).collect();
        let placed = account.new_order(&NewOrder::new(&names)).await;
        let mut order = self.forget_if_unknown(placed)?;
        let ready = self.show_ourselves(&mut order).await;
        self.served.end_challenges();
        ready?;
        let key = order.finalize().await;
        let key = key.map_err(|error| self.failure(error))?;
        let chain = order.poll_certificate(&ASKING).await;
        let chain = chain.map_err(|error| self.failure(error))?;
        let pem = format!("{key}{chain}");
        let certificate = super::certificate_of(&pem)
            .map_err(|error| Failure::Unusable(shortened(&error.to_string())))?;
        if !super::covers(&certificate, &self.section.names) {
            let message = "it is not for the names that were ordered";
            return Err(Failure::Unusable(String::from(message)));
        }
        Ok((certificate, pem))
    }

    /// Lets the authority find us at each name.
    async fn show_ourselves(&self, order: &mut Order) -> Result<(), Failure> {
        let mut authorizations = order.authorizations();
        while let Some(next) = authorizations.next().await {
            let mut authorization = next.map_err(|error| self.failure(error))?;
            if authorization.status == AuthorizationStatus::Valid {
                continue;
            }
            let name = authorization.identifier().to_string();
            let challenge = authorization.challenge(ChallengeType::TlsAlpn01);
            let mut challenge = challenge.ok_or_else(|| Failure::NoWay(shortened(&name)))?;
            let proof = challenge.key_authorization();
            let answer = answer(&name, proof.digest().as_ref())?;
            self.served.answer_challenge(&name, answer);
            let told = challenge.set_ready().await;
            told.map_err(|error| self.failure(error))?;
        }
        match order.poll_ready(&ASKING).await {
            Ok(OrderStatus::Ready | OrderStatus::Valid) => Ok(()),
            Ok(_) => Err(self.why_invalid(order).await),
            Err(error @ Error::Api(_)) => match self.why_invalid(order).await {
                Failure::Challenge(detail) if !detail.is_empty() => Err(Failure::Challenge(detail)),
                _ => Err(self.failure(error)),
            },
            Err(error) => Err(self.failure(error)),
        }
    }

    /// What the authority saw when it looked.
    async fn why_invalid(&self, order: &mut Order) -> Failure {
        let mut seen = Vec::new();
        let mut authorizations = order.authorizations();
        while let Some(Ok(mut authorization)) = authorizations.next().await {
            let name = authorization.identifier().to_string();
            let Ok(state) = authorization.refresh().await else {
                continue;
            };
            let problems = state.challenges.iter();
            let problems = problems.filter_map(|challenge| challenge.error.as_ref());
            seen.extend(problems.map(|problem| format!("{name}: {problem}")));
        }
        Failure::Challenge(shortened(&seen.join("; ")))
    }
}

/// The certificate with which the gateway shows an authority that this name is its own (RFC 8737
/// §3). It is good for nothing else.
fn answer(name: &str, proof: &[u8]) -> Result<Certificate, Failure> {
    let unusable = |problem: String| Failure::Unusable(format!("(for {name}) {problem}"));
    if proof.len() != ring::digest::SHA256_OUTPUT_LEN {
        return Err(unusable(String::from("the proof is no SHA-256")));
    }
    let made = || {
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(proof)];
        let key = KeyPair::generate()?;
        Ok((params.self_signed(&key)?, key))
    };
    let (certificate, key) = made().map_err(|error: rcgen::Error| unusable(error.to_string()))?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Certificate::of_challenge(certificate.der().clone(), key)
        .map_err(|error| unusable(error.to_string()))
}
