//! Behind proxies: whose word is taken for where somebody comes from, told by what the audit
//! journal says of them.

use crate::gateway::Gateway;
use crate::people::tablet;
use passerelle::auth::Role;
use passerelle::client::http::{Cookie, Target};
use passerelle::client::signalling::SignallingClient;
use serde_json::Value;

/// A gateway behind a proxy on this machine.
fn behind(trusted: &str, settings: &[(&str, &str)]) -> Gateway {
    let own = [("tls.mode", "off"), ("listen.trusted_proxies", trusted)];
    Gateway::demo(&[&own, settings].concat())
}

async fn sign_in(target: &Target) -> Cookie {
    let body = serde_json::json!({ "identity": tablet(1) });
    let answer = target.post("/api/demo/sign-in", &body, None).await.unwrap();
    answer.accepted().unwrap().cookie().unwrap()
}

/// Where the audit journal says that each sign-in came from, in order; ends the gateway.
fn written_down(gateway: Gateway) -> Vec<Value> {
    let (_, remains) = gateway.end("TERM");
    let files = std::fs::read_dir(remains.data_dir().join("audit")).unwrap();
    let mut files = files.map(|file| file.unwrap().path());
    let is_month = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "jsonl");
    let journal = std::fs::read_to_string(files.find(is_month).unwrap()).unwrap();
    let entries = journal
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let sign_ins = entries.filter(|entry| entry["act"]["signed_in"].is_object());
    sign_ins.map(|entry| entry["from"].clone()).collect()
}

#[tokio::test]
async fn the_address_a_trusted_proxy_names_is_written_down_and_a_forged_one_is_not() {
    let gateway = behind("[\"127.0.0.1\", \"10.0.0.0/8\"]", &[]);
    let told = [
        ("203.0.113.9", Value::from("203.0.113.9")),
        ("192.0.2.1, 203.0.113.9", Value::from("203.0.113.9")),
        (
            "192.0.2.1, 2001:db8::7, 10.1.2.3",
            Value::from("2001:db8::7"),
        ),
        ("192.0.2.1, unknown", Value::Null),
        ("", Value::Null),
    ];
    for (words, _) in &told {
        sign_in(&gateway.target().on_behalf_of(words)).await;
    }
    let expected: Vec<_> = told.into_iter().map(|(_, from)| from).collect();
    assert_eq!(written_down(gateway), expected);
}

#[tokio::test]
async fn whoever_is_no_trusted_proxy_is_not_believed() {
    let gateway = behind("[\"192.0.2.1\"]", &[]);
    sign_in(&gateway.target().on_behalf_of("203.0.113.9")).await;
    assert_eq!(written_down(gateway), [Value::Null]);
}

#[tokio::test]
async fn only_the_header_that_the_proxies_write_is_read() {
    let standard = [("listen.forwarded_header", "forwarded")];
    let gateway = behind("[\"127.0.0.1\"]", &standard);
    let target = gateway.target().on_behalf_of("198.51.100.7");
    sign_in(&target).await;
    assert_eq!(written_down(gateway), [Value::Null]);
}

/// Where a gateway listens that prints its proxy's address.
fn behind_public_address(gateway: &Gateway) -> Target {
    let log = gateway.log();
    let (_, rest) = log.split_once("serving address=").unwrap();
    let address = rest.split_whitespace().next().unwrap();
    Target::new(address.parse().unwrap(), None).unwrap()
}

#[tokio::test]
async fn behind_a_proxy_that_speaks_tls_browsers_are_told_to_insist_on_it() {
    // The discard port: nobody connects there.
    let public = [("service.public_url", "https://127.0.0.1:9")];
    let gateway = behind("[\"127.0.0.1\"]", &public);
    let target = behind_public_address(&gateway).on_behalf_of("203.0.113.9");
    let answer = target.get("/tablet", None).await.unwrap();
    assert!(answer.headers.contains_key("strict-transport-security"));
    let cookie = sign_in(&target).await;
    assert!(cookie.0.starts_with("__Host-passerelle-tablet="));
    // Sockets come by the same proxy.
    let client = SignallingClient::connect(&target, Role::Tablet, &cookie).await;
    assert_eq!(client.unwrap().identity(), tablet(1));
}
