//! Real-time text through real data channels: order, loss marks, floods, slow receivers, silence.

use super::*;
use crate::client::media::ReceivedText;
use crate::sfu::limits::{MAX_TEXT_BACKLOG, MAX_TEXT_BYTES, TEXT_MESSAGES_AT_ONCE, TEXT_WAITS};
use tokio::runtime::{Builder, Runtime};

const MARK: &str = "\u{FFFD}";

const WITH_VIDEO: MediaClientConfig = MediaClientConfig {
    bind: LOOPBACK,
    publishes: true,
    receives: 1,
    writes: true,
    mirrors: false,
    mark: 0,
    slower: 1,
    first_number: None,
    srtp: &[],
    codecs: Codecs::USUAL,
    meddle: None,
};
pub(super) const TEXT_ONLY: MediaClientConfig = MediaClientConfig {
    publishes: false,
    receives: 0,
    ..WITH_VIDEO
};

/// A client whose text channel is open.
pub(super) async fn arrive(
    sfu: &Sfu,
    participant: ParticipantId,
    config: MediaClientConfig,
) -> MediaClient {
    let client = join_with(sfu, ROOM, participant, config).await;
    is_open(&client).await;
    client
}

pub(super) async fn is_open(client: &MediaClient) {
    let open = client.wait_for_text(PATIENCE, |text| text.is_open).await;
    assert!(open.is_some(), "the channel opens");
}

/// Waits until all that `sender` wrote to `reader` is this.
pub(super) async fn assert_reads(reader: &MediaClient, sender: ParticipantId, expected: &str) {
    let reads = |text: &ReceivedText| text.of(sender.0) == expected;
    let read = reader.wait_for_text(PATIENCE, reads).await;
    let instead = reader.text().of(sender.0);
    assert!(read.is_some(), "expected {expected:?}, read {instead:?}");
}

/// Writes until the text has come back around: everything written before it has been handled.
async fn write_and_see(writer: &MediaClient, as_participant: ParticipantId, reader: &MediaClient) {
    assert!(writer.write("\u{2028}").await);
    let seen = |text: &ReceivedText| text.of(as_participant.0).ends_with('\u{2028}');
    assert!(reader.wait_for_text(PATIENCE, seen).await.is_some());
}

#[tokio::test]
async fn text_goes_both_ways_in_order_beside_the_picture() {
    let mut house = House::start();
    let visitor = arrive(&house.sfu, VISITOR, WITH_VIDEO).await;
    let interpreter = arrive(&house.sfu, INTERPRETER, WITH_VIDEO).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    let mut expected = [String::new(), String::new()];
    for number in 0..15 {
        let lines = [format!("v{number}\u{8}"), format!("é{number}\u{2028}")];
        assert!(visitor.write(&lines[0]).await);
        assert!(interpreter.write(&lines[1]).await);
        expected[0] += &lines[0];
        expected[1] += &lines[1];
    }
    assert_reads(&interpreter, VISITOR, &expected[0]).await;
    assert_reads(&visitor, INTERPRETER, &expected[1]).await;
    assert!(visitor.text().of(VISITOR.0).is_empty(), "no echo");
    assert!(media_goes_on(&visitor, 5).await && media_goes_on(&interpreter, 5).await);
    visitor.close().await;
    interpreter.close().await;
}

#[tokio::test]
async fn a_call_of_text_alone_is_up_when_both_channels_are_open() {
    let mut house = House::start();
    let visitor = arrive(&house.sfu, VISITOR, TEXT_ONLY).await;
    assert_eq!(house.count(&SfuEvent::MediaUp { room: ROOM }), 0);
    let interpreter = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    for participant in [VISITOR, INTERPRETER] {
        let room = ROOM;
        assert_eq!(house.count(&SfuEvent::Connected { room, participant }), 1);
        assert_eq!(house.count(&SfuEvent::Received { room, participant }), 1);
    }
    assert!(visitor.write("bonjour").await);
    assert_reads(&interpreter, VISITOR, "bonjour").await;
    interpreter.close().await;
    let (room, participant) = (ROOM, INTERPRETER);
    house.wait_for(SfuEvent::Failed { room, participant }).await;
    house.heard.clear();
    let again = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    visitor.close().await;
    again.close().await;
}

