//! What happens just when a stall begins, while the state in memory is ahead of the journal, and
//! what clients are shown right after it. On one thread, so that a test knows what the driver has
//! taken: it takes an input and sends its batch to the journal without a pause.

use super::company::{LEAD, VISITOR};
use super::stall::lock;
use super::*;
use crate::dispatch::limits::SUSPENDED_MAX;
use futures_util::FutureExt;
use passerelle_signaling::command::Departure;
use passerelle_signaling::core::Core;
use passerelle_signaling::event::OfferEnd;
use passerelle_signaling::ids::GuestId;
use passerelle_signaling::state::Presence;
use passerelle_signaling::view::WaitEstimate;

impl Gateway {
    /// Waits until the driver has taken, and decided, everything that was sent to it.
    async fn has_taken_all(&self) {
        let queue = self.dispatch.inputs.queue();
        let taking = async {
            while queue.capacity() < queue.max_capacity() {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, taking).await.expect("inputs are taken");
    }

    /// Waits until everything decided so far has been let out: the answer comes behind it.
    pub(super) async fn settled(&self) {
        let nobody = self.dispatch.knows_guest(GuestId(99)).await;
        assert_eq!(nobody, Ok(false));
    }
}

fn estimate(view: &TabletView) -> Option<Option<WaitEstimate>> {
    match view.phase {
        TabletPhase::Waiting { estimate, .. } => Some(estimate),
        _ => None,
    }
}

#[tokio::test]
async fn whoever_goes_while_what_ended_their_part_is_not_durable_has_gone() {
    let (gateway, directory) = Gateway::start_new().await;
    let _tablet = gateway.tablet(7).await;
    let mut interpreter = gateway.interpreter(2).await;
    let call = gateway.conversation(&mut interpreter).await;
    let (guest, page) = gateway.third_party(call).await;

    let held = lock(&directory);
    let party = VISITOR;
    let hang_up = Command::HangUp { party, call };
    let mut ending = Box::pin(gateway.dispatch.submit(hang_up));
    assert_eq!((&mut ending).now_or_never(), None);
    gateway.has_taken_all().await;
    // Of no consequence to the state ahead, where the conversation is over.
    gateway.dispatch.disconnect(page.id, Departure::Closed);
    assert_eq!(ending.await, Err(SubmitError::NotStored));
    gateway.is_stalled(true).await;
    held.execute_batch("ROLLBACK").unwrap();
    gateway.is_stalled(false).await;
    assert_eq!(gateway.dispatch.knows_guest(guest).await, Ok(true));

    let core = gateway.journal();
    let until = gateway.clock.now() + configuration().rules.grace_lost_ms;
    let presence = core.state().guest(guest).map(|(_, guest)| guest.presence);
    assert_eq!(presence, Some(Presence::Leaving { until }));
}

#[tokio::test]
async fn who_waits_is_told_how_long_after_a_stall_in_which_nothing_happened() {
    let (gateway, directory) = Gateway::start_new().await;
    let _talking = gateway.tablet(7).await;
    let _other = gateway.tablet(1).await;
    let mut interpreter = gateway.interpreter(2).await;
    gateway.conversation(&mut interpreter).await;
    let mut tablet = gateway.tablet(8).await;
    gateway.submit(gateway.tap(8, "fsl")).await;
    let before = tablet_view(&mut tablet, |view| estimate(view).flatten()).await;

    let held = lock(&directory);
    gateway.refuses(gateway.tap(1, "en")).await;
    gateway.is_stalled(true).await;
    held.execute_batch("ROLLBACK").unwrap();
    gateway.is_stalled(false).await;
    gateway.settled().await;
    assert_eq!(tablet_view(&mut tablet, estimate).await, Some(before));
}

#[tokio::test]
async fn a_connection_of_media_made_just_when_a_stall_begins_is_kept() {
    let (gateway, directory) = Gateway::start_new().await;
    let _tablet = gateway.tablet(7).await;
    let _other = gateway.tablet(1).await;
    let mut interpreter = gateway.interpreter(2).await;
    let call = gateway.conversation(&mut interpreter).await;
    let them = gateway.join(LEAD, call).await;
    let (client, offer) = MediaClient::new(Ipv4Addr::LOCALHOST.into()).await.unwrap();

    let held = lock(&directory);
    let mut joining = Box::pin(gateway.dispatch.join_media(VISITOR, call, offer));
    assert!((&mut joining).now_or_never().is_none());
    gateway.has_taken_all().await;
    // Whether they may join has been answered; what comes now is refused.
    let mut tapping = Box::pin(gateway.dispatch.submit(gateway.tap(1, "en")));
    assert_eq!((&mut tapping).now_or_never(), None);
    let answer = joining.await.unwrap();
    assert_eq!(tapping.await, Err(SubmitError::NotStored));
    client.accept_answer(answer).await.unwrap();
    for client in [&client, &them] {
        client.wait_for_media(PATIENCE).await.unwrap();
    }
    drop(held);
    for client in [client, them] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_coordinator_whose_connection_ends_in_a_stall_no_longer_looks_on_after_it() {
    let (gateway, directory) = Gateway::start_new().await;
    let _tablet = gateway.tablet(7).await;
    let _other = gateway.tablet(1).await;
    let mut interpreter = gateway.interpreter(2).await;
    let call = gateway.conversation(&mut interpreter).await;
    gateway.let_look_on(call).await;

    let held = lock(&directory);
    gateway.refuses(gateway.tap(1, "en")).await;
    gateway.is_stalled(true).await;
    gateway.dispatch.observer_gone(call);
    gateway.has_taken_all().await;
    let live = |core: &Core| core.state().call(call).cloned().unwrap();
    assert!(live(&gateway.journal()).is_observed());
    held.execute_batch("ROLLBACK").unwrap();
    gateway.is_stalled(false).await;
    gateway.settled().await;
    assert_eq!(live(&gateway.journal()).observer, None);
}

#[tokio::test]
async fn nobody_misses_a_ring_while_the_machine_is_suspended() {
    let (gateway, _directory) = Gateway::start_new().await;
    let _tablet = gateway.tablet(7).await;
    let mut interpreter = gateway.interpreter(2).await;
    let (call, first) = gateway.ring(&mut interpreter, 7).await;
    let ringing = |view: &InterpreterView| match view.activity {
        Activity::Ringing { offer, .. } => Some(offer),
        _ => None,
    };
    // Too short to matter.
    let short = Millis(SUSPENDED_MAX.0 - 1);
    gateway.hand.suspend(short);
    gateway.settled().await;
    assert_eq!(interpreter_view(&mut interpreter, ringing).await, first);
    gateway.hand.suspend(Millis::from_secs(60));
    let anew = |view: &InterpreterView| ringing(view).filter(|offer| *offer != first);
    let offer = interpreter_view(&mut interpreter, anew).await;
    gateway.accept(offer).await;
    gateway.submit(Command::MediaUp { call }).await;
    for entry in gateway.store.load_journal().unwrap() {
        let missed = matches!(
            entry.event,
            Event::OfferClosed {
                reason: OfferEnd::Missed,
                ..
            }
        );
        assert!(!missed, "{entry:?}");
    }
}
