//! People with a login and a password: made by an administrator, chosen by a link, guessed in vain,
//! ended from elsewhere, with a telephone's codes.

use crate::gateway::{STOP_MAX, program, run};
use crate::people::{SOON, interpreter};
use crate::service::{Service, changed, invite};
use axum::http::header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderValue, Method};
use passerelle::auth::Role;
use passerelle::client::http::{Answer, Cookie, Target};
use passerelle::client::signalling::SignallingClient;
use passerelle::config::DEMO_TOML;
use passerelle_signaling::protocol::{ByeReason, Identity};
use ring::hmac;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

const PASSWORD: &str = "tomate velours horizon";
const OTHER: &str = "quatre-vingts grenouilles";

/// `passerelle account` of the gateway of this file.
fn account(file: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = program(&[]);
    command.arg("account").args(arguments).arg("--config").arg(file);
    run(command, STOP_MAX)
}

/// The code of the printed link.
fn link(file: &Path, arguments: &[&str]) -> String {
    let (code, output, errors) = account(file, arguments);
    assert_eq!(code, Some(0), "{errors}");
    output.trim().split_once("#account=").unwrap().1.to_owned()
}

/// A browser: what it has been given to keep.
#[derive(Clone)]
struct Browser {
    target: Target,
    jar: Vec<(String, String)>,
}

impl Browser {
    fn new(target: &Target) -> Self {
        let (target, jar) = (target.clone(), Vec::new());
        Self { target, jar }
    }

    fn cookie(&self) -> Cookie {
        let pairs = self.jar.iter().map(|(name, value)| format!("{name}={value}"));
        Cookie(pairs.collect::<Vec<_>>().join("; "))
    }

    async fn post(&mut self, path: &str, body: Value) -> Answer {
        let headers = vec![
            (COOKIE, HeaderValue::from_str(&self.cookie().0).unwrap()),
            (ORIGIN, HeaderValue::from_str(&self.target.origin()).unwrap()),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (
                USER_AGENT,
                HeaderValue::from_static("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"),
            ),
        ];
        let sent = self.target.send(Method::POST, path, headers, body.to_string());
        let answer = sent.await.unwrap();
        for line in answer.headers.get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.jar.retain(|(kept, _)| kept != name);
            self.jar.push((name.to_owned(), value.to_owned()));
        }
        answer
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.target.get(path, Some(&self.cookie())).await.unwrap();
        serde_json::from_str(&answer.body).unwrap()
    }

    async fn choose(&mut self, code: &str, password: &str) -> Answer {
        let body = json!({ "code": code, "password": password });
        self.post("/api/account/choose-password", body).await
    }

    async fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        let body = json!({ "login": login, "password": password });
        self.post("/api/account/sign-in", body).await
    }

    async fn sign_in_with(&mut self, login: &str, password: &str, code: &str) -> Answer {
        let body = json!({ "login": login, "password": password, "code": code });
        self.post("/api/account/sign-in", body).await
    }

    async fn open(&self, role: Role) -> SignallingClient {
        let opened = SignallingClient::connect(&self.target, role, &self.cookie());
        opened.await.unwrap()
    }

    /// Whether the session is good.
    async fn is_in(&self, role: Role) -> bool {
        self.get(&format!("/api/session?role={role}")).await["signed_in"] == true
    }

    async fn mine(&self, role: Role) -> Value {
        self.get(&format!("/api/account?role={role}")).await
    }
}

/// The refusal's id, which comes with a sentence.
fn refusal(answer: &Answer) -> (u16, String) {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert!(body["message"].as_str().unwrap().len() > 10, "{}", answer.body);
    (answer.status, body["error"].as_str().unwrap().to_owned())
}

fn refused(status: u16, id: &str) -> (u16, String) {
    (status, id.to_owned())
}

/// Interpreter 5 with the account `claire`, signed in.
async fn claire(service: &Service) -> Browser {
    let code = link(&service.file, &["add", "--login", "claire", "--interpreter", "5"]);
    let mut browser = Browser::new(&service.gateway.target());
    assert_eq!(browser.choose(&code, PASSWORD).await.status, 200);
    browser
}

async fn closed(client: &mut SignallingClient) {
    assert_eq!(client.bye(SOON).await.unwrap(), ByeReason::SignedOut);
}

