//! `passerelle doctor` against real gateways: what works is said to work, and what does not, with
//! what to do.

mod relay;

use crate::gateway::{Gateway, program, run};
use passerelle::clock::Clock;
use passerelle::config::DEMO_TOML;
use passerelle_signaling::time::Timestamp;
use rcgen::{CertificateParams, KeyPair};
use std::fs;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

/// Each way has eight seconds, and there are three at most.
const EXAMINED: Duration = Duration::from_secs(60);

/// A configuration in a directory, on ports of its own, since a doctor must know them.
struct Practice {
    file: PathBuf,
    directory: Option<TempDir>,
}

impl Practice {
    fn new(more: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("gateway.toml");
        let data = directory.path().join("data");
        let (pages, media) = (free(), free());
        let demo = DEMO_TOML
            .replacen("127.0.0.1:8443", &pages.to_string(), 1)
            .replacen("127.0.0.1:0", &media.to_string(), 1);
        let text = format!("data_dir = \"{}\"\n{demo}\n{more}\n", data.display());
        fs::write(&file, text).unwrap();
        Self {
            file,
            directory: Some(directory),
        }
    }

    fn serve(&mut self) -> Gateway {
        let mut command = program(&[]);
        command.arg("serve").arg("--config").arg(&self.file);
        Gateway::started_by(command, self.directory.take().unwrap())
    }

    /// Its exit code and what it says.
    fn examined(&self) -> (Option<i32>, String) {
        let mut command = program(&[]);
        command.arg("doctor").arg("--config").arg(&self.file);
        let (code, said, complaints) = run(command, EXAMINED);
        (code, said + &complaints)
    }
}

fn free() -> SocketAddr {
    // Free for both, as the default is one number.
    loop {
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = tcp.local_addr().unwrap();
        if UdpSocket::bind(address).is_ok() {
            return address;
        }
    }
}

fn line<'a>(said: &'a str, with: &str) -> &'a str {
    let found = said.lines().find(|line| line.contains(with));
    found.unwrap_or_else(|| panic!("nothing of `{with}`: {said}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_well_is_said_to_be_with_every_way_of_media_and_the_firewall_request() {
    let mut practice = Practice::new("");
    let _gateway = practice.serve();
    let (code, said) = practice.examined();
    assert_eq!(code, Some(0), "{said}");
    for well in [
        "can be written",
        "the database is whole",
        "the gateway answers",
        "media comes back by UDP to 127.0.0.1",
        "media comes back by TCP to 127.0.0.1",
    ] {
        assert!(line(&said, well).starts_with('✓'), "{said}");
    }
    assert!(line(&said, "no relay is configured").starts_with('!'));
    assert!(said.contains("Demande d'ouverture de flux") && said.contains("Request to the"));
    assert!(said.trim_end().ends_with("All is well."));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_runs_the_ports_are_tried_and_nothing_is_started() {
    let practice = Practice::new("");
    let (code, said) = practice.examined();
    assert_eq!(code, Some(0), "{said}");
    assert!(line(&said, "no gateway runs").starts_with('!'));
    assert!(line(&said, "is free for pages").starts_with('✓'));
    let file = fs::read_to_string(&practice.file).unwrap();
    let media = file.lines().find_map(|line| line.strip_prefix("bind = "));
    let media: SocketAddr = media.unwrap().trim_matches('"').parse().unwrap();
    let _holder = UdpSocket::bind(media).unwrap();
    let (code, said) = practice.examined();
    assert_eq!(code, Some(1), "{said}");
    assert!(line(&said, "cannot be had").starts_with('✗'));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announced_address_that_nobody_reaches_is_found_and_tcp_beside_it() {
    // Reserved for documentation (RFC 5737): nothing answers there.
    let mut practice = Practice::new("");
    let text = fs::read_to_string(&practice.file).unwrap();
    let text = text.replacen("[media]\n", "[media]\nannounced = [\"192.0.2.7\"]\n", 1);
    fs::write(&practice.file, text).unwrap();
    let _gateway = practice.serve();
    let (code, said) = practice.examined();
    assert_eq!(code, Some(1), "{said}");
    let udp = line(&said, "by UDP to 192.0.2.7");
    assert!(
        udp.starts_with('✗') && udp.contains("media.announced"),
        "{said}"
    );
    assert!(said.contains("checks failed") || said.contains("One check failed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_refuses_the_credentials_is_found() {
    let relay = relay::Relay::start().await;
    let section = |secret: &str| {
        format!(
            "[relay]\nurls = [\"turn:{}?transport=tcp\"]\nsecret = \"{secret}\"",
            relay.address
        )
    };
    let mut right = Practice::new(&section(relay::SECRET));
    let _gateway = right.serve();
    let (code, said) = right.examined();
    assert_eq!(code, Some(0), "{said}");
    assert!(line(&said, "media comes back by the relay").starts_with('✓'));
    let mut wrong = Practice::new(&section("not the relay's own, by mistake"));
    let _gateway = wrong.serve();
    let (code, said) = wrong.examined();
    assert_eq!(code, Some(1), "{said}");
    let found = line(&said, "by the relay");
    assert!(
        found.starts_with('✗') && found.contains("relay.secret"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_ends_tomorrow_is_found_while_it_is_still_good() {
    let directory = tempfile::tempdir().unwrap();
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let now = Clock::system(Timestamp(0)).now();
    let tomorrow = Duration::from_millis(now.0) + Duration::from_secs(24 * 60 * 60);
    params.not_after = rcgen::date_time_ymd(1970, 1, 1) + tomorrow;
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let [chain, own] = ["chain.pem", "key.pem"].map(|name| directory.path().join(name));
    fs::write(&chain, certificate.pem()).unwrap();
    fs::write(&own, key.serialize_pem()).unwrap();
    let tls = format!(
        "[tls]\nmode = \"files\"\ncertificate = \"{}\"\nkey = \"{}\"",
        chain.display(),
        own.display()
    );
    let practice = Practice::new(&tls);
    let (code, said) = practice.examined();
    assert_eq!(code, Some(1), "{said}");
    let found = line(&said, "the certificate is good until");
    assert!(
        found.starts_with('✗') && found.contains("put a new one"),
        "{said}"
    );
}
