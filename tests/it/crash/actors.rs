//! People who do what people do, as fast as they can, through real sockets, and remember what they
//! were told. A gateway that is killed ends their life; in the next they come back.

use super::judge::Journal;
use crate::people::{SOON, activity, interpreter, phase, sign_in, tablet};
use passerelle::auth::Role;
use passerelle::client::http::{ClientError, Cookie, Target};
use passerelle::client::media::MediaClient;
use passerelle::client::signalling::SignallingClient;
use passerelle_signaling::ids::{CallId, OfferId, TabletId};
use passerelle_signaling::protocol::{DeclineReason, Identity, Request, View};
use passerelle_signaling::time::Timestamp;
use passerelle_signaling::view::{Activity, Availability, TabletPhase};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use tokio::sync::Barrier;

/// The longest an actor looks at the screen before doing something.
const THINK_MAX: Duration = Duration::from_millis(60);

/// What a client was told and may rely on.
#[derive(Default)]
pub(super) struct Told {
    pub(super) tablet: Option<TabletId>,
    /// Requests the gateway said were done.
    pub(super) acknowledged: u64,
    pub(super) taps: u64,
    /// Taps the gateway was killed over before it answered: done or not.
    pub(super) taps_unsure: u64,
    /// Calls shown, with the tablet and the ticket.
    pub(super) calls: BTreeMap<CallId, (TabletId, Timestamp)>,
    pub(super) hung_up: BTreeSet<CallId>,
    pub(super) called_back: BTreeSet<CallId>,
    pub(super) accepted: BTreeSet<OfferId>,
    pub(super) declined: BTreeSet<OfferId>,
}

/// Somebody.
pub(super) struct Actor {
    identity: Identity,
    cookie: Option<Cookie>,
    dice: fastrand::Rng,
    told: Told,
    media: Option<(CallId, MediaClient)>,
}

/// The gateway is gone.
struct Killed;

/// Everybody of the service.
pub(super) fn all(tablets: u32, interpreters: u32, seed: u64) -> Vec<Actor> {
    let tablets = (1..=tablets).map(tablet);
    let people = (1..=interpreters).map(interpreter);
    let make = |(number, identity): (u64, Identity)| Actor {
        identity,
        cookie: None,
        dice: fastrand::Rng::with_seed(seed.wrapping_mul(1009).wrapping_add(number)),
        told: Told {
            tablet: match identity {
                Identity::Tablet { tablet } => Some(tablet),
                _ => None,
            },
            ..Told::default()
        },
        media: None,
    };
    (1..).zip(tablets.chain(people)).map(make).collect()
}

impl Actor {
    pub(super) fn told(&self) -> &Told {
        &self.told
    }

    /// Until the gateway is killed.
    pub(super) async fn live(
        mut self,
        target: &Target,
        before: &Journal,
        all_are_back: &Barrier,
    ) -> Self {
        let Killed = self.come_and_act(target, before, all_are_back).await;
        self.media = None;
        self
    }

    async fn come_and_act(
        &mut self,
        target: &Target,
        before: &Journal,
        all_are_back: &Barrier,
    ) -> Killed {
        let Ok(mut client) = self.come(target).await else {
            return Killed;
        };
        let first = client.view_where("the first picture", SOON, |view| Some(view.clone()));
        let Ok(first) = first.await else {
            return Killed;
        };
        self.finds_everything_as_it_was(&first, before);
        // Nobody changes what others have not found yet.
        let killed = client.message_where("the end", Duration::MAX, |_| None::<()>);
        tokio::select! {
            _ = all_are_back.wait() => {}
            _ = killed => return Killed,
        }
        loop {
            let think = THINK_MAX.mul_f64(self.dice.f64());
            let watching = client.message_where("the end", Duration::MAX, |_| None::<()>);
            if let Ok(Err(_)) = tokio::time::timeout(think, watching).await {
                return Killed;
            }
            let view = client.view().cloned();
            let acted = match &view {
                Some(view @ View::Tablet(_)) => self.at_tablet(&mut client, view).await,
                Some(view @ View::Interpreter(_)) => self.interpret(&mut client, view).await,
                _ => Ok(()),
            };
            if let Err(Killed) = acted {
                return Killed;
            }
        }
    }

    async fn come(&mut self, target: &Target) -> Result<SignallingClient, ClientError> {
        // Signing in is outside what is tested: once, while nobody kills.
        if self.cookie.is_none() {
            self.cookie = Some(sign_in(target, self.identity).await);
        }
        let cookie = self.cookie.as_ref().unwrap();
        SignallingClient::connect(target, Role::of(self.identity), cookie).await
    }

