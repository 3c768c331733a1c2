//! Mail servers that are slow, full, wrong or hostile, on real connections.

use super::letter::{Letter, Recipient, Sender};
use super::post::Post;
use super::smtp::Failure;
use crate::clock::Clock;
use crate::config::{Config, MailSection, MailTls};
use lettre::Message;
use passerelle_signaling::time::{Millis, Timestamp};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

const NOW: Timestamp = Timestamp(1_795_381_200_000);

/// How a server behaves.
#[derive(Clone, Copy)]
enum Server {
    /// Well, but answers this command so.
    Answers(&'static str, &'static str),
    /// It takes STARTTLS; this is said right after, in the clear.
    Starttls(&'static str),
    /// TLS from the first byte.
    Tls,
    /// It says nothing.
    Silent,
    /// It hangs up.
    Gone,
    /// It greets without an end.
    Endless,
}

/// What was said to a server: `clear `, or `tls ` before each line; in the end, nothing.
type Said = mpsc::Receiver<String>;

/// Lines of a mail: some dozens.
const LINES_MAX: usize = 1024;

/// A server on this machine, its certificate, and what is said to it.
async fn server(is: Server) -> (SocketAddr, TempDir, Said) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (directory, acceptor) = certified();
    let (sender, said) = mpsc::channel(LINES_MAX);
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        sender.try_send(String::from("connected")).unwrap();
        // Whoever is let down in the middle of a mail breaks the connection.
        let _ = serve(stream, is, acceptor, sender).await;
    });
    (address, directory, said)
}

fn certified() -> (TempDir, TlsAcceptor) {
    let directory = tempfile::tempdir().unwrap();
    let names = vec![String::from("127.0.0.1")];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    std::fs::write(directory.path().join("ca.pem"), made.cert.pem()).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder_with_provider(crate::tls::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.unwrap())
        .unwrap();
    (directory, TlsAcceptor::from(Arc::new(config)))
}

async fn serve(
    mut stream: TcpStream,
    is: Server,
    acceptor: TlsAcceptor,
    said: mpsc::Sender<String>,
) -> io::Result<()> {
    match is {
        Server::Answers(command, answer) => {
            speak(stream, "clear", Some((command, answer)), true, &said).await?;
        }
        Server::Tls => {
            let stream = acceptor.accept(stream).await?;
            speak(stream, "tls", None, true, &said).await?;
        }
        Server::Starttls(more) => {
            let begin = format!("220 begin\r\n{more}");
            let starttls = Some(("STARTTLS", begin.as_str()));
            let stream = speak(stream, "clear", starttls, true, &said).await?;
            let stream = acceptor.accept(stream).await?;
            speak(stream, "tls", None, false, &said).await?;
        }
        // Until the other one goes.
        Server::Silent => {
            speak_nothing(&mut stream).await?;
        }
        Server::Gone => {}
        Server::Endless => {
            stream.write_all(b"220 ").await?;
            loop {
                stream.write_all(&[b'a'; 4096]).await?;
            }
        }
    }
    Ok(())
}

async fn speak_nothing(stream: &mut TcpStream) -> io::Result<()> {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).await?;
    Ok(())
}

/// Speaks SMTP, with one answer in the place of the usual one, up to `STARTTLS` or the goodbye.
async fn speak<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    how: &str,
    other: Option<(&str, &str)>,
    greets: bool,
    said: &mpsc::Sender<String>,
) -> io::Result<S> {
    let mut stream = BufReader::new(stream);
    if greets {
        stream.write_all(b"220 mail.example.fr\r\n").await?;
    }
    let offers_tls = other.is_some_and(|(command, _)| command == "STARTTLS");
    let mut is_in_mail = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(stream.into_inner());
        }
        let line = line.trim_end();
        let _ = said.try_send(format!("{how} {line}"));
        if is_in_mail && line != "." {
            continue;
        }
        let command = line.split([' ', ':']).next().unwrap_or_default();
        let answer = match command {
            _ if other.is_some_and(|(it, _)| it == command) => other.map_or("", |(_, it)| it),
            "EHLO" if offers_tls => "250-mail.example.fr\r\n250-8BITMIME\r\n250 STARTTLS\r\n",
            "EHLO" => "250-mail.example.fr\r\n250 AUTH PLAIN LOGIN\r\n",
            "AUTH" => "235 welcome\r\n",
            "DATA" => "354 go on\r\n",
            "QUIT" => "221 goodbye\r\n",
            _ => "250 fine\r\n",
        };
        is_in_mail = answer.starts_with("354");
        stream.write_all(answer.as_bytes()).await?;
        stream.flush().await?;
        if command == "STARTTLS" || command == "QUIT" {
            return Ok(stream.into_inner());
        }
    }
}

