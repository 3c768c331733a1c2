//! Tablets as coordinators hand them out: a code, once; taken away, at once; moved, renamed.

use crate::gateway::Gateway;
use crate::people::{
    SOON, Talk, activity, available, board, connect, interpreter, outcome, position, sign_in,
    tablet, tap,
};
use crate::service::{Service, changed, everything_in, invite};
use axum::http::Method;
use passerelle::auth::Role;
use passerelle::client::http::{Answer, Cookie, Target};
use passerelle::client::signalling::SignallingClient;
use passerelle::clock::monotonic;
use passerelle::config::DEMO_TOML;
use passerelle_signaling::ids::TabletId;
use passerelle_signaling::protocol::{ByeReason, Identity, Request, ServerMessage, View};
use passerelle_signaling::record::Outcome;
use passerelle_signaling::view::Activity;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// An open page is closed within this time of a coordinator's click.
const CLOSED_MAX: Duration = Duration::from_secs(1);

/// A coordinator and the gateway they coordinate.
struct Office {
    target: Target,
    cookie: Cookie,
}

impl Office {
    async fn of(gateway: &Gateway) -> Self {
        let target = gateway.target();
        let cookie = sign_in(&target, Identity::Coordinator).await;
        Self { target, cookie }
    }

    /// By an invitation, where there is no one-click sign-in.
    async fn of_service(service: &Service) -> Self {
        let target = service.gateway.target();
        let (_, code) = invite(&service.file, &["coordinator"]);
        let body = json!({ "code": code });
        let answer = target.post("/api/invite", &body, None).await.unwrap();
        let cookie = answer.cookie().unwrap();
        Self { target, cookie }
    }

    async fn post(&self, path: &str) -> Answer {
        let nothing = json!({});
        let answer = self.target.post(path, &nothing, Some(&self.cookie));
        answer.await.unwrap()
    }

    /// A code, and the secret of its link.
    async fn code(&self, tablet: u32) -> (String, String) {
        let answer = self.post(&format!("/api/tablets/{tablet}/code")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let made: Value = serde_json::from_str(&answer.body).unwrap();
        let path = made["path"].as_str().unwrap();
        let secret = path.strip_prefix("/tablet#pair=").unwrap();
        (made["code"].as_str().unwrap().to_owned(), secret.to_owned())
    }

    async fn pair_from(&self, code: &str, cookie: Option<&Cookie>) -> Answer {
        let code = json!({ "code": code });
        self.target.post("/api/pair", &code, cookie).await.unwrap()
    }

    /// A browser that is this tablet from now on.
    async fn paired(&self, tablet: u32) -> Cookie {
        let (code, _) = self.code(tablet).await;
        let answer = self.pair_from(&code, None).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.cookie().unwrap()
    }

    async fn open(&self, tablet: &Cookie) -> SignallingClient {
        let opened = SignallingClient::connect(&self.target, Role::Tablet, tablet);
        opened.await.unwrap()
    }

    async fn remove(&self, tablet: u32) {
        let answer = self.post(&format!("/api/tablets/{tablet}/remove")).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }

    /// What the page of coordinators shows of a tablet.
    async fn device(&self, tablet: u32) -> Value {
        let answer = self.target.get("/api/tablets", Some(&self.cookie)).await;
        let list: Value = serde_json::from_str(&answer.unwrap().body).unwrap();
        let sites = list["sites"].as_array().unwrap().clone();
        let mut all = sites
            .iter()
            .flat_map(|site| site["tablets"].as_array().unwrap());
        all.find(|one| one["tablet"] == tablet).unwrap().clone()
    }

    /// What the tablet's page is told.
    async fn told(&self, tablet: &Cookie) -> Value {
        let path = "/api/session?role=tablet";
        let answer = self.target.get(path, Some(tablet)).await.unwrap();
        serde_json::from_str(&answer.body).unwrap()
    }
}

fn error(answer: &Answer) -> (u16, String) {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert!(
        body["message"].as_str().unwrap().len() > 20,
        "{}",
        answer.body
    );
    (answer.status, body["error"].as_str().unwrap().to_owned())
}

/// Waits for the goodbye and says how long it took since then.
async fn closed(client: &mut SignallingClient, since: Instant) -> Duration {
    assert_eq!(client.bye(SOON).await.unwrap(), ByeReason::SignedOut);
    monotonic().duration_since(since)
}

#[tokio::test]
async fn a_tablet_is_paired_by_a_typed_code_calls_and_is_closed_within_a_second_when_removed() {
    let gateway = Gateway::demo(&[]);
    let office = Office::of(&gateway).await;
    let (code, _) = office.code(3).await;
    assert_eq!(office.device(3).await["state"], "unpaired");
    assert!(office.device(3).await["code_until"].is_number());
    let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
    let answer = office.pair_from(&typed, None).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, r#"{"tablet":3}"#)
    );
    let cookie = answer.cookie().unwrap();
    assert!(cookie.0.starts_with("__Host-passerelle-tablet="));
    assert_eq!(office.told(&cookie).await["signed_in"], true);

