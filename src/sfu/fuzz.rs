//! The media engine's readers, each as a function of any bytes (`crate::fuzz`). A panic of the
//! library, which the engine survives, is told once for each place; any other is a finding.

use super::answer::answer;
use super::association;
use super::codec::{self, Codec, CodecLine, Formats};
use super::directory::{Directory, ShardNumber};
use super::flight::Flight;
use super::forward::{Forwarded, Outgoing};
use super::hello::Hello;
use super::ids::{ParticipantId, PeerKey, RoomId};
use super::layer::{LAYERS, Layer};
use super::limits::{DATAGRAM_BYTES, MAX_SUBSCRIPTIONS_PER_KIND, MAX_TEXT_BYTES};
use super::offer::{Kind, OfferedMedia};
use super::path::{Path, Paths, Transport};
use super::peer::Peer;
use super::published::Published;
use super::quirks::Quirks;
use super::records::Records;
use super::rtp::{self, Header, Negotiated, Packet};
use super::standing::{Seat, Standing};
use super::stream::{Stream, StreamError};
use super::text::TextGate;
use super::{now, stun, usher};
use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, ErrorKind, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

/// A reader and its name.
pub(crate) type Named = (&'static str, fn(&[u8]));

/// All of the engine's.
pub(crate) const TARGETS: [Named; 18] = [
    ("rtp_header", rtp::fuzz::header),
    ("srtp_forged", rtp::fuzz::forged),
    ("rtcp", rtp::fuzz::rtcp),
    ("link", rtp::fuzz::link),
    ("stun", read_stun),
    ("paths", follow_paths),
    ("stream", read_stream),
    ("first_datagram", usher_in),
    ("handshake", read_handshake),
    ("records", admit_records),
    ("sctp", association::read_any),
    ("offer", read_offer),
    ("answer", read_answer),
    ("peer", feed_peer),
    ("codecs", read_codecs),
    ("pictures", forward_pictures),
    ("text", admit_text),
    ("user_agent", read_user_agent),
];

/// A sequence of steps, read from an input; over when the input is.
pub(super) struct Script<'a>(pub(super) &'a [u8]);

impl<'a> Script<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.0.split_off_first().copied()
    }

    pub(super) fn pair(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes([self.byte()?, self.byte()?]))
    }

    /// Bytes behind their length, as datagrams in a TCP connection are; what is cut is short.
    pub(super) fn piece(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(self.pair()?).min(self.0.len());
        self.0.split_off(..length)
    }
}

thread_local! {
    /// The library is being called, and its panics are not ours.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Calls something of the library; `None`: it panicked in its own code.
fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    static PLACES: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    thread_local! {
        static WAS_LIBRARY: Cell<bool> = const { Cell::new(false) };
    }
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            let is_library = IS_GUARDED.get() && place.contains("/registry/src/");
            WAS_LIBRARY.set(is_library);
            if !is_library {
                return before(info);
            }
            let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
            if places.insert(place.clone()) {
                eprintln!("the library panics at {place}");
            }
        }));
    });
    let was_guarded = IS_GUARDED.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(call));
    IS_GUARDED.set(was_guarded);
    match outcome {
        Ok(value) => Some(value),
        Err(_) if WAS_LIBRARY.get() => None,
        Err(ours) => panic::resume_unwind(ours),
    }
}

fn udp(port: u16) -> Path {
    Path {
        transport: Transport::Udp,
        address: ([192, 0, 2, 1], port).into(),
    }
}

fn read_stun(bytes: &[u8]) {
    let (asks, answers) = (stun::binding_request(bytes), stun::binding_success(bytes));
    assert!(asks.is_none() || answers.is_none());
    assert!(stun::is_stun(bytes) || asks.is_none() && !stun::nominates(bytes));
    if let Some(ufrag) = stun::local_ufrag(bytes) {
        assert!(!ufrag.contains(':'));
    }
}

/// Media goes to nobody that the library has not answered.
fn follow_paths(bytes: &[u8]) {
    let (mut script, mut paths) = (Script(bytes), Paths::default());
    let (mut at, mut answered) = (now(), BTreeSet::new());
    while let (Some(step), Some(port)) = (script.byte(), script.byte()) {
        let path = udp(port.into());
        match step % 4 {
            0 => {
                paths.note_incoming(at, path, script.piece().unwrap_or_default());
            }
            1 => {
                let datagram = script.piece().unwrap_or_default();
                answered.extend(stun::binding_success(datagram).map(|_| path.address));
                paths.route(at, path, datagram);
            }
            2 => paths.forget(path),
            _ => at += Duration::from_millis(100),
        }
        let current = paths.current();
        assert!(current.is_none_or(|current| answered.contains(&current.address)));
    }
}

/// A connection that gives so many bytes at a time.
struct Given<'a>(Script<'a>, usize);

