//! Somebody at a screen without a screen: a tablet or an interpreter that follows the gateway's
//! pictures, joins the media of its calls and comes back by itself, by the web client's rules. For
//! load and endurance: what holds for a thousand of these holds for pages.

use super::backoff::{GATEWAY_MAX, backoff};
use super::http::{ClientError, Cookie, Target};
use super::joined::{Joined, News};
use super::media::MediaClientConfig;
use super::signalling::{Introduction, Memory, SignallingClient};
use crate::auth::Role;
use passerelle_signaling::ids::{CallId, OfferId};
use passerelle_signaling::protocol::{
    ByeReason, Identity, Request, Resumed, SILENCE_MAX_SECS, View,
};
use passerelle_signaling::tag::Language;
use passerelle_signaling::view::{Activity, Availability, InterpreterView, TabletPhase};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// The gateway is lost after this silence.
const SILENCE_MAX: Duration = Duration::from_secs(SILENCE_MAX_SECS);

/// Who somebody is and how the gateway is reached.
#[derive(Clone)]
pub struct PersonConfig {
    /// The gateway.
    pub target: Target,
    /// Who.
    pub identity: Identity,
    /// The session.
    pub cookie: Cookie,
    /// What is sent in calls.
    pub media: MediaClientConfig,
}

/// What somebody is told to do. An interpreter needs no word: available, accepting, done.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// Tap this language, if no call is on.
    Call(Language),
    /// End the call, or the wait for it.
    HangUp,
    /// Leave the page and open it again.
    Reload,
}

/// How it stands with somebody.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The gateway's picture is there.
    pub connected: bool,
    /// An interpreter who takes calls.
    pub available: bool,
    /// The call of the newest picture.
    pub call: Option<CallId>,
    /// It is in progress.
    pub active: bool,
    /// A tap was carried out whose call no picture has shown yet.
    pub tapped: bool,
    /// Since when picture and sound are received; nobody knows while the gateway is lost.
    pub media_at: Option<Instant>,
    /// Taps carried out.
    pub taps: u64,
    /// Requests refused, for whatever reason.
    pub refused: u64,
    /// Connections lost.
    pub losses: u64,
    /// What the gateway said of the newest connection.
    pub resumed: Option<Resumed>,
    /// The gateway has gone back behind what it had shown. Nobody stays with one that does.
    pub went_back: bool,
}

impl Standing {
    /// Connected, and neither in a call nor about to be in one.
    pub const fn is_free(&self) -> bool {
        self.connected && self.call.is_none() && !self.tapped
    }
}

/// See the module.
pub struct Person {
    config: PersonConfig,
    orders: mpsc::Receiver<Order>,
    standing: watch::Sender<Standing>,
    joined: Option<Joined>,
    accepted: Option<OfferId>,
    was_lost: bool,
    /// What the page presents when it comes back.
    memory: Option<Memory>,
    /// How many pictures had come when a tap was carried out whose call none has shown yet.
    tapped_at: Option<u64>,
    /// The call is to end, as soon as a picture shows which one it is.
    hangs_up: bool,
}

/// Why a connection ended.
enum End {
    Lost,
    /// Closed by us, to be opened again.
    Reload,
    /// The gateway has gone back behind what it had shown.
    WentBack,
    /// Not to come back: replaced, signed out, or nobody gives orders any more.
    Gone,
}

impl Person {
    /// Somebody who obeys these orders and shows this standing. They are gone when the orders'
    /// sender is dropped.
    pub fn new(
        config: PersonConfig,
        orders: mpsc::Receiver<Order>,
        standing: watch::Sender<Standing>,
    ) -> Self {
        Self {
            config,
            orders,
            standing,
            joined: None,
            accepted: None,
            was_lost: false,
            memory: None,
            tapped_at: None,
            hangs_up: false,
        }
    }

