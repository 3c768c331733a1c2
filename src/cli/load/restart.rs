//! `passerelle load restart`: calls with picture and sound, the gateway killed in the middle and
//! started again, and how long it takes until everybody sees and hears again without touching
//! anything.

use super::city::City;
use super::crowd::{Crowd, Member, is_there, talks};
use super::error::LoadError;
use super::figures;
use super::gateway::Gateway;
use super::progress;
use crate::auth::Role;
use crate::client::http::{Cookie, Target};
use crate::client::person::{Order, Standing};
use crate::client::signalling::SignallingClient;
use crate::clock::monotonic;
use clap::Args;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{Identity, Resumed, ServerMessage};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// All calls stand well before that, unless something is wrong.
const SET_UP_MAX: Duration = Duration::from_secs(120);

/// Six times the target: past it, the figure is not worth waiting for.
const BACK_MAX: Duration = Duration::from_secs(60);

/// Seconds until everybody sees and hears again.
const TARGET_S: f64 = 10.0;

/// Options of `passerelle load restart`.
#[derive(Args)]
pub(in crate::cli) struct Restart {
    /// Calls in progress.
    #[arg(long, default_value_t = 28)]
    calls: u32,
}

impl Restart {
    pub(super) async fn measure(self) -> Result<(), LoadError> {
        let Self { calls } = self;
        let city = City {
            tablets: calls,
            interpreters: calls,
            rules: "",
        };
        progress("starting a gateway");
        let (mut gateway, passes) = Gateway::start(&city, "warn,rtc=error").await?;
        let target = gateway.target()?;
        let crowd = Crowd::come(&target, &passes);
        begin_calls(&crowd).await?;
        let before = calls_of(&crowd)?;
        progress(format!(
            "{calls} calls see and hear on both sides; killing the gateway"
        ));
        let killed = monotonic();
        gateway.kill();
        gateway.start_again().await?;
        let serves = monotonic();
        let sees_again = |_: &Member, standing: &Standing| standing.media_at > Some(killed);
        crowd
            .until_all("see and hear again", BACK_MAX, sees_again)
            .await?;
        let members = crowd.members.iter();
        let last = members.filter_map(|one| one.standing().media_at).max();
        let back = last.unwrap_or(killed).duration_since(killed);
        check_same(&crowd, &before)?;
        check_resumed(&crowd)?;
        check_records(&target, &passes, &before).await?;
        progress("the same calls, by their numbers; nobody has tapped, no call has ended");
        figures::remark("started_again_s", (serves - killed).as_secs_f64(), "s");
        let name = format!("restart_{calls}_calls_s");
        figures::at_most(&name, back.as_secs_f64(), "s", TARGET_S);
        Ok(())
    }
}

async fn begin_calls(crowd: &Crowd) -> Result<(), LoadError> {
    crowd.until_all("come", SET_UP_MAX, is_there).await?;
    progress("everybody is there; tapping");
    for (tablet, member) in crowd.tablets() {
        let language = City::language_of(tablet);
        let language = language.map_err(|error| LoadError::Broken(error.to_string()))?;
        member.order(Order::Call(language));
    }
    crowd.until_all("see and hear", SET_UP_MAX, talks).await
}

/// The call of each, every one with a tablet and an interpreter.
pub(super) fn calls_of(crowd: &Crowd) -> Result<BTreeMap<usize, CallId>, LoadError> {
    let of = |(index, one): (usize, &Member)| Some((index, one.standing().call?));
    let calls: BTreeMap<usize, CallId> = crowd.members.iter().enumerate().filter_map(of).collect();
    let different: BTreeSet<_> = calls.values().collect();
    if calls.len() == crowd.members.len() && different.len() * 2 == calls.len() {
        return Ok(calls);
    }
    Err(LoadError::Broken(format!(
        "{} sides are in {} calls",
        calls.len(),
        different.len()
    )))
}

/// Everybody is in the call of before, and every tablet has tapped once.
pub(super) fn check_same(crowd: &Crowd, before: &BTreeMap<usize, CallId>) -> Result<(), LoadError> {
    let taps: u64 = crowd.tablets().map(|(_, one)| one.standing().taps).sum();
    if calls_of(crowd)? == *before && taps * 2 == before.len() as u64 {
        return Ok(());
    }
    Err(LoadError::Broken(format!(
        "other calls than before, after {taps} taps"
    )))
}

/// Everybody has come back with what they had been shown, and the gateway knew it.
fn check_resumed(crowd: &Crowd) -> Result<(), LoadError> {
    let known = |one: &&Member| {
        let resumed = one.standing().resumed;
        matches!(resumed, Some(Resumed::NothingMissed | Resumed::Fresh))
    };
    let (resumed, all) = (
        crowd.members.iter().filter(known).count(),
        crowd.members.len(),
    );
    if resumed == all {
        return Ok(());
    }
    Err(LoadError::Broken(format!(
        "{resumed} of {all} people have come back to what they had been shown"
    )))
}

/// The gateway has these calls in its records and no others, and none has ended.
async fn check_records(
    target: &Target,
    passes: &[(Identity, Cookie)],
    before: &BTreeMap<usize, CallId>,
) -> Result<(), LoadError> {
    let pass = passes.iter().find(|(who, _)| *who == Identity::Coordinator);
    let Some((_, cookie)) = pass else {
        return Ok(());
    };
    let mut coordinator = SignallingClient::connect(target, Role::Coordinator, cookie).await?;
    let today = |message: &ServerMessage| match message {
        ServerMessage::Today { records, .. } => Some(records.clone()),
        _ => None,
    };
    let records = coordinator.message_where("the records", BACK_MAX, today);
    let records = records.await?;
    let expected: BTreeSet<_> = before.values().copied().collect();
    let open = records.iter().filter(|record| record.outcome.is_none());
    let open: BTreeSet<_> = open.map(|record| record.call).collect();
    if open == expected && records.len() == expected.len() {
        return Ok(());
    }
    Err(LoadError::Broken(format!(
        "{} of {} calls go on in the records, {} were expected",
        open.len(),
        records.len(),
        expected.len()
    )))
}