impl Read for Given<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.0.0.len().min(self.1).min(into.len());
        let given = self.0.0.split_off(..length).unwrap_or_default();
        into[..length].copy_from_slice(given);
        let is_over = length == 0;
        (!is_over)
            .then_some(length)
            .ok_or(ErrorKind::WouldBlock.into())
    }
}

impl Write for Given<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// However a stream is cut, the same datagrams come out of it.
fn read_stream(bytes: &[u8]) {
    let Some((&at_a_time, sent)) = bytes.split_first() else {
        return;
    };
    let mut stream = Stream::new(Given(Script(sent), usize::from(at_a_time) + 1), Vec::new());
    let (mut taken, mut scratch) = (Vec::new(), [0; 512]);
    let outcome = loop {
        match stream.read(&mut scratch, |datagram| taken.push(datagram.to_vec())) {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    let (mut rest, mut expected, mut is_refused) = (sent, Vec::new(), false);
    while let Some((length, behind)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes(*length));
        is_refused = length > DATAGRAM_BYTES;
        let Some((datagram, behind)) = behind.split_at_checked(length).filter(|_| !is_refused)
        else {
            break;
        };
        expected.push(datagram.to_vec());
        rest = behind;
    }
    assert_eq!(taken, expected);
    let was_refused = matches!(outcome, Err(StreamError::FrameTooLong(_)));
    assert_eq!(was_refused, is_refused);
}

/// What comes first of a connection over TCP is read as far as its datagram reaches and no further,
/// and leads to the shard that has the peer it names.
fn usher_in(bytes: &[u8]) {
    const NAME: &str = "aCDolIgQUyKvGxaQ";
    let directory = Directory::default();
    directory.name(NAME.to_owned(), ShardNumber(2));
    let mut rest = bytes;
    // There is nothing to wait for.
    let read = usher::first_datagram(&mut rest).now_or_never();
    let Some(Ok(begun)) = read else {
        return assert!(matches!(read, Some(Err(_))));
    };
    assert_eq!([&begun, rest].concat(), bytes);
    assert!(begun.len() <= 2 + DATAGRAM_BYTES);
    let names = stun::local_ufrag(&begun[2..]) == Some(NAME);
    let shard = usher::shard_of(&begun, &directory);
    assert_eq!(shard, ShardNumber(if names { 2 } else { 0 }));
}

/// Datagrams of a handshake by turns of the client and of ours.
fn read_handshake(bytes: &[u8]) {
    let mut script = Script(bytes);
    let (mut hello, mut flight) = (Hello::default(), Flight::default());
    while let Some(from) = script.byte() {
        let datagram = script.piece().unwrap_or_default();
        if from & 1 == 1 {
            flight.note_outgoing(udp(1), &BytesMut::from(datagram));
            continue;
        }
        flight.note_incoming(datagram);
        flight.take_due();
        for whole in hello.take(datagram).unwrap_or_default() {
            let mut again = Hello::default();
            if let Some(taken) = again.take(&whole) {
                // The first is in our order now; a second is handed over only after one.
                let is_first = whole[17..19] == [0, 0];
                assert!(!is_first || taken == [&whole[..]]);
                assert!(!is_first || again.chosen() == hello.chosen());
            }
        }
    }
}

fn seat() -> Seat {
    Seat {
        room: RoomId(1),
        participant: ParticipantId(1),
        standing: Standing {
            precedence: 0,
            silent: false,
        },
    }
}

/// An answer has a way in, and no more streams than there can be others.
fn read_offer(bytes: &[u8]) {
    let offer = String::from_utf8_lossy(bytes).into_owned();
    let offered = OfferedMedia::read(&offer);
    let most = MAX_SUBSCRIPTIONS_PER_KIND;
    assert!(offered.receives.iter().all(|streams| *streams <= most));
    let answered = guarded(|| answer(seat(), offer.into(), &[], &[udp(1)], now()));
    if let Some(Ok((peer, sdp))) = answered {
        assert!(sdp.contains("a=candidate:") && !peer.ufrag.is_empty());
        assert!(peer.outgoing().len() <= Kind::ALL.len() * most);
        // Whatever the library keeps, it lets go of.
        guarded(|| drop(peer));
    }
}

fn read_answer(bytes: &[u8]) {
    let _ = Negotiated::read(&String::from_utf8_lossy(bytes));
}

/// A client that is not yet connected, and what may come to its peer.
fn feed_peer(bytes: &[u8]) {
    const OFFER: &str = include_str!("../../tests/fuzz/corpus/offer/webrtc-rs");
    let offer = || OFFER.to_owned().into();
    let Some(Ok((peer, _))) = guarded(|| answer(seat(), offer(), &[], &[udp(1)], now())) else {
        unreachable!("the offer of our own client is answered")
    };
    // A peer that panicked is served no more.
    guarded(|| feed(peer, bytes));
}

fn feed(mut peer: Peer, bytes: &[u8]) {
    let (mut script, mut at) = (Script(bytes), now());
    let (mut outputs, mut outbox) = (Vec::new(), Vec::new());
    while let Some(step) = script.byte() {
        let from = udp(u16::from(step % 4) + 1000);
        peer.receive(at, udp(1), from, script.piece().unwrap_or_default());
        if step & 4 != 0 {
            at += Duration::from_millis(u64::from(step) * 4);
            peer.handle_timeout(at, &mut outputs);
        }
        peer.collect(at, &mut outputs);
        peer.transmit(at, &mut outbox);
        outputs.clear();
        outbox.clear();
    }
    assert!(!peer.connected, "nobody has shown a key");
    peer.close(at, &mut outbox);
}

fn read_codecs(bytes: &[u8]) {
    for codec in Codec::ALL {
        let start = codec::read_start(codec, bytes);
        let starts = start.is_some_and(|start| start.keyframe);
        assert_eq!(codec::starts_keyframe(codec, bytes), starts);
    }
    if let Some(newest) = codec::red::newest(&bytes.to_vec().into()) {
        assert!(newest.len() < bytes.len());
    }
}

/// A publisher's packets in layers, measured, kept, and forwarded to somebody.
fn forward_pictures(bytes: &[u8]) {
    const SOURCE: PeerKey = PeerKey(1);
    let (mut script, mut at) = (Script(bytes), now());
    let mut header = Header::default();
    let mut outgoing = Outgoing::new(Kind::Video, 9);
    outgoing.formats = Formats::of(&[CodecLine::new(Codec::Vp8, 120, None)]);
    outgoing.carry(Some(SOURCE));
    let mut published = Published::default();
    while let (Some(step), Some(way), Some(number)) = (script.byte(), script.byte(), script.byte())
    {
        // A step back or forth, rarely a leap.
        let number = match step & 0x40 {
            0 => i16::from(number as i8),
            _ => i16::from(number as i8) << 8,
        };
        header.sequence_number = header.sequence_number.wrapping_add_signed(number);
        header.timestamp = header.timestamp.wrapping_add(u32::from(step & 7) * 1500);
        header.marker = step & 8 != 0;
        at += Duration::from_millis(u64::from(step >> 4 & 3) * 16);
        let layer = Layer::at(usize::from(way & 3)).unwrap_or_default();
        outgoing.aim(Layer::at(usize::from(way >> 2 & 3)).unwrap_or_default());
        let payload = Bytes::copy_from_slice(script.piece().unwrap_or_default());
        let packet = Packet {
            codec: Codec::Vp8,
            header,
            payload,
        };
        let admitted = published.admit(at, Kind::Video, layer, &packet);
        if step & 0x80 != 0 {
            for stream in published.iter_mut() {
                let figures = stream.meter.read(at);
                stream.note_rate(figures);
            }
        }
        if admitted.is_none_or(|admitted| admitted.restarted) {
            outgoing.begin_source();
            outgoing.aim(published.best(at).unwrap_or_default());
        }
        let forwarded = outgoing.forward((SOURCE, layer), &packet, at);
        if let Forwarded::Packet { packet: sent, .. } = forwarded {
            assert_eq!((sent.header.ssrc, sent.payload), (9, packet.payload));
        }
    }
    assert!(published.layers().count() <= LAYERS);
}

/// What passes of a client's records begins with one that a client has.
fn admit_records(bytes: &[u8]) {
    let (mut script, mut records) = (Script(bytes), Records::default());
    while let Some(step) = script.byte() {
        let datagram = script.piece().unwrap_or_default();
        let passes = records.admit(datagram, step & 1 == 1);
        assert!(
            !passes || datagram.is_empty() || matches!(datagram[..5], [20..=23, _, _, 0, 0 | 1])
        );
    }
}

/// Text passes as it was written, or not at all.
fn admit_text(bytes: &[u8]) {
    let (mut script, mut at) = (Script(bytes), now());
    let mut gate = TextGate::new();
    while let Some(step) = script.byte() {
        at += Duration::from_millis(u64::from(step >> 1) * 10);
        let data = script.piece().unwrap_or_default();
        if let Some(text) = gate.admit(step & 1 == 1, data, at) {
            assert!(text.as_bytes() == data && data.len() <= MAX_TEXT_BYTES);
        }
    }
}

/// Whatever a browser calls itself, it is left something to send and to see.
fn read_user_agent(bytes: &[u8]) {
    let quirks = Quirks::of(&String::from_utf8_lossy(bytes));
    let mut pictures = Codec::ALL.into_iter();
    assert!(pictures.any(|codec| codec.kind() == Kind::Video && !quirks.lacks.has(codec)));
}