    /// Lives until there are no more orders, or the gateway wants somebody else in this place.
    pub async fn live(mut self) {
        let mut attempt = 0;
        let mut had_opened = true;
        loop {
            let came = self.come(had_opened).await;
            had_opened = came.is_ok();
            let end = match came {
                Ok(client) => {
                    attempt = 0;
                    self.stay(client).await
                }
                Err(_) => End::Lost,
            };
            let lost = matches!(end, End::Lost);
            self.standing.send_modify(|standing| {
                (standing.connected, standing.media_at) = (false, None);
                standing.losses += u64::from(lost && had_opened);
                standing.went_back |= matches!(end, End::WentBack);
            });
            if matches!(end, End::Gone | End::WentBack) {
                break;
            }
            self.was_lost = true;
            tokio::select! {
                () = tokio::time::sleep(backoff(attempt, GATEWAY_MAX)), if lost => {}
                order = self.orders.recv(), if lost => match order {
                    None => break,
                    Some(Order::HangUp) => self.hangs_up = true,
                    // Nobody taps where no page is.
                    Some(Order::Call(_) | Order::Reload) => {}
                },
                else => {}
            }
            attempt += 1;
        }
        self.leave_media().await;
    }

    /// Opens the page; after a refusal the session is asked after first, as a page does.
    async fn come(&self, had_opened: bool) -> Result<SignallingClient, ClientError> {
        let PersonConfig {
            target,
            identity,
            cookie,
            ..
        } = &self.config;
        let role = Role::of(*identity);
        if !had_opened {
            let path = format!("/api/session?role={role}");
            target.get(&path, Some(cookie)).await?;
        }
        let mut introduction = Introduction::of_page(target, role, cookie);
        if let Some(memory) = self.memory {
            introduction = introduction.remembering(memory);
        }
        SignallingClient::introduce(target, &introduction).await
    }

    async fn stay(&mut self, mut client: SignallingClient) -> End {
        let resumed = client.resumed();
        self.standing
            .send_modify(|standing| standing.resumed = Some(resumed));
        // Nobody restores a backup under those who are here for load.
        if resumed == Resumed::Restored {
            return End::WentBack;
        }
        let end = self.attend(&mut client).await;
        let memory = client.memory();
        // A page that has shown nothing has nothing to present, nor has one that is opened anew.
        self.memory = (memory.seq > 0 && !matches!(end, End::Reload)).then_some(memory);
        if matches!(end, End::Reload) {
            self.leave_media().await;
            let _ = client.close().await;
        }
        end
    }

    async fn attend(&mut self, client: &mut SignallingClient) -> End {
        let mut followed = 0;
        // The first picture of a connection shows the call, if there is one.
        self.tapped_at = self.tapped_at.map(|_| 0);
        loop {
            match self.attend_once(client, &mut followed).await {
                Ok(None) => {}
                Ok(Some(end)) => return end,
                Err(ClientError::Closed(Some(ByeReason::Replaced | ByeReason::SignedOut))) => {
                    return End::Gone;
                }
                Err(ClientError::WentBack { .. }) => return End::WentBack,
                Err(_) => return End::Lost,
            }
        }
    }

    /// Waits for one thing and sees to it.
    async fn attend_once(
        &mut self,
        client: &mut SignallingClient,
        followed: &mut u64,
    ) -> Result<Option<End>, ClientError> {
        // It may have come while an answer was waited for.
        if client.pictures() > *followed {
            *followed = client.pictures();
            if let Some(view) = client.view().cloned() {
                self.follow(client, &view).await?;
            }
            return Ok(None);
        }
        let Self { orders, joined, .. } = self;
        tokio::select! {
            heard = client.sign_of_life(SILENCE_MAX) => heard?,
            order = orders.recv() => match order {
                Some(Order::Reload) => return Ok(Some(End::Reload)),
                Some(order) => self.obey(client, order).await?,
                None => return Ok(Some(End::Gone)),
            },
            news = news(joined.as_mut()) => match news {
                News::Seen(at) => {
                    self.standing.send_modify(|standing| standing.media_at = Some(at));
                }
                News::Renew => {
                    if let Some(joined) = &mut self.joined {
                        joined.connect(client).await?;
                    }
                }
            },
        }
        Ok(None)
    }

    /// Does what a picture asks for.
    async fn follow(
        &mut self,
        client: &mut SignallingClient,
        view: &View,
    ) -> Result<(), ClientError> {
        let (call, join, active) = match view {
            View::Tablet(view) => call_at_tablet(&view.phase),
            View::Interpreter(view) => call_at_interpreter(&view.activity),
            View::Coordinator(_) | View::Guest(_) => (None, false, false),
        };
        // A picture that came before the answer to the tap may be of before it, too.
        let is_newest = self.tapped_at.is_none_or(|at| client.pictures() > at);
        let hangs_up = (call.is_some() || is_newest) && std::mem::take(&mut self.hangs_up);
        if call.is_some() || is_newest {
            self.tapped_at = None;
        }
        let tapped = self.tapped_at.is_some();
        self.standing.send_modify(|standing| {
            (standing.connected, standing.tapped) = (true, tapped);
            (standing.call, standing.active) = (call, active);
        });
        if hangs_up && let Some(call) = call {
            // The picture that follows shows that it is over.
            self.ask(client, Request::HangUp { call }).await?;
            return Ok(());
        }
        if std::mem::take(&mut self.was_lost)
            && let Some(joined) = &mut self.joined
        {
            joined.verify();
        }
        if let View::Interpreter(view) = view {
            self.serve(client, view).await?;
        }
        self.be_in(client, call.filter(|_| join)).await
    }

