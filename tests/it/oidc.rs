//! What a provider, or somebody in its place, may try; and what it may not learn, nor write down.

use crate::browser::{Browser, claire as with_password};
use crate::provider::visitor::{BY_MAILBOX, begin, end, section, service, told, visit, way};
use crate::provider::{Answering, CLIENT, Provider, SECRET, Signing};
use crate::service::{Service, changed, everything_in};
use passerelle::auth::Role;
use passerelle::config::DEMO_TOML;
use serde_json::{Value, json};

#[tokio::test]
async fn somebody_signs_in_by_a_provider_and_out_there_as_well() {
    let provider = Provider::start();
    let service = service(&provider, BY_MAILBOX);
    let mut browser = Browser::new(&service.gateway.target());
    let offered = browser.get("/api/session?role=interpreter").await;
    assert_eq!(offered["provider"], "Ville");
    let address = begin(&mut browser).await;
    let (asked, back) = provider.agree(&address);
    assert!(asked["state"].len() >= 32 && asked["nonce"].len() >= 32);
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(end(&mut browser, &back).await, "/interpreter");
    assert!(browser.is_in(Role::Interpreter).await);
    // The same code again, as somebody who looked into the history would.
    assert_eq!(end(&mut browser, &back).await, told("oidc_gone"));
    assert_eq!(provider.exchanges(), 1);
    let left = browser
        .post("/api/sign-out?role=interpreter", json!({}))
        .await;
    assert_eq!(left.status, 200, "{}", left.body);
    let left: Value = serde_json::from_str(&left.body).unwrap();
    let leave = left["leave"].as_str().unwrap();
    assert!(leave.starts_with(&format!("{}/leave?id_token_hint=", provider.issuer())));
    assert!(!browser.is_in(Role::Interpreter).await);
}

#[tokio::test]
async fn nobody_ends_a_way_that_another_browser_began() {
    let provider = Provider::start();
    let service = service(&provider, BY_MAILBOX);
    let mut attacker = Browser::new(&service.gateway.target());
    let address = begin(&mut attacker).await;
    let (_, back) = provider.agree(&address);
    let mut victim = Browser::new(&service.gateway.target());
    assert_eq!(
        end(&mut victim, &back).await,
        told("oidc_gone"),
        "no cookie"
    );
    begin(&mut victim).await;
    assert_eq!(
        end(&mut victim, &back).await,
        told("oidc_gone"),
        "another's"
    );
    let wrong = back.replacen("state=interpreter-", "state=interpreter-0", 1);
    assert_eq!(end(&mut attacker, &wrong).await, told("oidc_gone"));
    assert_eq!(
        end(&mut attacker, "error=access_denied").await,
        told("oidc_gone")
    );
    assert_eq!(provider.exchanges(), 0);
    assert!(!victim.is_in(Role::Interpreter).await);
    // Disturbed by nothing of that.
    assert_eq!(end(&mut attacker, &back).await, "/interpreter");
}

