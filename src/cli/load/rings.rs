//! `passerelle load rings`: from the tap at a tablet's socket to the ring at an interpreter's, with
//! every tablet busy.
//!
//! Each tablet taps, is answered, keeps the interpreter for a while without media and hangs up, so
//! that nearly all of them are in a call at any time. Calls are short enough for the wanted number
//! of taps a second. A coordinator watches the board.
//!
//! What is timed: writing the request, TLS, loopback, decision, the journal's flush, the picture,
//! TLS, reading it. Both ends are here, on the same processors, and are a part of the figure.

use super::city::City;
use super::error::LoadError;
use super::figures::{self, Lengths};
use super::gateway::Gateway;
use super::progress;
use crate::auth::Role;
use crate::client::http::{ClientError, Cookie, Target};
use crate::client::signalling::SignallingClient;
use crate::clock::monotonic;
use crate::process;
use crate::random;
use clap::Args;
use passerelle_signaling::ids::{CallId, OfferId, TabletId};
use passerelle_signaling::protocol::{ErrorCode, Identity, Request, View};
use passerelle_signaling::tag::Language;
use passerelle_signaling::view::{Activity, TabletPhase};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Calls last as long as the measurement wants, nobody rests, nobody is away.
pub(super) const RULES: &str = "offer_ms = 60000\nconnect_ms = 3600000\nwrap_up_ms = 0\n\
    cooldown_ms = 0\nmisses_max = 100\nqueue_max = 10000\n\
    [rules.rest]\nrelief_ms = {}\nstop_ms = 86400000";

/// Interpreters beyond one for each tablet, in percent: who is just free when somebody taps.
const SPARE_PERCENT: u32 = 20;

/// Milliseconds from tap to ring that the slowest of a hundred may take.
const TARGET_MS: f64 = 20.0;

/// First taps a second, at least: a long call is no reason to begin slowly.
const RAMP_RATE: f64 = 10.0;

/// After the last first tap, until it is measured.
const SETTLE: Duration = Duration::from_secs(2);

/// A picture that does not come by then never comes.
const PICTURE_MAX: Duration = Duration::from_secs(30);

/// Options of `passerelle load rings`.
#[derive(Args)]
pub(in crate::cli) struct Rings {
    /// Tablets, all of them busy.
    #[arg(long, default_value_t = 28)]
    tablets: u32,
    /// How long it is measured.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Taps a second, of all tablets together. Calls of twelve minutes at every tablet of a city
    /// make 0.04; the default is one a second for each.
    #[arg(long, default_value_t = 28.0)]
    rate: f64,
}

/// What everybody knows of the measurement.
struct Shared {
    state: Mutex<State>,
    /// Within this time each tablet taps for the first time.
    ramp: Duration,
    /// How long an interpreter is kept, on average.
    hold: Duration,
    length: Duration,
    /// When the first tablet taps; unknown until everybody is there.
    start: watch::Sender<Option<Instant>>,
}

#[derive(Default)]
struct State {
    /// By site, the tap that has not been rung for yet.
    taps: Vec<Option<Instant>>,
    rings: Vec<Duration>,
    dones: Vec<Duration>,
    refused: u64,
}

impl Rings {
    pub(super) async fn measure(self) -> Result<(), LoadError> {
        let Self {
            tablets,
            seconds,
            rate,
        } = self;
        let city = City {
            tablets,
            interpreters: tablets + (tablets * SPARE_PERCENT).div_ceil(100).max(5),
            rules: RULES,
        };
        progress(format!("starting a gateway of {tablets} tablets"));
        let (gateway, passes) = Gateway::start(&city, "warn,rtc=error").await?;
        let target = gateway.target()?;
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                taps: vec![None; tablets as usize + 1],
                ..State::default()
            }),
            ramp: Duration::from_secs_f64(f64::from(tablets) / RAMP_RATE.max(rate)),
            hold: Duration::from_secs_f64(f64::from(tablets) / rate.max(0.1)),
            length: Duration::from_secs(seconds),
            start: watch::Sender::new(None),
        });
        let crowd = come(&target, passes, &shared).await?;
        let (from, until) = shared.begin();
        let ramp = (from - monotonic()).as_secs_f64();
        progress(format!("everybody is there; measuring after {ramp:.0} s"));
        let (cpu, done) = tokio::join!(cpu_meanwhile(&gateway, from, until), crowd.end());
        done?;
        shared.report(tablets);
        let share = 100.0 * cpu?.as_secs_f64() / seconds.max(1) as f64;
        figures::remark("gateway_cpu", share, "% of one processor");
        Ok(())
    }
}

