//! Messages by HTTP requests instead of a WebSocket: the same session, over requests that are lost,
//! made twice, made by somebody else, or made no more.

use crate::gateway::Gateway;
use crate::people::{SOON, board, connect, sign_in, tablet};
use axum::http::Method;
use axum::http::header::{COOKIE, HeaderName, HeaderValue, ORIGIN};
use passerelle::auth::Role;
use passerelle::client::http::{Answer, ClientError, Cookie, Target};
use passerelle::clock::monotonic;
use passerelle_signaling::protocol::{
    ByeReason, ErrorCode, Identity, Request, Resumed, ServerMessage, View,
};
use passerelle_signaling::view::TabletPhase;
use std::time::Duration;

/// A page's line.
struct Line {
    target: Target,
    cookie: Cookie,
    id: String,
    after: u64,
    sent: u64,
    /// All that has arrived.
    told: Vec<ServerMessage>,
}

/// A request of one of our own pages.
async fn try_to_post(
    target: &Target,
    path: &str,
    cookie: &Cookie,
    body: &str,
) -> Result<Answer, ClientError> {
    let value = |text: &str| HeaderValue::from_str(text).unwrap();
    let headers = vec![
        (ORIGIN, value(&target.origin())),
        (COOKIE, value(&cookie.0)),
    ];
    let sent = target.send(Method::POST, path, headers, body.to_owned());
    sent.await
}

/// One that is answered.
async fn post(target: &Target, path: &str, cookie: &Cookie, body: &str) -> Answer {
    try_to_post(target, path, cookie, body).await.unwrap()
}

/// Expects a refusal with this stable id.
fn assert_refused(answer: &Answer, status: u16, id: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["error"], id);
    assert!(!body["message"].as_str().unwrap().is_empty());
    assert_eq!(answer.headers["cache-control"], "no-store");
}

