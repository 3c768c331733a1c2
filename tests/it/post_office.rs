//! A mail server on this machine: it takes mails, or answers as a test wants it to.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// A mail comes within this time on a busy machine, one that is tried again included.
const MAIL_MAX: Duration = Duration::from_secs(30);

/// More than any test sends.
const MAILS_MAX: usize = 100;

/// One mail that was taken, or its beginning.
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) text: String,
}

impl Mail {
    /// The code of its link, which is the same in both languages.
    pub(crate) fn code(&self) -> String {
        let (_, link) = self.text.split_once("#account=").unwrap();
        link.lines().next().unwrap().trim().to_owned()
    }
}

/// How it answers the command `RCPT` for this address in that connection, counted from 0; nothing
/// at all: it says no more, for as long as the other one waits.
pub(crate) type Answers = fn(usize, &str) -> &'static str;

/// Its address and what was given to it.
pub(crate) struct PostOffice {
    pub(crate) address: SocketAddr,
    mails: Receiver<Mail>,
    connections: Receiver<()>,
}

impl PostOffice {
    /// Takes every mail; ends with the test.
    pub(crate) fn open() -> Self {
        Self::answering(|_, _| "250 fine")
    }

    /// The same, but for what it answers.
    pub(crate) fn answering(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (taken, mails) = sync_channel(MAILS_MAX);
        let (connected, connections) = sync_channel(MAILS_MAX);
        std::thread::spawn(move || {
            let streams = listener.incoming().map_while(Result::ok);
            for (number, stream) in streams.enumerate() {
                let (taken, connected) = (taken.clone(), connected.clone());
                std::thread::spawn(move || {
                    let _ = connected.send(());
                    // Whoever goes away in the middle of a mail has sent none.
                    let _ = serve(&stream, |to| answers(number, to), &taken);
                });
            }
        });
        Self {
            address,
            mails,
            connections,
        }
    }

    /// The next mail.
    pub(crate) fn mail(&self) -> Mail {
        self.mails.recv_timeout(MAIL_MAX).unwrap()
    }

    /// Waits until somebody has connected once more.
    pub(crate) fn connected(&self) {
        self.connections.recv_timeout(MAIL_MAX).unwrap();
    }

    /// What has come that was not waited for.
    pub(crate) fn more(&self) -> usize {
        self.mails.try_iter().count()
    }

    /// The section `mail` for it.
    pub(crate) fn section(&self, tls: &str) -> String {
        let SocketAddr::V4(address) = self.address else {
            panic!("it listens on IPv4");
        };
        let (host, port) = (address.ip(), address.port());
        format!(
            "[mail]\nhost = \"{host}\"\nport = {port}\ntls = \"{tls}\"\n\
             from = \"Relais <relais@example.fr>\"\n"
        )
    }
}

fn serve(
    stream: &TcpStream,
    answer: impl Fn(&str) -> &'static str,
    taken: &SyncSender<Mail>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let mut out = stream;
    let (mut to, mut text, mut is_in_mail) = (String::new(), String::new(), false);
    out.write_all(b"220 mail.example.fr\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        if is_in_mail && line != "." {
            text += &format!("{line}\n");
            continue;
        }
        let said = match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => "250-mail.example.fr\r\n250 8BITMIME",
            "RCPT" if answer(&line).is_empty() => continue,
            "RCPT" => {
                to.clone_from(&line);
                answer(&line)
            }
            "DATA" => {
                is_in_mail = true;
                "354 go on"
            }
            "." => {
                is_in_mail = false;
                let text = readable(&text);
                let to = std::mem::take(&mut to);
                // The test may have ended.
                let _ = taken.send(Mail { to, text });
                "250 fine"
            }
            "QUIT" => return out.write_all(b"221 goodbye\r\n"),
            _ => "250 fine",
        };
        out.write_all(format!("{said}\r\n").as_bytes())?;
    }
    Ok(())
}

/// Quoted-printable in ASCII, as far as a link needs it (RFC 2045 §6.7).
fn readable(text: &str) -> String {
    text.replace("=\n", "").replace("=3D", "=")
}
