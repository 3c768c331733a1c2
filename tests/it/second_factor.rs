//! A telephone's codes beside the password; and that no secret is anywhere.

use crate::browser::{Browser, OTHER, PASSWORD, account, claire, link, refusal, refused};
use crate::gateway::program;
use crate::service::{Service, changed};
use passerelle::auth::Role;
use passerelle::client::signalling::SignallingClient;
use passerelle::config::DEMO_TOML;
use passerelle_signaling::protocol::Identity;
use ring::hmac;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// The code that a telephone with this secret shows, so many steps from now.
pub(crate) fn telephone(secret: &str, steps: u64) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bits = String::new();
    for letter in secret.chars().filter(|letter| *letter != ' ') {
        bits += &format!("{:05b}", ALPHABET.find(letter).unwrap());
    }
    let bytes = bits.as_bytes().chunks_exact(8);
    let bytes =
        bytes.map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap());
    let key = hmac::Key::new(
        hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        &bytes.collect::<Vec<_>>(),
    );
    #[expect(
        clippy::disallowed_methods,
        reason = "a telephone has a clock of its own"
    )]
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let signed = hmac::sign(&key, &(now / 30 + steps).to_be_bytes());
    let signed = signed.as_ref();
    let at = usize::from(signed[19] & 15);
    let word: [u8; 4] = signed[at..at + 4].try_into().unwrap();
    format!(
        "{:06}",
        (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000
    )
}

/// Enrols a telephone; its secret, and the recovery codes.
pub(crate) async fn enrol(browser: &mut Browser, role: Role) -> (String, Vec<String>) {
    let path = |what: &str| format!("/api/account/second-factor/{what}?role={role}");
    let begun = browser
        .post(&path("begin"), json!({ "password": PASSWORD }))
        .await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    let begun: Value = serde_json::from_str(&begun.body).unwrap();
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let uri = begun["uri"].as_str().unwrap();
    assert!(uri.contains(&secret.replace(' ', "")), "{uri}");
    let code = telephone(&secret, 0);
    let confirmed = browser
        .post(&path("confirm"), json!({ "code": code }))
        .await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    let codes: Value = serde_json::from_str(&confirmed.body).unwrap();
    let codes = codes["recovery_codes"].as_array().unwrap().iter();
    let codes = codes.map(|code| code.as_str().unwrap().to_owned());
    (secret, codes.collect())
}