#[tokio::test]
async fn a_person_chooses_a_password_by_a_link_once_and_signs_in_with_it_from_then_on() {
    let service = Service::start(DEMO_TOML);
    let target = service.gateway.target();
    let (exit, output, _) = account(
        &service.file,
        &["add", "--login", "Claire", "--interpreter", "5"],
    );
    assert_eq!(exit, Some(0));
    let (page, code) = output.trim().split_once("#account=").unwrap();
    assert_eq!(page, format!("https://{}/interpreter", service.gateway.address()));
    let mut browser = Browser::new(&target);
    let whose = browser.post("/api/account/link", json!({ "code": code })).await;
    assert_eq!(whose.body, r#"{"login":"claire","role":"interpreter"}"#);
    let chosen = browser.choose(code, PASSWORD).await;
    assert_eq!(chosen.status, 200, "{}", chosen.body);
    assert_eq!(browser.open(Role::Interpreter).await.identity(), interpreter(5));
    let names: Vec<&str> = browser.jar.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["__Host-passerelle-interpreter", "__Host-passerelle-browser"]);
    // Used up.
    let gone = refused(404, "account_link_gone");
    assert_eq!(refusal(&browser.choose(code, OTHER).await), gone);
    let whose = browser.post("/api/account/link", json!({ "code": code })).await;
    assert_eq!(refusal(&whose), gone);

    let mut elsewhere = Browser::new(&target);
    let signed_in = elsewhere.sign_in(" CLAIRE ", PASSWORD).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    let told: Value = serde_json::from_str(&signed_in.body).unwrap();
    assert_eq!(told["identity"], serde_json::to_value(interpreter(5)).unwrap());
    assert!(elsewhere.is_in(Role::Interpreter).await);
    let (_, list, _) = account(&service.file, &["list"]);
    assert_eq!(list, "1\tclaire\tinterpreter 5\tpassword chosen\n");
}