#[tokio::test]
async fn what_does_not_hold_signs_nobody_in_and_disturbs_nobody() {
    let provider = Provider::start();
    let service = service(&provider, BY_MAILBOX);
    let mut browser = Browser::new(&service.gateway.target());
    for (reason, change) in [
        ("id_token_nonce", json!({ "nonce": "x".repeat(64) })),
        ("id_token_audience", json!({ "aud": "another" })),
        ("id_token_audience", json!({ "aud": [CLIENT, "another"] })),
        (
            "id_token_issuer",
            json!({ "iss": "https://sso.example.fr" }),
        ),
        ("id_token_expired", json!({ "exp": 1_600_000_000 })),
        ("userinfo_subject", json!({ "sub": "another" })),
    ] {
        provider.with_mood(|mood| mood.token = change.clone());
        let ended = way(&mut browser, &provider).await;
        assert_eq!(ended, told("oidc_invalid"), "{change}");
        assert!(service.gateway.log().contains(reason), "{reason}");
    }
    provider.with_mood(|mood| mood.token = json!({}));
    for signing in [
        Signing::OtherKey,
        Signing::Nothing,
        Signing::PublicKey,
        Signing::Secret,
    ] {
        provider.with_mood(|mood| mood.signing = signing);
        let ended = way(&mut browser, &provider).await;
        assert_eq!(ended, told("oidc_invalid"), "{signing:?}");
    }
    provider.with_mood(|mood| mood.signing = Signing::Rightly);
    for (answering, id) in [
        (Answering::Redirecting, "oidc_invalid"),
        (Answering::Huge, "oidc_invalid"),
        (Answering::Never, "oidc_away"),
    ] {
        provider.with_mood(|mood| mood.answering = answering);
        let asked = provider.exchanges();
        assert_eq!(
            way(&mut browser, &provider).await,
            told(id),
            "{answering:?}"
        );
        assert_eq!(provider.exchanges(), asked + 1, "{answering:?}");
    }
    provider.with_mood(|mood| mood.answering = Answering::Rightly);
    for (saying, id, reason) in [
        (Answering::Redirecting, "oidc_invalid", "userinfo_status"),
        (Answering::Huge, "oidc_invalid", "userinfo_too_large"),
        (Answering::Never, "oidc_away", "userinfo_late"),
    ] {
        provider.with_mood(|mood| mood.saying = saying);
        assert_eq!(way(&mut browser, &provider).await, told(id), "{saying:?}");
        assert!(service.gateway.log().contains(reason), "{reason}");
    }
    assert!(!browser.is_in(Role::Interpreter).await);
    provider.with_mood(|mood| mood.saying = Answering::Rightly);
    assert_eq!(way(&mut browser, &provider).await, "/interpreter");
}

#[tokio::test]
async fn an_answer_in_anothers_name_or_below_the_level_asked_for_signs_nobody_in() {
    let provider = Provider::start();
    let service = service(
        &provider,
        &format!("acr_values = [\"eidas2\", \"eidas3\"]\n{BY_MAILBOX}"),
    );
    let mut browser = Browser::new(&service.gateway.target());
    for other in ["&iss=https%3A%2F%2Fsso.example.fr", ""] {
        let address = begin(&mut browser).await;
        let (asked, back) = provider.agree(&address);
        assert_eq!(asked["acr_values"], "eidas2 eidas3");
        let back = back.replace(&format!("&iss={}", provider.issuer()), other);
        assert_eq!(end(&mut browser, &back).await, told("oidc_gone"));
    }
    assert_eq!(provider.exchanges(), 0, "whoever that was has no code");
    assert!(service.gateway.log().contains("answer_issuer"));
    for (level, to) in [
        (json!({}), told("oidc_invalid")),
        (json!({ "acr": "eidas1" }), told("oidc_invalid")),
        (json!({ "acr": "eidas3" }), String::from("/interpreter")),
    ] {
        provider.with_mood(|mood| mood.token = level.clone());
        assert_eq!(way(&mut browser, &provider).await, to, "{level}");
    }
    assert!(service.gateway.log().contains("id_token_level"));
}

#[tokio::test]
async fn a_secret_that_is_wrong_is_said_in_the_log_and_holds_as_soon_as_it_is_corrected() {
    let provider = Provider::start();
    provider.with_mood(|mood| mood.secret = "another");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), SECRET).unwrap();
    let by_file = format!("client_secret_file = {:?}", file.path());
    let text = section(&provider, BY_MAILBOX);
    let text = changed(&text, &format!("client_secret = {SECRET:?}"), &by_file);
    let service = Service::start(&text);
    let mut browser = Browser::new(&service.gateway.target());
    assert_eq!(way(&mut browser, &provider).await, told("oidc_refused"));
    let log = service.gateway.log();
    assert!(log.contains("compare `oidc.client_id` and `oidc.client_secret`"));
    assert!(!log.contains("geheim"), "no word of the provider's");
    std::fs::write(file.path(), "another\n").unwrap();
    assert_eq!(
        way(&mut browser, &provider).await,
        "/interpreter",
        "at once"
    );
}

