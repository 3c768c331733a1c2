//! A browser in which somebody signs in with a password, and what an administrator does for them.

use crate::gateway::{STOP_MAX, program, run};
use crate::people::SOON;
use crate::service::Service;
use axum::http::header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderValue, Method};
use passerelle::auth::Role;
use passerelle::client::http::{Answer, Cookie, Target};
use passerelle::client::signalling::SignallingClient;
use passerelle_signaling::protocol::ByeReason;
use serde_json::{Value, json};
use std::path::Path;

pub(crate) const PASSWORD: &str = "tomate velours horizon";
pub(crate) const OTHER: &str = "quatre-vingts grenouilles";

/// `passerelle account` of the gateway of this file.
pub(crate) fn account(file: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = program(&[]);
    command
        .arg("account")
        .args(arguments)
        .arg("--config")
        .arg(file);
    run(command, STOP_MAX)
}

/// The code of the printed link.
pub(crate) fn link(file: &Path, arguments: &[&str]) -> String {
    let (code, output, errors) = account(file, arguments);
    assert_eq!(code, Some(0), "{errors}");
    output.trim().split_once("#account=").unwrap().1.to_owned()
}

/// A browser: what it has been given to keep.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) target: Target,
    pub(crate) jar: Vec<(String, String)>,
}

impl Browser {
    pub(crate) fn new(target: &Target) -> Self {
        let (target, jar) = (target.clone(), Vec::new());
        Self { target, jar }
    }

    pub(crate) fn cookie(&self) -> Cookie {
        let pairs = self
            .jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        Cookie(pairs.collect::<Vec<_>>().join("; "))
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Answer {
        let headers = vec![
            (COOKIE, HeaderValue::from_str(&self.cookie().0).unwrap()),
            (
                ORIGIN,
                HeaderValue::from_str(&self.target.origin()).unwrap(),
            ),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (
                USER_AGENT,
                HeaderValue::from_static("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"),
            ),
        ];
        let sent = self
            .target
            .send(Method::POST, path, headers, body.to_string());
        let answer = sent.await.unwrap();
        for line in answer.headers.get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.jar.retain(|(kept, _)| kept != name);
            self.jar.push((name.to_owned(), value.to_owned()));
        }
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.target.get(path, Some(&self.cookie())).await.unwrap();
        serde_json::from_str(&answer.body).unwrap()
    }

    pub(crate) async fn choose(&mut self, code: &str, password: &str) -> Answer {
        let body = json!({ "code": code, "password": password });
        self.post("/api/account/choose-password", body).await
    }

    pub(crate) async fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        let body = json!({ "login": login, "password": password });
        self.post("/api/account/sign-in", body).await
    }

    pub(crate) async fn sign_in_with(&mut self, login: &str, password: &str, code: &str) -> Answer {
        let body = json!({ "login": login, "password": password, "code": code });
        self.post("/api/account/sign-in", body).await
    }

    pub(crate) async fn open(&self, role: Role) -> SignallingClient {
        let cookie = self.cookie();
        let opened = SignallingClient::connect(&self.target, role, &cookie);
        opened.await.unwrap()
    }

    /// Whether the session is good.
    pub(crate) async fn is_in(&self, role: Role) -> bool {
        self.get(&format!("/api/session?role={role}")).await["signed_in"] == true
    }

    pub(crate) async fn mine(&self, role: Role) -> Value {
        self.get(&format!("/api/account?role={role}")).await
    }
}

/// The refusal's id, which comes with a sentence.
pub(crate) fn refusal(answer: &Answer) -> (u16, String) {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert!(
        body["message"].as_str().unwrap().len() > 10,
        "{}",
        answer.body
    );
    (answer.status, body["error"].as_str().unwrap().to_owned())
}

pub(crate) fn refused(status: u16, id: &str) -> (u16, String) {
    (status, id.to_owned())
}

/// Interpreter 5 with the account `claire`, signed in.
pub(crate) async fn claire(service: &Service) -> Browser {
    let code = link(
        &service.file,
        &["add", "--login", "claire", "--interpreter", "5"],
    );
    let mut browser = Browser::new(&service.gateway.target());
    assert_eq!(browser.choose(&code, PASSWORD).await.status, 200);
    browser
}

/// Waits until the page is told that its session is over.
pub(crate) async fn closed(client: &mut SignallingClient) {
    assert_eq!(client.bye(SOON).await.unwrap(), ByeReason::SignedOut);
}
