//! A full disk and a locked database, for real: what goes on goes on, what is asked is refused,
//! what happens meanwhile is written down afterwards, and the journal holds what was acknowledged.

use super::durability::{journaled, open};
use super::*;
use passerelle_signaling::command::Departure;
use passerelle_signaling::core::Core;
use passerelle_signaling::event::OfferEnd;
use passerelle_signaling::state::Presence;
use rusqlite::Connection as Database;

/// Nobody else can write until this is given back.
pub(super) fn lock(directory: &TempDir) -> Database {
    let database = open(directory);
    database.execute_batch("BEGIN EXCLUSIVE").unwrap();
    database
}

impl Gateway {
    pub(super) async fn is_stalled(&self, wanted: bool) {
        let mut stalled = self.dispatch.stalled.clone();
        let waiting = stalled.wait_for(|cause| cause.is_some() == wanted);
        let seen = timeout(PATIENCE, waiting).await;
        drop(seen.expect("the stall begins and ends").unwrap());
    }

    pub(super) async fn refuses(&self, command: Command) {
        let refused = self.dispatch.submit(command).await;
        assert_eq!(refused, Err(SubmitError::NotStored));
    }

    /// Waits until the state of the journal is back and questions are answered.
    async fn may_join(&self, party: Party, call: CallId) {
        let asking = async {
            while self.dispatch.may_join(party, call).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, asking)
            .await
            .expect("questions are answered");
    }

    /// What the journal amounts to.
    pub(super) fn journal(&self) -> Core {
        Core::replay(self.store.load_journal().unwrap())
    }
}

