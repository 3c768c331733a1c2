//! The driver with everything real around it: store, media engine and core. Time is moved by hand.

mod calls;
mod company;
mod connections;
mod durability;
mod order;
mod quality;
mod restart;
mod snapshots;
mod stall;
mod stall_begins;
mod unwanted;

use super::*;
use crate::client::media::MediaClient;
use crate::clock::ClockHand;
use crate::sfu::SfuConfig;
use passerelle_signaling::command::Rejection;
use passerelle_signaling::configuration::{LanguageRules, SiteRules};
use passerelle_signaling::event::{Entry, Event};
use passerelle_signaling::ids::{InterpreterId, OfferId, SiteId, TabletId};
use passerelle_signaling::need::{Mode, Qualification, Skill, Tier};
use passerelle_signaling::protocol::{ByeReason, View};
use passerelle_signaling::record::Outcome;
use passerelle_signaling::state::SNAPSHOT_FORMAT;
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::{Millis, Timestamp};
use passerelle_signaling::view::{
    Activity, BoardView, InterpreterView, QueuePhase, TabletPhase, TabletView,
};
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::timeout;

/// 21 November 2026, 23:59:00 in Paris: a minute before a local midnight.
const LATE_EVENING: Timestamp = Timestamp(1_795_301_940_000);

/// Far above what anything takes, so that only what never comes fails, on any machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tablets 1 to 60 stand at sites 101 to 160.
const TABLETS: u32 = 60;

/// A gateway without its network side.
struct Gateway {
    dispatch: Dispatch,
    driver: JoinHandle<Result<(), DispatchError>>,
    store: Store,
    sfu: Sfu,
    clock: Clock,
    hand: ClockHand,
    _apart: TempDir,
}

impl Gateway {
    /// Starts on a data directory, at a moment.
    async fn start(directory: &Path, now: Timestamp) -> Self {
        let (clock, hand) = Clock::manual(now);
        // Nothing is asked of it here, and the next house has its own at once.
        let apart = tempfile::tempdir().unwrap();
        let store = Store::open(directory).unwrap();
        let (events, sfu_events) = mpsc::channel(64);
        let config = SfuConfig {
            bind: (Ipv4Addr::LOCALHOST, 0).into(),
            announced: vec![],
            tcp_port: None,
            threads: std::num::NonZeroUsize::MIN,
        };
        let sfu = Sfu::start(config, events).unwrap();
        let parts = DispatchParts {
            store: store.clone(),
            audit: Audit::open(apart.path(), clock.clone()).unwrap(),
            sfu: sfu.clone(),
            sfu_events,
            clock: clock.clone(),
            configuration: configuration(),
            time_zone: jiff::tz::TimeZone::get("Europe/Paris").unwrap(),
        };
        let (dispatch, driver) = Dispatch::start(parts).await.unwrap();
        Self {
            dispatch,
            driver,
            store,
            sfu,
            clock,
            hand,
            _apart: apart,
        }
    }

    async fn start_new() -> (Self, TempDir) {
        let directory = tempfile::tempdir().unwrap();
        (Self::start(directory.path(), LATE_EVENING).await, directory)
    }

    /// Ends without a good-bye, as far as that is possible within one process.
    async fn drop_everything(self) {
        self.driver.abort();
        let _ = self.driver.await;
        self.store.close().await;
        self.sfu.shut_down().await;
    }

    async fn tablet(&self, number: u32) -> Connection {
        let tablet = TabletId(number);
        let identity = Identity::Tablet { tablet };
        self.dispatch.connect(identity).await.unwrap()
    }

    async fn interpreter(&self, number: u32) -> Connection {
        let interpreter = InterpreterId(number);
        let identity = Identity::Interpreter { interpreter };
        self.dispatch.connect(identity).await.unwrap()
    }

    async fn coordinator(&self) -> Connection {
        self.dispatch.connect(Identity::Coordinator).await.unwrap()
    }

    fn tap(&self, tablet: u32, tag: &str) -> Command {
        Command::Tap {
            tablet: TabletId(tablet),
            language: language(tag),
            mode: None,
            tapped_at: self.clock.now(),
        }
    }

    async fn submit(&self, command: Command) {
        self.dispatch.submit(command).await.unwrap();
    }

    async fn set_available(&self, interpreter: u32) {
        self.submit(Command::SetAvailable {
            interpreter: InterpreterId(interpreter),
            available: true,
        })
        .await;
    }

    /// Interpreter 2 becomes available and is rung for this tablet's call: the call and the ring.
    async fn ring(&self, interpreter: &mut Connection, tablet: u32) -> (CallId, OfferId) {
        self.set_available(2).await;
        self.submit(self.tap(tablet, "fsl")).await;
        let ringing = |view: &InterpreterView| match view.activity {
            Activity::Ringing { offer, call, .. } => Some((call, offer)),
            _ => None,
        };
        interpreter_view(interpreter, ringing).await
    }