impl Shared {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the tablets begin. When it is measured: not until all of them are busy.
    fn begin(&self) -> (Instant, Instant) {
        self.start.send_replace(Some(monotonic()));
        self.span()
    }

    fn span(&self) -> (Instant, Instant) {
        let start = self.start.borrow().unwrap_or_else(monotonic);
        let from = start + self.ramp + SETTLE;
        (from, from + self.length)
    }

    fn counts(&self, at: Instant) -> bool {
        let (from, until) = self.span();
        (from..until).contains(&at)
    }

    fn tapped(&self, tablet: TabletId, at: Instant) {
        if let Some(tap) = self.state().taps.get_mut(tablet.0 as usize) {
            *tap = Some(at);
        }
    }

    /// The first ring of a tap counts; when that interpreter is too late, there is a second.
    fn rung(&self, site: u32, at: Instant) {
        let mut state = self.state();
        let tapped = state.taps.get_mut(site as usize).and_then(Option::take);
        if let Some(tapped) = tapped.filter(|tapped| self.counts(*tapped)) {
            state.rings.push(at - tapped);
        }
    }

    fn done(&self, tapped: Instant, at: Instant) {
        if self.counts(tapped) {
            self.state().dones.push(at - tapped);
        }
    }

    fn report(&self, tablets: u32) {
        let mut state = self.state();
        let rings = Lengths::new(std::mem::take(&mut state.rings));
        let dones = Lengths::new(std::mem::take(&mut state.dones));
        progress(format!(
            "{} taps, {} rings, {} requests refused",
            dones.len(),
            rings.len(),
            state.refused
        ));
        // The reference city's figures have the short names.
        let name = match tablets {
            28 => String::from("tap_to_ring"),
            _ => format!("tap_to_ring_{tablets}"),
        };
        for (share, which) in [(0.5, "p50"), (0.99, "p99")] {
            let value = rings.percentile_ms(share);
            figures::at_most(&format!("{name}_{which}_ms"), value, "ms", TARGET_MS);
        }
        figures::remark("tap_to_ring_max_ms", rings.percentile_ms(1.0), "ms");
        figures::remark("tap_to_done_p50_ms", dones.percentile_ms(0.5), "ms");
        figures::remark("tap_to_done_p99_ms", dones.percentile_ms(0.99), "ms");
    }
}

/// What the gateway computes between these moments.
async fn cpu_meanwhile(
    gateway: &Gateway,
    from: Instant,
    until: Instant,
) -> Result<Duration, LoadError> {
    let mut readings = [Duration::ZERO; 2];
    for (reading, at) in readings.iter_mut().zip([from, until]) {
        tokio::time::sleep_until(at.into()).await;
        *reading = process::read(gateway.process_id().unwrap_or_default())?.cpu;
    }
    Ok(readings[1] - readings[0])
}

/// Everybody's tasks.
#[derive(Default)]
struct Crowd {
    tablets: JoinSet<Result<(), LoadError>>,
    others: JoinSet<Result<(), LoadError>>,
}

/// Connects one after the other; whoever is there reads at once, as a page does.
async fn come(
    target: &Target,
    passes: Vec<(Identity, Cookie)>,
    shared: &Arc<Shared>,
) -> Result<Crowd, LoadError> {
    let mut crowd = Crowd::default();
    for (identity, cookie) in passes {
        let mut client = SignallingClient::connect(target, Role::of(identity), &cookie).await?;
        let shared = Arc::clone(shared);
        match identity {
            Identity::Tablet { tablet } => {
                let language = City::language_of(tablet);
                let language = language.map_err(|error| LoadError::Broken(error.to_string()))?;
                let calling = call_again_and_again(client, tablet, language, shared);
                crowd.tablets.spawn(calling);
            }
            Identity::Interpreter { .. } => {
                let available = true;
                client.ask(Request::SetAvailable { available }).await?;
                crowd.others.spawn(answer(client, shared));
            }
            Identity::Coordinator | Identity::Guest { .. } => {
                crowd.others.spawn(watch_board(client));
            }
            // Opens no connection.
            Identity::Administrator => {}
        }
    }
    Ok(crowd)
}