    /// The picture after the restart is the one the journal promises.
    fn finds_everything_as_it_was(&self, view: &View, before: &Journal) {
        match self.identity {
            Identity::Tablet { tablet } => {
                let shown = shown_call(view);
                let kept = before.call_at(tablet).map(|(call, _)| call);
                assert_eq!(shown, kept, "what tablet {tablet} finds");
            }
            Identity::Interpreter { interpreter } => {
                let Some(call) = before.conversation_of(interpreter) else {
                    return;
                };
                let goes_on = matches!(
                    activity(view),
                    Some(Activity::Active { call: shown, .. }) if *shown == call
                );
                assert!(
                    goes_on,
                    "{interpreter} was in call {call} and finds {view:?}"
                );
            }
            _ => {}
        }
    }

    async fn at_tablet(
        &mut self,
        client: &mut SignallingClient,
        view: &View,
    ) -> Result<(), Killed> {
        let luck = self.dice.u32(0..100);
        match phase(view) {
            Some(TabletPhase::Idle) if luck < 70 => {
                let language = ["fsl", "en", "ar"][self.dice.usize(0..3)].parse().unwrap();
                self.told.taps_unsure += 1;
                let mode = None;
                let done = self.ask(client, Request::Tap { language, mode }).await?;
                self.told.taps_unsure -= 1;
                self.told.taps += u64::from(done);
                if done {
                    // A second tap before the picture has come would be the same call.
                    let called = |view: &View| shown_call(view).map(drop);
                    let shown = client.view_where("the call", SOON, called).await;
                    shown.map_err(|_| Killed)?;
                }
            }
            Some(TabletPhase::Waiting {
                call, queued_at, ..
            }) => {
                let (call, queued_at) = (*call, *queued_at);
                let tablet = self.told.tablet.unwrap();
                self.told.calls.insert(call, (tablet, queued_at));
                if luck < 6 && self.ask(client, Request::HangUp { call }).await? {
                    self.told.hung_up.insert(call);
                } else if luck > 96 && self.ask(client, Request::RequestCallback { call }).await? {
                    self.told.called_back.insert(call);
                }
            }
            Some(TabletPhase::Connecting { call, .. }) => self.join(client, *call).await?,
            Some(TabletPhase::Active { call, .. }) => {
                self.join(client, *call).await?;
                if luck < 8 && self.ask(client, Request::HangUp { call: *call }).await? {
                    self.told.hung_up.insert(*call);
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn interpret(
        &mut self,
        client: &mut SignallingClient,
        view: &View,
    ) -> Result<(), Killed> {
        let luck = self.dice.u32(0..100);
        let View::Interpreter(picture) = view else {
            return Ok(());
        };
        if picture.availability != Availability::Available {
            let available = true;
            self.ask(client, Request::SetAvailable { available })
                .await?;
        }
        match &picture.activity {
            Activity::Ringing { offer, .. } if luck < 60 => {
                let offer = *offer;
                if self.ask(client, Request::Accept { offer }).await? {
                    self.told.accepted.insert(offer);
                }
            }
            Activity::Ringing { offer, .. } if luck < 75 => {
                let (offer, reason) = (*offer, DeclineReason::Other);
                if self.ask(client, Request::Decline { offer, reason }).await? {
                    self.told.declined.insert(offer);
                }
            }
            Activity::Connecting { call, .. } => self.join(client, *call).await?,
            Activity::Active { call, .. } => {
                self.join(client, *call).await?;
                if luck < 4 && self.ask(client, Request::HangUp { call: *call }).await? {
                    self.told.hung_up.insert(*call);
                }
            }
            Activity::WrapUp { .. } if luck < 30 => {
                self.ask(client, Request::EndWrapUp).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// True when it was done, false when it was refused.
    async fn ask(
        &mut self,
        client: &mut SignallingClient,
        request: Request,
    ) -> Result<bool, Killed> {
        match client.ask(request).await {
            Ok(_) => {
                self.told.acknowledged += 1;
                Ok(true)
            }
            Err(ClientError::RequestRefused { .. }) => Ok(false),
            Err(_) => Err(Killed),
        }
    }

    /// Connects media to a call, once in a life.
    async fn join(&mut self, client: &mut SignallingClient, call: CallId) -> Result<(), Killed> {
        if self
            .media
            .as_ref()
            .is_some_and(|(joined, _)| *joined == call)
        {
            return Ok(());
        }
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let (media, sdp) = MediaClient::new(here).await.unwrap();
        match client
            .ask(Request::MediaOffer {
                call,
                sdp: sdp.into(),
            })
            .await
        {
            Ok(answer) => {
                media.accept_answer(answer.unwrap()).await.unwrap();
                self.media = Some((call, media));
                Ok(())
            }
            Err(ClientError::RequestRefused { .. }) => Ok(()),
            Err(_) => Err(Killed),
        }
    }
}

fn shown_call(view: &View) -> Option<CallId> {
    match phase(view)? {
        TabletPhase::Idle => None,
        TabletPhase::Waiting { call, .. }
        | TabletPhase::Connecting { call, .. }
        | TabletPhase::Active { call, .. } => Some(*call),
    }
}