    /// Interpreter 2 takes the call.
    async fn accept(&self, offer: OfferId) {
        let interpreter = InterpreterId(2);
        self.submit(Command::Accept { interpreter, offer }).await;
    }

    /// A client whose media offer has been answered.
    async fn join(&self, party: Party, call: CallId) -> MediaClient {
        let (client, offer) = MediaClient::new(Ipv4Addr::LOCALHOST.into()).await.unwrap();
        let answer = self.dispatch.join_media(party, call, offer).await.unwrap();
        client.accept_answer(answer).await.unwrap();
        client
    }
}

fn language(tag: &str) -> Language {
    tag.parse().unwrap()
}

/// Interpreter 1 takes `fsl` and `en`, interpreter 2 takes `fsl`.
fn configuration() -> Configuration {
    let rules = |modes: &[Mode]| LanguageRules {
        modes: modes.to_vec(),
        ..LanguageRules::default()
    };
    let takes = |skills: &[(&str, Mode)]| Qualification {
        skills: skills
            .iter()
            .map(|(tag, mode)| {
                let (tier, modes) = (Tier::FIRST, [*mode].into());
                (language(tag), Skill { tier, modes })
            })
            .collect(),
        ..Qualification::default()
    };
    let (sign, voice) = (Mode::Sign, Mode::SpokenVideo);
    Configuration {
        languages: [
            (language("fsl"), rules(&[sign])),
            (language("en"), rules(&[voice])),
        ]
        .into(),
        sites: (101..=100 + TABLETS)
            .map(|number| (SiteId(number), SiteRules::default()))
            .collect(),
        tablets: (1..=TABLETS)
            .map(|number| (TabletId(number), SiteId(100 + number)))
            .collect(),
        interpreters: [
            (InterpreterId(1), takes(&[("fsl", sign), ("en", voice)])),
            (InterpreterId(2), takes(&[("fsl", sign)])),
        ]
        .into(),
        ..Configuration::default()
    }
}

/// Waits until a channel shows something that `wanted` takes, and returns what that gave.
async fn shown<T: Send + Sync, R>(
    channel: &mut watch::Receiver<Option<Arc<T>>>,
    mut wanted: impl FnMut(&T) -> Option<R>,
) -> R {
    let waiting = channel.wait_for(|shown| shown.as_deref().is_some_and(|it| wanted(it).is_some()));
    let seen = timeout(PATIENCE, waiting).await;
    let seen = seen.expect("the picture comes").unwrap().clone();
    seen.as_deref().and_then(wanted).unwrap()
}

/// The same of a client's picture.
async fn pictured<R>(of: &mut Connection, mut wanted: impl FnMut(&View) -> Option<R>) -> R {
    let waiting = of.view.wait_for(|shown| {
        let picture = shown.as_ref();
        picture.is_some_and(|picture| wanted(&picture.view).is_some())
    });
    let seen = timeout(PATIENCE, waiting).await;
    let seen = seen.expect("the picture comes").unwrap().clone();
    seen.and_then(|picture| wanted(&picture.view)).unwrap()
}

async fn board<R>(of: &mut Connection, mut wanted: impl FnMut(&BoardView) -> Option<R>) -> R {
    let as_board = |view: &View| match view {
        View::Coordinator(board) => wanted(board),
        View::Tablet(_) | View::Interpreter(_) | View::Guest(_) => None,
    };
    pictured(of, as_board).await
}

async fn tablet_view<R>(
    of: &mut Connection,
    mut wanted: impl FnMut(&TabletView) -> Option<R>,
) -> R {
    let as_tablet = |view: &View| match view {
        View::Tablet(tablet) => wanted(tablet),
        View::Coordinator(_) | View::Interpreter(_) | View::Guest(_) => None,
    };
    pictured(of, as_tablet).await
}

async fn interpreter_view<R>(
    of: &mut Connection,
    mut wanted: impl FnMut(&InterpreterView) -> Option<R>,
) -> R {
    let as_interpreter = |view: &View| match view {
        View::Interpreter(interpreter) => wanted(interpreter),
        View::Coordinator(_) | View::Tablet(_) | View::Guest(_) => None,
    };
    pictured(of, as_interpreter).await
}

/// The reason the connection is closed for, once it is.
async fn bye(of: &mut Connection) -> ByeReason {
    let said = timeout(PATIENCE, of.bye.wait_for(Option::is_some)).await;
    said.expect("the good-bye comes").unwrap().unwrap()
}

/// The call a tablet waits in, its place, and its ticket time.
fn waiting(view: &TabletView) -> Option<(CallId, u32, Timestamp)> {
    match view.phase {
        TabletPhase::Waiting {
            call,
            position,
            queued_at,
            ..
        } => Some((call, position, queued_at)),
        _ => None,
    }
}

/// Since when media flows, once it does.
fn active(view: &TabletView) -> Option<Timestamp> {
    match view.phase {
        TabletPhase::Active { connected_at, .. } => Some(connected_at),
        _ => None,
    }
}