    let mut client = office.open(&cookie).await;
    assert_eq!(client.identity(), tablet(3));
    tap(&mut client, "uk").await;
    let (_, place) = position(&mut client).await;
    assert_eq!(place, 1);
    let device = office.device(3).await;
    assert_eq!(
        (&device["state"], &device["connected"]),
        (&json!("paired"), &json!(true))
    );
    assert!(device["since"].is_number() && device["seen_on"].is_number());
    assert_eq!(device["paired_by"].as_str().unwrap().len(), 8);

    let clicked = monotonic();
    office.remove(3).await;
    let took = closed(&mut client, clicked).await;
    assert!(took < CLOSED_MAX, "{took:?}");
    let refused = SignallingClient::connect(&office.target, Role::Tablet, &cookie).await;
    assert!(refused.is_err());
    let told = office.told(&cookie).await;
    assert_eq!(
        (&told["signed_in"], &told["over"]),
        (&json!(false), &json!("removed"))
    );
    assert_eq!(office.device(3).await["state"], "removed");
    office.remove(3).await;

    // Lost, and another takes its place.
    let other = office.paired(3).await;
    assert_eq!(office.open(&other).await.identity(), tablet(3));
    assert_eq!(office.told(&cookie).await["over"], "removed");
}

#[tokio::test]
async fn of_twenty_that_use_one_code_at_once_exactly_one_is_the_tablet() {
    let gateway = Gateway::demo(&[]);
    let office = Office::of(&gateway).await;
    for round in 0..3 {
        let (code, secret) = office.code(3).await;
        // By the link, which is not counted: all of them get to the code itself.
        let said = if round == 0 { &code } else { &secret };
        let all = futures_util::future::join_all((0..20).map(|_| office.pair_from(said, None)));
        let answers = all.await;
        let won: Vec<_> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .collect();
        assert_eq!(won.len(), 1);
        for lost in answers.iter().filter(|answer| answer.status != 200) {
            let expected = ["pairing_code_gone", "pairing_too_many"];
            assert!(expected.contains(&error(lost).1.as_str()), "{}", lost.body);
            assert!(lost.cookie().is_none());
        }
        let client = office.open(&won[0].cookie().unwrap()).await;
        assert_eq!(client.identity(), tablet(3));
        client.close().await.unwrap();
    }
}

#[tokio::test]
async fn every_code_that_pairs_nothing_is_refused_with_what_to_do() {
    let gateway = Gateway::demo(&[]);
    let office = Office::of(&gateway).await;
    let refused = async |code: &str| error(&office.pair_from(code, None).await);
    for unreadable in ["", "CDF", "CDFH-JKM", "CDFH-JKMN-P", "OOOO-0000"] {
        let expected = (400, "pairing_code_unreadable".to_owned());
        assert_eq!(refused(unreadable).await, expected, "{unreadable}");
    }
    let gone = (404, "pairing_code_gone".to_owned());
    assert_eq!(refused(&"0f".repeat(32)).await, gone);
    for _ in 0..10 {
        assert_eq!(refused("CDFH-JKMN").await, gone);
    }
    let too_many = (429, "pairing_too_many".to_owned());
    assert_eq!(refused("CDFH-JKMN").await, too_many);
    // The right one is as good as a wrong one now; the link passes.
    let (code, secret) = office.code(4).await;
    assert_eq!(refused(&code).await, too_many);
    assert_eq!(office.pair_from(&secret, None).await.status, 200);
    let unknown = office.post("/api/tablets/99/code").await;
    assert_eq!(error(&unknown), (404, "unknown_tablet".to_owned()));
    let unknown = office.post("/api/tablets/mayor/code").await;
    assert_eq!(error(&unknown), (404, "unknown_tablet".to_owned()));
    for number in 5..=20 {
        office.code(number).await;
    }
    let full = office.post("/api/tablets/21/code").await;
    assert_eq!(error(&full), (409, "pairing_codes_full".to_owned()));
}

