//! What an administrator does with accounts, by the command line or on the page: nobody but its
//! owner chooses or learns a password.

use super::Login;
use super::link::{link_until, page_path};
use crate::audit::{AccountField, Act, Audit, SessionMark};
use crate::auth::{
    Auth, AuthError, IDLE_MAX, InviteError, Role, Session, TokenHash, check_known, is_person,
};
use crate::clock::Clock;
use crate::random;
use crate::store::{Account, AccountId, AccountRow, Added, Changed, SecretHash, Store, StoreError};
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::private::Pii;
use passerelle_signaling::protocol::Identity;
use passerelle_signaling::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AccountCommand {
    /// An account for this person.
    Add {
        /// What they will type.
        login: Pii<String>,
        /// Who they are.
        who: Identity,
    },
    /// Who has an account.
    List,
    /// Another login, another person or role, or both. With another person or role all sessions
    /// end.
    Change {
        /// Whose.
        login: Pii<String>,
        /// What they will type from now on.
        new_login: Option<Pii<String>>,
        /// Who they are from now on.
        who: Option<Identity>,
    },
    /// A new link; what was chosen before is void, and nobody is signed in by it any more.
    Reset {
        /// Whose.
        login: Pii<String>,
    },
    /// Codes of a telephone are asked for no more.
    RemoveSecondFactor {
        /// Whose.
        login: Pii<String>,
    },
    /// Nobody is signed in by it any more.
    EndSessions {
        /// Whose.
        login: Pii<String>,
    },
    /// No account any more.
    Remove {
        /// Whose.
        login: Pii<String>,
    },
}

/// Who asks for it.
#[derive(Clone, Debug, Default)]
pub struct By {
    /// The session of an administrator; none for the command line.
    session: Option<SessionMark>,
    /// Their own account, which they must not take from themselves.
    account: Option<AccountId>,
    from: Option<IpAddr>,
}

impl By {
    /// An administrator on the page.
    pub fn session(session: &Session, from: Option<IpAddr>) -> Self {
        Self {
            session: Some(SessionMark::of(&session.token.0)),
            account: session.account,
            from,
        }
    }
}

/// What was done.
pub struct Carried {
    /// What is to be said of it.
    pub done: Done,
    /// The hashes of tokens of sessions that have ended, whose pages are to be closed.
    pub ended: Vec<SecretHash>,
}

/// What is to be said.
pub enum Done {
    /// The page and the fragment under which the owner chooses a password, once.
    Link(String),
    /// Those there are.
    Listed(Vec<AccountRow>),
    /// In a sentence.
    Said(String),
}

impl Done {
    /// As the command line says it. `base_url`: the address in front of every link.
    pub fn said(&self, base_url: &str) -> String {
        match self {
            Self::Link(path) => format!("{base_url}{path}"),
            Self::Listed(accounts) => listed(accounts),
            Self::Said(said) => said.clone(),
        }
    }
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// It is none.
    #[error(
        "`{0}` cannot be a login: use up to 64 letters and digits and `. - _ @ +`, such as `claire`"
    )]
    NoLogin(String),
    /// Somebody has it.
    #[error("the login `{0}` is taken: choose another, or `passerelle account reset {0}`")]
    LoginTaken(Login),
    /// They have one.
    #[error(
        "this interpreter has the account `{0}`: `passerelle account reset {0}` for a new link"
    )]
    HasOne(String),
    /// Nobody has it.
    #[error("nobody has the login `{0}`: `passerelle account list` shows those there are")]
    Unknown(String),
    /// Accounts are for people.
    #[error("accounts are for interpreters, coordinators and administrators: tablets are paired")]
    NoPerson,
    /// An administrator would lock themself out, or pass by their own second factor.
    #[error(
        "this is your own account: change password, telephone and sessions in « Mon compte »; \
         another administrator or the command line does the rest"
    )]
    Oneself,
    /// They are not in the configuration.
    #[error(transparent)]
    Invite(#[from] InviteError),
    /// It could not be stored or written down.
    #[error(transparent)]
    Auth(#[from] AuthError),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::Auth(error.into())
    }
}

/// Where accounts are kept, where it is written down, and the time.
type Kept<'a> = (&'a Store, &'a Audit, &'a Clock);

