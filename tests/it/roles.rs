//! The matrix of every action by every role, as the table of permissions has it: each endpoint and
//! each request of a WebSocket is asked of a running gateway by each, signed in and not.

use crate::browser::refusal;
use crate::gateway::Gateway;
use crate::people::{SOON, Talk, available, connect, interpreter, sign_in, tablet};
use axum::http::header::{CONTENT_TYPE, COOKIE, ORIGIN};
use axum::http::{HeaderValue, Method};
use passerelle::auth::Role;
use passerelle::auth::permissions::{Access, CALLERS, ENDPOINTS, Endpoint, REQUESTS};
use passerelle::client::http::{Answer, ClientError, Cookie, Target};
use passerelle::client::signalling::{Introduction, SignallingClient};
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{ErrorCode, Identity, Request, ServerMessage};
use rusqlite::Connection as Database;
use rusqlite::types::Value;
use serde_json::json;

/// A connection takes twenty requests at once (`src/ws/rate.rs`).
const AT_ONCE: usize = 15;

/// A gateway with a conversation, to which a third party is invited.
struct House {
    gateway: Gateway,
    calling: SignallingClient,
    answering: SignallingClient,
    talk: Talk,
}

impl House {
    async fn open() -> Self {
        let gateway = Gateway::demo(&[]);
        let mut calling = connect(&gateway, tablet(1)).await;
        let mut answering = available(&gateway, 5).await;
        let talk = Talk::begin(&mut calling, &mut answering, "uk").await;
        Self {
            gateway,
            calling,
            answering,
            talk,
        }
    }

    /// Somebody of this role is signed in: nobody whose page is open.
    async fn cookie(&mut self, role: Role) -> Cookie {
        let target = self.gateway.target();
        let identity = match role {
            Role::Tablet => tablet(2),
            Role::Interpreter => interpreter(7),
            Role::Coordinator => Identity::Coordinator,
            Role::Administrator => Identity::Administrator,
            Role::Guest => return self.guest(&target).await,
        };
        sign_in(&target, identity).await
    }

    async fn guest(&mut self, target: &Target) -> Cookie {
        let call = self.talk.call;
        let asked = self.calling.answer_to(Request::InviteGuest { call });
        let ServerMessage::GuestLink { path, .. } = asked.await.unwrap() else {
            panic!("no link")
        };
        let body = json!({ "code": path.strip_prefix("/guest#").unwrap() });
        let answer = target.post("/api/invite", &body, None).await.unwrap();
        answer.cookie().unwrap()
    }

    /// Those in the conversation are still there.
    async fn stays(&mut self) {
        self.calling.sign_of_life(SOON).await.unwrap();
        self.answering.sign_of_life(SOON).await.unwrap();
    }

    /// All that is stored, but when whom was seen.
    fn stored(&self) -> Vec<String> {
        let database = Database::open(self.gateway.data_dir().join("passerelle.sqlite")).unwrap();
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table' \
                     AND name NOT LIKE 'sqlite_%' AND name <> 'room' ORDER BY name";
        let mut tables = database.prepare(names).unwrap();
        let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let mut rows = Vec::new();
        for table in tables.map(Result::unwrap) {
            let mut all = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let kept: Vec<usize> = (0..all.column_count())
                .filter(|at| all.column_name(*at).unwrap() != "seen_at")
                .collect();
            let row = |row: &rusqlite::Row<'_>| {
                let values = kept.iter().map(|at| row.get::<_, Value>(*at).unwrap());
                Ok(format!("{table}: {:?}", values.collect::<Vec<_>>()))
            };
            rows.extend(all.query_map([], row).unwrap().map(Result::unwrap));
        }
        rows
    }
}

/// What a role is answered: `None` where it may ask.
fn expected(access: Access, role: Option<Role>) -> Option<(u16, String)> {
    let refused = |status: u16, id: &str| Some((status, id.to_owned()));
    match (access, role) {
        (Access::Anybody, _) => None,
        (Access::OwnLine, _) => refused(404, "line_gone"),
        (Access::Of(_) | Access::Oneself(_), None) => refused(401, "signed_out"),
        (Access::Of(who) | Access::Oneself(who), Some(role)) if who.contains(&role) => None,
        (Access::Of(_), Some(_)) => refused(403, "not_allowed"),
        (Access::Oneself(_), Some(_)) => refused(400, "unknown_role"),
    }
}

/// Asks an endpoint with a body that says nothing: whoever may ask is told what is missing.
async fn ask(target: &Target, endpoint: &Endpoint, role: Role, cookie: Option<&Cookie>) -> Answer {
    let text = |text: &str| HeaderValue::from_str(text).unwrap();
    let mut headers = vec![
        (ORIGIN, text(&target.origin())),
        (CONTENT_TYPE, text("application/json")),
    ];
    headers.extend(cookie.map(|cookie| (COOKIE, text(&cookie.0))));
    let path = endpoint.path.replace("{tablet}", "4711");
    let path = format!("{path}?role={role}&protocol=passerelle.v1&after=0&first=1");
    let method: Method = endpoint.method.parse().unwrap();
    let body = String::from("{}");
    target.send(method, &path, headers, body).await.unwrap()
}

