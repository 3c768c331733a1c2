//! One DTLS session of a connection, and the certificate that all of them share.

use super::handshake;
use dimpl::{Config, Dtls, DtlsCertificate};
use rcgen::{CertificateParams, KeyPair};
use std::sync::Arc;
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
        // ICE has shown that the address is the peer's: a cookie would cost a round trip for that.
        let mut config = Config::builder()
            .with_crypto_provider(handshake::provider())
            .use_server_cookie(false);
        if let Some(mtu) = mtu {
            config = config.mtu(mtu);
        }
        let config = config.build().map_err(CryptoError::DtlsImpl)?;
        let dtls = Dtls::new_12(Arc::new(config), certificate.clone(), now);
        Ok(Box::new(Session(dtls)))
    }
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
