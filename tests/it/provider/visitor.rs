//! A browser that is led to the provider of the tests and back.

use super::{CLIENT, Provider, SECRET};
use crate::browser::Browser;
use crate::service::Service;
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, Method};
use passerelle::client::http::Answer;
use passerelle::config::DEMO_TOML;

pub(crate) const BY_MAILBOX: &str =
    r#"people = [{ email = "claire@example.fr", role = "interpreter", interpreter = 5 }]"#;

pub(crate) fn section(provider: &Provider, more: &str) -> String {
    format!(
        "{DEMO_TOML}\n[oidc]\nissuer = {:?}\nclient_id = {CLIENT:?}\nclient_secret = {SECRET:?}\n\
         label = \"Ville\"\n{more}\n",
        provider.issuer()
    )
}

pub(crate) fn service(provider: &Provider, more: &str) -> Service {
    Service::start(&section(provider, more))
}

/// Opens an address as a browser does that was led there.
pub(crate) async fn visit(browser: &mut Browser, path: &str) -> Answer {
    let cookie = HeaderValue::from_str(&browser.cookie().0).unwrap();
    let headers = vec![(COOKIE, cookie)];
    let sent = browser
        .target
        .send(Method::GET, path, headers, String::new());
    let answer = sent.await.unwrap();
    for line in answer.headers.get_all(SET_COOKIE) {
        let pair = line.to_str().unwrap().split(';').next().unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        browser.jar.retain(|(kept, _)| kept != name);
        browser.jar.push((name.to_owned(), value.to_owned()));
    }
    answer
}

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.headers[LOCATION].to_str().unwrap().to_owned()
}

pub(crate) async fn begin(browser: &mut Browser) -> String {
    location(&visit(browser, "/api/oidc/start?role=interpreter").await)
}

pub(crate) async fn end(browser: &mut Browser, back: &str) -> String {
    location(&visit(browser, &format!("/api/oidc/callback?{back}")).await)
}

/// All the way: where it ends.
pub(crate) async fn way(browser: &mut Browser, provider: &Provider) -> String {
    let address = begin(browser).await;
    let (_, back) = provider.agree(&address);
    end(browser, &back).await
}

pub(crate) fn told(id: &str) -> String {
    format!("/interpreter#sign-in={id}")
}
