//! What a mail says: plain text in both languages, since the language of who reads it is unknown;
//! nothing is loaded from anywhere, and nothing in it tells whether it was read.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::{Address, error};
use passerelle_signaling::private::{Pii, Secret};
use passerelle_signaling::time::Timestamp;
use std::time::{Duration, UNIX_EPOCH};

/// The texts: French first.
const TEXTS: [&str; 2] = [
    include_str!("locales/fr/mail.ftl"),
    include_str!("locales/en/mail.ftl"),
];

/// Between the languages.
const BETWEEN: &str = "\n\n* * *\n\n";

/// Whom a mail can reach.
#[derive(Debug)]
pub struct Recipient(Pii<Address>);

impl Recipient {
    /// The address that a login is, if it is one that mail reaches from anywhere.
    pub fn read(login: &str) -> Option<Self> {
        let address = login.parse::<Address>().ok()?;
        address.domain().contains('.').then(|| Self(address.into()))
    }
}

/// A mail to somebody who has forgotten their password.
#[derive(Debug)]
pub struct Letter {
    /// Whom it goes to.
    pub to: Recipient,
    /// The page and the fragment under which they choose another.
    pub path: Secret<String>,
    /// The name of the service.
    pub service: String,
    /// Until when the link can be used.
    pub until: Timestamp,
}

/// From whom mails come, and of which gateway.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub(super) from: Mailbox,
    /// The address in front of every link: of the configuration, and of no request.
    pub(super) base_url: String,
}

/// A mail could not be written; why has nothing of whom it is to.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unwritable {
    /// A text is missing or is no Fluent.
    #[error("the text `{0}` of mails cannot be read")]
    Text(&'static str),
    /// It is no mail in the words of RFC 5322.
    #[error("the mail has no sender or nobody to go to")]
    Message(#[from] error::Error),
}

/// RFC 3834 §5: nobody's holiday notice answers it.
#[derive(Clone)]
struct AutoSubmitted(String);

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

impl Letter {
    /// The mail, with `id` in front of the sender's domain as its own.
    pub(super) fn written(
        &self,
        sender: &Sender,
        id: &str,
        now: Timestamp,
    ) -> Result<Message, Unwritable> {
        let link = Secret::new(format!("{}{}", sender.base_url, self.path.reveal()));
        let said = |text| {
            let said = TEXTS.iter().map(|texts| self.said(texts, text, &link));
            said.collect::<Result<Vec<_>, _>>()
        };
        let domain = sender.from.email.domain();
        let message = Message::builder()
            .from(sender.from.clone())
            .to(Mailbox::new(None, self.to.0.reveal().clone()))
            .subject(said("forgotten-subject")?.join(" / "))
            .date(UNIX_EPOCH + Duration::from_millis(now.0))
            .message_id(Some(format!("<{id}@{domain}>")))
            .header(AutoSubmitted(String::from("auto-generated")))
            .header(ContentType::TEXT_PLAIN)
            .body(said("forgotten-text")?.join(BETWEEN) + "\n")?;
        Ok(message)
    }

    fn said(
        &self,
        texts: &str,
        text: &'static str,
        link: &Secret<String>,
    ) -> Result<String, Unwritable> {
        let unreadable = || Unwritable::Text(text);
        let texts = FluentResource::try_new(texts.to_owned()).map_err(|_| unreadable())?;
        // Neither text counts or dates anything, which is all that a language would change.
        let mut bundle = FluentBundle::default();
        // The marks around what is put in would stand in the link.
        bundle.set_use_isolating(false);
        bundle.add_resource(texts).map_err(|_| unreadable())?;
        let pattern = bundle.get_message(text).and_then(|text| text.value());
        let mut arguments = FluentArgs::new();
        arguments.set("service", self.service.as_str());
        arguments.set("link", link.reveal().as_str());
        let mut errors = Vec::new();
        let pattern = pattern.ok_or_else(unreadable)?;
        let said = bundle.format_pattern(pattern, Some(&arguments), &mut errors);
        match errors.is_empty() {
            true => Ok(said.into_owned()),
            false => Err(unreadable()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(login: &str, service: &str) -> Letter {
        Letter {
            to: Recipient::read(login).unwrap(),
            path: "/interpreter#account=c0de".into(),
            service: service.to_owned(),
            until: Timestamp(0),
        }
    }

    fn written(letter: &Letter) -> String {
        let sender = Sender {
            from: "Relais <relais@example.fr>".parse().unwrap(),
            base_url: String::from("https://relais.example.fr"),
        };
        let now = Timestamp(1_795_381_200_000);
        let message = letter.written(&sender, "0123", now).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    #[test]
    fn a_mail_says_in_both_languages_what_to_do_and_that_no_person_wrote_it() {
        let text = written(&letter("claire@example.fr", "Ville d'Amiens"));
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        for line in [
            "From: Relais <relais@example.fr>",
            "To: claire@example.fr",
            "Date: Sun, 22 Nov 2026 21:00:00 +0000",
            "Message-ID: <0123@example.fr>",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(head.lines().any(|found| found == line), "{line}\n{head}");
        }
        assert!(!text.contains("<html") && !text.contains("http://"));
        let body = body.replace("=\r\n", "").replace("=3D", "=");
        let link = "https://relais.example.fr/interpreter#account=c0de";
        assert_eq!(body.matches(link).count(), 2, "{body}");
        assert!(body.find("Bonjour") < body.find("Hello"), "{body}");
        assert_eq!(body.matches("Ville d'Amiens").count(), 2, "{body}");
    }

    #[test]
    fn nothing_that_is_typed_becomes_a_header_or_another_recipient() {
        for login in [
            "claire@example.fr\r\nBcc: max@example.fr",
            "claire@example.fr, max@example.fr",
            "<claire@example.fr>",
            "claire@example.fr\nX: y",
            "claire",
            "claire@mairie",
            "@example.fr",
            "claire@",
        ] {
            assert!(Recipient::read(login).is_none(), "{login:?}");
        }
        let text = written(&letter("claire@example.fr", "Ville\r\nBcc: max@example.fr"));
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    }

    #[test]
    fn neither_the_address_nor_the_link_shows_itself() {
        let shown = format!("{:?}", letter("claire@example.fr", "Ville"));
        assert!(
            !shown.contains("claire") && !shown.contains("c0de"),
            "{shown}"
        );
    }
}