#[tokio::test]
async fn only_coordinators_learn_of_tablets_make_codes_and_remove() {
    let gateway = Gateway::demo(&[]);
    let office = Office::of(&gateway).await;
    let paired = office.paired(3).await;
    let others = [
        (Some(paired), (403, "not_allowed")),
        (
            Some(sign_in(&office.target, tablet(4)).await),
            (403, "not_allowed"),
        ),
        (
            Some(sign_in(&office.target, interpreter(5)).await),
            (403, "not_allowed"),
        ),
        (Some(guest(&gateway).await), (403, "not_allowed")),
        (None, (401, "signed_out")),
    ];
    for (cookie, expected) in &others {
        let expected = (expected.0, expected.1.to_owned());
        let cookie = cookie.as_ref();
        let list = office.target.get("/api/tablets", cookie).await.unwrap();
        assert_eq!(error(&list), expected, "{cookie:?}");
        for path in ["/api/tablets/3/code", "/api/tablets/3/remove"] {
            let answer = office.target.post(path, &json!({}), cookie).await.unwrap();
            assert_eq!(error(&answer), expected, "{path} {cookie:?}");
        }
    }
    // Nor may another site's page use the coordinator's own session.
    for path in ["/api/tablets/3/code", "/api/tablets/3/remove", "/api/pair"] {
        let headers = vec![
            (axum::http::header::COOKIE, office.cookie.0.parse().unwrap()),
            (
                axum::http::header::ORIGIN,
                "https://example.org".parse().unwrap(),
            ),
        ];
        let foreign = office
            .target
            .send(Method::POST, path, headers, "{}".to_owned());
        assert_eq!(
            error(&foreign.await.unwrap()),
            (403, "foreign_origin".to_owned())
        );
    }
    assert_eq!(office.device(3).await["state"], "paired");
}

/// The session of a third party in a conversation.
async fn guest(gateway: &Gateway) -> Cookie {
    let mut person = available(gateway, 6).await;
    let mut visitor = connect(gateway, tablet(7)).await;
    let talk = Talk::begin(&mut visitor, &mut person, "uk").await;
    let asked = Request::InviteGuest { call: talk.call };
    let answer = visitor.answer_to(asked).await.unwrap();
    let ServerMessage::GuestLink { path, .. } = answer else {
        panic!("{answer:?}");
    };
    let code = path.split_once('#').unwrap().1.to_owned();
    let target = gateway.target();
    let body = json!({ "code": code });
    let answer = target.post("/api/invite", &body, None).await.unwrap();
    let cookie = answer.cookie().unwrap();
    // The conversation goes on for as long as the gateway does.
    std::mem::forget((person, visitor, talk));
    cookie
}

#[tokio::test]
async fn a_call_of_a_removed_tablet_ends_for_the_interpreter_and_is_recorded_as_lost() {
    let gateway = Gateway::demo(&[]);
    let office = Office::of(&gateway).await;
    let cookie = office.paired(1).await;
    let mut visitor = office.open(&cookie).await;
    let mut person = available(&gateway, 5).await;
    let mut watching = connect(&gateway, Identity::Coordinator).await;
    let talk = Talk::begin(&mut visitor, &mut person, "uk").await;
    let clicked = monotonic();
    office.remove(1).await;
    let took = closed(&mut visitor, clicked).await;
    assert!(took < CLOSED_MAX, "{took:?}");
    let (outcome, _) = outcome(&mut watching, talk.call).await;
    assert_eq!(outcome, Outcome::ConnectionLost);
    let wrapping = |view: &View| {
        let wraps_up = matches!(activity(view), Some(Activity::WrapUp { .. }));
        wraps_up.then_some(())
    };
    let wrapped = person.view_where("the wrap-up", SOON, wrapping).await;
    wrapped.unwrap();
    talk.close().await;
}

#[tokio::test]
async fn a_device_that_takes_a_tablets_place_takes_its_place_in_the_queue_as_well() {
    let gateway = Gateway::demo(&[]);
    let office = Office::of(&gateway).await;
    let broken = office.paired(1).await;
    let mut visitor = office.open(&broken).await;
    tap(&mut visitor, "uk").await;
    let before = position(&mut visitor).await;
    let spare = office.paired(1).await;
    closed(&mut visitor, monotonic()).await;
    assert_eq!(office.told(&broken).await["over"], "replaced");
    let mut visitor = office.open(&spare).await;
    assert_eq!(position(&mut visitor).await, before);
}

#[tokio::test]
async fn a_device_paired_as_another_tablet_is_the_first_no_more() {
    let gateway = Gateway::demo(&[]);
    let office = Office::of(&gateway).await;
    let cookie = office.paired(1).await;
    let mut client = office.open(&cookie).await;
    let (code, _) = office.code(2).await;
    let answer = office.pair_from(&code, Some(&cookie)).await;
    closed(&mut client, monotonic()).await;
    let moved = answer.cookie().unwrap();
    assert_eq!(office.open(&moved).await.identity(), tablet(2));
    assert_eq!(office.device(1).await["state"], "left");
    assert_eq!(office.told(&cookie).await["signed_in"], false);
}

