//! Whoever has forgotten their password is sent a link, and nobody learns by it who is here.

use crate::acme::logged;
use crate::browser::{Browser, OTHER, PASSWORD, account, closed, link, refusal, refused};
use crate::gateway::{Gateway, program};
use crate::people::SOON;
use crate::post_office::PostOffice;
use crate::second_factor::{enrol, telephone};
use crate::service::{Service, changed, configured, everything_in};
use passerelle::auth::Role;
use passerelle::config::DEMO_TOML;
use serde_json::json;
use std::path::Path;

const CLAIRE: &str = "claire@example.fr";

/// The demonstration's service with this mail server.
fn text(office: &PostOffice, tls: &str) -> String {
    let service = "[service]\npublic_url = \"https://relais.example.fr\"\n";
    let with = format!("{}{service}", office.section(tls));
    changed(DEMO_TOML, "[service]\n", &with)
}

/// A gateway that logs as much as it can.
fn start(office: &PostOffice, tls: &str) -> Service {
    let (directory, file) = configured(&text(office, tls));
    let gateway = Gateway::started_by(traced(&file), directory);
    Service { gateway, file }
}

fn traced(file: &Path) -> std::process::Command {
    let mut command = program(&[("listen.address", "127.0.0.1:0")]);
    command
        .args(["--log", "trace", "serve", "--config"])
        .arg(file);
    command
}

/// Somebody whose login is an address, signed in.
async fn known(service: &Service, login: &str, number: &str) -> Browser {
    let code = link(
        &service.file,
        &["add", "--login", login, "--interpreter", number],
    );
    let mut browser = Browser::new(&service.gateway.target());
    assert_eq!(browser.choose(&code, PASSWORD).await.status, 200);
    browser
}

/// Asks for a link, and returns all that is answered but the moment.
async fn ask(service: &Service, login: &str) -> (u16, String, Vec<String>) {
    let mut browser = Browser::new(&service.gateway.target());
    let asked = browser.post("/api/account/forgotten", json!({ "login": login }));
    let answer = asked.await;
    let headers = answer.headers.keys().map(ToString::to_string);
    (answer.status, answer.body, headers.collect())
}