fn post(address: SocketAddr, tls: MailTls, ca: Option<PathBuf>) -> Post {
    let mut config = Config::demo().unwrap();
    config.service.public_url = Some(String::from("https://relais.example.fr"));
    config.mail = Some(MailSection {
        host: address.ip().to_string(),
        port: Some(address.port()),
        tls,
        username: Some(String::from("relais")),
        password: Some("hidden".into()),
        password_file: None,
        from: String::from("relais@example.fr"),
        ca,
    });
    let config = config.checked().unwrap();
    Post::of(&config).unwrap().unwrap()
}

fn letter() -> Message {
    letter_to("claire@example.fr")
}

fn letter_to(login: &str) -> Message {
    let letter = Letter {
        to: Recipient::read(login).unwrap(),
        path: "/interpreter#account=c0de".into(),
        service: String::from("Ville d'Amiens"),
        until: Timestamp(NOW.0 + 3_600_000),
    };
    let sender = Sender {
        from: "relais@example.fr".parse().unwrap(),
        base_url: String::from("https://relais.example.fr"),
    };
    letter.written(&sender, "0123", NOW).unwrap()
}

/// One attempt at such a server, and all that was said to it.
async fn tried(is: Server, tls: MailTls, believes: bool) -> (Result<(), Failure>, Vec<String>) {
    let (address, directory, mut said) = server(is).await;
    let ca = directory.path().join("ca.pem");
    let other = certified().0;
    let ca = match (tls, believes) {
        (MailTls::Off, _) => None,
        (_, true) => Some(ca),
        (_, false) => Some(other.path().join("ca.pem")),
    };
    let (clock, _hand) = Clock::manual(NOW);
    let result = post(address, tls, ca).attempt(&letter(), &clock).await;
    let mut all = Vec::new();
    while let Some(line) = said.recv().await {
        all.push(line);
    }
    (result, all)
}

fn failed(result: &Result<(), Failure>) -> String {
    let failure = result.as_ref().err();
    failure.map_or_else(|| String::from("sent"), ToString::to_string)
}

#[tokio::test]
async fn a_mail_is_handed_over_with_its_envelope_under_either_kind_of_tls_and_on_this_machine() {
    let usual = Server::Answers("", "");
    for (is, tls, how) in [
        (usual, MailTls::Off, "clear"),
        (Server::Tls, MailTls::Tls, "tls"),
        (Server::Starttls(""), MailTls::Starttls, "tls"),
    ] {
        let (result, said) = tried(is, tls, true).await;
        assert!(result.is_ok(), "{}", failed(&result));
        for line in [
            "EHLO relais.example.fr",
            "MAIL FROM:<relais@example.fr>",
            "RCPT TO:<claire@example.fr>",
            "Auto-Submitted: auto-generated",
            ".",
        ] {
            let line = format!("{how} {line}");
            assert!(said.contains(&line), "{line}: {said:?}");
        }
        let clear = said.iter().filter(|line| line.starts_with("clear"));
        let before_tls = ["clear EHLO relais.example.fr", "clear STARTTLS"];
        if tls != MailTls::Off {
            assert!(
                clear
                    .clone()
                    .all(|line| before_tls.contains(&line.as_str()))
            );
        }
    }
}

#[tokio::test]
async fn what_a_server_refuses_is_told_by_its_code_and_never_in_its_words() {
    for (command, answer, expected) in [
        ("MAIL", "451 later, claire\r\n", "451"),
        ("RCPT", "450 <claire@example.fr> is away\r\n", "450"),
        ("RCPT", "550 <claire@example.fr> is unknown\r\n", "550"),
        ("DATA", "552 too large for claire\r\n", "552"),
        (".", "554 claire does not want it\r\n", "554"),
        ("EHLO", "421 busy\r\n", "421"),
    ] {
        let is = Server::Answers(command, answer);
        let (result, _) = tried(is, MailTls::Off, true).await;
        let code: u16 = expected.parse().unwrap();
        assert!(
            matches!(&result, Err(Failure::Refused(refused)) if *refused == code),
            "{command}: {}",
            failed(&result)
        );
        assert!(!failed(&result).contains("claire"));
    }
    let is = Server::Answers("AUTH", "535 relais and hidden are wrong\r\n");
    let (result, said) = tried(is, MailTls::Off, true).await;
    assert!(matches!(result, Err(Failure::LoginRefused(535))));
    assert!(!said.iter().any(|line| line.contains("MAIL")), "{said:?}");
    let is = Server::Answers("EHLO", "250 mail.example.fr\r\n");
    let (result, _) = tried(is, MailTls::Off, true).await;
    assert!(
        matches!(result, Err(Failure::NoLogin)),
        "{}",
        failed(&result)
    );
}

