//! Administrators: who lets people in and takes them out on a page, and sees no call.

use crate::browser::{Browser, OTHER, PASSWORD, account, claire, closed, link, refusal, refused};
use crate::people::SOON;
use crate::service::Service;
use passerelle::auth::Role;
use passerelle::config::DEMO_TOML;
use serde_json::{Value, json};

/// An administrator with the account `root`, signed in.
async fn administrator(service: &Service) -> Browser {
    let add = ["add", "--login", "root", "--administrator"];
    let code = link(&service.file, &add);
    let mut browser = Browser::new(&service.gateway.target());
    assert_eq!(browser.choose(&code, PASSWORD).await.status, 200);
    browser
}

/// The account of this login in the list.
async fn person(administrator: &Browser, login: &str) -> Value {
    let people = administrator.get("/api/people").await;
    let accounts = people["accounts"].as_array().unwrap();
    let found = accounts.iter().find(|account| account["login"] == login);
    found.cloned().unwrap_or(Value::Null)
}

/// The code of a link that an answer carries.
fn code(body: &str) -> String {
    let answer: Value = serde_json::from_str(body).unwrap();
    let path = answer["path"].as_str().unwrap();
    path.split_once("#account=").unwrap().1.to_owned()
}

#[tokio::test]
async fn an_administrator_adds_somebody_who_chooses_a_password_and_is_in() {
    let service = Service::start(DEMO_TOML);
    let mut root = administrator(&service).await;
    let new = json!({ "login": "Claire", "identity": { "role": "interpreter", "interpreter": 5 } });
    let added = root.post("/api/people/add", new.clone()).await;
    assert_eq!(added.status, 200, "{}", added.body);
    assert_eq!(
        refusal(&root.post("/api/people/add", new).await),
        refused(409, "login_taken")
    );
    let waiting = person(&root, "claire").await;
    assert_eq!(waiting["has_password"], false);
    assert!(waiting["link_until"].is_number());
    let mut browser = Browser::new(&service.gateway.target());
    let chosen = browser.choose(&code(&added.body), PASSWORD).await;
    assert_eq!(chosen.status, 200);
    assert!(browser.is_in(Role::Interpreter).await);
    let there = person(&root, "claire").await;
    assert_eq!(there["has_password"], true);
    assert_eq!(
        (&there["sessions"], &there["own"]),
        (&json!(1), &json!(false))
    );
    // The day, and not the hour.
    assert_eq!(there["last_sign_in"].as_u64().unwrap() % 86_400_000, 0);
    let people = root.get("/api/people").await;
    assert_eq!(people["interpreters"].as_array().unwrap().len(), 10);
    for (login, identity, id) in [
        ("two words", json!({ "role": "coordinator" }), "no_login"),
        (
            "other",
            json!({ "role": "tablet", "tablet": 1 }),
            "no_person",
        ),
        (
            "other",
            json!({ "role": "interpreter", "interpreter": 99 }),
            "unknown_identity",
        ),
        (
            "other",
            json!({ "role": "interpreter", "interpreter": 5 }),
            "has_account",
        ),
    ] {
        let body = json!({ "login": login, "identity": identity });
        let answer = root.post("/api/people/add", body).await;
        assert_eq!(refusal(&answer).1, id);
    }
}

#[tokio::test]
async fn whoever_gets_another_role_is_thrown_out_at_once_and_comes_back_as_that() {
    let service = Service::start(DEMO_TOML);
    let mut root = administrator(&service).await;
    let mut browser = claire(&service).await;
    let mut open = browser.open(Role::Interpreter).await;
    let renamed = json!({ "login": "claire", "new_login": "Claire.Petit" });
    assert_eq!(root.post("/api/people/change", renamed).await.status, 204);
    // Another login ends nothing.
    open.sign_of_life(SOON).await.unwrap();
    let change = json!({ "login": "claire.petit", "identity": { "role": "coordinator" } });
    assert_eq!(root.post("/api/people/change", change).await.status, 204);
    closed(&mut open).await;
    assert!(!browser.is_in(Role::Interpreter).await);
    assert_eq!(browser.sign_in("claire.petit", PASSWORD).await.status, 200);
    assert!(!browser.is_in(Role::Interpreter).await);
    let mut board = browser.open(Role::Coordinator).await;
    let ended = root.post(
        "/api/people/end-sessions",
        json!({ "login": "claire.petit" }),
    );
    assert_eq!(ended.await.status, 204);
    closed(&mut board).await;
    assert_eq!(person(&root, "claire.petit").await["sessions"], 0);
}