fn is_waiting(tablet: &Connection) -> bool {
    let view = tablet.view.borrow();
    let view = view.as_ref().map(|picture| &*picture.view);
    matches!(view, Some(View::Tablet(view)) if waiting(view).is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_locked_calls_stay_and_taps_are_refused_and_then_it_goes_on() {
    let (gateway, directory) = Gateway::start_new().await;
    let (visitor, them) = (
        Party::Tablet(TabletId(7)),
        Party::Interpreter(InterpreterId(2)),
    );
    let mut interpreter = gateway.interpreter(2).await;
    let mut talking = gateway.tablet(7).await;
    let (call, offer) = gateway.ring(&mut interpreter, 7).await;
    gateway.accept(offer).await;
    let clients = [
        gateway.join(visitor, call).await,
        gateway.join(them, call).await,
    ];
    let since = tablet_view(&mut talking, active).await;
    let mut tablet = gateway.tablet(1).await;
    gateway.submit(gateway.tap(1, "en")).await;
    let ticket = tablet_view(&mut tablet, waiting).await;
    let mut other = gateway.tablet(2).await;
    let leaving = gateway.tablet(3).await;
    gateway.submit(gateway.tap(3, "en")).await;
    let before = gateway.store.load_journal().unwrap();

    let held = lock(&directory);
    gateway.refuses(gateway.tap(2, "en")).await;
    gateway.is_stalled(true).await;
    // Refused at once now, and whoever connects is not connected.
    let party = visitor;
    gateway.refuses(Command::HangUp { party, call }).await;
    let identity = Identity::Tablet {
        tablet: TabletId(4),
    };
    let refused = gateway.dispatch.connect(identity).await;
    assert_eq!(refused.err(), Some(SubmitError::NotStored));
    gateway.dispatch.disconnect(leaving.id, Departure::Closed);
    // Media that was lost may come back while nothing can be written.
    gateway.may_join(visitor, call).await;
    let again = gateway.join(visitor, call).await;
    gateway.hand.advance(Millis(5000));
    assert!(is_waiting(&tablet));
    assert_eq!(tablet_view(&mut talking, active).await, since);
    for connection in [&tablet, &talking, &other, &interpreter] {
        assert_eq!(*connection.bye.borrow(), None);
    }
    assert_eq!(gateway.store.load_journal().unwrap(), before);

    held.execute_batch("ROLLBACK").unwrap();
    gateway.is_stalled(false).await;
    gateway.submit(gateway.tap(2, "en")).await;
    let (_, position, _) = tablet_view(&mut other, waiting).await;
    assert_eq!(position, 3);
    assert_eq!(tablet_view(&mut tablet, waiting).await, ticket);
    for client in clients.iter().skip(1).chain([&again]) {
        client.wait_for_media(PATIENCE).await.unwrap();
    }
    gateway.submit(Command::HangUp { party, call }).await;
    let ended = tablet_view(&mut talking, |view| view.last.clone()).await;
    assert_eq!(ended.outcome, Outcome::Completed);
    let database = open(&directory);
    assert_eq!(journaled(&database, "call_queued"), 4);
    assert_eq!(journaled(&database, "call_ended"), 1);
    let core = gateway.journal();
    assert_eq!(core.state().waiting_count(language("en")), 3);
    // Whoever left has the full grace from the moment they could be let in again.
    let until = gateway.clock.now() + configuration().rules.grace_lost_ms;
    let gone = core.state().presence(Party::Tablet(TabletId(3)));
    assert_eq!(gone, Some(Presence::Leaving { until }));
    for client in clients.into_iter().chain([again]) {
        client.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_misses_a_ring_by_a_stall_and_media_that_came_up_in_it_counts_from_its_moment() {
    let (gateway, directory) = Gateway::start_new().await;
    let (visitor, them) = (
        Party::Tablet(TabletId(7)),
        Party::Interpreter(InterpreterId(2)),
    );
    let mut interpreter = gateway.interpreter(2).await;
    let mut talking = gateway.tablet(7).await;
    let (call, offer) = gateway.ring(&mut interpreter, 7).await;
    gateway.accept(offer).await;
    let _visitor = gateway.tablet(8).await;
    let mut rung = gateway.interpreter(1).await;
    gateway.set_available(1).await;
    gateway.submit(gateway.tap(8, "en")).await;
    let ringing = |view: &InterpreterView| match view.activity {
        Activity::Ringing { offer, .. } => Some(offer),
        _ => None,
    };
    let first = interpreter_view(&mut rung, ringing).await;

    let held = lock(&directory);
    let clients = [
        gateway.join(visitor, call).await,
        gateway.join(them, call).await,
    ];
    for client in &clients {
        client.wait_for_media(PATIENCE).await.unwrap();
    }
    // Media is up, and that cannot be written down.
    gateway.is_stalled(true).await;
    let up_at = gateway.clock.now();
    let interpreter = InterpreterId(1);
    let offer = first;
    gateway
        .refuses(Command::Accept { interpreter, offer })
        .await;
    let rules = configuration().rules;
    gateway.hand.advance(rules.offer_ms);
    gateway.hand.advance(rules.connect_ms);
    held.execute_batch("ROLLBACK").unwrap();
    gateway.is_stalled(false).await;

    assert_eq!(tablet_view(&mut talking, active).await, up_at);
    let anew = |view: &InterpreterView| ringing(view).filter(|offer| *offer != first);
    let offer = interpreter_view(&mut rung, anew).await;
    gateway.submit(Command::Accept { interpreter, offer }).await;
    for entry in gateway.store.load_journal().unwrap() {
        let failed = match entry.event {
            Event::OfferClosed { reason, .. } => reason == OfferEnd::Missed,
            Event::ConnectFailed { .. } => true,
            _ => false,
        };
        assert!(!failed, "{entry:?}");
    }
    for client in clients {
        client.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_what_was_acknowledged_is_there_and_nothing_else() {
    let (gateway, directory) = Gateway::start_new().await;
    let mut tablets = Vec::new();
    for number in 1..=TABLETS {
        tablets.push(gateway.tablet(number).await);
    }
    gateway.store.leave_pages(Some(1)).await;
    let mut acknowledged = Vec::new();
    for number in 1..=TABLETS {
        match gateway.dispatch.submit(gateway.tap(number, "en")).await {
            Ok(()) => acknowledged.push(TabletId(number)),
            Err(error) => assert_eq!(error, SubmitError::NotStored),
        }
    }
    assert!(!acknowledged.is_empty() && acknowledged.len() < TABLETS as usize);
    gateway.is_stalled(true).await;
    let on_disk = |core: &Core| {
        let mut tablets: Vec<TabletId> =
            core.state().calls().map(|(_, call)| call.tablet).collect();
        tablets.sort();
        tablets
    };
    assert_eq!(on_disk(&gateway.journal()), acknowledged);
    assert!(matches!(
        gateway.dispatch.ready(),
        Err(NotReady::NotStored(crate::store::StoreError::Full))
    ));

    gateway.store.leave_pages(None).await;
    gateway.is_stalled(false).await;
    let refused: Vec<u32> = (1..=TABLETS)
        .filter(|number| !acknowledged.contains(&TabletId(*number)))
        .collect();
    for number in &refused {
        gateway.submit(gateway.tap(*number, "en")).await;
    }
    assert_eq!(on_disk(&gateway.journal()).len(), TABLETS as usize);
    assert_eq!(
        journaled(&open(&directory), "call_queued"),
        i64::from(TABLETS)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_told_to_stop_while_nothing_can_be_stored_says_good_bye_and_stops() {
    let (gateway, directory) = Gateway::start_new().await;
    let mut tablet = gateway.tablet(1).await;
    let held = lock(&directory);
    gateway.refuses(gateway.tap(1, "en")).await;
    gateway.dispatch.shut_down().await;
    assert_eq!(bye(&mut tablet).await, ByeReason::ShuttingDown);
    gateway.driver.await.unwrap().unwrap();
    drop(held);
}
