//! What a tablet's token is good for, on a real store and by a clock that is moved by hand.

use super::*;
use crate::audit::Audit;
use crate::auth::{MadeCode, PairError, SignOuts};
use crate::clock::{Clock, ClockHand};
use crate::config::Config;
use crate::store::Store;
use axum::http::HeaderValue;
use axum::http::header::COOKIE;
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::ids::SiteId;
use std::time::Duration;
use tempfile::TempDir;

/// 2026-11-22T21:00:00Z.
const BEGIN: Timestamp = Timestamp(1_795_381_200_000);

/// The sessions of a gateway with the demonstration's sites, and its clock.
pub(in crate::auth) struct House {
    auth: Auth,
    clock: Clock,
    pub(in crate::auth) hand: ClockHand,
    pub(in crate::auth) configuration: Configuration,
    store: Store,
    audit: Audit,
    directory: TempDir,
}

impl House {
    pub(in crate::auth) fn open() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        let (clock, hand) = Clock::manual(BEGIN);
        let audit = Audit::open(directory.path(), clock.clone()).unwrap();
        Self {
            auth: auth_of(&store, &clock, &audit),
            clock,
            hand,
            configuration: Config::demo().unwrap().configuration(),
            store,
            audit,
            directory,
        }
    }

    /// The same store, as the next process has it.
    pub(in crate::auth) fn restarted(self) -> Self {
        let auth = auth_of(&self.store, &self.clock, &self.audit);
        Self { auth, ..self }
    }

    fn coordinator() -> Session {
        Session::of(Identity::Coordinator, TokenHash([7; 32]))
    }

    pub(in crate::auth) async fn try_code(&self, tablet: u32) -> Result<MadeCode, PairError> {
        let tablet = TabletId(tablet);
        let site = self.configuration.tablets[&tablet];
        let by = Self::coordinator();
        self.auth.make_pairing_code((tablet, site), &by, None).await
    }

    pub(in crate::auth) async fn made(&self, tablet: u32) -> MadeCode {
        self.try_code(tablet).await.unwrap()
    }

    pub(in crate::auth) async fn code(&self, tablet: u32) -> String {
        self.made(tablet).await.code.to_string()
    }

    pub(in crate::auth) async fn pair(
        &self,
        code: &str,
    ) -> Result<(TabletId, SetCookie), PairError> {
        self.pair_from(code, &HeaderMap::new()).await
    }

    async fn pair_from(
        &self,
        code: &str,
        headers: &HeaderMap,
    ) -> Result<(TabletId, SetCookie), PairError> {
        self.auth
            .pair(code, headers, &self.configuration, None)
            .await
    }

    /// A browser that has been paired.
    async fn paired(&self, tablet: u32) -> HeaderMap {
        let code = self.code(tablet).await;
        let (_, cookie) = self.pair(&code).await.unwrap();
        jar(&cookie)
    }

    async fn session(&self, headers: &HeaderMap) -> Option<Session> {
        self.auth.session(Role::Tablet, headers).await.unwrap()
    }

    /// A visit of the page: the cookies afterwards, if they are others.
    async fn visit(&self, headers: &HeaderMap) -> Option<HeaderMap> {
        let session = self.session(headers).await.expect("let in");
        let renewed = self.auth.renewed(&session).await.unwrap();
        renewed.as_ref().map(jar)
    }

    async fn why_over(&self, headers: &HeaderMap) -> Option<DeviceEnd> {
        self.auth.why_over(headers).await.unwrap()
    }

    async fn journal(&self) -> String {
        self.audit.close().await;
        let file = self.directory.path().join("audit/2026-12.jsonl");
        std::fs::read_to_string(file).unwrap_or_default()
    }
}

fn auth_of(store: &Store, clock: &Clock, audit: &Audit) -> Auth {
    let (store, clock, audit) = (store.clone(), clock.clone(), audit.clone());
    Auth::new(store, clock, true, audit, SignOuts::default())
}

/// The cookies of a browser that has been given this one.
fn jar(cookie: &SetCookie) -> HeaderMap {
    let pair = cookie.0.to_str().unwrap().split(';').next().unwrap();
    HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(pair).unwrap())])
}

