//! In-band language and rate of real-time text: told to everybody, also to whoever comes later, and
//! never taken for text.

use super::text::{TEXT_ONLY, arrive, assert_reads};
use super::*;
use crate::client::media::ReceivedText;

/// Far longer than a channel takes to open on loopback; one that is closed at once never does.
const SOON: Duration = Duration::from_secs(1);

const FRENCH: &str = "\u{98}lang=fr;cps=400\u{9C}";
const ARABIC: &str = "\u{98}lang=ar;cps=30\u{9C}";

#[tokio::test]
async fn language_and_rate_reach_all_in_the_room_and_whoever_comes_later_without_a_loss_mark() {
    let house = House::start();
    let visitor = arrive(&house.sfu, VISITOR, TEXT_ONLY).await;
    assert!(visitor.write(ARABIC).await);
    let lead = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
    assert!(lead.write(FRENCH).await);
    assert_reads(&visitor, INTERPRETER, FRENCH).await;
    assert_reads(&lead, VISITOR, ARABIC).await;
    // Who looks on reads along, and says nothing to anybody.
    let observer = arrive(&house.sfu, OBSERVER, TEXT_ONLY).await;
    assert!(observer.write("\u{98}lang=en;cps=9\u{9C}").await);
    assert_reads(&observer, VISITOR, ARABIC).await;
    assert_reads(&observer, INTERPRETER, FRENCH).await;
    assert!(visitor.write("salam").await);
    let guest = arrive(&house.sfu, GUEST, TEXT_ONLY).await;
    assert_reads(&guest, VISITOR, &format!("{ARABIC}\u{FFFD}")).await;
    assert_reads(&guest, INTERPRETER, FRENCH).await;
    assert!(lead.text().of(OBSERVER.0).is_empty());
    for client in [visitor, lead, observer, guest] {
        client.close().await;
    }
}

#[tokio::test]
async fn the_newest_counts_and_nothing_of_whoever_has_left() {
    let house = House::start();
    let visitor = arrive(&house.sfu, VISITOR, TEXT_ONLY).await;
    let guest = arrive(&house.sfu, GUEST, TEXT_ONLY).await;
    assert!(guest.write(FRENCH).await && guest.write(ARABIC).await);
    assert_reads(&visitor, GUEST, &format!("{FRENCH}{ARABIC}")).await;
    let lead = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
    assert_reads(&lead, GUEST, ARABIC).await;
    house.sfu.leave(ROOM, GUEST, EPOCH);
    assert_reads(&lead, GUEST, &format!("{ARABIC}\u{98}\u{9C}")).await;
    let colleague = arrive(&house.sfu, COLLEAGUE, TEXT_ONLY).await;
    assert!(visitor.write("salam").await);
    assert_reads(&colleague, VISITOR, "salam").await;
    assert!(colleague.text().of(GUEST.0).is_empty());
    for client in [visitor, guest, lead, colleague] {
        client.close().await;
    }
}

/// Each on a connection of its own: the library's client takes a stream's number again before the
/// one that had it is closed at both ends, and then none opens (rtc-sctp 0.21.1, RFC 8831 §6.7).
#[tokio::test]
async fn text_needs_a_channel_in_order_of_the_subprotocol_t140() {
    let house = House::start();
    let lead = arrive(&house.sfu, INTERPRETER, TEXT_ONLY).await;
    let colleague = arrive(&house.sfu, COLLEAGUE, TEXT_ONLY).await;
    for (protocol, ordered) in [("", true), ("chat", true), ("t140", false)] {
        let mut visitor = arrive(&house.sfu, VISITOR, TEXT_ONLY).await;
        assert!(visitor.write("bonjour").await);
        let reads = |text: &ReceivedText| text.of(VISITOR.0).ends_with("bonjour");
        assert!(lead.wait_for_text(PATIENCE, reads).await.is_some());
        assert!(visitor.reopen_wrongly(protocol, ordered).await);
        let opens = visitor.wait_for_text(SOON, |text| text.is_open);
        if opens.await.is_some() {
            visitor.write("nobody may read this").await;
        }
        visitor.close().await;
        house.wait_for_stats(|stats| stats.peers == 2).await;
    }
    assert!(colleague.write("salut").await);
    let reads = |text: &ReceivedText| text.of(COLLEAGUE.0).ends_with("salut");
    let read = lead.wait_for_text(PATIENCE, reads).await.expect("it reads");
    assert!(!read.of(VISITOR.0).contains("nobody"));
    for client in [colleague, lead] {
        client.close().await;
    }
}