/// Opens a WebSocket, and says how that is answered over HTTP.
async fn upgrade(target: &Target, role: Role, cookie: Option<&Cookie>) -> Option<(u16, String)> {
    let nothing = Cookie(String::new());
    let introduction = Introduction {
        cookie: cookie.cloned(),
        ..Introduction::of_page(target, role, cookie.unwrap_or(&nothing))
    };
    match SignallingClient::introduce(target, &introduction).await {
        Ok(client) => {
            client.close().await.unwrap();
            None
        }
        Err(ClientError::Refused { status, body }) => {
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            Some((status, body["error"].as_str().unwrap().to_owned()))
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_answers_those_it_is_for_and_refuses_everybody_else_by_a_stable_id() {
    let mut house = House::open().await;
    let target = house.gateway.target();
    let everybody = Role::ALL.map(Some).into_iter().chain([None]);
    for role in everybody {
        let cookie = match role {
            Some(role) => Some(house.cookie(role).await),
            None => None,
        };
        let cookie = cookie.as_ref();
        let page = role.unwrap_or(Role::Coordinator);
        let (may, others): (Vec<&Endpoint>, Vec<&Endpoint>) = ENDPOINTS
            .iter()
            .partition(|endpoint| expected(endpoint.access, role).is_none());
        let before = house.stored();
        for endpoint in others {
            let refused = match endpoint.path {
                "/ws" => upgrade(&target, page, cookie).await,
                _ => Some(refusal(&ask(&target, endpoint, page, cookie).await)),
            };
            let Endpoint { method, path, .. } = endpoint;
            let wanted = expected(endpoint.access, role);
            assert_eq!(refused, wanted, "{role:?}: {method} {path}");
        }
        assert_eq!(house.stored(), before, "{role:?}: nothing was done");
        // Signing out is the last that somebody does.
        let (last, first): (Vec<&Endpoint>, Vec<&Endpoint>) =
            may.into_iter().partition(|it| it.path == "/api/sign-out");
        for endpoint in first.into_iter().chain(last) {
            let Endpoint { method, path, .. } = endpoint;
            if *path == "/ws" {
                assert_eq!(upgrade(&target, page, cookie).await, None, "{role:?}");
                continue;
            }
            let answer = ask(&target, endpoint, page, cookie).await;
            let (status, body) = (answer.status, &answer.body);
            let said = format!("{role:?}: {method} {path}: {status} {body}");
            assert!(![401, 403, 405].contains(&status), "{said}");
            assert!(
                !body.contains("unknown_endpoint") || path.contains("demo"),
                "{said}"
            );
        }
        house.stays().await;
    }
    house.talk.close().await;
}

#[tokio::test]
async fn a_line_is_good_for_nobody_but_the_browser_session_that_opened_it() {
    let gateway = Gateway::demo(&[]);
    let target = gateway.target();
    let own = sign_in(&target, tablet(2)).await;
    let open = "/api/poll?role=tablet&protocol=passerelle.v1";
    let opened = target.post(open, &json!({}), Some(&own)).await.unwrap();
    let line: serde_json::Value = serde_json::from_str(&opened.body).unwrap();
    let line = line["line"].as_str().unwrap();
    let others = [tablet(2), tablet(3), Identity::Administrator];
    let of_lines = ENDPOINTS.iter().filter(|it| it.access == Access::OwnLine);
    let paths: Vec<String> = of_lines
        .map(|endpoint| endpoint.path.replace("{line}", line) + "?after=0&first=1")
        .collect();
    assert_eq!(paths.len(), 3);
    for identity in others {
        let cookie = sign_in(&target, identity).await;
        for path in &paths {
            let answer = target.post(path, &json!({}), Some(&cookie)).await.unwrap();
            let gone = (404, "line_gone".to_owned());
            assert_eq!(refusal(&answer), gone, "{identity:?}: {path}");
        }
    }
    for path in &paths {
        let answer = target.post(path, &json!({}), Some(&own)).await.unwrap();
        assert!(answer.status < 300, "{path}: {}", answer.body);
    }
}

/// One of each request, about calls that nobody knows.
fn request(name: &str) -> Request {
    let call = CallId(4711);
    let fields = match name {
        "tap" | "slots" => json!({ "language": "fsl" }),
        "change_mode" => json!({ "call": call, "mode": "text_relay" }),
        "set_subject" => json!({ "call": call, "subject": null }),
        "answer_callback" | "cancel_callback" => json!({ "callback": call }),
        "book" => json!({ "language": "fsl", "starts_at": 1_800_000 }),
        "answer_appointment"
        | "cancel_appointment"
        | "take_appointment"
        | "release_appointment" => json!({ "appointment": call }),
        "assign_appointment" => json!({ "appointment": call, "interpreter": 1 }),
        "consent" => json!({ "call": call, "agree": true }),
        "camera" => json!({ "call": call, "off": true }),
        "pictures" => json!({ "call": call, "shown": true }),
        "media_offer" => json!({ "call": call, "sdp": "v=0" }),
        "set_available" => json!({ "available": false }),
        "pause" => json!({ "reason": "meal" }),
        "accept" => json!({ "offer": 4711 }),
        "decline" => json!({ "offer": 4711, "reason": "tired" }),
        "end_wrap_up" => json!({}),
        "extend_wrap_up" => json!({ "until": 1_800_000 }),
        "transfer" | "move" => json!({ "call": call, "language": "ar" }),
        "invite" => json!({ "call": call, "role": "second" }),
        "ask_help" => json!({ "reason": "technical" }),
        "prioritise" => json!({ "call": call, "class": "emergency" }),
        "assign" => json!({ "call": call, "interpreter": 1 }),
        "force" => json!({ "counter": { "site": 4711 }, "open": null }),
        "pause_interpreter" => json!({ "interpreter": 4711, "reason": "rest" }),
        "broadcast" => json!({ "text": "Pause" }),
        _ => json!({ "call": call }),
    };
    let mut message = fields;
    message["type"] = json!(name);
    let read = serde_json::from_value(message);
    read.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The request, about a call there is where it is about one.
fn about(call: CallId, name: &str) -> Request {
    let mut asked = serde_json::to_value(request(name)).unwrap();
    if asked.get("call").is_some_and(|call| !call.is_null()) {
        asked["call"] = json!(call);
    }
    serde_json::from_value(asked).unwrap()
}

/// Asks these one after the other; whether each was refused to the role.
async fn refused_to_the_role(
    target: &Target,
    role: Role,
    cookie: &Cookie,
    names: &[&str],
) -> Vec<bool> {
    let mut client = SignallingClient::connect(target, role, cookie)
        .await
        .unwrap();
    let mut refused = Vec::new();
    for name in names {
        let answered = client.answer_to(request(name)).await;
        refused.push(match answered {
            // A coordinator whom nobody let in is told the same id for another reason.
            Err(ClientError::RequestRefused { error, message }) => {
                error == ErrorCode::NotAllowed && message.starts_with("this role may not")
            }
            Ok(_) => false,
            Err(error) => panic!("{role}: {name}: {error}"),
        });
    }
    client.close().await.unwrap();
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_of_a_websocket_is_answered_to_those_it_is_for_and_refused_to_all_others() {
    let mut house = House::open().await;
    let target = house.gateway.target();
    for role in CALLERS.iter().copied() {
        let cookie = house.cookie(role).await;
        let of_role = |may: bool| {
            let all = REQUESTS
                .iter()
                .filter(move |(_, who, _)| who.contains(&role) == may);
            all.map(|(name, ..)| *name).collect::<Vec<_>>()
        };
        for names in of_role(false).chunks(AT_ONCE) {
            let refused = refused_to_the_role(&target, role, &cookie, names).await;
            assert!(
                refused.iter().all(|refused| *refused),
                "{role}: {names:?}: {refused:?}"
            );
        }
        for names in of_role(true).chunks(AT_ONCE) {
            let refused = refused_to_the_role(&target, role, &cookie, names).await;
            assert!(!refused.contains(&true), "{role}: {names:?}: {refused:?}");
        }
        house.stays().await;
    }
    let cookie = house.cookie(Role::Administrator).await;
    let refused = upgrade(&target, Role::Administrator, Some(&cookie)).await;
    assert_eq!(refused, Some((403, "not_allowed".to_owned())));
    house.talk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_refused_to_a_role_changes_nothing() {
    let mut house = House::open().await;
    let target = house.gateway.target();
    for role in CALLERS.iter().copied() {
        let cookie = house.cookie(role).await;
        let others: Vec<&str> = REQUESTS
            .iter()
            .filter_map(|(name, who, _)| (!who.contains(&role)).then_some(*name))
            .collect();
        for names in others.chunks(AT_ONCE) {
            let connected = SignallingClient::connect(&target, role, &cookie);
            let mut client = connected.await.unwrap();
            client.sign_of_life(SOON).await.unwrap();
            let before = house.stored();
            for name in names {
                let asked = about(house.talk.call, name);
                assert!(client.answer_to(asked).await.is_err(), "{role}: {name}");
            }
            assert_eq!(house.stored(), before, "{role}: {names:?}");
            client.close().await.unwrap();
        }
        house.stays().await;
    }
    house.talk.close().await;
}
