//! Nobody stays in a conversation against the will of those who have a say in it, whether or not
//! that can be written down.

use super::company::{LEAD, VISITOR};
use super::stall::lock;
use super::*;
use passerelle_signaling::event::Unwilling;

impl Gateway {
    async fn is_refused_media(&self, party: Party, call: CallId) {
        let (client, offer) = MediaClient::new(Ipv4Addr::LOCALHOST.into()).await.unwrap();
        let refused = self.dispatch.join_media(party, call, offer).await;
        assert!(refused.is_err(), "{party:?}");
        client.close().await;
    }
}

const fn no(call: CallId) -> Command {
    Command::Consent {
        tablet: TabletId(7),
        call,
        agree: false,
    }
}

#[tokio::test]
async fn whoever_is_not_wanted_any_more_is_gone_at_once_even_while_nothing_can_be_stored() {
    let (gateway, directory) = Gateway::start_new().await;
    let _tablets = [gateway.tablet(7).await, gateway.tablet(1).await];
    let mut interpreter = gateway.interpreter(2).await;
    let call = gateway.conversation(&mut interpreter).await;
    gateway.let_look_on(call).await;
    let (guest, _page) = gateway.third_party(call).await;
    let visitor = gateway.join(VISITOR, call).await;
    let looking = gateway.join(Party::Coordinator, call).await;
    let third = gateway.join(Party::Guest(guest), call).await;

    let held = lock(&directory);
    gateway.refuses(gateway.tap(1, "en")).await;
    gateway.is_stalled(true).await;
    // Somebody without a say changes nothing; the lead has none in what the visitor consents to.
    let elsewhere = Command::Consent {
        tablet: TabletId(1),
        call,
        agree: false,
    };
    gateway.refuses(elsewhere).await;
    assert!(!looking.stats().lost);
    for _ in 0..2 {
        gateway.refuses(no(call)).await;
    }
    let party = LEAD;
    gateway.refuses(Command::RemoveGuest { party, call }).await;
    for client in [&looking, &third] {
        assert!(client.wait_until(PATIENCE, |stats| stats.lost).await);
    }
    assert!(!visitor.stats().lost, "the conversation goes on");
    gateway.is_refused_media(Party::Coordinator, call).await;
    gateway.is_refused_media(Party::Guest(guest), call).await;

    held.execute_batch("ROLLBACK").unwrap();
    gateway.is_stalled(false).await;
    assert_eq!(gateway.dispatch.knows_guest(guest).await, Ok(false));
    let journal = gateway.journal();
    let live = journal.state().call(call).unwrap();
    assert_eq!((live.observer, live.guest), (None, None));
    assert_eq!(live.unwilling, Some(Unwilling::Refused));
    for client in [visitor, looking, third] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_no_that_meets_the_beginning_of_a_stall_is_heard() {
    let (gateway, directory) = Gateway::start_new().await;
    let _tablet = gateway.tablet(7).await;
    let mut interpreter = gateway.interpreter(2).await;
    let call = gateway.conversation(&mut interpreter).await;
    gateway.let_look_on(call).await;
    let looking = gateway.join(Party::Coordinator, call).await;

    let held = lock(&directory);
    // What cannot be stored is the no itself.
    gateway.refuses(no(call)).await;
    assert!(looking.wait_until(PATIENCE, |stats| stats.lost).await);
    held.execute_batch("ROLLBACK").unwrap();
    gateway.is_stalled(false).await;
    gateway.settled().await;
    let journal = gateway.journal();
    let live = journal.state().call(call).unwrap();
    assert_eq!(
        (live.observer, live.unwilling),
        (None, Some(Unwilling::Refused))
    );
    looking.close().await;
}