fn messages(body: &str) -> Vec<ServerMessage> {
    body.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

impl Line {
    async fn open(gateway: &Gateway, identity: Identity) -> Self {
        let target = gateway.target();
        let cookie = sign_in(&target, identity).await;
        Self::open_with(target, Role::of(identity), cookie, "").await
    }

    async fn open_with(target: Target, role: Role, cookie: Cookie, remembered: &str) -> Self {
        let path = format!("/api/poll?role={role}&protocol=passerelle.v1{remembered}");
        let answer = post(&target, &path, &cookie, "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.headers["cache-control"], "no-store");
        let opened: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let id = opened["line"].as_str().unwrap().to_owned();
        Self {
            target,
            cookie,
            id,
            after: 0,
            sent: 0,
            told: Vec::new(),
        }
    }

    async fn request(&self, rest: &str, body: &str) -> Answer {
        let path = format!("/api/poll/{}{rest}", self.id);
        post(&self.target, &path, &self.cookie, body).await
    }

    /// A poll whose answer arrives.
    async fn poll(&mut self) -> Vec<ServerMessage> {
        let answer = self.request(&format!("?after={}", self.after), "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
        assert!(!answer.headers.contains_key("content-encoding"));
        // There is text of people in it.
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        let messages = messages(&answer.body);
        self.after += messages.len() as u64;
        self.told.extend(messages.iter().cloned());
        messages
    }

    async fn send(&mut self, body: &str) -> Answer {
        let first = self.sent + 1;
        self.sent += body.lines().count() as u64;
        self.request(&format!("/send?first={first}"), body).await
    }

    async fn message_where<T>(&mut self, pick: impl Fn(&ServerMessage) -> Option<T>) -> T {
        let waiting = async {
            loop {
                if let Some(picked) = self.told.iter().find_map(&pick) {
                    return picked;
                }
                self.poll().await;
            }
        };
        tokio::time::timeout(SOON, waiting).await.unwrap()
    }

    async fn bye(&mut self) -> ByeReason {
        self.message_where(|message| match message {
            ServerMessage::Bye { reason } => Some(*reason),
            _ => None,
        })
        .await
    }

    /// Waits until the gateway knows it no more.
    async fn ended(&mut self) {
        let ending = async {
            loop {
                let answer = self.request(&format!("?after={}", self.after), "").await;
                if answer.status == 404 {
                    assert_refused(&answer, 404, "line_gone");
                    return;
                }
                self.after += answer.body.lines().count() as u64;
            }
        };
        tokio::time::timeout(SOON, ending).await.unwrap();
    }
}

fn answers(messages: &[ServerMessage], asked: u64) -> usize {
    let answer = |message: &&ServerMessage| match message {
        ServerMessage::Done { id } => *id == asked,
        ServerMessage::Refused { id, .. } => *id == Some(asked),
        _ => false,
    };
    messages.iter().filter(answer).count()
}

fn waits(message: &ServerMessage) -> Option<()> {
    match message {
        ServerMessage::State {
            view: View::Tablet(view),
            ..
        } => matches!(view.phase, TabletPhase::Waiting { .. }).then_some(()),
        _ => None,
    }
}

#[tokio::test]
async fn a_line_carries_a_session_and_requests_that_are_lost_or_doubled_change_nothing() {
    let gateway = Gateway::demo_with(&[], &["--log", "debug"]);
    let mut line = Line::open(&gateway, tablet(1)).await;
    let lost = line.request("?after=0", "").await;
    let again = line.request("?after=0", "").await;
    assert!(again.body.starts_with(&lost.body), "{}", again.body);
    let told = line.poll().await;
    assert!(matches!(
        told[0],
        ServerMessage::Welcome {
            resumed: Resumed::New,
            ..
        }
    ));
    let tap = r#"{"id":1,"type":"tap","language":"ar"}"#;
    // The answer to the first is lost on its way, and the page asks again, with one more.
    assert_eq!(line.request("/send?first=1", tap).await.status, 204);
    let both = format!("{tap}\n{}", r#"{"id":2,"type":"accept","offer":1}"#);
    assert_eq!(line.send(&both).await.status, 204);
    let mut all = Vec::new();
    let waiting = async {
        while answers(&all, 2) == 0 || !all.iter().any(|message| waits(message).is_some()) {
            all.extend(line.poll().await);
        }
    };
    tokio::time::timeout(SOON, waiting).await.unwrap();
    assert_eq!((answers(&all, 1), answers(&all, 2)), (1, 1), "{all:?}");

    // An old poll, which some proxy makes again, takes nothing from the newest one.
    let old = line.request("?after=1", "").await;
    assert_eq!((old.status, old.body.as_str()), (200, ""));
    // A page that is left says so, and its place is kept for as long as a reload takes.
    assert_eq!(line.request("/close", "").await.status, 204);
    line.ended().await;
    let mut watching = connect(&gateway, Identity::Coordinator).await;
    board(&mut watching, "nobody waits", |board| {
        board.queue.is_empty().then_some(())
    })
    .await;
    assert!(!gateway.log().contains(&line.id));
}

#[tokio::test]
async fn a_line_is_replaced_by_another_page_and_ended_by_a_sign_out_and_a_stop_like_a_socket() {
    let gateway = Gateway::demo(&[]);
    let mut first = Line::open(&gateway, tablet(1)).await;
    first
        .message_where(|message| match message {
            ServerMessage::State { .. } => Some(()),
            _ => None,
        })
        .await;
    let (target, cookie) = (first.target.clone(), first.cookie.clone());
    let mut second = Line::open_with(target, Role::Tablet, cookie, "").await;
    assert_eq!(first.bye().await, ByeReason::Replaced);
    first.ended().await;
    let _socket = connect(&gateway, tablet(1)).await;
    assert_eq!(second.bye().await, ByeReason::Replaced);

    let mut leaving = Line::open(&gateway, tablet(2)).await;
    let nothing = serde_json::json!({});
    let path = "/api/sign-out?role=tablet";
    let signed_out = leaving.target.post(path, &nothing, Some(&leaving.cookie));
    assert_eq!(signed_out.await.unwrap().status, 204);
    assert_eq!(leaving.bye().await, ByeReason::SignedOut);
    leaving.ended().await;

    let mut staying = Line::open(&gateway, tablet(3)).await;
    staying.poll().await;
    let ending = std::thread::spawn(move || gateway.end("TERM").0);
    assert_eq!(staying.bye().await, ByeReason::ShuttingDown);
    assert!(ending.join().unwrap().success());
}

#[tokio::test]
async fn a_line_that_is_polled_no_more_is_lost_like_a_silent_socket_and_its_place_is_kept() {
    let gateway = Gateway::demo(&[]);
    let mut watching = connect(&gateway, Identity::Coordinator).await;
    let mut line = Line::open(&gateway, tablet(1)).await;
    line.send(r#"{"id":1,"type":"tap","language":"ar"}"#).await;
    line.message_where(waits).await;
    let memory = line
        .told
        .iter()
        .fold((0, 0), |(seq, run), message| match message {
            ServerMessage::Welcome { run, .. } => (seq, run.0),
            ServerMessage::State { seq, .. } => (*seq, run),
            _ => (seq, run),
        });
    let silent_since = monotonic();
    let lost = |view: &View| match view {
        View::Coordinator(board) => board.queue.iter().any(|row| !row.there).then_some(()),
        _ => None,
    };
    let limit = Duration::from_secs(25);
    watching
        .view_where("the loss of the tablet", limit, lost)
        .await
        .unwrap();
    let silent = monotonic() - silent_since;
    assert!(silent >= Duration::from_secs(14), "{silent:?}");
    line.ended().await;
    let (seq, run) = memory;
    let remembered = format!("&after={seq}&run={run}");
    let (target, cookie) = (line.target.clone(), line.cookie.clone());
    let mut back = Line::open_with(target, Role::Tablet, cookie, &remembered).await;
    back.message_where(waits).await;
    assert!(matches!(
        back.told[0],
        ServerMessage::Welcome {
            resumed: Resumed::Fresh,
            ..
        }
    ));
}

#[tokio::test]
async fn what_is_no_line_of_this_session_is_refused_with_a_stable_id() {
    let gateway = Gateway::demo(&[]);
    let mut line = Line::open(&gateway, tablet(1)).await;
    let target = gateway.target();
    let stranger = sign_in(&target, tablet(2)).await;
    let nobody = Cookie(String::new());
    let own = format!("/api/poll/{}", line.id);
    let opening = |query: &str| format!("/api/poll?{query}");
    for (path, cookie, status, id) in [
        (
            "role=mayor&protocol=passerelle.v1",
            &stranger,
            400,
            "unknown_role",
        ),
        ("role=tablet", &stranger, 400, "unknown_subprotocol"),
        (
            "role=tablet&protocol=passerelle.v1&protocol=passerelle.v1",
            &stranger,
            400,
            "unknown_subprotocol",
        ),
        (
            "role=tablet&protocol=passerelle.v0",
            &stranger,
            400,
            "unknown_subprotocol",
        ),
        (
            "role=tablet&protocol=passerelle.v1",
            &nobody,
            401,
            "signed_out",
        ),
        (
            "role=coordinator&protocol=passerelle.v1",
            &stranger,
            401,
            "signed_out",
        ),
    ] {
        let answer = post(&target, &opening(path), cookie, "{}").await;
        assert_refused(&answer, status, id);
    }
    let unknown = post(&target, "/api/poll/4711?after=0", &stranger, "{}").await;
    assert_refused(&unknown, 404, "line_gone");
    for (rest, cookie, status, id) in [
        ("?after=0", &stranger, 404, "line_gone"),
        ("/send?first=1", &stranger, 404, "line_gone"),
        ("/close", &stranger, 404, "line_gone"),
        ("?after=0", &nobody, 404, "line_gone"),
        ("", &line.cookie, 400, "bad_request"),
        ("?after=4711", &line.cookie, 400, "bad_request"),
        ("/send?first=0", &line.cookie, 400, "bad_request"),
        ("/send?first=2", &line.cookie, 400, "bad_request"),
    ] {
        let answer = post(&target, &format!("{own}{rest}"), cookie, "{}").await;
        assert_refused(&answer, status, id);
    }
    let cookie = vec![(COOKIE, HeaderValue::from_str(&line.cookie.0).unwrap())];
    let foreign = target.send(Method::POST, &own, cookie.clone(), String::new());
    assert_refused(&foreign.await.unwrap(), 403, "foreign_origin");
    let get = target.send(Method::GET, &own, own_page(&target, cookie), String::new());
    assert_refused(&get.await.unwrap(), 405, "wrong_method");
    // None of it has disturbed the line.
    assert_eq!(
        line.send(r#"{"id":1,"type":"tap","language":"ar"}"#)
            .await
            .status,
        204
    );
    line.message_where(waits).await;
}

fn own_page(
    target: &Target,
    mut headers: Vec<(HeaderName, HeaderValue)>,
) -> Vec<(HeaderName, HeaderValue)> {
    headers.push((ORIGIN, HeaderValue::from_str(&target.origin()).unwrap()));
    headers
}

#[tokio::test]
async fn what_is_too_large_unreadable_or_too_much_is_refused_and_the_line_stays() {
    let gateway = Gateway::demo(&[]);
    let mut line = Line::open(&gateway, tablet(1)).await;
    let path = "/send?first=1";
    let too_large = line.request(path, &"x".repeat(129 * 1024)).await;
    assert_refused(&too_large, 413, "too_large");
    let too_many = line.request(path, &"{}\n".repeat(33)).await;
    assert_refused(&too_many, 413, "too_large");
    let unreadable = format!("{}\n[", "x".repeat(65 * 1024));
    assert_eq!(line.send(&unreadable).await.status, 204);
    let mut bad = 0;
    while bad < 2 {
        let told = line.poll().await;
        let is_bad = |message: &&ServerMessage| {
            matches!(
                message,
                ServerMessage::Refused {
                    id: None,
                    error: ErrorCode::BadMessage,
                    ..
                }
            )
        };
        bad += told.iter().filter(is_bad).count();
    }

    // An offer of a megabyte, and one that is read as far as its length.
    let offer = |bytes| {
        let sdp = "v".repeat(bytes);
        format!(r#"{{"id":3,"type":"media_offer","call":1,"sdp":"{sdp}"}}"#)
    };
    let path = format!("/api/poll/{}/send?first={}", line.id, line.sent + 1);
    let sent = try_to_post(&line.target, &path, &line.cookie, &offer(1 << 20)).await;
    // Refused before all of it was sent, the rest finds a closed connection (RFC 9112 §9.6).
    if let Ok(too_large) = sent {
        assert_refused(&too_large, 413, "too_large");
    }
    assert_eq!(line.send(&offer(100_000)).await.status, 204);
    let told = line.poll().await;
    let is_bad = |message: &ServerMessage| match message {
        ServerMessage::Refused {
            id: None, error, ..
        } => *error == ErrorCode::BadMessage,
        _ => false,
    };
    assert!(told.iter().any(is_bad), "{told:?}");

    // A flood of requests, polls and sends alike, and of messages in them.
    for rest in ["/send?first=1", "?after=0"] {
        let mut last = line.request(rest, "").await;
        for _ in 0..60 {
            last = line.request(rest, "").await;
            if last.status == 429 {
                break;
            }
        }
        assert_refused(&last, 429, "too_fast");
    }
    let mut calm = Line::open(&gateway, tablet(2)).await;
    let many = r#"{"id":1,"type":"slots","language":"ar"}"#.to_owned() + "\n";
    assert_eq!(calm.send(&many.repeat(32)).await.status, 204);
    calm.message_where(|message| match message {
        ServerMessage::Refused { error, .. } => (*error == ErrorCode::TooFast).then_some(()),
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn pages_by_requests_and_by_sockets_are_answered_about_as_fast() {
    const ROUNDS: u32 = 30;
    let gateway = Gateway::demo(&[]);
    let opened = monotonic();
    let mut line = Line::open(&gateway, tablet(1)).await;
    let is_state = |message: &ServerMessage| match message {
        ServerMessage::State { .. } => Some(()),
        _ => None,
    };
    line.message_where(is_state).await;
    println!(
        "line_first_state_ms\t{}",
        (monotonic() - opened).as_millis()
    );
    let mut socket = connect(&gateway, tablet(2)).await;
    // As often as a client may ask for long.
    let mut pace = tokio::time::interval(Duration::from_millis(100));
    let (mut by_line, mut by_socket) = (Duration::ZERO, Duration::ZERO);
    for round in 0..ROUNDS {
        pace.tick().await;
        let begun = monotonic();
        let asked = format!(r#"{{"id":{round},"type":"cancel_callback","callback":4711}}"#);
        assert_eq!(line.send(&asked).await.status, 204);
        while answers(&line.poll().await, u64::from(round)) == 0 {}
        by_line += monotonic() - begun;
        let begun = monotonic();
        let language = "ar".parse().unwrap();
        let mode = None;
        socket
            .answer_to(Request::Slots { language, mode })
            .await
            .unwrap();
        by_socket += monotonic() - begun;
    }
    // Each request of this client makes a connection of its own, which a browser's do not.
    println!("line_answer_us\t{}", (by_line / ROUNDS).as_micros());
    println!("socket_answer_us\t{}", (by_socket / ROUNDS).as_micros());
    assert!(by_line / ROUNDS < Duration::from_secs(1));
}