    async fn serve(
        &mut self,
        client: &mut SignallingClient,
        view: &InterpreterView,
    ) -> Result<(), ClientError> {
        let available = view.availability == Availability::Available;
        self.standing.send_if_modified(|standing| {
            std::mem::replace(&mut standing.available, available) != available
        });
        if !available {
            let available = true;
            self.ask(client, Request::SetAvailable { available })
                .await?;
        }
        match &view.activity {
            Activity::Ringing { offer, .. } if self.accepted != Some(*offer) => {
                self.accepted = Some(*offer);
                self.ask(client, Request::Accept { offer: *offer }).await?;
            }
            Activity::WrapUp { .. } => {
                self.ask(client, Request::EndWrapUp).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Joins the media of this call, and leaves that of any other.
    async fn be_in(
        &mut self,
        client: &mut SignallingClient,
        call: Option<CallId>,
    ) -> Result<(), ClientError> {
        if self.joined.as_ref().map(|joined| joined.call) == call {
            return Ok(());
        }
        self.leave_media().await;
        if let Some(call) = call {
            let joined = self.joined.insert(Joined::new(call, self.config.media));
            joined.connect(client).await?;
        }
        Ok(())
    }

    async fn leave_media(&mut self) {
        if let Some(joined) = self.joined.take() {
            joined.close().await;
            self.standing
                .send_modify(|standing| standing.media_at = None);
        }
    }

    async fn obey(
        &mut self,
        client: &mut SignallingClient,
        order: Order,
    ) -> Result<(), ClientError> {
        let call = self.standing.borrow().call;
        match (order, call) {
            (Order::Call(language), None) if self.tapped_at.is_none() => {
                self.hangs_up = false;
                let mode = None;
                let tapped = self.ask(client, Request::Tap { language, mode }).await?;
                self.tapped_at = tapped.then(|| client.pictures());
                self.standing.send_modify(|standing| {
                    standing.taps += u64::from(tapped);
                    standing.tapped = tapped;
                });
            }
            (Order::HangUp, Some(call)) => {
                self.ask(client, Request::HangUp { call }).await?;
            }
            // The answer to the tap may have outrun the picture.
            (Order::HangUp, None) => self.hangs_up = true,
            _ => {}
        }
        Ok(())
    }

    /// False when it was refused.
    async fn ask(
        &self,
        client: &mut SignallingClient,
        request: Request,
    ) -> Result<bool, ClientError> {
        match client.ask(request).await {
            Ok(_) => Ok(true),
            Err(ClientError::RequestRefused { .. }) => {
                self.standing.send_modify(|standing| standing.refused += 1);
                Ok(false)
            }
            Err(lost) => Err(lost),
        }
    }
}

async fn news(joined: Option<&mut Joined>) -> News {
    match joined {
        Some(joined) => joined.news().await,
        None => std::future::pending().await,
    }
}

/// The call, whether its media may be joined, whether it is in progress.
const fn call_at_tablet(phase: &TabletPhase) -> (Option<CallId>, bool, bool) {
    match phase {
        TabletPhase::Idle => (None, false, false),
        TabletPhase::Waiting { call, .. } => (Some(*call), false, false),
        TabletPhase::Connecting { call, .. } => (Some(*call), true, false),
        TabletPhase::Active { call, .. } => (Some(*call), true, true),
    }
}

const fn call_at_interpreter(activity: &Activity) -> (Option<CallId>, bool, bool) {
    match activity {
        Activity::Connecting { call, .. } => (Some(*call), true, false),
        Activity::Active { call, .. } => (Some(*call), true, true),
        Activity::Idle | Activity::Ringing { .. } | Activity::WrapUp { .. } => (None, false, false),
    }
}
