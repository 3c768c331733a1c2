//! Every limit of the media engine with its reason, so that no queue, table or message of it can
//! grow with what a stranger sends.

use std::time::Duration;

/// Participants in one room: the tablet, the lead interpreter, a colleague in relief or relay, a
/// guest by link, a silent observer, and one to spare for a colleague who comes while another is
/// just going. Fan-out grows with the square, and no journey needs more.
pub const MAX_PARTICIPANTS_PER_ROOM: usize = 6;

/// Rooms of one shard. A core carries about 70 two-party calls at 2 × 2.5 Mb/s; seven times that
/// leaves room for idle calls and keeps an idle table below 200 MB (193 kB a peer connection).
/// While one is replaced, a participant has two; never more.
pub const MAX_ROOMS: usize = 512;

/// Bytes of one SDP offer. Chromium on Linux writes 6 kB for an audio and a video line, with more
/// hardware codecs 9; an observer offers four of each. It must fit into a signalling message.
pub const MAX_OFFER_BYTES: usize = 48 * 1024;

/// Joins waiting for the shard. One costs about a millisecond of SDP work, so that the last of
/// them waits a quarter of a second; beyond, the caller is told to try again.
pub(super) const MAX_QUEUED_JOINS: usize = 256;

/// How long a token lets somebody join: they use it at once, and the last of [`MAX_QUEUED_JOINS`]
/// is answered well within.
pub(super) const JOIN_TOKEN_LIFE: Duration = Duration::from_secs(5);

/// Streams of one kind a subscriber can receive at once: everyone else in the room.
pub(super) const MAX_SUBSCRIPTIONS_PER_KIND: usize = MAX_PARTICIPANTS_PER_ROOM - 1;

/// Remote ends remembered for one peer. ICE tries a handful of candidate pairs; the oldest is
/// forgotten first and comes back with its next connectivity check.
pub(super) const MAX_PATHS_PER_PEER: usize = 8;

/// Remote ends one peer may have had, far more than a telephone meets that changes networks all
/// day: the library forgets none, and looks through all for each datagram that names it (rtc-ice
/// 0.21.1, `remote_candidates`).
pub(super) const MAX_PATHS_TAKEN: usize = 1024;

/// Events kept for a receiver that does not read. At most a few per participant exist; past this
/// the oldest is dropped, because the receiver has plainly stopped.
pub(super) const MAX_PENDING_EVENTS: usize = 4096;

/// How soon events that found the channel full are offered again.
pub(super) const EVENT_RETRY: Duration = Duration::from_millis(10);

/// Threads that share the media port. One carries 140 calls of two; eight of them more than a
/// thousand, which is more people than the gateway lets in.
pub const MAX_MEDIA_THREADS: usize = 8;

/// Reads of the UDP socket in one turn of the loop, each of 16 datagrams or joined runs of them, so
/// that commands and timers are never starved.
pub(super) const READS_PER_TURN: usize = 4;

/// Datagrams taken before what they brought is sent: one read where the system joins none. They
/// are few, so that the first of many does not wait for the last, and enough that most frames go on
/// in one piece.
pub(super) const DATAGRAMS_PER_WRITE: usize = 16;

/// Datagrams that wait for the shard they are for, having come to another: a client's checks and
/// handshake, then its first frames until its own socket is open. More than all clients send in
/// 50 ms at full load; what comes beyond is dropped, and counted.
pub(super) const MAX_HANDED_OVER: usize = 2048;

/// Bytes the system may keep for the socket of one client: 200 ms of 2.5 Mb/s ten times over, since
/// the system counts whole pages.
pub(super) const LINE_BUFFER_BYTES: usize = 640 * 1024;

/// Bytes the system may keep for the media port each way: 100 ms of 100 calls at 2 × 2.5 Mb/s.
pub(super) const MEDIA_BUFFER_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of the longest datagram of ours. WebRTC stays below the 1500-byte Ethernet MTU; what is
/// longer is no media.
pub(super) const DATAGRAM_BYTES: usize = 2048;

