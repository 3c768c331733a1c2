//! Whoever has forgotten their password is sent a link by mail, to the login when that is an
//! address. Nobody learns by it which logins there are: what is asked for is put into a line and
//! answered, and looked at after. What was chosen before stays good until the link is used.
//!
//! **Nobody is flooded.** Of an account [`MAILS_A_DAY`] mails are sent in 24 hours, and one in
//! [`SPACING`], whoever asks and however often the gateway starts: the store counts them.

use super::link::page_path;
use super::{Login, SignInError};
use crate::audit::Act;
use crate::auth::{Auth, AuthError, InviteError, TokenHash, check_known};
use crate::config::Current;
use crate::mail::{Letter, Post, Recipient};
use crate::random;
use crate::store::MailedLink;
use passerelle_signaling::private::{Pii, Secret};
use passerelle_signaling::time::{Millis, Timestamp};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// How long a mailed link can be used. Mailboxes are read by others years later; one who asks waits
/// for the mail.
const LINK_VALID: Millis = Millis::from_secs(60 * 60);

/// Between two mails to one account.
const SPACING: Millis = Millis::from_secs(15 * 60);

/// Mails to one account in a day.
const MAILS_A_DAY: u32 = 5;

const DAY: Millis = Millis::from_secs(24 * 60 * 60);

/// Requests that wait to be looked at. Each takes some milliseconds.
const ASKED_MAX: usize = 64;

/// Mails under way, those that are tried again included. Beyond it none is begun.
const MAILS_MAX: usize = 64;

/// Takes what is asked for. The work ends when its last clone is dropped.
#[derive(Clone)]
pub struct Forgotten {
    asked: mpsc::Sender<Asked>,
    post: Post,
    _working: Arc<Working>,
}

struct Asked {
    login: Pii<String>,
    from: Option<IpAddr>,
}

struct Working(JoinHandle<()>);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Forgotten {
    /// Begins to work: links to the accounts of `auth`, sent by `post`.
    pub fn start(auth: Auth, post: Post, current: Current) -> Self {
        let (sender, asked) = mpsc::channel(ASKED_MAX);
        let worker = Worker {
            auth,
            post: post.clone(),
            current,
        };
        Self {
            asked: sender,
            post,
            _working: Arc::new(Working(tokio::spawn(worker.run(asked)))),
        }
    }

    /// Puts a request into the line, whoever it is of.
    ///
    /// # Errors
    /// When the line is full.
    pub fn ask(&self, login: Pii<String>, from: Option<IpAddr>) -> Result<(), SignInError> {
        let asked = self.asked.try_send(Asked { login, from });
        asked.map_err(|_| SignInError::Busy)
    }

    /// Whether the newest mail could not be sent.
    pub fn is_failing(&self) -> bool {
        self.post.is_failing()
    }
}

struct Worker {
    auth: Auth,
    post: Post,
    current: Current,
}

impl Worker {
    async fn run(self, mut asked: mpsc::Receiver<Asked>) {
        let mut mails = JoinSet::new();
        loop {
            tokio::select! {
                asked = asked.recv() => match asked {
                    Some(asked) => self.take(&asked, &mut mails).await,
                    None => return,
                },
                Some(_) = mails.join_next() => {}
            }
        }
    }

    async fn take(&self, asked: &Asked, mails: &mut JoinSet<()>) {
        if mails.len() >= MAILS_MAX {
            tracing::warn!(
                under_way = mails.len(),
                "no more mails are begun: see what is said of those that could not be sent"
            );
            return;
        }
        match self.letter(asked).await {
            Ok(Some(letter)) => {
                let (post, clock) = (self.post.clone(), self.auth.clock.clone());
                mails.spawn(async move { post.deliver(letter, &clock).await });
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "no link was made for who asked for one by mail"),
        }
    }

    /// The mail for whoever has this login, when it is an address and they may be sent one.
    async fn letter(&self, asked: &Asked) -> Result<Option<Letter>, AuthError> {
        let auth = &self.auth;
        let Some(login) = Login::read(asked.login.reveal()) else {
            return Ok(None);
        };
        let account = auth.store.account_by_login(login.to_string()).await?;
        let Some(account) = account else {
            return Ok(None);
        };
        let Some(to) = Recipient::read(login.as_str()) else {
            return Ok(None);
        };
        let in_force = self.current.get();
        match check_known(account.identity, &in_force.configuration) {
            Ok(()) => {}
            Err(InviteError::Auth(error)) => return Err(error),
            Err(_) => return Ok(None),
        }
        let (code, now) = (random::token()?, auth.clock.now());
        let link = MailedLink {
            code: TokenHash::of(&code).0,
            mailed_at: now,
            expires_at: now + LINK_VALID,
            none_since: before(now, SPACING),
            most_since: (MAILS_A_DAY, before(now, DAY)),
        };
        if !auth.store.keep_mailed_link(&account, link).await? {
            return Ok(None);
        }
        // Whether it may be sent is not known before; without this entry nobody gets the link.
        let act = Act::LinkMailed {
            account: account.id.0,
        };
        auth.write_down(act, asked.from).await?;
        let path = Secret::new(page_path(account.identity, &code));
        Ok(Some(Letter {
            to,
            path,
            service: in_force.config.service.name.clone(),
            until: link.expires_at,
        }))
    }
}

fn before(now: Timestamp, length: Millis) -> Timestamp {
    Timestamp(now.0.saturating_sub(length.0))
}
