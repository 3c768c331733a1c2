//! `passerelle load calls`: holds calls with picture and sound at a demonstration that runs
//! already, beside whatever else goes on there, and says when they stand and when they stand again
//! after an outage. It places the calls one after the other, so that each finds its interpreter.

use super::crowd::{Crowd, Member, is_there, talks};
use super::error::LoadError;
use super::progress;
use super::restart::{calls_of, check_same};
use super::sign_in::{at_demo, choices};
use crate::auth::Role;
use crate::cli::print::say;
use crate::client::http::Target;
use crate::client::person::{Order, Standing};
use crate::clock::monotonic;
use crate::config::TlsSection;
use crate::tls;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Somebody is there, or a call stands, well before that, unless something is wrong.
const SET_UP_MAX: Duration = Duration::from_secs(60);

/// The longest outage that is sat out.
const OUTAGE_MAX: Duration = Duration::from_secs(120);

/// Options of `passerelle load calls`.
#[derive(Args)]
pub(in crate::cli) struct Calls {
    /// Where the demonstration is, such as https://127.0.0.1:8443.
    #[arg(long, value_name = "URL")]
    at: String,
    /// Its data directory, for the certificate it made.
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    data_dir: PathBuf,
    /// Calls to hold.
    #[arg(long, default_value_t = 5)]
    calls: usize,
    /// Tablets and interpreters to leave to others, from the first on.
    #[arg(long, default_value_t = 0)]
    skip: usize,
}

impl Calls {
    /// Until it is told to end (Ctrl-C).
    pub(super) async fn hold(self) -> Result<(), LoadError> {
        let target = self.target()?;
        let crowd = self.place(&target).await?;
        let before = calls_of(&crowd)?;
        say(format!("{} calls see and hear", self.calls));
        loop {
            any_lost(&crowd).await;
            let lost = monotonic();
            progress("the gateway is lost");
            let again = |_: &Member, standing: &Standing| standing.media_at > Some(lost);
            crowd
                .until_all("see and hear again", OUTAGE_MAX, again)
                .await?;
            check_same(&crowd, &before)?;
            let outage = monotonic().duration_since(lost).as_secs_f64();
            say(format!(
                "{} calls see and hear again after {outage:.1} s",
                self.calls
            ));
        }
    }

    fn target(&self) -> Result<Target, LoadError> {
        let (scheme, address) = self.at.split_once("://").unwrap_or(("", ""));
        let address: Result<SocketAddr, _> = address.trim_end_matches('/').parse();
        let address = address.map_err(|_| LoadError::Address(self.at.clone()))?;
        let certificate = match scheme {
            "https" => tls::served_certificate(&TlsSection::default(), &self.data_dir)?,
            "http" => None,
            _ => return Err(LoadError::Address(self.at.clone())),
        };
        Ok(Target::new(address, certificate)?)
    }

    async fn place(&self, target: &Target) -> Result<Crowd, LoadError> {
        let tablets = choices(target, Role::Tablet).await?;
        let people = choices(target, Role::Interpreter).await?;
        for (what, found) in [("tablets", tablets.len()), ("interpreters", people.len())] {
            let wanted = self.skip + self.calls;
            if found < wanted {
                return Err(LoadError::TooFew {
                    what,
                    found,
                    wanted,
                });
            }
        }
        let mut crowd = Crowd::default();
        let pairs = tablets.iter().zip(&people);
        for (tablet, person) in pairs.skip(self.skip).take(self.calls) {
            for identity in [person.identity, tablet.identity] {
                let cookie = at_demo(target, identity).await?;
                crowd.add(target, identity, cookie);
            }
            crowd.until_all("come", SET_UP_MAX, is_there).await?;
            let language = person.language().ok_or_else(|| {
                LoadError::Broken(String::from("an interpreter takes no language"))
            })?;
            if let Some((_, newest)) = crowd.tablets().last() {
                newest.order(Order::Call(language));
            }
            crowd.until_all("see and hear", SET_UP_MAX, talks).await?;
            progress(format!("{} calls", crowd.members.len() / 2));
        }
        Ok(crowd)
    }
}

/// Waits until anybody has lost picture or sound, or the gateway.
async fn any_lost(crowd: &Crowd) {
    let lost = crowd.members.iter().map(|one| Box::pin(one.lost()));
    futures_util::future::select_all(lost).await;
}
