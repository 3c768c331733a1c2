//! Section `mail`: the server by which the gateway sends links to people who have forgotten their
//! password. Without it nobody is sent anything, and no page offers it.

use super::Problems;
use lettre::message::Mailbox;
use passerelle_signaling::private::Secret;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::path::PathBuf;

/// By which server mail is sent, and from whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailSection {
    /// Its name, or its address.
    pub host: String,
    /// Its port; without one that of `tls`.
    pub port: Option<u16>,
    /// How the connection is encrypted.
    pub tls: MailTls,
    /// Who the gateway is there.
    pub username: Option<String>,
    /// What proves it.
    pub password: Option<Secret<String>>,
    /// A file with the password in its first line.
    pub password_file: Option<PathBuf>,
    /// From whom mails come, such as `Relais <relais@example.fr>`.
    pub from: String,
    /// With an authority of one's own: whose word to take for the server, PEM.
    pub ca: Option<PathBuf>,
}

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// From its first byte (RFC 8314 §3.3).
    #[default]
    Tls,
    /// After it was asked for (RFC 3207); nothing is sent when the server does not offer it.
    Starttls,
    /// Not at all: a server on this machine.
    Off,
}

impl MailSection {
    /// The port, by default the one for this encryption (RFC 8314 §7.3, RFC 5321).
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            MailTls::Tls => 465,
            MailTls::Starttls => 587,
            MailTls::Off => 25,
        })
    }

    pub(super) fn check(&self, public_url: Option<&str>, problems: &mut Problems) {
        if public_url.is_none() {
            let message = "is missing: links in mails begin with it, since what a request says of \
                           its host is not believed; give it, such as \
                           `https://relais.example.fr`, or take the section `mail` out";
            problems.add("service.public_url", message);
        }
        self.check_server(problems);
        self.check_login(problems);
        let from = self.from.parse::<Mailbox>();
        let is_public = |from: &Mailbox| from.email.domain().contains('.');
        let is_line = !self.from.chars().any(char::is_control);
        if !is_line || !from.is_ok_and(|from| is_public(&from)) {
            let message = format!(
                "`{}` is no address: write `Relais <relais@example.fr>`",
                self.from.escape_debug()
            );
            problems.add("mail.from", message);
        }
    }

    fn check_server(&self, problems: &mut Problems) {
        let address = self.host.parse::<IpAddr>();
        let is_name = |host: &str| {
            let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
            !host.is_empty() && host.bytes().all(letters) && !host.starts_with(['.', '-'])
        };
        if address.is_err() && !is_name(&self.host) {
            let message = format!(
                "`{}` is no name of a server: write it like `smtp.example.fr`, without a port",
                self.host.escape_debug()
            );
            problems.add("mail.host", message);
        } else if self.tls == MailTls::Off && !address.is_ok_and(|host| host.is_loopback()) {
            let message = format!(
                "`off` would send links in the clear to `{}`: set `mail.tls` to `tls` or \
                 `starttls`, or `mail.host` to 127.0.0.1, where a server of this machine listens",
                self.host
            );
            problems.add("mail.tls", message);
        }
        if self.port == Some(0) {
            problems.add("mail.port", "is 0: give the server's, or leave it out");
        }
        if self.tls == MailTls::Off && self.ca.is_some() {
            problems.add("mail.ca", "is of no use with `mail.tls = \"off\"`");
        }
    }

    fn check_login(&self, problems: &mut Problems) {
        let is_empty = |text: &str| text.is_empty() || text.chars().any(char::is_control);
        if self.username.as_deref().is_some_and(is_empty) {
            problems.add(
                "mail.username",
                "is empty or not one line: give it, or leave it out",
            );
        }
        let password = self.password.as_ref().map(|it| it.reveal().as_str());
        if password.is_some_and(is_empty) {
            problems.add(
                "mail.password",
                "is empty or not one line: give it, or leave it out",
            );
        }
        match (&self.username, password, &self.password_file) {
            (_, Some(_), Some(_)) => {
                problems.add(
                    "mail.password_file",
                    "is there beside `mail.password`: keep one",
                );
            }
            (Some(_), None, None) => {
                let message = "needs a password: give `mail.password_file`, or `mail.password`";
                problems.add("mail.username", message);
            }
            (None, Some(_), None) => {
                problems.add("mail.password", "is of no use without `mail.username`");
            }
            (None, None, Some(_)) => {
                problems.add("mail.password_file", "is of no use without `mail.username`");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(section: &MailSection) -> Vec<String> {
        let mut problems = Problems::default();
        section.check(Some("https://relais.example.fr"), &mut problems);
        problems.0.into_iter().map(|problem| problem.key).collect()
    }

    fn good() -> MailSection {
        MailSection {
            host: String::from("smtp.example.fr"),
            from: String::from("Relais <relais@example.fr>"),
            ..MailSection::default()
        }
    }

    #[test]
    fn a_mail_server_needs_a_name_a_sender_and_the_address_that_links_begin_with() {
        assert!(keys(&good()).is_empty());
        assert_eq!(keys(&MailSection::default()), ["mail.host", "mail.from"]);
        let mut problems = Problems::default();
        good().check(None, &mut problems);
        assert_eq!(problems.0[0].key, "service.public_url");
        for host in ["smtp.example.fr:25", "a b", "-a", "smtp://a", "a\r\nb"] {
            let host = String::from(host);
            assert_eq!(keys(&MailSection { host, ..good() }), ["mail.host"]);
        }
        let port = Some(0);
        assert_eq!(keys(&MailSection { port, ..good() }), ["mail.port"]);
        for from in [
            "",
            "relais",
            "relais@mairie",
            "a@b.fr\r\nBcc: c@d.fr",
            "a@b.fr, c@d.fr",
        ] {
            let from = String::from(from);
            assert_eq!(keys(&MailSection { from, ..good() }), ["mail.from"]);
        }
    }

    #[test]
    fn nothing_is_sent_in_the_clear_but_to_this_machine() {
        let off = |host: &str| MailSection {
            host: String::from(host),
            tls: MailTls::Off,
            ..good()
        };
        for host in ["127.0.0.1", "127.8.8.8", "::1"] {
            assert!(keys(&off(host)).is_empty(), "{host}");
        }
        // A name is whatever somebody's DNS says.
        for host in ["localhost", "smtp.example.fr", "192.0.2.1", "0.0.0.0"] {
            assert_eq!(keys(&off(host)), ["mail.tls"], "{host}");
        }
        let ca = Some(PathBuf::from("root.pem"));
        let useless = MailSection { ca, ..off("::1") };
        assert_eq!(keys(&useless), ["mail.ca"]);
    }

    #[test]
    fn a_login_is_whole_and_its_password_is_never_shown() {
        let with =
            |username: Option<&str>, password: Option<&str>, file: Option<&str>| MailSection {
                username: username.map(String::from),
                password: password.map(Secret::from),
                password_file: file.map(PathBuf::from),
                ..good()
            };
        assert!(keys(&with(Some("a"), Some("hidden"), None)).is_empty());
        assert!(keys(&with(Some("a"), None, Some("file"))).is_empty());
        let bad = [
            (with(Some("a"), None, None), "mail.username"),
            (with(None, Some("b"), None), "mail.password"),
            (with(None, None, Some("c")), "mail.password_file"),
            (with(Some("a"), Some("b"), Some("c")), "mail.password_file"),
            (with(Some("a\n"), Some("b"), None), "mail.username"),
            (with(Some("a"), Some(""), None), "mail.password"),
        ];
        for (section, key) in bad {
            assert_eq!(keys(&section), [key]);
        }
        let shown = format!("{:?}", with(Some("a"), Some("hidden"), None));
        assert!(!shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn the_port_goes_by_the_encryption() {
        for (tls, port) in [
            (MailTls::Tls, 465),
            (MailTls::Starttls, 587),
            (MailTls::Off, 25),
        ] {
            assert_eq!(MailSection { tls, ..good() }.port(), port);
        }
    }
}