#[tokio::test]
async fn whatever_goes_wrong_a_browser_is_led_to_a_page_and_tries_so_often_only() {
    let none = Service::start(DEMO_TOML);
    let mut browser = Browser::new(&none.gateway.target());
    assert_eq!(begin(&mut browser).await, told("oidc_off"));
    let coordinator = end(&mut browser, "state=coordinator-00").await;
    assert_eq!(coordinator, "/coordinator#sign-in=oidc_off");

    let provider = Provider::start();
    let behind = "[listen]\ntrusted_proxies = [\"127.0.0.1\"]";
    let text = changed(&section(&provider, BY_MAILBOX), "[listen]", behind);
    let service = Service::start(&text);
    let target = service.gateway.target();
    let mut browser = Browser::new(&target.on_behalf_of("198.51.100.1"));
    let nobody = visit(&mut browser, "/api/oidc/start?role=tablet").await;
    assert_eq!(nobody.status, 303, "{}", nobody.body);
    let mut tries = 0;
    while end(&mut browser, "code=0&state=0").await == told("oidc_gone") {
        tries += 1;
        assert!(tries < 80, "sixty, and one more every five seconds");
    }
    assert!(tries >= 60, "{tries}");
    let refused = told("too_many_requests");
    assert_eq!(end(&mut browser, "code=0&state=0").await, refused);
    assert_eq!(begin(&mut browser).await, refused);
    let mut other = Browser::new(&target.on_behalf_of("198.51.100.2"));
    assert_eq!(way(&mut other, &provider).await, "/interpreter");
}

#[tokio::test]
async fn a_signed_answer_and_a_provider_without_proof_are_taken_and_new_keys_are_read() {
    let provider = Provider::start();
    provider.with_mood(|mood| {
        mood.is_signed = true;
        mood.takes_proof = false;
    });
    let service = service(&provider, &format!("userinfo = \"jwt\"\n{BY_MAILBOX}"));
    let mut browser = Browser::new(&service.gateway.target());
    let address = begin(&mut browser).await;
    let (asked, back) = provider.agree(&address);
    assert!(!asked.contains_key("code_challenge"));
    assert_eq!(end(&mut browser, &back).await, "/interpreter");
    provider.change_key();
    assert_eq!(way(&mut browser, &provider).await, "/interpreter");
    provider.with_mood(|mood| mood.is_signed = false);
    assert_eq!(way(&mut browser, &provider).await, told("oidc_invalid"));
}

#[tokio::test]
async fn whoever_is_not_listed_is_refused_and_a_provider_that_is_away_keeps_nobody_else_out() {
    let provider = Provider::start();
    provider.with_mood(|mood| mood.telling = Answering::Huge);
    let service = service(&provider, BY_MAILBOX);
    let mut browser = Browser::new(&service.gateway.target());
    assert_eq!(begin(&mut browser).await, told("oidc_away"));
    assert!(service.gateway.log().contains("more than 262144 bytes"));
    with_password(&service).await;
    provider.with_mood(|mood| {
        mood.telling = Answering::Rightly;
        mood.user = json!({ "email": "other@example.fr" });
    });
    // It is asked again after five seconds.
    let mut look = tokio::time::interval(std::time::Duration::from_millis(500));
    let address = loop {
        look.tick().await;
        let address = begin(&mut browser).await;
        if address != told("oidc_away") {
            break address;
        }
    };
    let (_, back) = provider.agree(&address);
    assert_eq!(end(&mut browser, &back).await, told("oidc_no_role"));
}

#[tokio::test]
async fn no_token_code_secret_or_mailbox_is_in_any_byte_that_is_written() {
    let provider = Provider::start();
    let (directory, file) = crate::service::configured(&section(&provider, BY_MAILBOX));
    let mut command = crate::gateway::program(&[("listen.address", "127.0.0.1:0")]);
    command
        .args(["--log", "trace,passerelle=trace", "serve", "--config"])
        .arg(&file);
    let gateway = crate::gateway::Gateway::started_by(command, directory);
    let mut browser = Browser::new(&gateway.target());
    let address = begin(&mut browser).await;
    let (asked, back) = provider.agree(&address);
    assert_eq!(end(&mut browser, &back).await, "/interpreter");
    let code = back
        .split("code=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    let (_, remains) = gateway.end("TERM");
    let mut written = everything_in(&remains.data_dir());
    written.extend(std::fs::read(remains.directory.path().join("log")).unwrap());
    let secrets = [
        SECRET,
        "zugang-of-claire",
        "claire@example.fr",
        &code,
        &asked["state"],
        &asked["nonce"],
    ];
    for secret in secrets {
        let found = written
            .windows(secret.len())
            .any(|it| it == secret.as_bytes());
        assert!(!found, "{secret}");
    }
}