#[tokio::test]
async fn a_picture_on_one_side_and_text_alone_on_the_other_make_a_call() {
    let mut house = House::start();
    let reads_and_watches = MediaClientConfig {
        publishes: false,
        ..WITH_VIDEO
    };
    let visitor = arrive(&house.sfu, VISITOR, WITH_VIDEO).await;
    let interpreter = arrive(&house.sfu, INTERPRETER, reads_and_watches).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    interpreter.wait_for_media(PATIENCE).await.unwrap();
    visitor.close().await;
    interpreter.close().await;
}

#[tokio::test]
async fn all_in_a_room_read_each_other_and_a_silent_observer_reads_only() {
    let house = House::start();
    let visitor = arrive(&house.sfu, VISITOR, WITH_VIDEO).await;
    let lead = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
    let guest = arrive(&house.sfu, GUEST, TEXT_ONLY).await;
    let observer = arrive(&house.sfu, OBSERVER, TEXT_ONLY).await;
    assert!(observer.write("nobody may read this").await);
    for (writer, text) in [(&visitor, "a"), (&lead, "b"), (&guest, "c")] {
        assert!(writer.write(text).await);
    }
    let everything = [(VISITOR, "a"), (INTERPRETER, "b"), (GUEST, "c")];
    for (reader, itself) in [
        (&visitor, VISITOR),
        (&lead, INTERPRETER),
        (&guest, GUEST),
        (&observer, OBSERVER),
    ] {
        for (writer, text) in everything {
            let expected = if writer == itself { "" } else { text };
            assert_reads(reader, writer, expected).await;
        }
    }
    // Its channel is in order, so that what it wrote first has been handled by then.
    house
        .wait_for_stats(|stats| stats.counters.texts_received == 3)
        .await;
    for reader in [&visitor, &lead, &guest] {
        assert_eq!(reader.text().messages.len(), 2);
    }
    for client in [visitor, lead, guest, observer] {
        client.close().await;
    }
}

#[tokio::test]
async fn coming_back_leaves_a_loss_mark_on_both_sides() {
    let mut house = House::start();
    let visitor = arrive(&house.sfu, VISITOR, TEXT_ONLY).await;
    let lead = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
    let mut colleague = arrive(&house.sfu, COLLEAGUE, TEXT_ONLY).await;
    assert!(visitor.write("before").await);
    assert_reads(&lead, VISITOR, "before").await;
    lead.close().await;
    let (room, participant) = (ROOM, INTERPRETER);
    house.wait_for(SfuEvent::Failed { room, participant }).await;
    assert!(visitor.write(" meanwhile").await);
    assert_reads(&colleague, VISITOR, "before meanwhile").await;
    let again = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
    for reader in [&visitor, &colleague] {
        assert_reads(reader, INTERPRETER, MARK).await;
    }
    assert!(visitor.write(" after").await);
    assert_reads(&again, VISITOR, "\u{FFFD} after").await;
    assert_eq!(again.text().of(COLLEAGUE.0), "", "it had written nothing");
    // The same for a channel that opens again on the same connection.
    assert!(colleague.reopen_text().await);
    is_open(&colleague).await;
    for reader in [&visitor, &again] {
        assert_reads(reader, COLLEAGUE, MARK).await;
    }
    for client in [visitor, colleague, again] {
        client.close().await;
    }
}

#[tokio::test]
async fn text_written_while_one_connection_replaces_another_arrives_once_and_in_order() {
    let house = House::start();
    let old = arrive(&house.sfu, VISITOR, WITH_VIDEO).await;
    let interpreter = arrive(&house.sfu, INTERPRETER, WITH_VIDEO).await;
    let new = join_with(&house.sfu, ROOM, VISITOR, WITH_VIDEO).await;
    let (mut written, mut heard) = (String::new(), String::new());
    let mut clock = interval(Duration::from_millis(20));
    // Before, while and after both channels are open; the gate lets forty pass at once.
    for number in 0.. {
        clock.tick().await;
        let is_open = new.text().is_open;
        let line = format!("{number} ");
        if number % 10 == 0 {
            let writer = if is_open { &new } else { &old };
            assert!(writer.write(&line).await && interpreter.write(&line).await);
            written += &line;
            heard += &line;
        }
        let is_replaced = old.stats().lost;
        if is_replaced && number % 10 == 5 {
            break;
        }
    }
    assert_reads(&interpreter, VISITOR, &written).await;
    // It reads on the old one first and then on the new, each text once.
    let rest = heard.strip_prefix(&old.text().of(INTERPRETER.0));
    assert_reads(&new, INTERPRETER, rest.expect("in order")).await;
    assert!(rest != Some(&*heard) && rest != Some(""), "on both");
    for client in [old, interpreter, new] {
        client.close().await;
    }
}

