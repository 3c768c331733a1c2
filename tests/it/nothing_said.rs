//! Nothing said is stored: a mark is planted wherever people or their browsers can put something,
//! and looked for in every byte that the gateway has written, at its most talkative, over a kill, a
//! restart, a backup, an export and errors.

use crate::gateway::{Gateway, STOP_MAX, program, run};
use crate::people::{SOON, available, connect, ring, tablet, tap};
use axum::http::header::{CONTENT_TYPE, COOKIE, ORIGIN, REFERER, USER_AGENT};
use axum::http::{HeaderName, HeaderValue, Method};
use passerelle::client::http::{Answer, Target};
use passerelle::client::media::{MediaClient, MediaClientConfig};
use passerelle::client::signalling::SignallingClient;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{Identity, Request, ServerMessage};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// What is planted. Text that no program writes by itself.
const MARK: &str = "zqmarque7f3e";

/// The pictures that the built-in clients send.
const VIDEO: &[u8] = include_bytes!("../../src/client/assets/testsrc-160x120.ivf");

/// A part of the first picture, behind the headers of the file and of the frame.
const PICTURE: std::ops::Range<usize> = 300..332;

/// A client that writes and sends, and the mark in everything of its offer that a browser fills in.
async fn offer() -> (MediaClient, String) {
    let config = MediaClientConfig {
        writes: true,
        ..MediaClientConfig::default()
    };
    let (client, sdp) = MediaClient::with(config).await.unwrap();
    let sdp = sdp
        .replacen("s=-", &format!("s={MARK}"), 1)
        .replacen("\r\nm=", &format!("\r\na=x-note:{MARK}\r\nm="), 1)
        .replace("a=msid:", &format!("a=msid:{MARK}"));
    assert!(sdp.matches(MARK).count() >= 3, "{sdp}");
    (client, sdp)
}

async fn join(page: &mut SignallingClient, call: CallId) -> MediaClient {
    let (client, sdp) = offer().await;
    let answer = page
        .ask(Request::MediaOffer {
            call,
            sdp: sdp.into(),
        })
        .await
        .unwrap();
    client.accept_answer(answer.unwrap()).await.unwrap();
    client
}

/// Both see, hear and read each other.
async fn converse(visitor: &MediaClient, interpreter: &MediaClient) {
    for client in [visitor, interpreter] {
        client.wait_for_media(SOON).await.unwrap();
        let open = client.wait_for_text(SOON, |text| text.is_open).await;
        assert!(open.is_some());
    }
    for (writer, reader) in [(visitor, interpreter), (interpreter, visitor)] {
        assert!(writer.write(&format!("{MARK} é\u{8}")).await);
        let arrived = reader.wait_for_text(SOON, |text| {
            text.messages.iter().any(|(_, line)| line.contains(MARK))
        });
        assert!(arrived.await.is_some(), "what is written is read");
    }
}