impl Auth {
    /// Does what an administrator asks on the page, and closes the pages of sessions that end.
    ///
    /// # Errors
    /// When it cannot be done as asked, or could not be stored or written down.
    pub async fn administrate(
        &self,
        command: AccountCommand,
        by: By,
        configuration: &Configuration,
    ) -> Result<Done, AccountError> {
        let kept = (&self.store, &self.audit, &self.clock);
        let carried = carry_out(command, by, kept, configuration).await?;
        self.sign_outs.close(&carried.ended);
        Ok(carried.done)
    }
}

/// Does what an administrator asks.
///
/// # Errors
/// When it cannot be done as asked, or could not be stored or written down.
pub async fn carry_out(
    command: AccountCommand,
    by: By,
    kept: Kept<'_>,
    configuration: &Configuration,
) -> Result<Carried, AccountError> {
    let doing = Doing {
        by,
        kept,
        configuration,
    };
    match command {
        AccountCommand::Add { login, who } => doing.add(login, who).await,
        AccountCommand::List => doing.list().await,
        AccountCommand::Change {
            login,
            new_login,
            who,
        } => doing.change(login.reveal(), new_login, who).await,
        AccountCommand::Reset { login } => doing.reset(login.reveal()).await,
        AccountCommand::RemoveSecondFactor { login } => {
            doing.remove_second_factor(login.reveal()).await
        }
        AccountCommand::EndSessions { login } => doing.end_sessions(login.reveal()).await,
        AccountCommand::Remove { login } => doing.remove(login.reveal()).await,
    }
}

/// Something that is being done.
struct Doing<'a> {
    by: By,
    kept: Kept<'a>,
    configuration: &'a Configuration,
}

impl Doing<'_> {
    async fn add(self, login: Pii<String>, who: Identity) -> Result<Carried, AccountError> {
        let read = Login::read(login.reveal());
        let read = read.ok_or_else(|| AccountError::NoLogin(login.into_inner()))?;
        self.check_person(who)?;
        let (store, _, clock) = self.kept;
        let link = Link::new(clock)?;
        let added = store.add_account(read.to_string(), who, link.kept);
        let account = match added.await? {
            Added::Account(account) => account.0,
            Added::LoginTaken => return Err(AccountError::LoginTaken(read)),
            Added::HasOne(login) => return Err(AccountError::HasOne(login)),
        };
        // Its number is not known before; without this entry nobody gets the link.
        let by = self.by.session.clone();
        self.record(Act::AccountAdded { account, who, by }).await?;
        Ok(link.made(who, Vec::new()))
    }

    async fn list(self) -> Result<Carried, AccountError> {
        let (store, _, clock) = self.kept;
        let now = clock.now();
        let used_since = Timestamp(now.0.saturating_sub(IDLE_MAX.0));
        Ok(Carried {
            done: Done::Listed(store.accounts(now, used_since).await?),
            ended: Vec::new(),
        })
    }

    async fn change(
        self,
        login: &str,
        new_login: Option<Pii<String>>,
        who: Option<Identity>,
    ) -> Result<Carried, AccountError> {
        let before = self.find(login).await?;
        let becomes = who.unwrap_or(before.identity);
        let typed = new_login.map_or_else(|| before.login.clone(), Pii::into_inner);
        let read = Login::read(&typed).ok_or(AccountError::NoLogin(typed))?;
        let mut fields = Vec::new();
        if read.as_str() != before.login {
            fields.push(AccountField::Login);
        }
        if becomes != before.identity {
            self.check_not_oneself(&before)?;
            self.check_person(becomes)?;
            fields.push(AccountField::Role);
        }
        let said = format!("The account `{read}` is as asked.");
        if fields.is_empty() {
            return Ok(said_of(said, Vec::new()));
        }
        self.record(Act::AccountChanged {
            account: before.id.0,
            who: before.identity,
            becomes,
            fields,
            by: self.by.session.clone(),
        })
        .await?;
        let (store, ..) = self.kept;
        match store
            .change_account(before, read.to_string(), becomes)
            .await?
        {
            Changed::Ended(ended) => Ok(said_of(said, ended)),
            Changed::Unknown => Err(AccountError::Unknown(login.to_owned())),
            Changed::LoginTaken => Err(AccountError::LoginTaken(read)),
            Changed::HasOne(login) => Err(AccountError::HasOne(login)),
        }
    }

    async fn reset(self, login: &str) -> Result<Carried, AccountError> {
        let known = self.find_other(login).await?;
        self.record(Act::AccountReset {
            account: known.id.0,
            who: known.identity,
            by: self.by.session.clone(),
        })
        .await?;
        let (store, _, clock) = self.kept;
        let link = Link::new(clock)?;
        let reset = store.reset_account(known.login, link.kept).await?;
        let (account, ended) = reset.ok_or_else(|| AccountError::Unknown(login.to_owned()))?;
        Ok(link.made(account.identity, ended))
    }

    async fn remove_second_factor(self, login: &str) -> Result<Carried, AccountError> {
        let known = self.find_other(login).await?;
        self.record(Act::SecondFactorTaken {
            account: known.id.0,
            who: known.identity,
            by: self.by.session.clone(),
        })
        .await?;
        self.kept.0.remove_totp(known.id).await?;
        let said = format!("The account `{}` has no second factor.", known.login);
        Ok(said_of(said, Vec::new()))
    }

    async fn end_sessions(self, login: &str) -> Result<Carried, AccountError> {
        let known = self.find_other(login).await?;
        self.record(Act::AccountSignedOut {
            account: known.id.0,
            who: known.identity,
            by: self.by.session.clone(),
        })
        .await?;
        let said = format!("Nobody is signed in to the account `{}`.", known.login);
        Ok(said_of(said, self.kept.0.end_sessions(known).await?))
    }

    async fn remove(self, login: &str) -> Result<Carried, AccountError> {
        let known = self.find_other(login).await?;
        self.record(Act::AccountRemoved {
            account: known.id.0,
            who: known.identity,
            by: self.by.session.clone(),
        })
        .await?;
        let removed = self.kept.0.remove_account(known.login.clone()).await?;
        let (_, ended) = removed.ok_or_else(|| AccountError::Unknown(login.to_owned()))?;
        let said = format!("The account `{}` is there no more.", known.login);
        Ok(said_of(said, ended))
    }

    fn check_person(&self, who: Identity) -> Result<(), AccountError> {
        if !is_person(who) {
            return Err(AccountError::NoPerson);
        }
        Ok(check_known(who, self.configuration)?)
    }

    fn check_not_oneself(&self, account: &Account) -> Result<(), AccountError> {
        match self.by.account {
            Some(own) if own == account.id => Err(AccountError::Oneself),
            _ => Ok(()),
        }
    }

    async fn find(&self, typed: &str) -> Result<Account, AccountError> {
        let unknown = || AccountError::Unknown(typed.to_owned());
        let login = Login::read(typed).ok_or_else(unknown)?;
        let account = self.kept.0.account_by_login(login.to_string()).await?;
        account.ok_or_else(unknown)
    }

    /// An account that is not that of who asks.
    async fn find_other(&self, typed: &str) -> Result<Account, AccountError> {
        let account = self.find(typed).await?;
        self.check_not_oneself(&account)?;
        Ok(account)
    }

    async fn record(&self, act: Act) -> Result<(), AuthError> {
        let (_, audit, _) = self.kept;
        Ok(audit.record(act, self.by.from).await?)
    }
}

