//! People with a login and a password: made by an administrator, chosen by a link, guessed in vain,
//! ended from elsewhere.

use crate::browser::{Browser, OTHER, PASSWORD, account, claire, closed, link, refusal, refused};
use crate::people::{SOON, interpreter};
use crate::service::{Service, invite};
use axum::http::header::{CONTENT_TYPE, COOKIE, ORIGIN};
use axum::http::{HeaderValue, Method};
use passerelle::auth::Role;
use passerelle::config::DEMO_TOML;
use serde_json::{Value, json};

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
    assert_eq!(
        page,
        format!("https://{}/interpreter", service.gateway.address())
    );
    let mut browser = Browser::new(&target);
    let whose = browser
        .post("/api/account/link", json!({ "code": code }))
        .await;
    assert_eq!(whose.body, r#"{"login":"claire","role":"interpreter"}"#);
    let chosen = browser.choose(code, PASSWORD).await;
    assert_eq!(chosen.status, 200, "{}", chosen.body);
    assert_eq!(
        browser.open(Role::Interpreter).await.identity(),
        interpreter(5)
    );
    let names: Vec<&str> = browser.jar.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["__Host-passerelle-interpreter", "__Host-passerelle-browser"]
    );
    // Used up.
    let gone = refused(404, "account_link_gone");
    assert_eq!(refusal(&browser.choose(code, OTHER).await), gone);
    let whose = browser
        .post("/api/account/link", json!({ "code": code }))
        .await;
    assert_eq!(refusal(&whose), gone);

    let mut elsewhere = Browser::new(&target);
    let signed_in = elsewhere.sign_in(" CLAIRE ", PASSWORD).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    let told: Value = serde_json::from_str(&signed_in.body).unwrap();
    assert_eq!(
        told["identity"],
        serde_json::to_value(interpreter(5)).unwrap()
    );
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
        (
            vec!["add", "--login", "claire", "--interpreter", "6"],
            "is taken",
        ),
        (
            vec!["add", "--login", "other", "--interpreter", "5"],
            "`claire`",
        ),
        (
            vec!["add", "--login", "other", "--interpreter", "99"],
            "interpreters",
        ),
        (
            vec!["add", "--login", "two words", "--coordinator"],
            "login",
        ),
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
    link(
        &service.file,
        &["add", "--login", "new", "--interpreter", "6"],
    );
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
    let code = link(
        &service.file,
        &["add", "--login", "claire", "--interpreter", "5"],
    );
    let mut browser = Browser::new(&service.gateway.target());
    let long = "é".repeat(129);
    for (password, id) in [
        ("court", "password_short"),
        (long.as_str(), "password_long"),
        ("bonjour claire bonjour", "password_has_login"),
        ("passwordpassword", "password_common"),
    ] {
        assert_eq!(
            refusal(&browser.choose(&code, password).await),
            refused(400, id)
        );
    }
    // What is said of a body that cannot be read repeats nothing of it.
    let body = json!({ "code": code, "password": { "zqmarque": PASSWORD } });
    let answer = browser.post("/api/account/choose-password", body).await;
    assert_eq!(refusal(&answer), refused(400, "bad_request"));
    assert!(!answer.body.contains("zqmarque") && !answer.body.contains(PASSWORD));
    let both = format!("{PASSWORD} 一 {OTHER} ");
    let longest: String = both.chars().cycle().take(128).collect();
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
    assert_eq!(
        refusal(&browser.choose(&code, OTHER).await),
        gone,
        "the newest alone"
    );
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
    let code = link(
        &service.file,
        &["add", "--login", "max", "--interpreter", "6"],
    );
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
    let connected: Vec<&Value> = sessions
        .iter()
        .filter(|one| one["connected"] == true)
        .collect();
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
    assert_eq!(
        here.post(path, json!({ "session": mark })).await.status,
        204
    );

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
    let wrong = here
        .post(path, json!({ "present": OTHER, "new": OTHER }))
        .await;
    assert_eq!(refusal(&wrong), refused(401, "sign_in_wrong"));
    let short = here
        .post(path, json!({ "present": PASSWORD, "new": "court" }))
        .await;
    assert_eq!(refusal(&short), refused(400, "password_short"));
    let done = here
        .post(path, json!({ "present": PASSWORD, "new": OTHER }))
        .await;
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
        let path = path("interpreter");
        let foreign = target.send(Method::POST, &path, headers, body.to_string());
        assert_eq!(
            refusal(&foreign.await.unwrap()),
            refused(403, "foreign_origin")
        );
    }
    let nobody = target.get("/api/account?role=interpreter", None).await;
    assert_eq!(refusal(&nobody.unwrap()), refused(401, "signed_out"));
    assert!(browser.is_in(Role::Interpreter).await, "nothing was done");
}
