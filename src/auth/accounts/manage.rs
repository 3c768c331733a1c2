//! What an administrator does with accounts, by the command line: nobody but its owner chooses or
//! learns a password.

use super::{Login, link_until, page_path};
use crate::audit::{Act, Audit};
use crate::auth::{AuthError, InviteError, TokenHash, check_known};
use crate::clock::Clock;
use crate::random;
use crate::store::{AccountRow, Added, SecretHash, Store, StoreError};
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::protocol::Identity;
use serde::{Deserialize, Serialize};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AccountCommand {
    /// An account for this person.
    Add {
        /// What they will type.
        login: String,
        /// Who they are.
        who: Identity,
    },
    /// Who has an account.
    List,
    /// A new link; what was chosen before is void, and nobody is signed in by it any more.
    Reset {
        /// Whose.
        login: String,
    },
    /// No account any more.
    Remove {
        /// Whose.
        login: String,
    },
}

/// What was done.
pub struct Carried {
    /// What is to be said of it.
    pub said: String,
    /// The hashes of tokens of sessions that have ended, whose pages are to be closed.
    pub ended: Vec<SecretHash>,
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
    #[error("accounts are for interpreters and coordinators: tablets are paired")]
    NoPerson,
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

/// Does what an administrator asks. `base_url`: the address in front of every link.
///
/// # Errors
/// When it cannot be done as asked, or could not be stored or written down.
pub async fn carry_out(
    command: AccountCommand,
    (store, audit, clock): (&Store, &Audit, &Clock),
    configuration: &Configuration,
    base_url: &str,
) -> Result<Carried, AccountError> {
    let record = async |act| audit.record(act, None).await.map_err(AuthError::from);
    match command {
        AccountCommand::Add { login, who } => {
            let read = Login::read(&login).ok_or(AccountError::NoLogin(login))?;
            if !matches!(who, Identity::Interpreter { .. } | Identity::Coordinator) {
                return Err(AccountError::NoPerson);
            }
            check_known(who, configuration)?;
            let link = Link::new(clock)?;
            let added = store.add_account(read.to_string(), who, link.kept);
            let account = match added.await? {
                Added::Account(account) => account.0,
                Added::LoginTaken => return Err(AccountError::LoginTaken(read)),
                Added::HasOne(login) => return Err(AccountError::HasOne(login)),
            };
            // Its number is not known before; without this entry nobody gets the link.
            record(Act::AccountAdded { account, who }).await?;
            Ok(link.said(base_url, who, Vec::new()))
        }
        AccountCommand::List => Ok(Carried {
            said: listed(&store.accounts(clock.now()).await?),
            ended: Vec::new(),
        }),
        AccountCommand::Reset { login } => {
            let known = find(store, &login).await?;
            record(Act::AccountReset {
                account: known.id.0,
                who: known.identity,
            })
            .await?;
            let link = Link::new(clock)?;
            let reset = store.reset_account(known.login, link.kept).await?;
            let (account, ended) = reset.ok_or(AccountError::Unknown(login))?;
            Ok(link.said(base_url, account.identity, ended))
        }
        AccountCommand::Remove { login } => {
            let known = find(store, &login).await?;
            record(Act::AccountRemoved {
                account: known.id.0,
                who: known.identity,
            })
            .await?;
            let removed = store.remove_account(known.login.clone()).await?;
            let (_, ended) = removed.ok_or(AccountError::Unknown(login))?;
            let said = format!("The account `{}` is there no more.", known.login);
            Ok(Carried { said, ended })
        }
    }
}

async fn find(store: &Store, typed: &str) -> Result<crate::store::Account, AccountError> {
    let unknown = || AccountError::Unknown(typed.to_owned());
    let login = Login::read(typed).ok_or_else(unknown)?;
    let account = store.account_by_login(login.to_string()).await?;
    account.ok_or_else(unknown)
}

/// A link that was just made.
struct Link {
    code: String,
    kept: (SecretHash, passerelle_signaling::time::Timestamp),
}

impl Link {
    fn new(clock: &Clock) -> Result<Self, AuthError> {
        let code = random::token()?;
        let kept = (TokenHash::of(&code).0, link_until(clock.now()));
        Ok(Self { code, kept })
    }

    fn said(self, base_url: &str, who: Identity, ended: Vec<SecretHash>) -> Carried {
        let said = format!("{base_url}{}", page_path(who, &self.code));
        Carried { said, ended }
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
            _ => String::from("coordinator"),
        };
        let password = match (account.has_password, account.link_until) {
            (true, _) => "password chosen",
            (false, Some(_)) => "link not used yet",
            (false, None) => "link expired",
        };
        let factor = if account.has_second_factor {
            ", second factor"
        } else {
            ""
        };
        format!(
            "{}\t{}\t{who}\t{password}{factor}",
            account.id.0, account.login
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}