/// Messages that a page would not send, with the mark where an error might quote it.
async fn confuse(page: &mut SignallingClient, call: CallId) {
    let sdp = format!("v=0\r\no={MARK}\r\nm=video {MARK}\r\n");
    let refused = page
        .ask(Request::MediaOffer {
            call,
            sdp: sdp.into(),
        })
        .await;
    assert!(refused.is_err());
    for text in [
        format!(r#"{{"id":1,"type":"{MARK}"}}"#),
        format!(r#"{{"id":2,"type":"tap","language":"{MARK}"}}"#),
        format!(r#"{{"id":3,"type":"hang_up","call":1,"note":"{MARK}"}}"#),
        MARK.to_owned(),
    ] {
        page.send_text(text).await.unwrap();
        let refused = |message: &ServerMessage| match message {
            ServerMessage::Refused { .. } => Some(()),
            _ => None,
        };
        page.message_where("a refusal", SOON, refused)
            .await
            .unwrap();
    }
}

async fn send(
    target: &Target,
    method: Method,
    path: &str,
    more: &[(HeaderName, &str)],
    body: &str,
) -> Answer {
    let origin = target.origin();
    let always = [(ORIGIN, origin.as_str()), (USER_AGENT, MARK)];
    let headers = always.iter().chain(more).map(|(name, value)| {
        let value = HeaderValue::from_str(value).unwrap();
        (name.clone(), value)
    });
    target
        .send(method, path, headers.collect(), body.to_owned())
        .await
        .unwrap()
}

/// The same over HTTP.
async fn confuse_endpoints(target: &Target) {
    let json = [(CONTENT_TYPE, "application/json")];
    let cookie = format!("passerelle_tablet={MARK}; {MARK}={MARK}");
    let more = [(COOKIE, cookie.as_str()), (REFERER, MARK)];
    for path in [
        "/",
        "/tablet?",
        "/guest#",
        "/ws?role=",
        "/api/session?role=",
    ] {
        send(target, Method::GET, &format!("{path}{MARK}"), &more, "").await;
    }
    for (path, body) in [
        ("/api/invite", format!(r#"{{"code":"{MARK}"}}"#)),
        ("/api/invite", MARK.to_owned()),
        ("/api/demo/sign-in", format!(r#"{{"identity":"{MARK}"}}"#)),
        ("/api/unknown", MARK.to_owned()),
    ] {
        let answer = send(target, Method::POST, path, &json, &body).await;
        assert!(answer.status >= 400, "{path}: {}", answer.status);
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}

/// The files below a folder that hold these bytes.
fn holding(folder: &Path, part: &[u8]) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(part.len()).any(|window| window == part)
    };
    files(folder).into_iter().filter(holds).collect()
}

fn command(arguments: &[&OsStr]) {
    let mut command = program(&[]);
    command.args(["--log", "trace"]).args(arguments);
    let (code, _, said) = run(command, STOP_MAX);
    assert_eq!(code, Some(0), "{said}");
}

#[tokio::test]
async fn nothing_that_is_said_shown_or_written_is_in_any_byte_the_gateway_has_written() {
    let gateway = Gateway::demo_with(&[], &["--log", "trace,passerelle=trace"]);
    let mut coordinator = connect(&gateway, Identity::Coordinator).await;
    let mut page = connect(&gateway, tablet(1)).await;
    let mut console = available(&gateway, 1).await;
    tap(&mut page, "fsl").await;
    let (offer, call) = ring(&mut console).await;
    console.ask(Request::Accept { offer }).await.unwrap();
    let (visitor, interpreter) = tokio::join!(join(&mut page, call), join(&mut console, call));
    converse(&visitor, &interpreter).await;
    let text = format!("Relève {MARK}");
    coordinator
        .ask(Request::Broadcast { text: text.into() })
        .await
        .unwrap();
    confuse(&mut page, call).await;
    confuse_endpoints(&gateway.target()).await;

    // A kill in the middle of it, and the same call again.
    let (_, remains) = gateway.end("KILL");
    let gateway = Gateway::demo_again(remains, &[]);
    let (data_dir, backup) = (gateway.data_dir(), gateway.data_dir().join("copy"));
    let journal = gateway.data_dir().join("journal.jsonl");
    let at = OsStr::new("--data-dir");
    command(&["backup".as_ref(), backup.as_ref(), at, data_dir.as_ref()]);
    let export = [
        "export-journal".as_ref(),
        journal.as_ref(),
        at,
        data_dir.as_ref(),
    ];
    command(&export);
    let (_, remains) = gateway.end("TERM");

    let folder = remains.directory.path();
    for present in ["media up", "call_queued", "signed_in"] {
        let found = holding(folder, present.as_bytes());
        assert!(!found.is_empty(), "« {present} » is looked for and found");
    }
    let said = holding(folder, MARK.as_bytes());
    assert!(said.is_empty(), "what was said is in {said:?}");
    let shown = holding(folder, &VIDEO[PICTURE]);
    assert!(shown.is_empty(), "what was shown is in {shown:?}");
    visitor.close().await;
    interpreter.close().await;
}
