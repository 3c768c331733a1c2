//! A gateway that comes back: the queue stands as it stood, and whoever does not come back in time
//! has left.

use super::*;

#[tokio::test]
async fn after_a_restart_the_queue_stands_in_order_with_its_ticket_times() {
    let (gateway, directory) = Gateway::start_new().await;
    let mut before = Vec::new();
    for number in [3, 1, 2] {
        let mut tablet = gateway.tablet(number).await;
        gateway.submit(gateway.tap(number, "en")).await;
        let ticket = tablet_view(&mut tablet, waiting).await;
        gateway.hand.advance(Millis(700));
        before.push((number, ticket, tablet));
    }
    let stopped_at = gateway.clock.now();
    gateway.drop_everything().await;

    let back_at = stopped_at + Millis(5000);
    let gateway = Gateway::start(directory.path(), back_at).await;
    let mut coordinator = gateway.coordinator().await;
    let queue = board(&mut coordinator, |board| Some(board.queue.clone())).await;
    let tickets: Vec<_> = queue.iter().map(|row| (row.call, row.queued_at)).collect();
    let expected: Vec<_> = before
        .iter()
        .map(|(_, (call, _, at), _)| (*call, *at))
        .collect();
    assert_eq!(tickets, expected);
    let records = shown(&mut coordinator.today, |today| Some(today.records.len()));
    assert_eq!(records.await, 3, "today is loaded again");

    // Two come back; the third does not, and loses its place when the grace is over.
    let (stays_away, rest) = before.split_first().unwrap();
    let mut back = Vec::new();
    for (number, ticket, _) in rest {
        let mut tablet = gateway.tablet(*number).await;
        assert_eq!(tablet_view(&mut tablet, waiting).await, *ticket);
        back.push(tablet);
    }
    gateway.hand.advance(configuration().rules.grace_lost_ms);
    let (_, (lost_call, ..), _) = stays_away;
    board(&mut coordinator, |board| {
        let gone = board.queue.iter().all(|row| row.call != *lost_call);
        (gone && board.queue.len() == 2).then_some(())
    })
    .await;
    let position = |view: &TabletView| match waiting(view) {
        Some((_, 1, queued_at)) => Some(queued_at),
        _ => None,
    };
    let (_, (_, _, ticket_time), _) = rest[0];
    assert_eq!(tablet_view(&mut back[0], position).await, ticket_time);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_gets_its_media_back_after_a_restart() {
    let (gateway, directory) = Gateway::start_new().await;
    let (visitor, them) = (
        Party::Tablet(TabletId(7)),
        Party::Interpreter(InterpreterId(2)),
    );
    let mut interpreter = gateway.interpreter(2).await;
    let mut tablet = gateway.tablet(7).await;
    let (call, offer) = gateway.ring(&mut interpreter, 7).await;
    gateway.accept(offer).await;
    let clients = [
        gateway.join(visitor, call).await,
        gateway.join(them, call).await,
    ];
    let since = tablet_view(&mut tablet, active).await;
    let now = gateway.clock.now();
    gateway.drop_everything().await;
    for client in clients {
        client.close().await;
    }

    let gateway = Gateway::start(directory.path(), now + Millis(3000)).await;
    let mut tablet = gateway.tablet(7).await;
    let _interpreter = gateway.interpreter(2).await;
    assert_eq!(tablet_view(&mut tablet, active).await, since);
    let clients = [
        gateway.join(visitor, call).await,
        gateway.join(them, call).await,
    ];
    for client in &clients {
        client.wait_for_media(PATIENCE).await.unwrap();
    }
    for client in clients {
        client.close().await;
    }
    let party = visitor;
    gateway.submit(Command::HangUp { party, call }).await;
    let ended = tablet_view(&mut tablet, |view| view.last.clone()).await;
    assert_eq!(ended.outcome, Outcome::Completed);
}

#[tokio::test]
async fn starting_again_with_the_same_directory_of_people_adds_nothing_to_the_journal() {
    let (gateway, directory) = Gateway::start_new().await;
    let journal = gateway.store.load_journal().unwrap();
    gateway.dispatch.shut_down().await;
    gateway.drop_everything().await;
    let gateway = Gateway::start(directory.path(), LATE_EVENING).await;
    assert_eq!(gateway.store.load_journal().unwrap(), journal);
}

#[tokio::test]
async fn a_clock_behind_the_journal_is_refused() {
    let (gateway, directory) = Gateway::start_new().await;
    gateway.drop_everything().await;
    let store = Store::open(directory.path()).unwrap();
    assert_eq!(store.newest_moment().unwrap(), LATE_EVENING);
    let (_events, sfu_events) = mpsc::channel(1);
    let (events, _) = mpsc::channel(1);
    let config = SfuConfig {
        bind: (Ipv4Addr::LOCALHOST, 0).into(),
        announced: vec![],
        tcp_port: None,
        threads: std::num::NonZeroUsize::MIN,
    };
    let started = Dispatch::start(DispatchParts {
        store,
        audit: Audit::open(directory.path(), Clock::manual(Timestamp(1)).0).unwrap(),
        sfu: Sfu::start(config, events).unwrap(),
        sfu_events,
        clock: Clock::manual(Timestamp(1)).0,
        configuration: configuration(),
        time_zone: jiff::tz::TimeZone::UTC,
    });
    let error = started.await.err().unwrap();
    assert!(
        matches!(error, DispatchError::ClockBehindJournal { .. }),
        "{error}"
    );
}
