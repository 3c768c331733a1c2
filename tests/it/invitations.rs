//! Invitations of a gateway that is not a demo.

use crate::gateway::{Gateway, STOP_MAX, program, run};
use crate::people::tablet;
use crate::service::{configured, invite};
use passerelle::auth::Role;
use passerelle::client::signalling::SignallingClient;
use passerelle::config::DEMO_TOML;
use passerelle_signaling::protocol::Identity;

#[tokio::test]
async fn a_link_signs_in_once() {
    let (directory, file) = configured(DEMO_TOML);
    let gateway = Gateway::serve(directory, &file);
    let target = gateway.target();
    let (page, code) = invite(&file, &["tablet", "3"]);
    assert_eq!(page, format!("https://{}/tablet", gateway.address()));
    let body = serde_json::json!({ "code": code });
    let answer = target.post("/api/invite", &body, None).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(told["identity"], serde_json::to_value(tablet(3)).unwrap());
    let cookie = answer.cookie().unwrap();
    assert!(cookie.0.starts_with("__Host-passerelle-tablet="));
    let client = SignallingClient::connect(&target, Role::Tablet, &cookie)
        .await
        .unwrap();
    assert_eq!(client.identity(), tablet(3));
    let again = target.post("/api/invite", &body, None).await.unwrap();
    assert_eq!(again.status, 404);
    assert!(again.cookie().is_none());
}

#[tokio::test]
async fn an_invitation_made_while_the_gateway_is_down_is_good_when_it_is_up() {
    let (directory, file) = configured(DEMO_TOML);
    let (page, code) = invite(&file, &["coordinator"]);
    assert_eq!(page, "https://127.0.0.1:8443/coordinator");
    let gateway = Gateway::serve(directory, &file);
    let body = serde_json::json!({ "code": code });
    let answer = gateway
        .target()
        .post("/api/invite", &body, None)
        .await
        .unwrap();
    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        told["identity"],
        serde_json::to_value(Identity::Coordinator).unwrap()
    );
}

#[tokio::test]
async fn nobody_is_invited_who_is_not_in_the_configuration() {
    let (_directory, file) = configured(DEMO_TOML);
    for (who, expected) in [
        (vec!["tablet", "99"], "sites"),
        (vec!["interpreter", "99"], "interpreters"),
        (vec!["tablet"], "number"),
    ] {
        let mut command = program(&[]);
        command.arg("invite").args(who).arg("--config").arg(&file);
        let (code, _, errors) = run(command, STOP_MAX);
        assert_eq!(code, Some(1));
        assert!(errors.contains(expected), "{errors}");
    }
}

#[tokio::test]
async fn only_the_demo_has_one_click_sign_in() {
    let (directory, file) = configured(DEMO_TOML);
    let gateway = Gateway::serve(directory, &file);
    let target = gateway.target();
    let body = serde_json::json!({ "identity": tablet(1) });
    let answer = target.post("/api/demo/sign-in", &body, None).await.unwrap();
    assert_eq!(answer.status, 404);
    let session = target.get("/api/session?role=tablet", None).await.unwrap();
    let session: serde_json::Value = serde_json::from_str(&session.body).unwrap();
    assert_eq!(session["demo"], false);
    assert_eq!(session["identities"], serde_json::json!([]));
}