#[tokio::test]
async fn an_address_with_accents_is_sent_to_a_server_that_takes_it_and_to_no_other() {
    // Whoever has the one has the other (RFC 6531 §3.1).
    let takes = "250-mail.example.fr\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN\r\n";
    for (is, taken) in [
        (Server::Answers("EHLO", takes), true),
        (Server::Answers("", ""), false),
    ] {
        let (address, _directory, _said) = server(is).await;
        let (clock, _hand) = Clock::manual(NOW);
        let post = post(address, MailTls::Off, None);
        let result = post.attempt(&letter_to("hélène@example.fr"), &clock).await;
        assert_eq!(result.is_ok(), taken, "{}", failed(&result));
        assert!(taken || matches!(result, Err(Failure::NoAccents)));
    }
}

#[tokio::test]
async fn without_the_encryption_that_is_wanted_nothing_is_said_but_a_greeting() {
    // It offers none, takes it back, or is somebody else.
    let cases = [
        (Server::Answers("", ""), true, "offers no STARTTLS"),
        (Server::Answers("EHLO", "502 what?\r\n"), true, "502"),
        (Server::Starttls(""), false, "not believed"),
        // What is said too early would count as said under TLS (CVE-2011-0411).
        (
            Server::Starttls("250 AUTH PLAIN\r\n"),
            true,
            "does not speak",
        ),
    ];
    for (is, believes, expected) in cases {
        let (result, said) = tried(is, MailTls::Starttls, believes).await;
        assert!(
            failed(&result).contains(expected),
            "{expected}: {}",
            failed(&result)
        );
        let known = [
            "connected",
            "clear EHLO relais.example.fr",
            "clear STARTTLS",
        ];
        assert!(
            said.iter().all(|line| known.contains(&line.as_str())),
            "{said:?}"
        );
    }
    let (result, said) = tried(Server::Tls, MailTls::Tls, false).await;
    assert!(
        failed(&result).contains("not believed"),
        "{}",
        failed(&result)
    );
    assert_eq!(said, ["connected"]);
    // A server in the clear at the port of TLS.
    let (result, said) = tried(Server::Answers("", ""), MailTls::Tls, true).await;
    assert!(
        failed(&result).contains("does not speak"),
        "{}",
        failed(&result)
    );
    assert!(!said.iter().any(|line| line.contains("EHLO")), "{said:?}");
}

#[tokio::test]
async fn a_server_that_hangs_up_or_says_too_much_is_let_go() {
    for tls in [MailTls::Off, MailTls::Starttls, MailTls::Tls] {
        let (result, _) = tried(Server::Gone, tls, true).await;
        let failure = result.err().filter(Failure::is_temporary);
        assert!(failure.is_some(), "{tls:?}");
        let (result, _) = tried(Server::Endless, tls, true).await;
        assert!(
            matches!(result, Err(Failure::Garbled)),
            "{}",
            failed(&result)
        );
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_waited_for_a_minute() {
    for tls in [MailTls::Off, MailTls::Starttls, MailTls::Tls] {
        let (address, directory, mut said) = server(Server::Silent).await;
        let ca = (tls != MailTls::Off).then(|| directory.path().join("ca.pem"));
        let post = post(address, tls, ca);
        let (clock, hand) = Clock::manual(NOW);
        let attempt = tokio::spawn(async move {
            let tried = post.attempt(&letter(), &clock).await;
            (failed(&tried), post.is_failing())
        });
        assert_eq!(said.recv().await.as_deref(), Some("connected"));
        hand.advance(Millis::from_secs(59));
        assert!(!attempt.is_finished());
        hand.advance(Millis::from_secs(1));
        let (failed, is_failing) = attempt.await.unwrap();
        assert!(
            failed.contains("no answer in time") && is_failing,
            "{failed}"
        );
    }
}