#[tokio::test]
async fn accounts_can_be_made_before_the_gateway_runs_and_invitations_still_work_beside_them() {
    let (directory, file) = crate::service::configured(DEMO_TOML);
    let code = link(&file, &["add", "--login", "chef", "--coordinator"]);
    let gateway = crate::gateway::Gateway::serve(directory, &file);
    let mut browser = Browser::new(&gateway.target());
    assert_eq!(browser.choose(&code, PASSWORD).await.status, 200);
    assert!(browser.is_in(Role::Coordinator).await);
    let (_, code) = invite(&file, &["coordinator"]);
    let mut invited = Browser::new(&gateway.target());
    let answer = invited.post("/api/invite", json!({ "code": code })).await;
    assert_eq!(answer.status, 200);
    assert!(invited.is_in(Role::Coordinator).await);
    let mine = invited.mine(Role::Coordinator).await;
    assert_eq!(mine["login"], Value::Null);
    // Who shares an identity with others sees no sessions but this one.
    assert_eq!(mine["sessions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_administrator_is_told_what_cannot_be_done() {
    let service = Service::start(DEMO_TOML);
    let file = &service.file;
    link(file, &["add", "--login", "claire", "--interpreter", "5"]);
    for (arguments, expected) in [
        (vec!["add", "--login", "claire", "--interpreter", "6"], "is taken"),
        (vec!["add", "--login", "other", "--interpreter", "5"], "`claire`"),
        (vec!["add", "--login", "other", "--interpreter", "99"], "interpreters"),
        (vec!["add", "--login", "two words", "--coordinator"], "login"),
        (vec!["reset", "nobody"], "nobody"),
        (vec!["remove", "nobody"], "nobody"),
    ] {
        let (code, _, errors) = account(file, &arguments);
        assert_eq!(code, Some(1));
        assert!(errors.contains(expected), "{arguments:?}: {errors}");
    }
    let (code, ..) = account(file, &["add", "--login", "other"]);
    assert_eq!(code, Some(2), "of whom is not said");
}

#[tokio::test]
async fn an_unknown_login_a_wrong_password_and_an_account_without_one_are_answered_alike() {
    let service = Service::start(DEMO_TOML);
    claire(&service).await;
    link(&service.file, &["add", "--login", "new", "--interpreter", "6"]);
    let target = service.gateway.target();
    let mut answers = Vec::new();
    for (login, password) in [
        ("nobody", PASSWORD),
        ("claire", OTHER),
        ("new", PASSWORD),
        ("", PASSWORD),
        ("claire", ""),
        ("two words", PASSWORD),
    ] {
        let answer = Browser::new(&target).sign_in(login, password).await;
        assert_eq!(refusal(&answer), refused(401, "sign_in_wrong"), "{login}");
        assert!(answer.cookie().is_none());
        let headers: Vec<_> = answer.headers.keys().cloned().collect();
        answers.push((answer.body, headers));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn a_password_that_is_not_taken_is_refused_with_why_and_leaves_the_link_good() {
    let service = Service::start(DEMO_TOML);
    let code = link(&service.file, &["add", "--login", "claire", "--interpreter", "5"]);
    let mut browser = Browser::new(&service.gateway.target());
    let long = "é".repeat(129);
    for (password, id) in [
        ("court", "password_short"),
        (long.as_str(), "password_long"),
        ("bonjour claire bonjour", "password_has_login"),
        ("passwordpassword", "password_common"),
    ] {
        assert_eq!(refusal(&browser.choose(&code, password).await), refused(400, id));
    }
    // What is said of a body that cannot be read repeats nothing of it.
    let body = json!({ "code": code, "password": { "zqmarque": PASSWORD } });
    let answer = browser.post("/api/account/choose-password", body).await;
    assert_eq!(refusal(&answer), refused(400, "bad_request"));
    assert!(!answer.body.contains("zqmarque") && !answer.body.contains(PASSWORD));
    let longest: String = ('一'..).take(128).collect();
    assert_eq!(browser.choose(&code, &longest).await.status, 200);
    assert_eq!(browser.sign_in("claire", &longest).await.status, 200);
}

#[tokio::test]
async fn a_reset_signs_out_everywhere_and_a_removed_account_is_nobody() {
    let service = Service::start(DEMO_TOML);
    let mut browser = claire(&service).await;
    let mut elsewhere = Browser::new(&service.gateway.target());
    assert_eq!(elsewhere.sign_in("claire", PASSWORD).await.status, 200);
    let mut first = browser.open(Role::Interpreter).await;
    let code = link(&service.file, &["reset", "CLAIRE"]);
    closed(&mut first).await;
    for browser in [&browser, &elsewhere] {
        assert!(!browser.is_in(Role::Interpreter).await);
    }
    let wrong = refused(401, "sign_in_wrong");
    assert_eq!(refusal(&browser.sign_in("claire", PASSWORD).await), wrong);
    let newer = link(&service.file, &["reset", "claire"]);
    let gone = refused(404, "account_link_gone");
    assert_eq!(refusal(&browser.choose(&code, OTHER).await), gone, "the newest alone");
    assert_eq!(browser.choose(&newer, OTHER).await.status, 200);
    let mut second = browser.open(Role::Interpreter).await;
    assert_eq!(account(&service.file, &["remove", "claire"]).0, Some(0));
    closed(&mut second).await;
    assert_eq!(refusal(&browser.sign_in("claire", OTHER).await), wrong);
    let (_, list, _) = account(&service.file, &["list"]);
    assert!(list.contains("no account"), "{list}");
}

#[tokio::test]
async fn somebody_sees_their_own_sessions_and_ends_one_or_all_others_at_once() {
    let service = Service::start(DEMO_TOML);
    let here = claire(&service).await;
    let target = service.gateway.target();
    let mut others = Vec::new();
    for _ in 0..3 {
        let mut other = Browser::new(&target);
        assert_eq!(other.sign_in("claire", PASSWORD).await.status, 200);
        others.push(other);
    }
    // Somebody else, whose sessions are none of hers.
    let code = link(&service.file, &["add", "--login", "max", "--interpreter", "6"]);
    let mut max = Browser::new(&target);
    max.choose(&code, PASSWORD).await;
    let mut theirs = max.open(Role::Interpreter).await;

    let mut open = others[0].open(Role::Interpreter).await;
    let mine = here.mine(Role::Interpreter).await;
    assert_eq!(mine["login"], "claire");
    let sessions = mine["sessions"].as_array().unwrap().clone();
    assert_eq!(sessions.len(), 4);
    let this: Vec<&Value> = sessions.iter().filter(|one| one["this"] == true).collect();
    assert_eq!(this.len(), 1);
    let connected: Vec<&Value> = sessions.iter().filter(|one| one["connected"] == true).collect();
    assert_eq!(connected.len(), 1);
    assert_eq!(connected[0]["browser"], "Firefox · Linux");
    assert!(connected[0]["since"].is_number() && connected[0]["used"].is_number());

    let mut here = here;
    let mark = connected[0]["session"].clone();
    let path = "/api/account/sessions/end?role=interpreter";
    let ended = here.post(path, json!({ "session": mark })).await;
    assert_eq!(ended.status, 204);
    closed(&mut open).await;
    assert!(!others[0].is_in(Role::Interpreter).await);
    assert!(others[1].is_in(Role::Interpreter).await);
    // A mark of somebody else's session ends nothing.
    let mark = max.mine(Role::Interpreter).await["sessions"][0]["session"].clone();
    assert_eq!(here.post(path, json!({ "session": mark })).await.status, 204);

    let mut open = others[1].open(Role::Interpreter).await;
    assert_eq!(here.post(path, json!({})).await.status, 204);
    closed(&mut open).await;
    assert!(!others[2].is_in(Role::Interpreter).await);
    assert!(here.is_in(Role::Interpreter).await);
    theirs.sign_of_life(SOON).await.unwrap();
    let left = here.mine(Role::Interpreter).await;
    assert_eq!(left["sessions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_changed_password_ends_all_other_sessions_and_needs_the_present_one() {
    let service = Service::start(DEMO_TOML);
    let mut here = claire(&service).await;
    let mut elsewhere = Browser::new(&service.gateway.target());
    elsewhere.sign_in("claire", PASSWORD).await;
    let mut open = elsewhere.open(Role::Interpreter).await;
    let path = "/api/account/password?role=interpreter";
    let wrong = here.post(path, json!({ "present": OTHER, "new": OTHER })).await;
    assert_eq!(refusal(&wrong), refused(401, "sign_in_wrong"));
    let short = here.post(path, json!({ "present": PASSWORD, "new": "court" })).await;
    assert_eq!(refusal(&short), refused(400, "password_short"));
    let done = here.post(path, json!({ "present": PASSWORD, "new": OTHER })).await;
    assert_eq!(done.status, 204, "{}", done.body);
    closed(&mut open).await;
    assert!(here.is_in(Role::Interpreter).await);
    let stale = elsewhere.sign_in("claire", PASSWORD).await;
    assert_eq!(refusal(&stale), refused(401, "sign_in_wrong"));
    assert_eq!(elsewhere.sign_in("claire", OTHER).await.status, 200);
}

#[tokio::test]
async fn guesses_from_anywhere_do_not_keep_an_owner_out_of_their_own_browser() {
    let service = Service::start(DEMO_TOML);
    let mut own = claire(&service).await;
    let target = service.gateway.target();
    let slowed = refused(429, "sign_in_slowed");
    let mut stranger = Browser::new(&target);
    for login in ["claire", "nobody"] {
        // All tests come from one machine, which is one lane.
        for _ in 0..5 {
            let answer = stranger.sign_in(login, OTHER).await;
            assert_eq!(refusal(&answer), refused(401, "sign_in_wrong"));
        }
        let answer = stranger.sign_in(login, PASSWORD).await;
        assert_eq!(refusal(&answer), slowed, "the right one is no better there");
        let wait = answer.headers["retry-after"].to_str().unwrap();
        assert!((1..=3600).contains(&wait.parse::<u32>().unwrap()), "{wait}");
    }
    for _ in 0..3 {
        assert_eq!(own.sign_in("claire", PASSWORD).await.status, 200);
    }
    // A link cannot be guessed, and passes.
    let code = link(&service.file, &["reset", "claire"]);
    assert_eq!(stranger.choose(&code, OTHER).await.status, 200);
    assert_eq!(stranger.sign_in("claire", OTHER).await.status, 200);
}

/// The code that a telephone with this secret shows, so many steps from now.
fn telephone(secret: &str, steps: u64) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bits = String::new();
    for letter in secret.chars().filter(|letter| *letter != ' ') {
        bits += &format!("{:05b}", ALPHABET.find(letter).unwrap());
    }
    let bytes = bits.as_bytes().chunks_exact(8);
    let bytes = bytes.map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap());
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes.collect::<Vec<_>>());
    #[expect(clippy::disallowed_methods, reason = "a telephone has a clock of its own")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let signed = hmac::sign(&key, &(now / 30 + steps).to_be_bytes());
    let signed = signed.as_ref();
    let at = usize::from(signed[19] & 15);
    let word: [u8; 4] = signed[at..at + 4].try_into().unwrap();
    format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
}

/// Enrols a telephone; its secret, and the recovery codes.
async fn enrol(browser: &mut Browser, role: Role) -> (String, Vec<String>) {
    let path = |what: &str| format!("/api/account/second-factor/{what}?role={role}");
    let begun = browser.post(&path("begin"), json!({ "password": PASSWORD })).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    let begun: Value = serde_json::from_str(&begun.body).unwrap();
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let uri = begun["uri"].as_str().unwrap();
    assert!(uri.contains(&secret.replace(' ', "")), "{uri}");
    let code = telephone(&secret, 0);
    let confirmed = browser.post(&path("confirm"), json!({ "code": code })).await;
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
    assert_eq!(other.sign_in_with("claire", PASSWORD, &code).await.status, 200);
    assert_eq!(refusal(&other.sign_in_with("claire", PASSWORD, &code).await), wrong);
    assert_eq!(other.mine(Role::Interpreter).await["second_factor"], true);

    let mut third = Browser::new(&service.gateway.target());
    let code = recovery[3].to_lowercase().replace('-', " ");
    assert_eq!(third.sign_in_with("claire", PASSWORD, &code).await.status, 200);
    assert_eq!(refusal(&third.sign_in_with("claire", PASSWORD, &code).await), wrong);
    assert_eq!(third.mine(Role::Interpreter).await["recovery_codes"], 9);

    let remove = "/api/account/second-factor/remove?role=interpreter";
    let answer = third.post(remove, json!({ "password": OTHER })).await;
    assert_eq!(refusal(&answer), refused(401, "sign_in_wrong"));
    assert_eq!(third.post(remove, json!({ "password": PASSWORD })).await.status, 204);
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
    let right = [telephone(&secret, 0), telephone(&secret, 1), telephone(&secret, 2)];
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
    let answer = stranger.sign_in_with("claire", PASSWORD, &recovery[0]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = browser.sign_in_with("claire", PASSWORD, &telephone(&secret, 1)).await;
    assert_eq!(answer.status, 200, "her own browser has a count of its own");
}

#[tokio::test]
async fn a_service_can_ask_a_second_factor_of_its_coordinators() {
    let needed = "[accounts]\ncoordinators_need_second_factor = true\n\n[service]";
    let service = Service::start(&changed(DEMO_TOML, "[service]", needed));
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
    let refused_page = SignallingClient::connect(&target, Role::Coordinator, &browser.cookie());
    assert!(refused_page.await.is_err());
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
async fn nobody_else_asks_about_an_account_and_no_page_of_another_site_does() {
    let service = Service::start(DEMO_TOML);
    let browser = claire(&service).await;
    let target = service.gateway.target();
    let posts = [
        ("password", json!({ "present": PASSWORD, "new": OTHER })),
        ("sessions/end", json!({})),
        ("second-factor/begin", json!({ "password": PASSWORD })),
        ("second-factor/confirm", json!({ "code": "000000" })),
        ("second-factor/remove", json!({ "password": PASSWORD })),
    ];
    for (what, body) in posts {
        let path = |role: &str| format!("/api/account/{what}?role={role}");
        let mut nobody = Browser::new(&target);
        let answer = nobody.post(&path("interpreter"), body.clone()).await;
        assert_eq!(refusal(&answer), refused(401, "signed_out"), "{what}");
        // The cookie of one page is none of another.
        let mut own = browser.clone();
        let answer = own.post(&path("coordinator"), body.clone()).await;
        assert_eq!(refusal(&answer), refused(401, "signed_out"), "{what}");
        for role in ["tablet", "guest", "mayor"] {
            let answer = own.post(&path(role), body.clone()).await;
            assert_eq!(refusal(&answer), refused(400, "unknown_role"), "{what}");
        }
        let headers = vec![
            (COOKIE, HeaderValue::from_str(&own.cookie().0).unwrap()),
            (ORIGIN, HeaderValue::from_static("https://example.org")),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        ];
        let foreign = target.send(Method::POST, &path("interpreter"), headers, body.to_string());
        assert_eq!(refusal(&foreign.await.unwrap()), refused(403, "foreign_origin"));
    }
    let nobody = target.get("/api/account?role=interpreter", None).await;
    assert_eq!(refusal(&nobody.unwrap()), refused(401, "signed_out"));
    assert!(browser.is_in(Role::Interpreter).await, "nothing was done");
}

#[tokio::test]
async fn what_is_done_with_accounts_is_in_the_audit_journal_and_no_secret_is_anywhere() {
    let (directory, file) = crate::service::configured(DEMO_TOML);
    let mut command = program(&[("listen.address", "127.0.0.1:0")]);
    command.args(["--log", "trace", "serve", "--config"]).arg(&file);
    let gateway = crate::gateway::Gateway::started_by(command, directory);
    let service = Service { gateway, file };
    let code = link(&service.file, &["add", "--login", "claire", "--interpreter", "5"]);
    let mut browser = Browser::new(&service.gateway.target());
    browser.choose(&code, PASSWORD).await;
    browser.sign_in("claire", OTHER).await;
    browser.sign_in("claire", PASSWORD).await;
    let (secret, recovery) = enrol(&mut browser, Role::Interpreter).await;
    let shown = telephone(&secret, 1);
    browser.sign_in_with("claire", PASSWORD, &shown).await;
    browser.sign_in_with("claire", PASSWORD, &recovery[0]).await;
    let path = "/api/account/password?role=interpreter";
    browser.post(path, json!({ "present": PASSWORD, "new": OTHER })).await;
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