/// Media connections over TCP at once: every participant of every room, and as many that are just
/// being tried.
pub(super) const MAX_STREAMS: usize = 2 * MAX_ROOMS * MAX_PARTICIPANTS_PER_ROOM;

/// Bytes read from one TCP connection in one turn, so that one does not hold up the others.
pub(super) const STREAM_READ_BYTES: usize = 32 * 1024;

/// Bytes of media that wait for one TCP connection: 200 ms at 2.5 Mb/s. What would wait longer is
/// dropped: a signing person is better seen with a gap than late.
pub(super) const STREAM_BACKLOG_BYTES: usize = 64 * 1024;

/// The same for what keeps the connection itself alive (STUN, DTLS).
pub(super) const STREAM_URGENT_BYTES: usize = STREAM_BACKLOG_BYTES + 16 * 1024;

/// A TCP connection must show the ICE user name of a peer by then. Browsers send it at once.
pub(super) const STREAM_PROOF: Duration = Duration::from_secs(10);

/// Silence after which a TCP connection is closed; browsers check each of theirs every 2.5 s, and
/// one they hold in reserve every 25 s.
pub(super) const STREAM_IDLE: Duration = Duration::from_secs(60);

/// Shortest time between two keyframe requests to one publisher, of whatever layers. A keyframe
/// costs 5 to 10 times a delta frame, so a receiver in trouble must not be able to ask for one with
/// every report.
pub(super) const KEYFRAME_INTERVAL: Duration = Duration::from_millis(300);

/// What the time between requests grows to while receivers stay in trouble: over a minute that
/// begins with quicker ones, a keyframe every two seconds at most, and of a camera with 20 frames a
/// second whose keyframes cost five times a delta frame no tenth of the bits.
pub(super) const KEYFRAME_INTERVAL_MAX: Duration = Duration::from_secs(3);

/// After so long without a request, trouble is new trouble.
pub(super) const KEYFRAME_CALM: Duration = Duration::from_secs(5);

/// A joined peer that has not finished ICE and DTLS by then is given up. Longer than a browser's
/// own ICE failure (15 to 30 s), so that the browser gives up first.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(40);

/// A new connection of somebody who is there, once it is up, is in use at the latest by then, also
/// if nothing has come of its picture: a keyframe takes a round trip, on a bad line several.
pub(super) const TAKE_OVER_WITHIN: Duration = Duration::from_secs(2);

/// What a replaced connection is still sent, unless its client closes it before: until the new one
/// shows its first picture. Longer than a client without pings takes to be heard (2.5 s in
/// Chromium), so that whoever is not heard in it was gone.
pub(super) const REPLACED_FOR: Duration = Duration::from_secs(3);

/// Silence after which whoever is heard again has missed so much that pictures begin anew, both
/// ways. A client that is sent a picture reports every 100 ms; one that waits for
/// repairs asks for a keyframe only after three seconds (libwebrtc, `kMaxWaitForFrame`).
pub(super) const SILENCE: Duration = Duration::from_secs(1);

/// A page out of sight is sent its pictures for so long. Whoever looks a word up in another tab is
/// mostly back by then and has missed nothing, not even the moment of a keyframe.
pub(super) const SENT_UNSEEN: Duration = Duration::from_secs(10);

/// Silence (no STUN, no media) after which a peer counts as disconnected.
pub(super) const ICE_DISCONNECTED: Duration = Duration::from_secs(5);

/// Further silence after which a disconnected peer is lost; then it must join again.
pub(super) const ICE_FAILED: Duration = Duration::from_secs(15);

/// Interval of our own ICE keep-alives, which also keep NAT bindings open (RFC 8445 §11).
pub(super) const ICE_KEEPALIVE: Duration = Duration::from_secs(2);

/// Soonest time a peer's timer fires again, against a timer that is always due.
pub(super) const TIMER_GRAIN: Duration = Duration::from_millis(1);

