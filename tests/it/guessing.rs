//! Ten thousand guesses from a thousand networks against the real gateway: how few are even
//! compared, what time all of them would need at that pace, and that the owner comes in meanwhile.

use crate::browser::{Browser, PASSWORD, claire, refusal};
use crate::service::Service;
use futures_util::future::join_all;
use passerelle::client::http::{Answer, Target};
use passerelle::clock::monotonic;
use passerelle::config::DEMO_TOML;
use serde_json::json;
use std::time::Duration;

const GUESSES: usize = 10_000;
const NETWORKS: usize = 1_000;

/// Guesses under way at once.
const AT_ONCE: usize = 50;

/// What is compared of one account in an hour: `LANES` times `WRONG_MAX` of
/// `auth/accounts/guard.rs`.
const PASSWORDS_AN_HOUR: usize = 8 * 5;

/// What is compared of pairing codes in a minute, from everywhere (`auth/pairing.rs`).
const CODES_A_MINUTE: usize = 320;

/// Where the guess of this number comes from: each network of its own, none of them private.
fn address(number: usize) -> String {
    let network = number % NETWORKS;
    format!("{}.{}.7.9", 20 + network / 250, network % 250)
}

/// A gateway that takes the word of whoever asks it from this machine.
fn behind_a_proxy() -> String {
    let (listen, trusting) = (
        "[listen]\n",
        "[listen]\ntrusted_proxies = [\"127.0.0.1\"]\n",
    );
    assert!(DEMO_TOML.contains(listen));
    let text = DEMO_TOML.replace(listen, trusting);
    format!("{text}\n[tls]\nmode = \"off\"\n")
}

/// Makes all the guesses: how many were compared, and how long it took. A guess is the answer to a
/// body at a path; `wrong` is how one is answered that was compared.
async fn guess(
    target: &Target,
    path: &str,
    body: impl Fn(usize) -> serde_json::Value,
    wrong: (u16, &str),
) -> (usize, Duration) {
    let (mut compared, began) = (0, monotonic());
    let numbers: Vec<usize> = (0..GUESSES).collect();
    for some in numbers.chunks(AT_ONCE) {
        let asked = some.iter().map(|number| {
            let (target, body) = (target.on_behalf_of(&address(*number)), body(*number));
            async move { target.post(path, &body, None).await.unwrap() }
        });
        let answers: Vec<Answer> = join_all(asked).await;
        for answer in &answers {
            if answer.status == wrong.0 {
                assert_eq!(refusal(answer).1, wrong.1);
                compared += 1;
            } else {
                // Too many, or as many at once as are hashed for strangers.
                assert!([429, 503].contains(&answer.status), "{}", answer.body);
            }
        }
    }
    (compared, monotonic() - began)
}

#[tokio::test]
async fn of_ten_thousand_passwords_from_a_thousand_networks_forty_an_hour_are_compared() {
    let service = Service::start(&behind_a_proxy());
    let mut owner = claire(&service).await;
    let body = |number| json!({ "login": "claire", "password": format!("password {number}") });
    let target = service.gateway.target();
    let wrong = (401, "sign_in_wrong");
    let (compared, took) = guess(&target, "/api/account/sign-in", body, wrong).await;
    println!("password_guesses_compared\t{compared} of {GUESSES} in {took:.0?}");
    println!(
        "password_guesses_need\t{} h for {GUESSES}",
        GUESSES / PASSWORDS_AN_HOUR
    );
    // The hour may turn while they are made.
    assert!(
        (PASSWORDS_AN_HOUR / 2..=2 * PASSWORDS_AN_HOUR).contains(&compared),
        "{compared}"
    );
    let back = owner.sign_in("claire", PASSWORD).await;
    assert_eq!(back.status, 200, "{}", back.body);
    // And where the owner was never seen, they are told what helps.
    let elsewhere = target.on_behalf_of(&address(0));
    let new = Browser::new(&elsewhere).sign_in("claire", PASSWORD).await;
    assert_eq!(refusal(&new), (429, "sign_in_slowed".to_owned()));
    assert!(new.body.contains("link"), "{}", new.body);
}

#[tokio::test]
async fn of_ten_thousand_pairing_codes_from_a_thousand_networks_few_a_minute_are_compared() {
    let service = Service::start(&behind_a_proxy());
    let target = service.gateway.target();
    // As many letters as a code has, of those it has.
    let letters: Vec<char> = "23456789CDFHJKMNPQRTVWX".chars().collect();
    let code = |mut number: usize| {
        let mut code = String::new();
        for _ in 0..8 {
            code.push(letters[number % letters.len()]);
            number /= letters.len();
        }
        json!({ "code": code })
    };
    let wrong = (404, "pairing_code_gone");
    let (compared, took) = guess(&target, "/api/pair", code, wrong).await;
    println!("pairing_guesses_compared\t{compared} of {GUESSES} in {took:.0?}");
    println!(
        "pairing_guesses_need\t{} min for {GUESSES}",
        GUESSES / CODES_A_MINUTE
    );
    let minutes = took.as_secs() as usize / 60 + 2;
    assert!(
        (CODES_A_MINUTE / 2..=minutes * CODES_A_MINUTE).contains(&compared),
        "{compared}"
    );
}