async fn told(sign_out: &mut crate::auth::SignOut) -> Departure {
    let patience = Duration::from_secs(10);
    let told = tokio::time::timeout(patience, sign_out.happened()).await;
    told.expect("the socket is told")
}

#[tokio::test]
async fn a_paired_tablet_is_that_tablet_at_that_site_and_no_other() {
    let house = House::open();
    let tablet = house.paired(3).await;
    let session = house.session(&tablet).await.unwrap();
    assert_eq!(
        session.identity,
        Identity::Tablet {
            tablet: TabletId(3)
        }
    );
    assert!(session.stands_in(&house.configuration));
    for role in [Role::Coordinator, Role::Interpreter, Role::Guest] {
        let other = house.auth.session(role, &tablet).await.unwrap();
        assert!(other.is_none(), "{role}");
    }
    let mut moved = house.configuration.clone();
    moved.tablets.insert(TabletId(3), SiteId(5));
    assert!(!session.stands_in(&moved));
    moved.tablets.remove(&TabletId(3));
    assert!(!session.stands_in(&moved));
}

#[tokio::test]
async fn removing_closes_open_sockets_at_once_and_lets_the_device_in_no_more() {
    let house = House::open();
    let (tablet, other) = (house.paired(3).await, house.paired(4).await);
    let session = house.session(&tablet).await.unwrap();
    let mut socket = house.auth.watch_sign_out(&session);
    let by = House::coordinator();
    let removed = house.auth.remove_tablet(TabletId(3), &by, None).await;
    removed.unwrap();
    assert_eq!(told(&mut socket).await, Departure::SignedOut);
    assert!(house.session(&tablet).await.is_none());
    assert!(!house.auth.is_good(&session).await.unwrap());
    assert_eq!(house.why_over(&tablet).await, Some(DeviceEnd::Removed));
    assert!(house.session(&other).await.is_some());
    // What was lost is paired anew, on another machine.
    let again = house.paired(3).await;
    assert!(house.session(&again).await.is_some());
    assert!(house.session(&tablet).await.is_none());
}

#[tokio::test]
async fn a_tablet_is_one_device_and_its_place_is_kept_for_the_one_that_takes_over() {
    let house = House::open();
    let broken = house.paired(3).await;
    let session = house.session(&broken).await.unwrap();
    let mut socket = house.auth.watch_sign_out(&session);
    let spare = house.paired(3).await;
    assert_eq!(told(&mut socket).await, Departure::Lost);
    assert!(house.session(&broken).await.is_none());
    assert_eq!(house.why_over(&broken).await, Some(DeviceEnd::Replaced));
    assert!(house.session(&spare).await.is_some());
}

#[tokio::test]
async fn a_device_that_is_paired_as_another_tablet_is_the_first_no_more() {
    let house = House::open();
    let here = house.paired(3).await;
    let session = house.session(&here).await.unwrap();
    let mut socket = house.auth.watch_sign_out(&session);
    let code = house.code(4).await;
    let (_, cookie) = house.pair_from(&code, &here).await.unwrap();
    assert_eq!(told(&mut socket).await, Departure::SignedOut);
    assert!(house.session(&here).await.is_none());
    assert_eq!(house.why_over(&here).await, Some(DeviceEnd::Left));
    let there = house.session(&jar(&cookie)).await.unwrap();
    assert_eq!(
        there.identity,
        Identity::Tablet {
            tablet: TabletId(4)
        }
    );
}

#[tokio::test]
async fn a_token_is_renewed_after_a_month_and_the_former_is_good_until_the_new_has_arrived() {
    let house = House::open();
    let first = house.paired(3).await;
    house.hand.advance(Millis(RENEWED_AFTER.0 - 1));
    assert!(house.visit(&first).await.is_none());
    house.hand.advance(Millis(1));
    let lost_answer = house.visit(&first).await.unwrap();
    // The answer got lost; and a page that loads beside it asks for nothing.
    assert!(house.visit(&first).await.is_none());
    house.hand.advance(ARRIVES_WITHIN);
    let second = house.visit(&first).await.unwrap();
    assert!(house.session(&lost_answer).await.is_none());
    // Shown at once, it may not be on the tablet's disk yet: the power goes, and it has the former.
    assert!(house.visit(&second).await.is_none());
    assert!(house.session(&first).await.is_some());
    house.hand.advance(ARRIVES_WITHIN);
    assert!(house.session(&second).await.is_some());
    assert!(house.session(&second).await.is_some());
}

