//! Connections to the gateway: the authority's, which looks whether it answers for a name, and
//! those of a browser that trusts the authority.

use passerelle::tls;
use ring::digest;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use x509_parser::extensions::GeneralName;

/// A connection on loopback is there by then, on a busy machine too.
const LOOK_MAX: Duration = Duration::from_secs(20);

/// The protocol of looking (RFC 8737 §6.2), and the extension with the proof (§6.1).
const PROTOCOL: &[u8] = b"acme-tls/1";
const EXTENSION: &str = "1.3.6.1.5.5.7.1.31";

/// What a client saw of a gateway.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The certificate that was shown.
    pub(crate) certificate: CertificateDer<'static>,
    /// The protocol that was agreed upon.
    pub(crate) protocol: Option<Vec<u8>>,
}

/// Shakes hands by this name; with a root, as a browser that trusts it and nobody else.
pub(crate) async fn greet(
    gateway: SocketAddr,
    name: &str,
    protocol: &[u8],
    root: Option<CertificateDer<'static>>,
) -> Result<(Seen, tokio_rustls::client::TlsStream<TcpStream>), String> {
    let config = ClientConfig::builder_with_provider(tls::provider());
    let config = config.with_safe_default_protocol_versions().unwrap();
    let mut config = match root {
        Some(root) => {
            let mut roots = RootCertStore::empty();
            roots.add(root).unwrap();
            let verifier =
                WebPkiServerVerifier::builder_with_provider(roots.into(), tls::provider());
            config.with_webpki_verifier(verifier.build().unwrap())
        }
        None => config
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody)),
    }
    .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let connecting = async {
        let stream = TcpStream::connect(gateway).await?;
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let connector = TlsConnector::from(Arc::new(config));
        connector.connect(name, stream).await
    };
    let connected = tokio::time::timeout(LOOK_MAX, connecting).await;
    let connected = connected.map_err(|_| String::from("no answer in time"))?;
    let stream = connected.map_err(|error| error.to_string())?;
    let (_, connection) = stream.get_ref();
    let seen = Seen {
        certificate: connection.peer_certificates().unwrap()[0].clone(),
        protocol: connection.alpn_protocol().map(<[u8]>::to_vec),
    };
    Ok((seen, stream))
}

/// Looks whether the gateway shows the proof at this name, and that the connection serves nothing
/// else.
pub(super) async fn look(gateway: SocketAddr, name: &str, proof: &str) -> Result<(), String> {
    let (seen, mut stream) = greet(gateway, name, PROTOCOL, None).await?;
    if seen.protocol.as_deref() != Some(PROTOCOL) {
        return Err(format!("agreed upon {:?}", seen.protocol));
    }
    let (_, parsed) = x509_parser::parse_x509_certificate(&seen.certificate).unwrap();
    let names = parsed.subject_alternative_name().unwrap();
    let names = names.map_or(&[][..], |names| &names.value.general_names);
    if !matches!(names, [GeneralName::DNSName(only)] if *only == name) {
        return Err(format!("the certificate is for {names:?}"));
    }
    let extensions = parsed.extensions().iter();
    let mut proofs = extensions.filter(|it| it.oid.to_id_string() == EXTENSION);
    let shown = proofs.next().ok_or("no proof in the certificate")?;
    let expected = digest::digest(&digest::SHA256, proof.as_bytes());
    let octets = [&[4, 32][..], expected.as_ref()].concat();
    if !shown.critical || shown.value != octets || proofs.next().is_some() {
        return Err(String::from("another proof in the certificate"));
    }
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(LOOK_MAX, stream.read_to_end(&mut rest)).await;
    let ended = ended.map_err(|_| String::from("the connection stays open"))?;
    if ended.is_ok_and(|bytes| bytes > 0) {
        return Err(String::from("the connection serves something"));
    }
    Ok(())
}

/// Takes any certificate, as an authority that looks for a name must.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let provider = tls::provider();
        provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Whether the certificate's key has signed the handshake. Not by the library: it refuses every
/// certificate with an extension that is critical and that it does not know, as it should.
fn verify_signature(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).unwrap();
    let key = &parsed.public_key().subject_public_key.data;
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key);
    assert_eq!(signed.scheme, SignatureScheme::ECDSA_NISTP256_SHA256);
    let verified = key.verify(message, signed.signature());
    verified.map_err(|_| Error::General(String::from("the handshake is signed by another key")))?;
    Ok(HandshakeSignatureValid::assertion())
}