fn said_of(said: String, ended: Vec<SecretHash>) -> Carried {
    let done = Done::Said(said);
    Carried { done, ended }
}

/// A link that was just made.
struct Link {
    code: String,
    kept: (SecretHash, Timestamp),
}

impl Link {
    fn new(clock: &Clock) -> Result<Self, AuthError> {
        let code = random::token()?;
        let kept = (TokenHash::of(&code).0, link_until(clock.now()));
        Ok(Self { code, kept })
    }

    fn made(self, who: Identity, ended: Vec<SecretHash>) -> Carried {
        let done = Done::Link(page_path(who, &self.code));
        Carried { done, ended }
    }
}

/// A line each: number, login, who, how far.
fn listed(accounts: &[AccountRow]) -> String {
    if accounts.is_empty() {
        return String::from("There is no account: `passerelle account add` makes one.");
    }
    let lines = accounts.iter().map(|account| {
        let who = match account.identity {
            Identity::Interpreter { interpreter } => format!("interpreter {interpreter}"),
            who => Role::of(who).to_string(),
        };
        let password = match (account.has_password, account.link_until) {
            (true, _) => "password chosen",
            (false, Some(_)) => "link not used yet",
            (false, None) if account.has_provider => "no password",
            (false, None) => "link expired",
        };
        let provider = if account.has_provider {
            let name = account.name.as_ref();
            let name = name.map_or("no name", |name| name.reveal());
            format!(", by the provider: {name}")
        } else {
            String::new()
        };
        let factor = if account.has_second_factor {
            ", second factor"
        } else {
            ""
        };
        format!(
            "{}\t{}\t{who}\t{password}{factor}{provider}",
            account.id.0,
            account.login.reveal()
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}
