//! An authority of the tests (RFC 8555): checks what a client signs, looks for the gateway at its
//! names by real connections (RFC 8737), and issues. It lies on loopback, where every name leads
//! to the gateway it is told; port 443 is that gateway's.

mod jws;
mod look;
mod resources;
mod state;

pub(crate) use look::greet;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsConfig, from_tcp_rustls};
use passerelle::clock::Clock;
use passerelle::tls;
use passerelle_signaling::time::Timestamp;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use state::State;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How the authority behaves. Everything may change while it runs.
#[derive(Clone, Debug)]
pub(crate) struct Mood {
    /// So many requests are refused for their nonce.
    pub(crate) bad_nonces: u32,
    /// Orders are refused for so many seconds, as far as it says.
    pub(crate) limited_s: Option<u64>,
    /// It is being repaired: everything is answered by a page that says so.
    pub(crate) is_away: bool,
    /// Certificates are so old when they are issued.
    pub(crate) age: Duration,
    /// It issues no more than so many.
    pub(crate) issues_max: usize,
    /// Renewals are wished at once, whatever the certificate says (RFC 9773).
    pub(crate) wishes_renewal: bool,
    /// Accounts need this key of an account that is known already.
    pub(crate) external: Option<(String, Vec<u8>)>,
}

impl Default for Mood {
    fn default() -> Self {
        Self {
            bad_nonces: 0,
            limited_s: None,
            is_away: false,
            age: Duration::ZERO,
            issues_max: usize::MAX,
            wishes_renewal: false,
            external: None,
        }
    }
}

/// A running authority; it ends when this is dropped.
pub(crate) struct Authority {
    shared: Arc<Shared>,
    handle: Handle<SocketAddr>,
    /// Where its root lies for the gateway.
    directory: TempDir,
}

struct Shared {
    base: String,
    state: Mutex<State>,
    mood: Mutex<Mood>,
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
    root_pem: String,
    /// Where every name leads.
    gateway: watch::Sender<Option<SocketAddr>>,
    clock: Clock,
}

impl Authority {
    /// Starts one that issues to whoever is found at a name.
    pub(crate) fn start() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        let root = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            base: format!("https://localhost:{port}"),
            state: Mutex::default(),
            mood: Mutex::default(),
            root: root.der().clone(),
            root_pem: root.pem(),
            issuer,
            gateway: watch::Sender::new(None),
            clock: Clock::system(Timestamp(0)),
        });
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("root.pem"), root.pem()).unwrap();
        let handle = Handle::new();
        let config = RustlsConfig::from_config(Arc::new(own_tls(&shared.issuer)));
        let app = Router::new().fallback(resources::answer);
        let app = app.with_state(Arc::clone(&shared)).into_make_service();
        let server = from_tcp_rustls(listener, config).unwrap();
        tokio::spawn(server.handle(handle.clone()).serve(app));
        Self {
            shared,
            handle,
            directory,
        }
    }

    /// From now on every name leads to this gateway.
    pub(crate) fn names_lead_to(&self, gateway: SocketAddr) {
        self.shared.gateway.send_replace(Some(gateway));
    }

    /// From now on the authority waits with looking until the names lead somewhere.
    pub(crate) fn names_lead_nowhere(&self) {
        self.shared.gateway.send_replace(None);
    }

    /// Changes how it behaves.
    pub(crate) fn with_mood(&self, change: impl FnOnce(&mut Mood)) {
        change(&mut self.shared.mood.lock().unwrap());
    }

    /// The address of its directory.
    pub(crate) fn directory(&self) -> String {
        format!("{}/directory", self.shared.base)
    }

    /// The file with its root.
    pub(crate) fn root_file(&self) -> PathBuf {
        Path::new(self.directory.path()).join("root.pem")
    }

    /// Its root, for clients that trust it.
    pub(crate) fn root(&self) -> CertificateDer<'static> {
        self.shared.root.clone()
    }

    /// How many accounts were opened and orders placed, those refused for their number included,
    /// and how many certificates were issued.
    pub(crate) fn counts(&self) -> Counts {
        self.shared.state().counts
    }

    /// What the newest account may be written to.
    pub(crate) fn contacts(&self) -> Vec<String> {
        let state = self.shared.state();
        state.accounts.last().unwrap().contacts.clone()
    }

    /// It has lost its accounts, as one that was set up anew.
    pub(crate) fn forget_accounts(&self) {
        self.shared.state().accounts.clear();
    }
}

/// How often something was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) accounts: usize,
    pub(crate) orders: usize,
    pub(crate) issued: usize,
}

impl Drop for Authority {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn mood(&self) -> Mood {
        self.mood.lock().unwrap().clone()
    }
}

/// The authority's own site has a certificate of the same root.
fn own_tls(issuer: &Issuer<'static, KeyPair>) -> ServerConfig {
    let names = vec![String::from("localhost")];
    let params = CertificateParams::new(names).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    ServerConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap()
}
