//! Many people at once: each a task of its own that lives by itself; here they are given orders and
//! looked at.

use super::error::LoadError;
use crate::client::http::{Cookie, Target};
use crate::client::media::MediaClientConfig;
use crate::client::person::{Order, Person, PersonConfig, Standing};
use crate::clock::monotonic;
use passerelle_signaling::ids::TabletId;
use passerelle_signaling::protocol::Identity;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Orders that may wait for somebody; who is behind by more has not been reached.
const ORDERS_MAX: usize = 4;

/// How many times slower than life everybody sends: 2.5 pictures and 8 sounds a second. Keyframes,
/// DTLS and SRTP are as in life.
const SLOWER: u32 = 6;

/// Somebody of the crowd.
pub(super) struct Member {
    pub(super) identity: Identity,
    orders: mpsc::Sender<Order>,
    standing: watch::Receiver<Standing>,
}

/// Everybody. They are gone when it is dropped.
#[derive(Default)]
pub(super) struct Crowd {
    pub(super) members: Vec<Member>,
}

impl Crowd {
    /// These people, who come by themselves. Coordinators have no part in it.
    pub(super) fn come(target: &Target, passes: &[(Identity, Cookie)]) -> Self {
        let mut crowd = Self::default();
        for (identity, cookie) in passes {
            if *identity != Identity::Coordinator {
                crowd.add(target, *identity, cookie.clone());
            }
        }
        crowd
    }

    /// One more.
    pub(super) fn add(&mut self, target: &Target, identity: Identity, cookie: Cookie) {
        let (orders, obeyed) = mpsc::channel(ORDERS_MAX);
        let (shown, standing) = watch::channel(Standing::default());
        let config = PersonConfig {
            target: target.clone(),
            identity,
            cookie,
            media: MediaClientConfig {
                slower: SLOWER,
                ..MediaClientConfig::default()
            },
        };
        tokio::spawn(Person::new(config, obeyed, shown).live());
        self.members.push(Member {
            identity,
            orders,
            standing,
        });
    }

    pub(super) fn tablets(&self) -> impl Iterator<Item = (TabletId, &Member)> {
        self.members
            .iter()
            .filter_map(|member| match member.identity {
                Identity::Tablet { tablet } => Some((tablet, member)),
                _ => None,
            })
    }

    /// Fails when anybody has seen the gateway go back behind what it had shown.
    pub(super) fn check_none_went_back(&self) -> Result<(), LoadError> {
        let mut members = self.members.iter();
        match members.find(|one| one.standing().went_back) {
            None => Ok(()),
            Some(one) => Err(LoadError::Broken(format!(
                "the gateway went back behind what it had shown {:?}",
                one.identity
            ))),
        }
    }

    /// Waits until this holds of all of them at once.
    pub(super) async fn until_all(
        &self,
        what: &str,
        limit: Duration,
        holds: impl Fn(&Member, &Standing) -> bool,
    ) -> Result<(), LoadError> {
        let all_hold = async {
            loop {
                self.check_none_went_back()?;
                let mut members = self.members.iter();
                let Some(other) = members.find(|one| !holds(one, &one.standing())) else {
                    return Ok(());
                };
                let mut standing = other.standing.clone();
                let settled = standing.wait_for(|now| now.went_back || holds(other, now));
                // Its task goes on for as long as the crowd.
                if settled.await.is_err() {
                    return std::future::pending().await;
                }
            }
        };
        let began = monotonic();
        if let Ok(held) = tokio::time::timeout(limit, all_hold).await {
            return held;
        }
        let lacking = self
            .members
            .iter()
            .filter(|one| !holds(one, &one.standing()));
        let shown: Vec<_> = lacking.map(|one| (one.identity, one.standing())).collect();
        let (count, all) = (shown.len(), self.members.len());
        let example = shown.first();
        Err(LoadError::TimedOut {
            what: format!("{count} of {all} do not {what}, such as {example:?}"),
            waited: monotonic().duration_since(began),
        })
    }
}

impl Member {
    pub(super) fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }

    /// Waits until picture and sound are not received any more.
    pub(super) async fn lost(&self) {
        let mut standing = self.standing.clone();
        // Its task goes on for as long as the crowd.
        let _ = standing.wait_for(|now| now.media_at.is_none()).await;
    }

    /// Waits until no call is on.
    pub(super) async fn idle(&self) {
        let mut standing = self.standing.clone();
        let _ = standing.wait_for(Standing::is_free).await;
    }

    /// Ends the call, and waits for room to say so: a call that is not ended never ends.
    pub(super) async fn hang_up(&self) {
        // Its task goes on for as long as the crowd.
        let _ = self.orders.send(Order::HangUp).await;
    }

    /// Gives an order; one that finds no room is not carried out.
    pub(super) fn order(&self, order: Order) {
        let _ = self.orders.try_send(order);
    }
}

/// Connected, and if an interpreter, taking calls.
pub(super) fn is_there(one: &Member, standing: &Standing) -> bool {
    let is_tablet = matches!(one.identity, Identity::Tablet { .. });
    standing.connected && (standing.available || is_tablet)
}

/// In a call with picture and sound.
pub(super) fn talks(_: &Member, standing: &Standing) -> bool {
    standing.active && standing.media_at.is_some()
}