#[tokio::test]
async fn whoever_has_forgotten_their_password_chooses_another_by_a_mailed_link_once() {
    let office = PostOffice::open();
    let service = start(&office, "off");
    let mut here = known(&service, CLAIRE, "5").await;
    let mut open = here.open(Role::Interpreter).await;
    let told = here.get("/api/session?role=interpreter").await;
    assert_eq!(told["link_by_mail"], true);
    assert_eq!(ask(&service, " CLAIRE@example.fr ").await.0, 204);
    let mail = office.mail();
    assert_eq!(mail.to, "RCPT TO:<claire@example.fr>");
    // By the configuration, whatever a request says of its host.
    let page = "https://relais.example.fr/interpreter#account=";
    assert_eq!(mail.text.matches(page).count(), 2, "{}", mail.text);
    let code = mail.code();

    // What was chosen before stays good until the link is used.
    open.sign_of_life(SOON).await.unwrap();
    let mut elsewhere = Browser::new(&service.gateway.target());
    assert_eq!(elsewhere.sign_in(CLAIRE, PASSWORD).await.status, 200);
    let mut asking = Browser::new(&service.gateway.target());
    let whose = asking
        .post("/api/account/link", json!({ "code": code }))
        .await;
    assert_eq!(
        whose.body,
        r#"{"login":"claire@example.fr","role":"interpreter"}"#
    );
    assert_eq!(
        refusal(&asking.choose(&code, "court").await),
        refused(400, "password_short")
    );
    let chosen = asking.choose(&code, OTHER).await;
    assert_eq!(chosen.status, 200, "{}", chosen.body);
    assert!(
        chosen.body.contains(r#""signed_in":true"#),
        "{}",
        chosen.body
    );
    assert!(asking.is_in(Role::Interpreter).await);
    closed(&mut open).await;
    for other in [&mut here, &mut elsewhere] {
        assert!(!other.is_in(Role::Interpreter).await);
    }
    let wrong = refused(401, "sign_in_wrong");
    assert_eq!(refusal(&here.sign_in(CLAIRE, PASSWORD).await), wrong);
    assert_eq!(
        refusal(&asking.choose(&code, PASSWORD).await),
        refused(404, "account_link_gone")
    );
}

#[tokio::test]
async fn nobody_learns_by_asking_who_is_here_and_nobody_is_flooded() {
    let office = PostOffice::open();
    let service = start(&office, "off");
    known(&service, CLAIRE, "5").await;
    known(&service, "max", "6").await;
    // An administrator's link waits for its owner.
    let (new, max) = ("new@example.fr", "max@example.fr");
    let code = link(
        &service.file,
        &["add", "--login", new, "--interpreter", "7"],
    );
    let mut answers = Vec::new();
    let asked = [
        CLAIRE,
        CLAIRE,
        CLAIRE,
        "max",
        max,
        new,
        "",
        "two words",
        "\r\nBcc: x@y.fr",
    ];
    for login in asked {
        answers.push(ask(&service, login).await);
    }
    // One more who is here: what was asked for is looked at one after the other.
    let last = "zoe@example.fr";
    known(&service, last, "8").await;
    answers.push(ask(&service, last).await);
    let mut to = [office.mail().to, office.mail().to];
    to.sort();
    assert_eq!(
        to,
        ["RCPT TO:<claire@example.fr>", "RCPT TO:<zoe@example.fr>"]
    );
    assert_eq!(office.more(), 0);
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!((answers[0].0, answers[0].1.as_str()), (204, ""));
    assert_eq!(
        Browser::new(&service.gateway.target())
            .choose(&code, PASSWORD)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn whoever_asks_for_links_again_and_again_is_stopped_by_address() {
    let office = PostOffice::open();
    let proxied = "[listen]\ntrusted_proxies = [\"127.0.0.1\"]\n";
    let service = Service::start(&changed(&text(&office, "off"), "[listen]\n", proxied));
    let target = service.gateway.target();
    let mut one = Browser::new(&target.on_behalf_of("203.0.113.9"));
    let mut answers = Vec::new();
    for number in 0..80 {
        let login = format!("nobody{number}@example.fr");
        let asked = one.post("/api/account/forgotten", json!({ "login": login }));
        answers.push(asked.await);
    }
    let stopped = answers.iter().position(|answer| answer.status == 429);
    // As many as may sign in at once, and those that a pause of five seconds gives.
    assert!((60..80).contains(&stopped.unwrap()), "{stopped:?}");
    assert_eq!(
        refusal(&answers[stopped.unwrap()]),
        refused(429, "too_many_requests")
    );
    let mut other = Browser::new(&target.on_behalf_of("198.51.100.7"));
    let asked = other.post("/api/account/forgotten", json!({ "login": CLAIRE }));
    assert_eq!(asked.await.status, 204);
}

#[tokio::test]
async fn a_mailed_link_does_not_stand_in_for_a_telephone() {
    let office = PostOffice::open();
    let service = start(&office, "off");
    let mut here = known(&service, CLAIRE, "5").await;
    let (secret, _) = enrol(&mut here, Role::Interpreter).await;
    ask(&service, CLAIRE).await;
    let code = office.mail().code();
    let mut asking = Browser::new(&service.gateway.target());
    let chosen = asking.choose(&code, OTHER).await;
    assert_eq!(chosen.status, 200, "{}", chosen.body);
    assert!(
        chosen.body.contains(r#""signed_in":false"#),
        "{}",
        chosen.body
    );
    let names: Vec<&str> = asking.jar.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["__Host-passerelle-browser"]);
    assert!(!asking.is_in(Role::Interpreter).await);
    assert!(
        !here.is_in(Role::Interpreter).await,
        "all other sessions end"
    );
    let needed = refused(401, "code_needed");
    assert_eq!(refusal(&asking.sign_in(CLAIRE, OTHER).await), needed);
    let code = telephone(&secret, 1);
    assert_eq!(asking.sign_in_with(CLAIRE, OTHER, &code).await.status, 200);
    assert!(asking.is_in(Role::Interpreter).await);
}

#[tokio::test]
async fn a_mail_that_is_put_off_comes_later_and_one_that_is_refused_is_told_once() {
    let office = PostOffice::answering(|connection, to| match connection {
        _ if to.contains("zoe") => "550 zoe@example.fr is unknown",
        0 => "451 come again",
        _ => "250 fine",
    });
    let service = start(&office, "off");
    let mut chief = Browser::new(&service.gateway.target());
    let code = link(
        &service.file,
        &["add", "--login", "chef", "--administrator"],
    );
    assert_eq!(chief.choose(&code, PASSWORD).await.status, 200);
    let state = "/api/state";
    assert_eq!(chief.get(state).await["mail"], "sent");
    known(&service, CLAIRE, "5").await;
    known(&service, "zoe@example.fr", "8").await;
    ask(&service, CLAIRE).await;
    office.connected();
    // While the first one waits, the second is tried and refused for good.
    ask(&service, "zoe@example.fr").await;
    let mail = office.mail();
    assert_eq!(mail.to, "RCPT TO:<claire@example.fr>");
    logged(&service.gateway, "not sent by mail", 1).await;
    let (_, remains) = service.gateway.end("TERM");
    let log = std::fs::read_to_string(remains.directory.path().join("log")).unwrap();
    let told: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("not sent by mail"))
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("WARN") && told[0].contains("550"),
        "{told:?}"
    );
    assert_eq!(office.more(), 0);
}

#[tokio::test]
async fn a_server_that_offers_no_starttls_gets_no_mail_and_that_is_said() {
    let office = PostOffice::open();
    let service = start(&office, "starttls");
    known(&service, CLAIRE, "5").await;
    ask(&service, CLAIRE).await;
    logged(&service.gateway, "offers no STARTTLS", 1).await;
    let (_, remains) = service.gateway.end("TERM");
    let log = std::fs::read_to_string(remains.directory.path().join("log")).unwrap();
    assert!(log.contains("mail.tls"), "what to do is not said");
    assert_eq!(office.more(), 0);
}

#[tokio::test]
async fn what_is_mailed_is_in_the_audit_journal_and_neither_address_nor_link_is_anywhere() {
    let office = PostOffice::open();
    let service = start(&office, "off");
    let secret_login = "claire.marque@example.fr";
    known(&service, secret_login, "5").await;
    ask(&service, secret_login).await;
    ask(&service, "zqinconnue@example.fr").await;
    let code = office.mail().code();
    let mut asking = Browser::new(&service.gateway.target());
    assert_eq!(asking.choose(&code, OTHER).await.status, 200);
    let (_, remains) = service.gateway.end("TERM");
    let holds = |written: &[u8], text: &str| {
        let text = text.as_bytes();
        written.windows(text.len()).any(|part| part == text)
    };
    let written = everything_in(remains.directory.path());
    for private in [code.as_str(), OTHER, PASSWORD, "zqinconnue"] {
        assert!(!holds(&written, private), "{private}");
    }
    let audit = everything_in(&remains.data_dir().join("audit"));
    let log = std::fs::read(remains.directory.path().join("log")).unwrap();
    for (written, what) in [(&audit, "audit"), (&log, "log")] {
        for private in ["claire.marque", "example.fr>", "#account="] {
            assert!(!holds(written, private), "{what}: {private}");
        }
    }
    assert!(holds(&audit, r#""link_mailed":{"account":1}"#));
    assert!(holds(&audit, r#""mailed_link_used":{"account":1,"#));
}

#[tokio::test]
async fn a_gateway_that_is_killed_while_it_sends_leaves_everything_as_it_was() {
    let office =
        PostOffice::answering(|connection, _| if connection == 0 { "" } else { "250 fine" });
    let service = start(&office, "off");
    known(&service, CLAIRE, "5").await;
    ask(&service, CLAIRE).await;
    // The server says nothing from there on.
    office.connected();
    let (_, remains) = service.gateway.end("KILL");
    let gateway = Gateway::started_by(traced(&service.file), remains.directory);
    let service = Service {
        gateway,
        file: service.file,
    };
    let mut browser = Browser::new(&service.gateway.target());
    assert_eq!(browser.sign_in(CLAIRE, PASSWORD).await.status, 200);
    // It was counted, so that nobody is flooded by a gateway that starts again and again.
    ask(&service, CLAIRE).await;
    known(&service, "zoe@example.fr", "8").await;
    ask(&service, "zoe@example.fr").await;
    assert_eq!(office.mail().to, "RCPT TO:<zoe@example.fr>");
    assert_eq!(office.more(), 0);
    let (exit, listed, _) = account(&service.file, &["list"]);
    assert_eq!(exit, Some(0));
    assert!(
        listed.contains("claire@example.fr\tinterpreter 5\tpassword chosen"),
        "{listed}"
    );
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_offered_and_a_wrong_one_is_refused_at_the_start() {
    let service = Service::start(DEMO_TOML);
    let mut browser = Browser::new(&service.gateway.target());
    let told = browser.get("/api/session?role=interpreter").await;
    assert_eq!(told.get("link_by_mail"), None);
    let asked = browser.post("/api/account/forgotten", json!({ "login": CLAIRE }));
    assert_eq!(refusal(&asked.await), refused(404, "no_mail"));

    let office = PostOffice::open();
    let login = "from = \"Relais <relais@example.fr>\"\nusername = \"relais\"\n\
                 password_file = \"/nowhere/at/all\"\n";
    let from = "from = \"Relais <relais@example.fr>\"\n";
    let without = changed(
        DEMO_TOML,
        "[service]\n",
        &format!("{}[service]\n", office.section("off")),
    );
    for (text, expected) in [
        (without, "service.public_url"),
        (
            changed(&text(&office, "off"), from, login),
            "mail.password_file",
        ),
        (
            changed(&text(&office, "off"), "127.0.0.1", "localhost"),
            "mail.tls",
        ),
    ] {
        let (_directory, file) = configured(&text);
        let (exit, _, errors) = crate::gateway::run(traced(&file), crate::gateway::STOP_MAX);
        assert_eq!(exit, Some(1), "{expected}");
        assert!(errors.contains(expected), "{errors}");
    }
}