#[tokio::test]
async fn an_administrator_resets_and_removes_others_and_never_themself() {
    let service = Service::start(DEMO_TOML);
    let mut root = administrator(&service).await;
    let mut browser = claire(&service).await;
    let mut open = browser.open(Role::Interpreter).await;
    let own = refused(409, "own_account");
    for what in ["reset", "remove", "end-sessions", "remove-second-factor"] {
        let path = format!("/api/people/{what}");
        let answer = root.post(&path, json!({ "login": "ROOT" })).await;
        assert_eq!(refusal(&answer), own, "{what}");
        let answer = root.post(&path, json!({ "login": "nobody" })).await;
        assert_eq!(refusal(&answer), refused(404, "unknown_account"), "{what}");
    }
    let demoted = json!({ "login": "root", "identity": { "role": "coordinator" } });
    assert_eq!(
        refusal(&root.post("/api/people/change", demoted).await),
        own
    );
    assert!(root.is_in(Role::Administrator).await);

    let reset = root
        .post("/api/people/reset", json!({ "login": "claire" }))
        .await;
    closed(&mut open).await;
    let wrong = refused(401, "sign_in_wrong");
    assert_eq!(refusal(&browser.sign_in("claire", PASSWORD).await), wrong);
    assert_eq!(browser.choose(&code(&reset.body), OTHER).await.status, 200);
    let mut open = browser.open(Role::Interpreter).await;
    let removed = root
        .post("/api/people/remove", json!({ "login": "claire" }))
        .await;
    assert_eq!(removed.status, 204);
    closed(&mut open).await;
    assert_eq!(person(&root, "claire").await, Value::Null);
    // The command line can what the page cannot.
    let change = ["change", "root", "--coordinator"];
    assert_eq!(account(&service.file, &change).0, Some(0));
    assert!(!root.is_in(Role::Administrator).await);
    let asked = root.target.get("/api/people", Some(&root.cookie())).await;
    assert_eq!(refusal(&asked.unwrap()), refused(401, "signed_out"));
}

#[tokio::test]
async fn an_administrator_without_the_second_factor_that_is_asked_for_does_nothing_else() {
    let key = "coordinators_and_administrators_need_second_factor";
    let text = DEMO_TOML.replacen(
        "[service]",
        &format!("[accounts]\n{key} = true\n\n[service]"),
        1,
    );
    let service = Service::start(&text);
    let mut root = administrator(&service).await;
    let missing = refused(403, "second_factor_missing");
    for path in ["/api/people", "/api/state", "/api/audit", "/api/tablets"] {
        let answer = root.target.get(path, Some(&root.cookie())).await;
        assert_eq!(refusal(&answer.unwrap()), missing, "{path}");
    }
    let path = "/api/account/second-factor/begin?role=administrator";
    let begun = root.post(path, json!({ "password": PASSWORD })).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
}

#[tokio::test]
async fn what_administrators_do_is_in_the_audit_journal_and_so_is_looking_into_it() {
    let service = Service::start(DEMO_TOML);
    let mut root = administrator(&service).await;
    claire(&service).await;
    let own = root.mine(Role::Administrator).await;
    let session = own["sessions"][0]["session"].clone();
    for (what, body) in [
        (
            "change",
            json!({ "login": "claire", "identity": { "role": "coordinator" } }),
        ),
        ("change", json!({ "login": "claire", "new_login": "petit" })),
        ("remove-second-factor", json!({ "login": "petit" })),
        ("end-sessions", json!({ "login": "petit" })),
        ("reset", json!({ "login": "petit" })),
        ("remove", json!({ "login": "petit" })),
    ] {
        let answer = root.post(&format!("/api/people/{what}"), body).await;
        assert!(answer.status < 300, "{what}: {}", answer.body);
    }
    let listed = root.get("/api/audit").await;
    let entries = listed["entries"].as_array().unwrap();
    let kinds: Vec<&str> = entries
        .iter()
        .map(|entry| match &entry["act"] {
            Value::String(kind) => kind.as_str(),
            act => act.as_object().unwrap().keys().next().unwrap().as_str(),
        })
        .collect();
    let done = [
        "audit_read",
        "account_removed",
        "account_reset",
        "account_signed_out",
        "second_factor_taken",
        "account_changed",
        "account_changed",
    ];
    assert_eq!(kinds[..done.len()], done, "the newest first");
    for entry in &entries[..done.len()] {
        let act = entry["act"].as_object().unwrap().values().next().unwrap();
        assert_eq!(act["by"], session, "{entry}");
        assert!(entry["at"].is_number() && entry["n"].is_number());
    }
    let role = &entries[6]["act"]["account_changed"];
    assert_eq!(role["fields"], json!(["role"]));
    assert_eq!(role["becomes"], json!({ "role": "coordinator" }));
    assert_eq!(
        entries[5]["act"]["account_changed"]["fields"],
        json!(["login"])
    );
    assert!(
        !listed.to_string().contains("petit"),
        "numbers and no logins"
    );
    let verified = root.post("/api/audit/verify", json!({})).await;
    let verified: Value = serde_json::from_str(&verified.body).unwrap();
    assert_eq!(verified["result"], "whole");
    assert!(verified["entries"].as_u64().unwrap() > 7);
}

#[tokio::test]
async fn an_administrator_is_shown_a_changed_audit_journal_and_how_the_gateway_stands() {
    let service = Service::start(DEMO_TOML);
    let mut root = administrator(&service).await;
    let state = root.get("/api/state").await;
    assert_eq!(state["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(state["not_ready"], Value::Null);
    assert!(state["certificate_until"].as_u64().unwrap() > 1_700_000_000_000);
    let folder = service.gateway.data_dir().join("audit");
    let mut files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let month = files.find(|file| file.extension().is_some_and(|it| it == "jsonl"));
    let text = std::fs::read_to_string(month.as_ref().unwrap()).unwrap();
    let changed = text.replacen("account_added", "account_reset", 1);
    std::fs::write(month.unwrap(), changed).unwrap();
    let verified = root.post("/api/audit/verify", json!({})).await;
    let verified: Value = serde_json::from_str(&verified.body).unwrap();
    assert_eq!(verified["result"], "changed");
    assert!(verified["message"].as_str().unwrap().contains("jsonl"));
}
