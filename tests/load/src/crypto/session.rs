//! One DTLS session of a connection, and its certificate.

use super::handshake;
use dimpl::{Config, Dtls, DtlsCertificate};
use rcgen::{CertificateParams, KeyPair};
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use str0m::crypto::CryptoError;
use str0m::crypto::dtls::{
    DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, DtlsVersion, ProtocolVersion,
};

#[derive(Debug)]
pub(super) struct Sessions;

impl DtlsProvider for Sessions {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        let key = KeyPair::generate().ok()?;
        let params = CertificateParams::new(Vec::new()).ok()?;
        let certificate = params.self_signed(&key).ok()?;
        Some(DtlsCertificate {
            certificate: certificate.der().to_vec(),
            private_key: key.serialize_der(),
        })
    }

    /// Always DTLS 1.2, which is what the servers speak.
    fn new_dtls(
        &self,
        certificate: &DtlsCert,
        now: Instant,
        _: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        // Every connection has the same; making it tries the whole provider out, which is slow.
        let config = CONFIG.get_or_init(|| config(mtu).map(Arc::new));
        let config = config
            .as_ref()
            .map_err(|e| CryptoError::Other(e.to_string()))?;
        let dtls = Dtls::new_12(Arc::clone(config), certificate.clone(), now);
        Ok(Box::new(Session(dtls)))
    }
}

static CONFIG: OnceLock<Result<Arc<Config>, DtlsImplError>> = OnceLock::new();

fn config(mtu: Option<usize>) -> Result<Config, DtlsImplError> {
    // ICE has shown that the address is the peer's: a cookie would cost a round trip for that.
    let mut config = Config::builder()
        .with_crypto_provider(handshake::provider())
        .use_server_cookie(false);
    if let Some(mtu) = mtu {
        config = config.mtu(mtu);
    }
    config.build()
}

#[derive(Debug)]
struct Session(Dtls);

impl DtlsInstance for Session {
    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        self.0.poll_output(buf)
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.0.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.0.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.0.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.0.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.0.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dtls_finds_its_own_examples_answered_by_the_provider() {
        assert!(config(None).is_ok(), "{:?}", config(None).err());
    }
}