/// Packets kept per published picture to answer NACK: two seconds at 2.5 Mb/s. 1024 costs
/// 1.2 MB more per call and repairs nothing that is still in time.
pub(crate) const NACK_HISTORY: u16 = 512;

/// Where the repairs that somebody misses would take longer than this, the picture begins anew with
/// a keyframe: it is there sooner, and what comes until then could not be shown. Chromium asks for
/// one after three seconds (libwebrtc, `kMaxWaitForFrame`).
pub(super) const REPAIRS_TAKE_MAX: Duration = Duration::from_millis(300);

/// How often one packet is asked for. The library's default has no bound (rtc 0.21.1), which
/// turns every hole into a storm.
pub(crate) const MAX_NACKS_PER_PACKET: u16 = 10;

/// Bytes of one message of real-time text. What is typed in 300 ms has a few; a paste is cut into
/// messages by its sender. The answer says so (`a=max-message-size`).
pub(super) const MAX_TEXT_BYTES: usize = 2048;

/// Bytes in front of a relayed text: the largest participant number and a line feed.
pub(super) const MAX_TEXT_PREFIX_BYTES: usize = 21;

/// Characters one participant may send at once: a pasted page.
pub(super) const TEXT_CHARACTERS_AT_ONCE: u32 = 4000;

/// Then one every so often, 120 a second: four times what RFC 4103 §6 takes for granted, and more
/// than anybody types, signs to a captioner, or reads.
pub(super) const TEXT_CHARACTER_SPACING: Duration = Duration::from_nanos(1_000_000_000 / 120);

/// Messages one participant may send at once; they arrive in a bunch after a hole in the network.
pub(super) const TEXT_MESSAGES_AT_ONCE: u32 = 40;

/// Then one every so often: three times as often as a client sends that gathers for 300 ms.
pub(super) const TEXT_MESSAGE_SPACING: Duration = Duration::from_millis(100);

/// Bytes of text on the way to one receiver. More than a minute of three people's typing: who is
/// that far behind gets a loss mark instead.
pub(super) const MAX_TEXT_BACKLOG: usize = 16 * 1024;

/// A connection that is being replaced keeps its reader's text for so long without a sign of life:
/// sound comes every 20 ms.
pub(super) const TEXT_WAITS: Duration = Duration::from_secs(1);

/// Bytes of SCTP kept until they can be delivered in order; the least the library allows and still
/// many messages.
pub(super) const SCTP_RECEIVE_BUFFER: u32 = 64 * 1024;

/// Chunks of SCTP a client may send at once. Far more than a page that was pasted, what confirms
/// those of three others, and all of it again after a hole in the network: whoever is cut short
/// here waits for long, as its transport takes the network for full.
pub(super) const SCTP_CHUNKS_AT_ONCE: u32 = 4096;

/// Then one every so often: messages come every 300 ms from each, and confirmations every 200.
pub(super) const SCTP_CHUNK_SPACING: Duration = Duration::from_millis(2);

/// Chunks of one client that cannot be delivered, as something before them lacks: more than it may
/// send at once.
pub(super) const SCTP_CHUNKS_WAITING: u32 = 2 * SCTP_CHUNKS_AT_ONCE;

/// Streams of SCTP, two to a channel: as many as libwebrtc has.
pub(super) const SCTP_STREAMS: u16 = 1024;

/// How often a client may begin its association: it asks again every second or so until it is
/// answered.
pub(super) const SCTP_OPENINGS: u32 = 32;

/// How often a client may close a channel, asking again until it is answered.
pub(super) const SCTP_RESETS: u32 = 128;

/// Pieces of a DTLS handshake, and alerts, that one connection takes. A flight has four messages
/// and comes again every second or so until it is answered; in the smallest packets of IPv6 (1280
/// bytes) post-quantum keys make it ten pieces.
pub(super) const HANDSHAKE_PIECES: u32 = 512;

/// Data channels a client may open on one connection. A page opens one, and again after it closed
/// it; each leaves something in the library's tables.
pub(super) const MAX_CHANNELS_OPENED: usize = 16;
