//! Certificates of an authority: asked for at the first start, renewed, kept over restarts, and
//! what happens while the authority refuses or is away.

use crate::authority::{Authority, Counts, greet};
use crate::gateway::{Gateway, Remains, program, run};
use crate::people::{SOON, position, tap};
use crate::service::{configured, invite, reload};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use passerelle::auth::Role;
use passerelle::client::http::Target;
use passerelle::client::signalling::SignallingClient;
use passerelle::config::DEMO_TOML;
use rustls::pki_types::CertificateDer;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

const NAME: &str = "relais.example.org";
const OTHER_NAME: &str = "passerelle.example.org";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An order takes about two seconds, because the gateway asks every half second how it stands; the
/// first pause after a failure is ten more.
const PATIENCE: Duration = Duration::from_secs(60);

/// A configuration that asks this authority.
fn asking(authority: &Authority, more: &str) -> (TempDir, PathBuf) {
    let (directory, file) = configured(DEMO_TOML);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text + &section(authority, more)).unwrap();
    (directory, file)
}

fn section(authority: &Authority, more: &str) -> String {
    format!(
        "[tls]\nmode = \"acme\"\n[tls.acme]\ndirectory = {:?}\ndirectory_ca = {:?}\n\
         terms_of_service_agreed = true\ncontacts = [\"dsi@example.org\"]\n\
         names = [\"{NAME}\", \"{OTHER_NAME}\"]\n{more}",
        authority.directory(),
        authority.root_file(),
    )
}

/// A gateway to which the authority's names lead.
fn started(authority: &Authority, more: &str) -> (Gateway, PathBuf) {
    let (directory, file) = asking(authority, more);
    let gateway = Gateway::serve(directory, &file);
    authority.names_lead_to(gateway.address());
    (gateway, file)
}

/// The certificate that a browser gets that trusts the authority alone.
async fn trusted(
    gateway: &Gateway,
    authority: &Authority,
    name: &str,
) -> Result<CertificateDer<'static>, String> {
    let root = Some(authority.root());
    let (seen, _) = greet(gateway.address(), name, b"http/1.1", root).await?;
    Ok(seen.certificate)
}

/// The same, once there is one.
async fn awaited(gateway: &Gateway, authority: &Authority) -> CertificateDer<'static> {
    let mut last = String::new();
    let found = async {
        let mut look = tokio::time::interval(Duration::from_millis(200));
        loop {
            look.tick().await;
            match trusted(gateway, authority, NAME).await {
                Ok(certificate) => return certificate,
                Err(error) => last = error,
            }
        }
    };
    let found = tokio::time::timeout(PATIENCE, found).await;
    found.unwrap_or_else(|_| panic!("no certificate: {last}\n{}", gateway.log()))
}

/// Waits until the log says this so often.
pub(crate) async fn logged(gateway: &Gateway, words: &str, times: usize) {
    let said = async {
        let mut look = tokio::time::interval(Duration::from_millis(100));
        while gateway.log().matches(words).count() < times {
            look.tick().await;
        }
    };
    let said = tokio::time::timeout(PATIENCE, said).await;
    assert!(said.is_ok(), "{words} was not said:\n{}", gateway.log());
}

async fn get(
    gateway: &Gateway,
    path: &str,
    certificate: &CertificateDer<'static>,
) -> (u16, String, bool) {
    let target = Target::new(gateway.address(), Some(certificate.clone())).unwrap();
    let answer = target.get(path, None).await.unwrap();
    let insists = answer.headers.contains_key("strict-transport-security");
    (answer.status, answer.body, insists)
}

/// What the gateway shows now, whoever has signed it.
async fn shown(gateway: &Gateway) -> CertificateDer<'static> {
    let greeted = greet(gateway.address(), NAME, b"http/1.1", None).await;
    greeted.unwrap().0.certificate
}