#[tokio::test]
async fn a_telephones_code_is_asked_for_beside_the_password_and_each_is_good_once() {
    let service = Service::start(DEMO_TOML);
    let mut browser = claire(&service).await;
    let begin = "/api/account/second-factor/begin?role=interpreter";
    let wrong = browser.post(begin, json!({ "password": OTHER })).await;
    assert_eq!(refusal(&wrong), refused(401, "sign_in_wrong"));
    let (secret, recovery) = enrol(&mut browser, Role::Interpreter).await;
    assert_eq!(recovery.len(), 10);
    let again = browser.post(begin, json!({ "password": PASSWORD })).await;
    assert_eq!(refusal(&again), refused(409, "second_factor_on"));

    let mut other = Browser::new(&service.gateway.target());
    let needed = refused(401, "code_needed");
    assert_eq!(refusal(&other.sign_in("claire", PASSWORD).await), needed);
    let wrong = refused(401, "code_wrong");
    // Whoever has not the password learns of no second factor.
    let answer = other.sign_in_with("claire", OTHER, "000000").await;
    assert_eq!(refusal(&answer), refused(401, "sign_in_wrong"));
    for code in ["", "abc", "AAAA-BBBB-CCCC-DDDD"] {
        let answer = other.sign_in_with("claire", PASSWORD, code).await;
        assert_eq!(refusal(&answer), wrong, "{code}");
    }
    // One step ahead, as a telephone's clock may be: that of this step was used up to enrol.
    let code = telephone(&secret, 1);
    assert_eq!(
        other.sign_in_with("claire", PASSWORD, &code).await.status,
        200
    );
    assert_eq!(
        refusal(&other.sign_in_with("claire", PASSWORD, &code).await),
        wrong
    );
    assert_eq!(other.mine(Role::Interpreter).await["second_factor"], true);

    let mut third = Browser::new(&service.gateway.target());
    let code = recovery[3].to_lowercase().replace('-', " ");
    assert_eq!(
        third.sign_in_with("claire", PASSWORD, &code).await.status,
        200
    );
    assert_eq!(
        refusal(&third.sign_in_with("claire", PASSWORD, &code).await),
        wrong
    );
    assert_eq!(third.mine(Role::Interpreter).await["recovery_codes"], 9);

    let remove = "/api/account/second-factor/remove?role=interpreter";
    let answer = third.post(remove, json!({ "password": OTHER })).await;
    assert_eq!(refusal(&answer), refused(401, "sign_in_wrong"));
    assert_eq!(
        third
            .post(remove, json!({ "password": PASSWORD }))
            .await
            .status,
        204
    );
    assert_eq!(other.sign_in("claire", PASSWORD).await.status, 200);
    // And a reset removes it as well.
    enrol(&mut other, Role::Interpreter).await;
    let code = link(&service.file, &["reset", "claire"]);
    assert_eq!(other.choose(&code, PASSWORD).await.status, 200);
    assert_eq!(other.sign_in("claire", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn codes_that_are_guessed_are_counted_and_a_recovery_code_passes_all_the_same() {
    let service = Service::start(DEMO_TOML);
    let mut browser = claire(&service).await;
    let (secret, recovery) = enrol(&mut browser, Role::Interpreter).await;
    let right = [
        telephone(&secret, 0),
        telephone(&secret, 1),
        telephone(&secret, 2),
    ];
    let mut guesses = (0..).map(|guess| format!("{guess:06}"));
    let mut stranger = Browser::new(&service.gateway.target());
    for _ in 0..10 {
        let guess = guesses.find(|guess| !right.contains(guess)).unwrap();
        let answer = stranger.sign_in_with("claire", PASSWORD, &guess).await;
        assert_eq!(refusal(&answer), refused(401, "code_wrong"));
    }
    let code = telephone(&secret, 1);
    let answer = stranger.sign_in_with("claire", PASSWORD, &code).await;
    assert_eq!(refusal(&answer), refused(429, "sign_in_slowed"));
    let answer = stranger
        .sign_in_with("claire", PASSWORD, &recovery[0])
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = browser
        .sign_in_with("claire", PASSWORD, &telephone(&secret, 1))
        .await;
    assert_eq!(answer.status, 200, "her own browser has a count of its own");
}

/// Coordinators and administrators need a second factor.
const NEEDED: &str =
    "[accounts]\ncoordinators_and_administrators_need_second_factor = true\n\n[service]";

#[tokio::test]
async fn whoever_is_in_on_two_pages_needs_a_second_factor_on_one_of_them() {
    let service = Service::start(&changed(DEMO_TOML, "[service]", NEEDED));
    for enrolled in [Role::Coordinator, Role::Administrator] {
        let mut browser = Browser::new(&service.gateway.target());
        for role in [Role::Coordinator, Role::Administrator] {
            let login = format!("{role}-of-{enrolled}");
            let add = ["add", "--login", &login, &format!("--{role}")];
            let code = link(&service.file, &add);
            assert_eq!(browser.choose(&code, PASSWORD).await.status, 200);
        }
        let target = service.gateway.target();
        let neither = target.get("/api/tablets", Some(&browser.cookie())).await;
        let missing = refused(403, "second_factor_missing");
        assert_eq!(refusal(&neither.unwrap()), missing);
        enrol(&mut browser, enrolled).await;
        let tablets = target.get("/api/tablets", Some(&browser.cookie())).await;
        assert_eq!(tablets.unwrap().status, 200, "enrolled as {enrolled}");
    }
}

#[tokio::test]
async fn a_service_can_ask_a_second_factor_of_its_coordinators() {
    let service = Service::start(&changed(DEMO_TOML, "[service]", NEEDED));
    let code = link(&service.file, &["add", "--login", "chef", "--coordinator"]);
    let target = service.gateway.target();
    let mut browser = Browser::new(&target);
    assert_eq!(browser.choose(&code, PASSWORD).await.status, 200);
    // Signed in for nothing else than to enrol.
    let told = browser.get("/api/session?role=coordinator").await;
    assert_eq!(
        (&told["signed_in"], &told["second_factor_missing"]),
        (&json!(false), &json!(true))
    );
    let cookie = browser.cookie();
    let page = SignallingClient::connect(&target, Role::Coordinator, &cookie).await;
    assert!(page.is_err());
    let missing = refused(403, "second_factor_missing");
    let list = target.get("/api/tablets", Some(&browser.cookie())).await;
    assert_eq!(refusal(&list.unwrap()), missing);
    enrol(&mut browser, Role::Coordinator).await;
    let open = browser.open(Role::Coordinator).await;
    assert_eq!(open.identity(), Identity::Coordinator);
    let remove = "/api/account/second-factor/remove?role=coordinator";
    let kept = browser.post(remove, json!({ "password": PASSWORD })).await;
    assert_eq!(refusal(&kept), refused(409, "second_factor_required"));
    // Interpreters are not asked for one.
    let interpreter = claire(&service).await;
    assert!(interpreter.is_in(Role::Interpreter).await);
}

#[tokio::test]
async fn what_is_done_with_accounts_is_in_the_audit_journal_and_no_secret_is_anywhere() {
    let (directory, file) = crate::service::configured(DEMO_TOML);
    let mut command = program(&[("listen.address", "127.0.0.1:0")]);
    command
        .args(["--log", "trace", "serve", "--config"])
        .arg(&file);
    let gateway = crate::gateway::Gateway::started_by(command, directory);
    let service = Service { gateway, file };
    let code = link(
        &service.file,
        &["add", "--login", "claire", "--interpreter", "5"],
    );
    let mut browser = Browser::new(&service.gateway.target());
    browser.choose(&code, PASSWORD).await;
    browser.sign_in("claire", OTHER).await;
    browser.sign_in("claire", PASSWORD).await;
    let (secret, recovery) = enrol(&mut browser, Role::Interpreter).await;
    let shown = telephone(&secret, 1);
    browser.sign_in_with("claire", PASSWORD, &shown).await;
    browser.sign_in_with("claire", PASSWORD, &recovery[0]).await;
    let path = "/api/account/password?role=interpreter";
    browser
        .post(path, json!({ "present": PASSWORD, "new": OTHER }))
        .await;
    let end = "/api/account/sessions/end?role=interpreter";
    browser.post(end, json!({})).await;
    let remove = "/api/account/second-factor/remove?role=interpreter";
    browser.post(remove, json!({ "password": OTHER })).await;
    let reset = link(&service.file, &["reset", "claire"]);
    account(&service.file, &["remove", "claire"]);
    let (_, remains) = service.gateway.end("TERM");
    let written = crate::service::everything_in(remains.directory.path());
    let holds = |text: &str| {
        let text = text.as_bytes();
        written.windows(text.len()).any(|part| part == text)
    };
    let bare = recovery[0].replace('-', "");
    let tokens = browser.jar.iter().map(|(_, token)| token.as_str());
    let secrets = [PASSWORD, OTHER, &code, &reset, &recovery[0], &bare];
    for secret in secrets.into_iter().chain(tokens) {
        assert!(!holds(secret), "{secret}");
    }
    assert!(!holds(&secret) && !holds(&secret.replace(' ', "")));
    for act in [
        r#""account_added":{"account":1,"#,
        r#""password_chosen":{"account":1,"#,
        r#""by":"password","account":1"#,
        r#""sign_in_refused":{"#,
        r#""second_factor_added":{"account":1,"#,
        r#""recovery_code_used":{"account":1,"#,
        r#""password_changed":{"account":1,"#,
        r#""sessions_ended":{"#,
        r#""second_factor_removed":{"account":1,"#,
        r#""account_reset":{"account":1,"#,
        r#""account_removed":{"account":1,"#,
    ] {
        assert!(holds(act), "{act}");
    }
}
