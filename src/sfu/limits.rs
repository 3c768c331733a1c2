//! Every limit of the media engine with its reason, so that no queue, table or message of it can
//! grow with what a stranger sends.

use std::time::Duration;

/// Participants in one room: the tablet, the lead interpreter, a colleague in relief or relay, a
/// guest by link, a silent observer, and one to spare for a colleague who comes while another is
/// just going. Fan-out grows with the square, and no journey needs more.
pub const MAX_PARTICIPANTS_PER_ROOM: usize = 6;

/// Rooms of one shard. A core carries about 70 two-party calls at 2 × 2.5 Mb/s; seven times that
/// leaves room for idle calls and keeps an idle table below 200 MB (193 kB a peer connection).
pub const MAX_ROOMS: usize = 512;

/// Bytes of one SDP offer. A browser's offer of one audio and one video line has 4 to 8 kB.
pub const MAX_OFFER_BYTES: usize = 32 * 1024;

/// Joins waiting for the shard. One costs about a millisecond of SDP work, so that the last of
/// them waits a quarter of a second; beyond, the caller is told to try again.
pub(super) const MAX_QUEUED_JOINS: usize = 256;

/// Streams of one kind a subscriber can receive at once: everyone else in the room.
pub(super) const MAX_SUBSCRIPTIONS_PER_KIND: usize = MAX_PARTICIPANTS_PER_ROOM - 1;

/// Remote addresses remembered for one peer. ICE tries a handful of candidate pairs; the oldest is
/// forgotten first and comes back with its next connectivity check.
pub(super) const MAX_ADDRESSES_PER_PEER: usize = 8;

/// Events kept for a receiver that does not read. At most a few per participant exist; past this
/// the oldest is dropped, because the receiver has plainly stopped.
pub(super) const MAX_PENDING_EVENTS: usize = 4096;

/// How soon events that found the channel full are offered again.
pub(super) const EVENT_RETRY: Duration = Duration::from_millis(10);

/// Datagrams read in one turn of the loop, so that commands and timers are never starved.
pub(super) const DATAGRAMS_PER_TURN: usize = 64;

/// Bytes of the receive buffer. WebRTC stays below the 1500-byte Ethernet MTU; a longer datagram
/// is cut and fails its authentication.
pub(super) const DATAGRAM_BYTES: usize = 2048;

/// Shortest time between two keyframe requests to one publisher. A keyframe costs 5 to 10 times a
/// delta frame, so a receiver in trouble must not be able to ask for one with every report.
pub(super) const KEYFRAME_INTERVAL: Duration = Duration::from_millis(300);

/// A joined peer that has not finished ICE and DTLS by then is given up. Longer than a browser's
/// own ICE failure (15 to 30 s), so that the browser gives up first.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(40);

/// Silence (no STUN, no media) after which a peer counts as disconnected.
pub(super) const ICE_DISCONNECTED: Duration = Duration::from_secs(5);

/// Further silence after which a disconnected peer is lost; then it must join again.
pub(super) const ICE_FAILED: Duration = Duration::from_secs(15);

/// Interval of our own ICE keep-alives, which also keep NAT bindings open (RFC 8445 §11).
pub(super) const ICE_KEEPALIVE: Duration = Duration::from_secs(2);

/// Soonest time a peer's timer fires again, against a timer that is always due.
pub(super) const TIMER_GRAIN: Duration = Duration::from_millis(1);

/// Packets kept per outgoing video stream to answer NACK: two seconds at 2.5 Mb/s. 1024 costs
/// 1.2 MB more per call and repairs nothing that is still in time.
pub(super) const NACK_HISTORY: u16 = 512;

/// How often missing packets are asked for; below one frame at 30 fps, so that a repair over a
/// 20 ms path still meets its frame.
pub(super) const NACK_INTERVAL: Duration = Duration::from_millis(20);

/// How often one packet is asked for. The library's default has no bound (rtc 0.21.1), which
/// turns every hole into a storm.
pub(super) const MAX_NACKS_PER_PACKET: u16 = 10;