/// One for the house and those in it, and one for a client that stands still whenever it is not
/// driven.
fn two_runtimes() -> (Runtime, Runtime) {
    let mut builder = Builder::new_multi_thread();
    let world = builder.worker_threads(2).enable_all().build();
    let apart = Builder::new_current_thread().enable_all().build();
    (world.unwrap(), apart.unwrap())
}

#[test]
fn what_a_connection_that_died_took_with_it_is_marked_once_on_both_sides() {
    let (world, apart) = two_runtimes();
    let house = world.block_on(async { House::start() });
    let dead = apart.block_on(arrive(&house.sfu, VISITOR, TEXT_ONLY));
    world.block_on(async {
        let interpreter = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
        assert!(interpreter.write("lost").await);
        house
            .wait_for_stats(|stats| stats.counters.texts_sent == 1)
            .await;
        let died = now();
        house.wait_for_stats(|_| now() - died > TEXT_WAITS).await;
        let new = arrive(&house.sfu, VISITOR, TEXT_ONLY).await;
        assert!(new.write("here ").await && interpreter.write("there ").await);
        assert_reads(&interpreter, VISITOR, "here ").await;
        assert_reads(&new, INTERPRETER, "there ").await;
        house.wait_for_stats(|stats| stats.peers == 2).await;
        assert!(new.write("again").await && interpreter.write("again").await);
        assert_reads(&interpreter, VISITOR, "here \u{FFFD}again").await;
        assert_reads(&new, INTERPRETER, "there \u{FFFD}again").await;
        for client in [interpreter, new] {
            client.close().await;
        }
        house.sfu.shut_down().await;
    });
    apart.block_on(dead.close());
}