/// A gateway that begins anew, at another port: meanwhile the names lead nowhere, and the authority
/// waits where it would find nobody at the old one.
fn restarted(remains: Remains, file: &Path, authority: &Authority) -> Gateway {
    authority.names_lead_nowhere();
    let gateway = Gateway::serve(remains.directory, file);
    authority.names_lead_to(gateway.address());
    gateway
}

fn counts(accounts: usize, orders: usize, issued: usize) -> Counts {
    Counts {
        accounts,
        orders,
        issued,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_start_serves_at_once_and_has_a_certificate_of_the_authority_soon() {
    let authority = Authority::start();
    let (directory, file) = asking(&authority, "");
    let gateway = Gateway::serve(directory, &file);
    // The authority cannot have looked for it yet: it does not know where the names lead.
    let own = shown(&gateway).await;
    assert!(trusted(&gateway, &authority, NAME).await.is_err());
    let (status, body, insists) = get(&gateway, "/readyz", &own).await;
    assert_eq!(
        (status, body.as_str()),
        (200, "ok, but certificate_self_signed")
    );
    assert!(
        !insists,
        "nobody may be locked out by a self-signed certificate"
    );
    let log = gateway.log();
    assert!(log.contains("acme_self_signed_meanwhile"), "{log}");

    authority.names_lead_to(gateway.address());
    let issued = awaited(&gateway, &authority).await;
    trusted(&gateway, &authority, OTHER_NAME).await.unwrap();
    assert_eq!(authority.counts(), counts(1, 1, 1));
    assert_eq!(authority.contacts(), ["mailto:dsi@example.org"]);
    logged(&gateway, "acme_certificate_issued", 1).await;
    let (status, body, insists) = get(&gateway, "/readyz", &issued).await;
    assert_eq!((status, body.as_str(), insists), (200, "ok", true));
    let files = gateway.data_dir().join("tls/acme");
    for file in ["account.json", "certificate.pem", "orders.json"] {
        let mode = std::fs::metadata(files.join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    // Nobody is answered as an authority that does not look for anything.
    let looked = greet(gateway.address(), NAME, b"acme-tls/1", None).await;
    assert!(looked.is_err());

    let mut healthcheck = program(&[("listen.address", &gateway.address().to_string())]);
    healthcheck.args(["healthcheck", "--config"]).arg(&file);
    let (code, _, errors) = run(healthcheck, SOON);
    assert_eq!(code, Some(0), "{errors}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_is_served_to_new_connections_and_open_ones_go_on() {
    let authority = Authority::start();
    authority.with_mood(|mood| mood.age = 70 * DAY);
    let (gateway, file) = started(&authority, "");
    let first = awaited(&gateway, &authority).await;
    // From now on they are new ones; the first is past two thirds of its life, and is renewed.
    let target = Target::new(gateway.address(), Some(first.clone())).unwrap();
    let open = opened(&target, &file).await;
    authority.with_mood(|mood| mood.age = Duration::ZERO);
    let mut open = match open {
        Some(open) => open,
        // The renewal was faster than this test.
        None => {
            let renewed = awaited(&gateway, &authority).await;
            let target = Target::new(gateway.address(), Some(renewed)).unwrap();
            opened(&target, &file).await.unwrap()
        }
    };
    logged(&gateway, "acme_certificate_issued", 2).await;
    let second = awaited(&gateway, &authority).await;
    assert_ne!(first, second);
    tap(&mut open, "uk").await;
    assert_eq!(position(&mut open).await.1, 1, "the open socket goes on");
    open.sign_of_life(SOON).await.unwrap();
    assert_eq!(authority.counts().accounts, 1);
}

/// A tablet's page over this certificate; `None` when it is not served any more.
async fn opened(target: &Target, file: &Path) -> Option<SignallingClient> {
    let (_, code) = invite(file, &["tablet", "1"]);
    let body = serde_json::json!({ "code": code });
    let answer = target.post("/api/invite", &body, None).await.ok()?;
    let cookie = answer.cookie().unwrap();
    SignallingClient::connect(target, Role::Tablet, &cookie)
        .await
        .ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_serves_the_certificate_that_is_kept_and_asks_for_nothing() {
    let authority = Authority::start();
    let (gateway, file) = started(&authority, "");
    let issued = awaited(&gateway, &authority).await;
    logged(&gateway, "acme_certificate_issued", 1).await;
    let (_, remains) = gateway.end("KILL");
    authority.with_mood(|mood| mood.is_away = true);
    let gateway = restarted(remains, &file, &authority);
    assert_eq!(trusted(&gateway, &authority, NAME).await.unwrap(), issued);
    let (code, said, errors) = reload(&file, &[]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(said.contains("is in force until 20"), "{said}");
    assert_eq!(authority.counts(), counts(1, 1, 1));

    // Another name is asked for at once, with the account there is; what is kept is served
    // meanwhile.
    let (_, remains) = gateway.end("TERM");
    authority.with_mood(|mood| mood.is_away = false);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(OTHER_NAME, "nouveau.example.org")).unwrap();
    let gateway = restarted(remains, &file, &authority);
    trusted(&gateway, &authority, NAME).await.unwrap();
    logged(&gateway, "acme_certificate_issued", 2).await;
    trusted(&gateway, &authority, "nouveau.example.org")
        .await
        .unwrap();
    assert_eq!(authority.counts(), counts(1, 2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_authority_that_refuses_nonces_or_is_away_for_a_while_still_issues() {
    let authority = Authority::start();
    authority.with_mood(|mood| mood.is_away = true);
    let (gateway, _) = started(&authority, "");
    logged(&gateway, "acme_unreachable", 1).await;
    let own = shown(&gateway).await;
    assert_eq!(
        get(&gateway, "/healthz", &own).await.0,
        200,
        "serving meanwhile"
    );
    authority.with_mood(|mood| {
        mood.is_away = false;
        mood.bad_nonces = 2;
    });
    awaited(&gateway, &authority).await;
    assert_eq!(authority.counts(), counts(1, 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_authority_that_was_asked_too_often_is_left_alone_even_when_somebody_asks() {
    let authority = Authority::start();
    authority.with_mood(|mood| mood.limited_s = Some(3600));
    let (gateway, file) = started(&authority, "");
    logged(&gateway, "acme_rate_limited", 1).await;
    assert!(
        gateway
            .log()
            .contains("too many certificates for these names")
    );
    let (_, said, _) = reload(&file, &[]);
    assert!(said.contains("has not been issued yet"), "{said}");
    assert!(said.contains("acme_rate_limited"), "{said}");
    assert!(
        said.contains("The authority is asked again at 20"),
        "{said}"
    );

    // Nor by a restart.
    let (_, remains) = gateway.end("KILL");
    authority.with_mood(|mood| mood.limited_s = None);
    let gateway = restarted(remains, &file, &authority);
    let (_, said, _) = reload(&file, &[]);
    assert!(
        said.contains("The authority is asked again at 20"),
        "{said}"
    );
    assert_eq!(authority.counts(), counts(1, 1, 0));
    assert!(!gateway.log().contains("acme_certificate_issued"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_leads_elsewhere_is_said_and_tried_again_when_somebody_asks() {
    let authority = Authority::start();
    let elsewhere = Gateway::demo(&[]);
    let (directory, file) = asking(&authority, "");
    let gateway = Gateway::serve(directory, &file);
    authority.names_lead_to(elsewhere.address());
    logged(&gateway, "acme_challenge_failed", 1).await;
    let log = gateway.log();
    assert!(log.contains(NAME) && log.contains("port 443"), "{log}");

    authority.names_lead_to(gateway.address());
    let (code, said, errors) = reload(&file, &[]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(said.contains("Last: acme_challenge_failed"), "{said}");
    assert!(said.contains("The authority is asked now"), "{said}");
    awaited(&gateway, &authority).await;
    assert_eq!(authority.counts(), counts(1, 2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_is_asked_for_in_a_day_than_five_orders_whoever_asks_and_restarts() {
    let authority = Authority::start();
    let elsewhere = Gateway::demo(&[]);
    authority.names_lead_to(elsewhere.address());
    let (directory, file) = asking(&authority, "");
    let mut gateway = Gateway::serve(directory, &file);
    for failed in 1..=5 {
        logged(&gateway, "acme_challenge_failed", failed).await;
        if failed == 3 {
            let (_, remains) = gateway.end("KILL");
            gateway = Gateway::serve(remains.directory, &file);
        }
        reload(&file, &[]);
    }
    let (_, said, _) = reload(&file, &[]);
    assert!(
        said.contains("The authority is asked again at 20"),
        "{said}"
    );
    assert_eq!(authority.counts(), counts(1, 5, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_renewal_is_visible_and_leaves_what_is_served() {
    let authority = Authority::start();
    authority.with_mood(|mood| {
        mood.age = 80 * DAY;
        mood.issues_max = 1;
    });
    let (gateway, _) = started(&authority, "");
    let first = awaited(&gateway, &authority).await;
    logged(&gateway, "acme_refused", 1).await;
    logged(&gateway, "the certificate ends soon, or has: renew it", 1).await;
    assert_eq!(trusted(&gateway, &authority, NAME).await.unwrap(), first);
    let (status, body, insists) = get(&gateway, "/readyz", &first).await;
    assert_eq!(status, 200);
    assert_eq!(body, "ok, but certificate_renewal_fails");
    assert!(insists);
    assert_eq!(authority.counts(), counts(1, 2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_authority_that_wishes_an_early_renewal_gets_one() {
    let authority = Authority::start();
    authority.with_mood(|mood| mood.wishes_renewal = true);
    let (gateway, _) = started(&authority, "");
    logged(&gateway, "acme_renewal_wished", 1).await;
    logged(&gateway, "acme_certificate_issued", 2).await;
    awaited(&gateway, &authority).await;
    assert_eq!(authority.counts(), counts(1, 2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_that_are_tied_or_lost_are_opened_as_the_authority_wants() {
    let authority = Authority::start();
    let secret = b"thirty-two bytes of a secret key".to_vec();
    let handed_out = URL_SAFE_NO_PAD.encode(&secret);
    authority.with_mood(|mood| mood.external = Some((String::from("city-80"), secret)));
    let bound =
        format!("external_account = {{ key_id = \"city-80\", hmac_key = \"{handed_out}\" }}\n");
    let (gateway, file) = started(&authority, &bound);
    awaited(&gateway, &authority).await;
    logged(&gateway, "acme_certificate_issued", 1).await;

    // The authority is set up anew, and wants another certificate because of another name.
    let (_, remains) = gateway.end("TERM");
    authority.forget_accounts();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(OTHER_NAME, "nouveau.example.org")).unwrap();
    let gateway = restarted(remains, &file, &authority);
    logged(&gateway, "acme_account_refused", 1).await;
    reload(&file, &[]);
    logged(&gateway, "acme_certificate_issued", 2).await;
    assert_eq!(authority.counts(), counts(2, 1 + 1, 2));
    assert!(!gateway.log().contains(&handed_out));
}

#[test]
fn a_configuration_without_names_or_consent_is_refused_by_its_keys() {
    let (_directory, file) = configured(&format!("{DEMO_TOML}\n[tls]\nmode = \"acme\"\n"));
    let mut check = program(&[]);
    check.args(["config", "check", "--config"]).arg(&file);
    let (code, _, errors) = run(check, SOON);
    assert_eq!(code, Some(1));
    for key in ["tls.acme.terms_of_service_agreed:", "tls.acme.names:"] {
        assert!(errors.contains(key), "{errors}");
    }
}
