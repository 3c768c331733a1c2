//! One attempt to hand a mail over, on a connection of its own: a gateway sends a few a day.

use super::wire::{self, Wire, ask_for_tls};
use crate::config::{MailSection, MailTls};
use lettre::Message;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use passerelle_signaling::private::Secret;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::error::Error;
use std::io;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Why a mail was not taken, with what to do. Never what the server said: it repeats addresses.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// Nobody answers, or the connection broke.
    #[error("no connection ({0}): check `mail.host`, `mail.port` and the firewall")]
    Unreachable(io::ErrorKind),
    /// It took too long.
    #[error("no answer in time: check `mail.host` and `mail.port`, and whether the server is busy")]
    Late,
    /// What came is none of a mail server.
    #[error("what answers does not speak as a mail server: check `mail.port` and `mail.tls`")]
    Garbled,
    /// It would have to be sent in the clear.
    #[error(
        "the server offers no STARTTLS, and nothing was sent in the clear: set `mail.tls` to \
         `tls`, mostly with `mail.port` 465, or have the server offer it"
    )]
    NoStarttls,
    /// Its certificate is not believed.
    #[error("the server's certificate is not believed ({0}): check `mail.host`, or give `mail.ca`")]
    Untrusted(rustls::Error),
    /// It takes no login that we know.
    #[error(
        "the server takes neither AUTH PLAIN nor LOGIN: ask whoever runs it, or leave out \
             `mail.username`"
    )]
    NoLogin,
    /// The login is not taken.
    #[error("the server refused the login ({0}): check `mail.username` and the password")]
    LoginRefused(u16),
    /// The address has letters that the server does not take (RFC 6531).
    #[error("the server takes no address with accents (SMTPUTF8): ask whoever runs it")]
    NoAccents,
    /// It was refused.
    #[error(
        "the server answered {0}: check `mail.from`, and what its own log says of mails from here"
    )]
    Refused(u16),
}

impl Failure {
    /// Whether another attempt may go well without anybody's doing.
    pub(super) const fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Late | Self::Garbled => true,
            Self::LoginRefused(code) | Self::Refused(code) => *code < 500,
            Self::NoStarttls | Self::Untrusted(_) | Self::NoLogin | Self::NoAccents => false,
        }
    }

    fn of(error: &io::Error) -> Self {
        let cause = error.get_ref();
        match cause.and_then(|cause| cause.downcast_ref::<rustls::Error>()) {
            Some(rustls::Error::InvalidMessage(_)) => Self::Garbled,
            Some(cause) => Self::Untrusted(cause.clone()),
            None if error.kind() == wire::TOO_MUCH => Self::Garbled,
            None => Self::Unreachable(error.kind()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::of(&error)
    }
}

impl From<smtp::Error> for Failure {
    fn from(error: smtp::Error) -> Self {
        let cause = error.source().and_then(|cause| cause.downcast_ref());
        match (error.status(), cause) {
            (Some(code), _) => Self::Refused(code.into()),
            (None, Some(cause)) => Self::of(cause),
            // Of what `lettre` itself refuses, all else is looked at before.
            (None, None) if error.is_client() => Self::NoAccents,
            (None, None) => Self::Garbled,
        }
    }
}

/// The mail server of the configuration.
pub(super) struct Smtp {
    host: String,
    port: u16,
    tls: MailTls,
    /// Whom to believe; nobody is asked without TLS.
    believed: Arc<ClientConfig>,
    /// Who we are, and what proves it.
    login: Option<(String, Secret<String>)>,
    /// What we are called.
    hello: ClientId,
}

impl Smtp {
    pub(super) fn new(
        section: &MailSection,
        believed: ClientConfig,
        password: Option<Secret<String>>,
        hello: ClientId,
    ) -> Self {
        Self {
            host: section.host.clone(),
            port: section.port(),
            tls: section.tls,
            believed: Arc::new(believed),
            login: section.username.clone().zip(password),
            hello,
        }
    }

    /// Hands a mail over.
    pub(super) async fn send(&self, message: &Message) -> Result<(), Failure> {
        let wire = Box::new(self.connect().await?);
        let mut server = AsyncSmtpConnection::connect_with_transport(wire, &self.hello).await?;
        if let Some((username, password)) = &self.login {
            let known = [Mechanism::Plain, Mechanism::Login];
            if server.server_info().get_auth_mechanism(&known).is_none() {
                return Err(Failure::NoLogin);
            }
            let login = Credentials::new(username.clone(), password.reveal().clone());
            let taken = server.auth(&known, &login).await;
            taken.map_err(|error| match error.status() {
                Some(code) => Failure::LoginRefused(code.into()),
                None => error.into(),
            })?;
        }
        server
            .send(message.envelope(), &message.formatted())
            .await?;
        // It is taken: how the server says goodbye does not matter.
        let _ = server.quit().await;
        Ok(())
    }

    async fn connect(&self) -> Result<Wire, Failure> {
        let mut stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        if self.tls == MailTls::Off {
            return Ok(Wire::plain(stream));
        }
        let greeted = self.tls == MailTls::Starttls;
        if greeted {
            ask_for_tls(&mut stream, &self.hello.to_string()).await?;
        }
        // `MailSection::check` has refused a host that is no name.
        let name = ServerName::try_from(self.host.clone());
        let name = name.map_err(|_| Failure::Unreachable(io::ErrorKind::InvalidInput))?;
        let connector = TlsConnector::from(Arc::clone(&self.believed));
        let stream = connector.connect(name, stream).await?;
        Ok(Wire::encrypted(stream, greeted))
    }
}