#[tokio::test]
async fn a_former_token_that_is_shown_once_the_new_has_arrived_signs_the_device_out() {
    let house = House::open();
    let copied = house.paired(3).await;
    house.hand.advance(RENEWED_AFTER);
    let renewed = house.visit(&copied).await.unwrap();
    house.hand.advance(ARRIVES_WITHIN);
    let session = house.session(&renewed).await.unwrap();
    let mut socket = house.auth.watch_sign_out(&session);
    assert!(house.session(&copied).await.is_none());
    assert_eq!(told(&mut socket).await, Departure::SignedOut);
    for jar in [&copied, &renewed] {
        assert!(house.session(jar).await.is_none());
        assert_eq!(house.why_over(jar).await, Some(DeviceEnd::Copied));
    }
    assert!(
        house
            .journal()
            .await
            .contains(r#""tablet_copied":{"tablet":3}"#)
    );
}

#[tokio::test]
async fn a_socket_that_was_open_before_a_renewal_is_closed_with_the_device() {
    let house = House::open();
    let first = house.paired(3).await;
    let session = house.session(&first).await.unwrap();
    let mut socket = house.auth.watch_sign_out(&session);
    for _ in 0..3 {
        house.hand.advance(RENEWED_AFTER);
    }
    house.visit(&first).await.unwrap();
    let by = House::coordinator();
    let removed = house.auth.remove_tablet(TabletId(3), &by, None).await;
    removed.unwrap();
    assert_eq!(told(&mut socket).await, Departure::SignedOut);
}

#[tokio::test]
async fn when_a_tablet_was_last_there_is_known_by_the_day() {
    let house = House::open();
    let tablet = house.paired(3).await;
    let seen = async || {
        let tablets = house.auth.tablets().await.unwrap();
        tablets[0].row.device.as_ref().unwrap().seen_on
    };
    let first = seen().await;
    assert_eq!(first.0 % DAY.0, 0);
    house.hand.advance(Millis(DAY.0 * 3 / 2));
    let session = house.session(&tablet).await.unwrap();
    let second = seen().await;
    assert_eq!(second.since(first).0 % DAY.0, 0);
    assert!(second > first);
    // A page that stays open is there, too.
    house.hand.advance(DAY);
    assert!(house.auth.is_good(&session).await.unwrap());
    assert_eq!(seen().await.since(second), DAY);
}

#[tokio::test]
async fn a_tablet_that_signs_itself_out_has_to_be_paired_again() {
    let house = House::open();
    let tablet = house.paired(3).await;
    house.auth.sign_out(Role::Tablet, &tablet).await.unwrap();
    assert!(house.session(&tablet).await.is_none());
    assert_eq!(house.why_over(&tablet).await, Some(DeviceEnd::SignedOut));
}

#[tokio::test]
async fn sessions_without_a_device_are_tablets_until_one_is_paired_or_removed() {
    let house = House::open();
    let identity = Identity::Tablet {
        tablet: TabletId(3),
    };
    let older = jar(&house.auth.sign_in(identity, None, "").await.unwrap());
    assert!(house.session(&older).await.unwrap().device.is_none());
    assert_eq!(house.auth.tablets().await.unwrap()[0].row.sessions.len(), 1);
    house.paired(3).await;
    assert!(house.session(&older).await.is_none());
    let another = jar(&house.auth.sign_in(identity, None, "").await.unwrap());
    let by = House::coordinator();
    let removed = house.auth.remove_tablet(TabletId(3), &by, None).await;
    removed.unwrap();
    assert!(house.session(&another).await.is_none());
}