#[tokio::test]
async fn whoever_comes_late_is_told_that_something_was_written_before() {
    let house = House::start();
    let visitor = arrive(&house.sfu, VISITOR, TEXT_ONLY).await;
    let lead = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
    assert!(visitor.write("before").await);
    assert_reads(&lead, VISITOR, "before").await;
    let colleague = arrive(&house.sfu, COLLEAGUE, TEXT_ONLY).await;
    assert_reads(&colleague, VISITOR, MARK).await;
    assert_eq!(visitor.text().messages.len(), 0, "nobody else is told");
    for client in [visitor, lead, colleague] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_flood_and_an_over_long_text_are_cut_with_a_mark_and_hurt_nobody_else() {
    let house = House::start();
    let flooder = arrive(&house.sfu, GUEST, TEXT_ONLY).await;
    let visitor = arrive(&house.sfu, VISITOR, WITH_VIDEO).await;
    let lead = arrive(&house.sfu, INTERPRETER, WITH_VIDEO).await;
    visitor.wait_for_media(PATIENCE).await.unwrap();
    let too_long = "x".repeat(MAX_TEXT_BYTES + 1);
    assert!(flooder.write(&too_long).await);
    assert_reads(&lead, GUEST, MARK).await;
    for _ in 0..2000 {
        assert!(flooder.write("y").await);
    }
    assert!(
        !flooder.write(&"z".repeat(100_000)).await,
        "the answer forbids it"
    );
    for number in 0..10 {
        assert!(visitor.write(&number.to_string()).await);
    }
    assert_reads(&lead, VISITOR, "0123456789").await;
    assert!(media_goes_on(&visitor, 5).await && media_goes_on(&lead, 5).await);
    let stats = house
        .wait_for_stats(|stats| {
            stats.counters.texts_received + stats.counters.texts_dropped >= 2011
        })
        .await;
    assert!(stats.counters.texts_dropped > 1000);
    let read = lead.text().of(GUEST.0);
    let passed = read.matches('y').count();
    assert!(
        passed >= TEXT_MESSAGES_AT_ONCE as usize - 1 && passed < 1000,
        "{passed}"
    );
    assert!(read.contains("y\u{FFFD}"), "what is missing is marked");
    for client in [flooder, visitor, lead] {
        client.close().await;
    }
}

#[tokio::test]
async fn a_client_that_goes_on_opening_channels_is_let_go() {
    let mut house = House::start();
    let mut guest = arrive(&house.sfu, GUEST, TEXT_ONLY).await;
    let visitor = arrive(&house.sfu, VISITOR, WITH_VIDEO).await;
    let lead = arrive(&house.sfu, INTERPRETER, WITH_VIDEO).await;
    for _ in 0..40 {
        guest.reopen_text().await;
    }
    let (room, participant) = (ROOM, GUEST);
    house.wait_for(SfuEvent::Failed { room, participant }).await;
    write_and_see(&visitor, VISITOR, &lead).await;
    for client in [guest, visitor, lead] {
        client.close().await;
    }
}

#[test]
fn a_receiver_far_behind_gets_a_loss_mark_and_delays_nobody() {
    let (world, apart) = two_runtimes();
    let (house, visitor, lead) = world.block_on(async {
        let house = House::start();
        let visitor = arrive(&house.sfu, VISITOR, TEXT_ONLY).await;
        let lead = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
        (house, visitor, lead)
    });
    let slow = apart.block_on(arrive(&house.sfu, COLLEAGUE, TEXT_ONLY));
    let page = "\u{1F91F}".repeat(500);
    let pages = 7;
    world.block_on(async {
        for _ in 0..pages {
            assert!(visitor.write(&page).await && lead.write(&page).await);
        }
        assert_reads(&lead, VISITOR, &page.repeat(pages)).await;
        assert_reads(&visitor, INTERPRETER, &page.repeat(pages)).await;
    });
    assert!(
        2 * pages * page.len() > MAX_TEXT_BACKLOG,
        "more than it may owe"
    );
    let all = page.repeat(pages);
    apart.block_on(async {
        // Whose messages came in later is a matter of chance; what is cut ends with a mark.
        let is_told = |text: &ReceivedText| {
            [VISITOR, INTERPRETER].map(|writer| {
                let read = text.of(writer.0);
                let cut = read
                    .strip_suffix(MARK)
                    .is_some_and(|before| all.starts_with(before));
                (cut, cut || read == all)
            })
        };
        let settled = |text: &ReceivedText| is_told(text).iter().all(|(_, settled)| *settled);
        let text = slow.wait_for_text(PATIENCE, settled).await;
        let text = text.expect("everything, or a mark where it is cut");
        assert!(is_told(&text).iter().any(|(cut, _)| *cut));
        slow.close().await;
    });
    world.block_on(async {
        visitor.close().await;
        lead.close().await;
        house.sfu.shut_down().await;
    });
}

/// Set in the process whose whole log is read.
const ALONE: &str = "PASSERELLE_TEST_ALONE";
const SECRET: &str = "nobody-may-log-this";

#[test]
fn nothing_written_is_logged_whatever_is_asked_for() {
    if std::env::var_os(ALONE).is_some() {
        return write_with_every_log_line();
    }
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args([
        "--exact",
        "sfu::tests::text::nothing_written_is_logged_whatever_is_asked_for",
        "--nocapture",
    ]);
    let output = child.env(ALONE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("data channel recv message"),
        "the libraries are heard"
    );
    let as_numbers = format!("{:?}", SECRET.as_bytes());
    let as_numbers = as_numbers.trim_matches(['[', ']']);
    assert!(!said.contains(SECRET) && !said.contains(as_numbers));
}

fn write_with_every_log_line() {
    crate::telemetry::start(Some("trace"), crate::telemetry::LogFormat::Text).unwrap();
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let house = House::start();
        let visitor = arrive(&house.sfu, VISITOR, TEXT_ONLY).await;
        let lead = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
        let too_long = SECRET.repeat(1 + MAX_TEXT_BYTES / SECRET.len());
        assert!(visitor.write(&too_long).await);
        assert!(visitor.write(SECRET).await);
        assert_reads(&lead, VISITOR, &format!("{MARK}{SECRET}")).await;
        visitor.close().await;
        lead.close().await;
        house.sfu.shut_down().await;
    });
}