impl Crowd {
    /// Waits until all tablets are done; then everybody else is sent home.
    async fn end(mut self) -> Result<(), LoadError> {
        loop {
            let ended = tokio::select! {
                ended = self.tablets.join_next() => match ended {
                    None => return Ok(()),
                    Some(ended) => ended,
                },
                Some(ended) = self.others.join_next() => ended,
            };
            ended.unwrap_or_else(|panic| Err(LoadError::Broken(panic.to_string())))?;
        }
    }
}

async fn call_again_and_again(
    mut client: SignallingClient,
    tablet: TabletId,
    language: Language,
    shared: Arc<Shared>,
) -> Result<(), LoadError> {
    let mut start = shared.start.subscribe();
    tokio::select! {
        ended = look_on(&mut client, Duration::MAX) => return ended,
        _ = start.wait_for(Option::is_some) => {}
    }
    let (_, until) = shared.span();
    look_on(&mut client, shared.ramp.mul_f64(share())).await?;
    // The first call is as far gone as one that is met at any moment.
    let mut length = shared.hold.mul_f64(share());
    while monotonic() < until {
        let tapped = monotonic();
        shared.tapped(tablet, tapped);
        let tap = Request::Tap {
            language,
            mode: None,
        };
        if !ask(&mut client, tap, &shared).await? {
            continue;
        }
        shared.done(tapped, monotonic());
        let answered = |view: &View| match view {
            View::Tablet(view) => match view.phase {
                TabletPhase::Connecting { call, .. } => Some(call),
                _ => None,
            },
            _ => None,
        };
        let call = client.view_where("an interpreter", PICTURE_MAX, answered);
        let call: CallId = call.await?;
        let left = until.saturating_duration_since(monotonic());
        look_on(&mut client, length.min(left)).await?;
        // Between half and one and a half of the mean.
        length = shared.hold.mul_f64(0.5 + share());
        ask(&mut client, Request::HangUp { call }, &shared).await?;
        let idle = |view: &View| match view {
            View::Tablet(view) => (view.phase == TabletPhase::Idle).then_some(()),
            _ => None,
        };
        client.view_where("the end", PICTURE_MAX, idle).await?;
    }
    Ok(())
}

/// Accepts whatever rings.
async fn answer(mut client: SignallingClient, shared: Arc<Shared>) -> Result<(), LoadError> {
    let mut last = None;
    loop {
        let ringing = |view: &View| match view {
            View::Interpreter(view) => match view.activity {
                Activity::Ringing { offer, site, .. } => Some((offer, site)),
                _ => None,
            },
            _ => None,
        };
        let fresh = |view: &View| ringing(view).filter(|(offer, _)| Some(*offer) != last);
        let rung = client.view_where("a ring", Duration::MAX, fresh).await?;
        let (offer, site): (OfferId, _) = rung;
        shared.rung(site.0, monotonic());
        last = Some(offer);
        ask(&mut client, Request::Accept { offer }, &shared).await?;
    }
}

/// Sees each board that it is shown.
async fn watch_board(mut client: SignallingClient) -> Result<(), LoadError> {
    look_on(&mut client, Duration::MAX).await
}

/// Reads for so long, as a page does.
async fn look_on(client: &mut SignallingClient, length: Duration) -> Result<(), LoadError> {
    let reading = client.message_where("the end", length, |_| None::<()>);
    match reading.await {
        Err(ClientError::TimedOut { .. }) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// False when it was refused: somebody else was quicker.
async fn ask(
    client: &mut SignallingClient,
    request: Request,
    shared: &Shared,
) -> Result<bool, LoadError> {
    match client.ask(request).await {
        Ok(_) => Ok(true),
        Err(ClientError::RequestRefused {
            error: ErrorCode::OfferGone | ErrorCode::CallGone | ErrorCode::WrongState,
            ..
        }) => {
            shared.state().refused += 1;
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// A share in [0, 1).
fn share() -> f64 {
    f64::from(random::arbitrary::<u16>()) / 65_536.0
}
