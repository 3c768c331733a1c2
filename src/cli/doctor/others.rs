//! Whom the gateway asks: the mail server and the provider that people sign in by. They are reached
//! and believed or not; no mail is sent, and nobody is signed in.

use super::findings::Findings;
use crate::config::{Config, MailTls};
use crate::tls::{Outgoing, authorities, believing};
use bytes::Bytes;
use http_body_util::Empty;
use hyper::Request;
use rustls::pki_types::ServerName;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// A server that is there answers by then.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// What a provider says of itself has a few kilobytes.
const DISCOVERY_BYTES_MAX: usize = 256 * 1024;

pub(super) async fn check(config: &Config, findings: &mut Findings) {
    if config.mail.is_some() {
        let reached = timeout(ANSWER_MAX, mail(config)).await;
        let section = config.mail.as_ref();
        let at = section.map_or_else(String::new, |mail| format!("{}:{}", mail.host, mail.port()));
        match reached.map_err(|_| "no answer".into()).flatten() {
            Ok(()) => findings.well(format!("the mail server {at} answers")),
            Err(why) => findings.failed(format!(
                "the mail server {at} does not answer ({why}): open outgoing TCP to it, or correct \
                 `mail`"
            )),
        }
    }
    if let Some(oidc) = &config.oidc {
        let reached = timeout(ANSWER_MAX, provider(config)).await;
        match reached.map_err(|_| "no answer".into()).flatten() {
            Ok(()) => findings.well(format!("the provider {} answers", oidc.issuer)),
            Err(why) => findings.failed(format!(
                "the provider {} does not answer ({why}): open outgoing HTTPS to it, or correct \
                 `oidc`",
                oidc.issuer
            )),
        }
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn mail(config: &Config) -> Result<(), Failure> {
    let Some(section) = &config.mail else {
        return Ok(());
    };
    let mut stream = TcpStream::connect((section.host.as_str(), section.port())).await?;
    if section.tls == MailTls::Tls {
        let ca = section.ca.as_deref().map(|path| ("mail.ca", path));
        let connector = TlsConnector::from(Arc::new(believing(authorities(ca)?)?));
        let name = ServerName::try_from(section.host.clone())?;
        let stream = connector.connect(name, stream).await?;
        return greeted(stream).await;
    }
    greeted(&mut stream).await
}

/// A mail server greets with `220` (RFC 5321 §4.2).
async fn greeted(mut stream: impl tokio::io::AsyncRead + Unpin) -> Result<(), Failure> {
    let mut greeting = [0; 3];
    stream.read_exact(&mut greeting).await?;
    if &greeting == b"220" {
        Ok(())
    } else {
        Err(io::Error::from(io::ErrorKind::InvalidData).into())
    }
}

async fn provider(config: &Config) -> Result<(), Failure> {
    let Some(section) = &config.oidc else {
        return Ok(());
    };
    let ca = section.ca.as_deref().map(|path| ("oidc.ca", path));
    let outgoing = Outgoing::new(ca, section.is_plain())?;
    let issuer = section.issuer.trim_end_matches('/');
    let request = Request::get(format!("{issuer}/.well-known/openid-configuration"));
    let request = request.body(Empty::<Bytes>::new())?;
    let answer = outgoing.send(request, DISCOVERY_BYTES_MAX).await?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(format!("status {}", answer.status()).into())
    }
}
