//! Pages, sessions and headers as a browser sees them.

use crate::gateway::{Gateway, program, run};
use crate::people::{sign_in, tablet};
use passerelle::client::http::Target;
use std::time::Duration;

#[tokio::test]
async fn every_page_carries_the_security_headers() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    for path in [
        "/",
        "/tablet",
        "/nowhere",
        "/healthz",
        "/api/session?role=tablet",
    ] {
        let answer = target.get(path, None).await.unwrap();
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"));
        assert!(header("permissions-policy").contains("camera=(self)"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        // The development certificate must stay replaceable.
        assert!(!answer.headers.contains_key("strict-transport-security"));
    }
}

#[tokio::test]
async fn a_browser_learns_whether_it_is_signed_in_and_as_whom_it_could_be() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let path = "/api/session?role=tablet";
    let answer = target.get(path, None).await.unwrap();
    assert_eq!(answer.headers["cache-control"], "no-store");
    let before: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        (&before["signed_in"], &before["demo"]),
        (&false.into(), &true.into())
    );
    assert_eq!(before["service"], "Ville d'Amiens");
    assert_eq!(before["identities"].as_array().unwrap().len(), 28);
    let cookie = sign_in(&target, tablet(1)).await;
    let answer = target.get(path, Some(&cookie)).await.unwrap();
    let after: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(after["signed_in"], true);
}

#[tokio::test]
async fn plain_http_on_the_tls_port_is_sent_to_https() {
    let gateway = Gateway::demo(&[]);
    let plain = Target::new(gateway.address(), None).unwrap();
    let answer = plain.get("/tablet", None).await.unwrap();
    assert_eq!(answer.status, 308);
    let location = format!("https://{}/tablet", gateway.address());
    assert_eq!(answer.headers["location"], location);
}

#[tokio::test]
async fn plain_http_serves_on_loopback_with_unprefixed_cookies() {
    let gateway = Gateway::demo_with(&[], &["--plain-http"]);
    let target = gateway.target();
    assert!(target.origin().starts_with("http://"));
    let cookie = sign_in(&target, tablet(1)).await;
    assert!(cookie.0.starts_with("passerelle-tablet="));
}

#[tokio::test]
async fn a_supervisor_can_ask_whether_it_is_up() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("passerelle.toml");
    let data_dir = directory.path().join("data");
    let text = format!("data_dir = {data_dir:?}\n{}", passerelle::config::DEMO_TOML);
    std::fs::write(&file, text).unwrap();
    let check = |address: &str| {
        let mut command = program(&[("listen.address", address)]);
        command.arg("healthcheck").arg("--config").arg(&file);
        run(command, Duration::from_secs(15))
    };
    let (code, _, errors) = check("127.0.0.1:1");
    assert_eq!(code, Some(1), "{errors}");
    let gateway = Gateway::serve(directory, &file);
    let (code, output, errors) = check(&gateway.address().to_string());
    assert_eq!((code, output.trim()), (Some(0), "ok"), "{errors}");
}