/// The demonstration's configuration with its first site's tablet at the second.
fn moved() -> String {
    let emptied = changed(DEMO_TOML, "tablets = [1]", "tablets = []");
    changed(&emptied, "tablets = [2]", "tablets = [1, 2]")
}

#[tokio::test]
async fn renaming_a_site_keeps_its_tablets_and_moving_a_tablets_number_asks_to_pair_again() {
    let service = Service::start(DEMO_TOML);
    let office = Office::of_service(&service).await;
    let cookie = office.paired(1).await;
    let mut client = office.open(&cookie).await;
    let renamed = changed(DEMO_TOML, "Hôtel de Ville", "Maison communale");
    service.write(&renamed);
    assert_eq!(service.reload(&[]).0, Some(0));
    assert_eq!(office.told(&cookie).await["signed_in"], true);
    assert_eq!(office.device(1).await["state"], "paired");
    tap(&mut client, "uk").await;
    position(&mut client).await;

    // Whoever waits at it keeps the place; then the page asks to be paired again.
    service.write(&moved());
    assert_eq!(service.reload(&[]).0, Some(0));
    assert_eq!(office.device(1).await["state"], "moved");
    let (call, place) = position(&mut client).await;
    assert_eq!(place, 1);
    client.ask(Request::HangUp { call }).await.unwrap();
    closed(&mut client, monotonic()).await;
    let told = office.told(&cookie).await;
    assert_eq!(
        (&told["signed_in"], &told["over"]),
        (&json!(false), &json!("moved"))
    );
    let path = "/api/poll?role=tablet&protocol=passerelle.v1";
    let refused = office
        .target
        .post(path, &json!({}), Some(&cookie))
        .await
        .unwrap();
    assert_eq!(error(&refused), (401, "tablet_moved".to_owned()));

    // Moved back, it was a mistake; paired again, it stands there.
    service.write(&renamed);
    assert_eq!(service.reload(&[]).0, Some(0));
    assert_eq!(office.told(&cookie).await["signed_in"], true);
    service.write(&moved());
    assert_eq!(service.reload(&[]).0, Some(0));
    let again = office.paired(1).await;
    assert_eq!(office.open(&again).await.identity(), tablet(1));
    assert_eq!(office.device(1).await["state"], "paired");
}

#[tokio::test]
async fn an_invitation_of_the_command_line_pairs_like_a_code() {
    let service = Service::start(DEMO_TOML);
    let office = Office::of_service(&service).await;
    let mut first = service.connect(tablet(3)).await;
    let device = office.device(3).await;
    assert_eq!(
        (&device["state"], &device["paired_by"]),
        (&json!("paired"), &Value::Null)
    );
    let mut second = service.connect(tablet(3)).await;
    closed(&mut first, monotonic()).await;
    office.remove(3).await;
    closed(&mut second, monotonic()).await;
}

#[tokio::test]
async fn what_is_done_with_tablets_is_in_the_audit_journal_and_no_code_is_anywhere() {
    let gateway = Gateway::demo(&[]);
    let office = Office::of(&gateway).await;
    let (code, secret) = office.code(3).await;
    let cookie = office.pair_from(&code, None).await.cookie().unwrap();
    office.remove(3).await;
    let token = cookie.0.split_once('=').unwrap().1.to_owned();
    let (_, remains) = gateway.end("TERM");
    let written = everything_in(remains.directory.path());
    let holds = |text: &str| {
        let text = text.as_bytes();
        written.windows(text.len()).any(|part| part == text)
    };
    for secret in [code.as_str(), &code.replace('-', ""), &secret, &token] {
        assert!(!holds(secret));
    }
    let acts = [
        r#""pairing_code_made":{"tablet":3,"#,
        r#""by":"pairing_code""#,
        r#""tablet_removed":{"tablet":3,"#,
    ];
    for act in acts {
        assert!(holds(act), "{act}");
    }
}

#[tokio::test]
async fn a_tablet_of_every_role_of_page_is_on_the_list_of_its_site_once() {
    let gateway = Gateway::demo(&[]);
    let office = Office::of(&gateway).await;
    // Signed in by the demonstration: on the list, and can be removed.
    let mut client = connect(&gateway, tablet(28)).await;
    let device = office.device(28).await;
    assert_eq!(
        (&device["state"], &device["connected"]),
        (&json!("unbound"), &json!(true))
    );
    office.remove(28).await;
    closed(&mut client, monotonic()).await;
    let mut watching = connect(&gateway, Identity::Coordinator).await;
    let tablets = board(&mut watching, "the board", |board| {
        Some(
            board
                .tablets
                .iter()
                .map(|row| row.tablet)
                .collect::<BTreeSet<_>>(),
        )
    });
    let tablets = tablets.await;
    for TabletId(number) in tablets {
        office.device(number).await;
    }
}
