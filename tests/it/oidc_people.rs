//! People who sign in by a provider: whose account is whose, and what stands beside it.

use crate::browser::{Browser, PASSWORD, account, claire as with_password, refusal, refused};
use crate::gateway::Gateway;
use crate::provider::visitor::{BY_MAILBOX, begin, end, section, service, told, way};
use crate::provider::{Answering, Provider};
use passerelle::auth::Role;
use serde_json::{Value, json};

const BY_ROLE: &str = r#"
role_claim = "role"
roles = [{ value = "chef", role = "coordinator" }, { value = "relais", role = "interpreter" }]
interpreter_claim = "number"
"#;

/// Somebody whom the provider calls so.
fn be(provider: &Provider, subject: &str, user: &Value) {
    let mut user = user.clone();
    user["sub"] = json!(subject);
    provider.with_mood(|mood| {
        mood.token = json!({ "sub": subject });
        mood.user = user.clone();
    });
}

/// The list of accounts, a line each.
fn accounts(service: &crate::service::Service) -> Vec<String> {
    let (code, output, errors) = account(&service.file, &["list"]);
    assert_eq!(code, Some(0), "{errors}");
    output.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_mailbox_lets_in_whom_it_let_in_first_and_nobody_who_has_it_later() {
    let provider = Provider::start();
    let people = "people = [{ email = \"chef@example.fr\", role = \"coordinator\" }, \
                  { email = \"cheffe@example.fr\", role = \"coordinator\" }]";
    let service = service(&provider, people);
    let mut browser = Browser::new(&service.gateway.target());
    let mailbox = |name: &str| json!({ "email": format!("{name}@example.fr") });
    be(&provider, "first", &mailbox("Chef"));
    assert_eq!(way(&mut browser, &provider).await, "/coordinator");
    be(&provider, "second", &mailbox("chef"));
    assert_eq!(way(&mut browser, &provider).await, told("oidc_taken"));
    // Whoever has another mailbox now keeps the first one from others all the same.
    be(&provider, "first", &mailbox("cheffe"));
    assert_eq!(way(&mut browser, &provider).await, "/coordinator");
    for again in ["chef", "cheffe"] {
        be(&provider, "second", &mailbox(again));
        assert_eq!(way(&mut browser, &provider).await, told("oidc_taken"));
    }
    let listed = accounts(&service);
    let login = listed
        .iter()
        .find_map(|line| line.split('\t').nth(1).filter(|it| it.starts_with("oidc-")));
    let (code, _, errors) = account(&service.file, &["remove", login.unwrap()]);
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(way(&mut browser, &provider).await, "/coordinator");
}

#[tokio::test]
async fn an_interpreters_account_is_kept_by_whom_the_provider_names_first_and_changes_with_them() {
    let provider = Provider::start();
    let service = service(&provider, BY_ROLE);
    let own = with_password(&service).await;
    let mut browser = Browser::new(&service.gateway.target());
    let interpreter = |number: u32| json!({ "role": "relais", "number": number });
    be(&provider, "claire", &interpreter(5));
    assert_eq!(way(&mut browser, &provider).await, "/interpreter");
    let listed = accounts(&service);
    assert_eq!(
        listed
            .iter()
            .filter(|line| line.contains("provider"))
            .count(),
        1,
        "{listed:?}"
    );
    assert!(
        listed
            .iter()
            .any(|line| line.contains("claire\t") && line.contains("provider"))
    );
    let mut second = Browser::new(&service.gateway.target());
    be(&provider, "second", &interpreter(5));
    assert_eq!(way(&mut second, &provider).await, told("oidc_taken"));
    be(&provider, "second", &interpreter(999));
    assert_eq!(way(&mut second, &provider).await, told("oidc_no_person"));
    be(&provider, "second", &interpreter(6));
    assert_eq!(way(&mut second, &provider).await, "/interpreter");
    // Nobody becomes somebody who is there already.
    be(&provider, "claire", &interpreter(6));
    assert_eq!(way(&mut browser, &provider).await, told("oidc_taken"));
    assert!(browser.is_in(Role::Interpreter).await && own.is_in(Role::Interpreter).await);
    // Another role: what was open as the former is not any more.
    be(&provider, "claire", &json!({ "role": "chef" }));
    let mut elsewhere = Browser::new(&service.gateway.target());
    let address = begin(&mut elsewhere).await;
    let (_, back) = provider.agree(&address);
    assert_eq!(end(&mut elsewhere, &back).await, "/coordinator");
    assert!(!browser.is_in(Role::Interpreter).await && !own.is_in(Role::Interpreter).await);
    let answer = elsewhere.sign_in("claire", PASSWORD).await;
    assert_eq!(refusal(&answer), refused(401, "sign_in_wrong"));
    assert!(second.is_in(Role::Interpreter).await);
}

#[tokio::test]
async fn where_passwords_are_not_taken_the_page_says_so_and_people_come_by_the_provider() {
    let provider = Provider::start();
    let section = section(&provider, BY_MAILBOX);
    let text = format!("{section}\n[accounts]\nlocal = false\n");
    let service = crate::service::Service::start(&text);
    let mut browser = Browser::new(&service.gateway.target());
    let offered = browser.get("/api/session?role=interpreter").await;
    assert_eq!(offered["provider_only"], true);
    let answer = browser.sign_in("claire", PASSWORD).await;
    assert_eq!(refusal(&answer), refused(403, "provider_only"));
    let answer = browser.choose("0f1e", PASSWORD).await;
    assert_eq!(refusal(&answer), refused(403, "provider_only"));
    assert_eq!(way(&mut browser, &provider).await, "/interpreter");
}

/// A gateway that has begun anew since an interpreter signed in by the provider in this browser.
async fn signed_in_before_a_restart(provider: &Provider) -> (Gateway, Browser) {
    let service = service(provider, BY_MAILBOX);
    let mut browser = Browser::new(&service.gateway.target());
    assert_eq!(way(&mut browser, provider).await, "/interpreter");
    let (_, remains) = service.gateway.end("TERM");
    let gateway = Gateway::serve(remains.directory, &service.file);
    browser.target = gateway.target();
    (gateway, browser)
}

#[tokio::test]
async fn whoever_signs_out_after_a_restart_is_led_to_the_provider_without_its_token() {
    let provider = Provider::start();
    let (_gateway, mut browser) = signed_in_before_a_restart(&provider).await;
    assert!(browser.is_in(Role::Interpreter).await);
    let left = browser
        .post("/api/sign-out?role=interpreter", json!({}))
        .await;
    let left: Value = serde_json::from_str(&left.body).unwrap();
    let leave = left["leave"].as_str().unwrap();
    let begun = format!("{}/leave?client_id=passerelle&", provider.issuer());
    assert!(
        leave.starts_with(&begun) && !leave.contains("hint"),
        "{leave}"
    );
    assert!(!browser.is_in(Role::Interpreter).await);
}

#[tokio::test]
async fn whoever_signs_out_is_out_also_when_the_provider_says_nothing() {
    let provider = Provider::start();
    let (_gateway, mut browser) = signed_in_before_a_restart(&provider).await;
    provider.with_mood(|mood| mood.telling = Answering::Never);
    let left = browser
        .post("/api/sign-out?role=interpreter", json!({}))
        .await;
    assert_eq!((left.status, left.body.as_str()), (204, ""));
    assert!(!browser.is_in(Role::Interpreter).await);
}

#[tokio::test]
async fn a_provider_that_says_in_words_whether_a_mailbox_is_verified_is_understood() {
    let provider = Provider::start();
    let service = service(&provider, BY_MAILBOX);
    let mut browser = Browser::new(&service.gateway.target());
    let words = |verified: &str| {
        let said = json!({ "email": "claire@example.fr", "email_verified": verified });
        provider.with_mood(|mood| {
            mood.token = said.clone();
            mood.user = said.clone();
        });
    };
    words("false");
    assert_eq!(way(&mut browser, &provider).await, told("oidc_no_role"));
    words("true");
    assert_eq!(way(&mut browser, &provider).await, "/interpreter");
}
