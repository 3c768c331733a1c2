//! A made-up network between the clients and the server: a thread that passes datagrams on through
//! two [`link`]s for each connection, up and down, and counts what was lost of media and of
//! repairs. RTP headers are not encrypted (RFC 3711 §3.1), so that it can tell them apart.

mod link;

pub(crate) use link::Conditions;

use crate::error::LoadError;
use link::{Fate, Link};
use passerelle::clock::monotonic;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// New connections that wait to be taken up.
const LINES_MAX: usize = 64;

/// How long new connections may wait.
const TURN: Duration = Duration::from_millis(1);

/// Datagrams taken from one socket before the others have their turn.
const DATAGRAMS_PER_TURN: usize = 32;
const DATAGRAM_BYTES: usize = 2048;
const EVENTS: usize = 256;

/// The payload type of repairs (RFC 4588) that clients offer, and servers take over.
const REPAIR: u8 = 97;

/// How connections reach the server.
pub(crate) enum Way {
    Straight,
    Through(Relay),
}

/// What has entered one direction of all connections, and what was lost of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) media: u64,
    pub(crate) media_lost: u64,
    pub(crate) repairs: u64,
    pub(crate) repairs_lost: u64,
    /// Of both kinds lost, those that found the bottleneck's queue full.
    pub(crate) overflowed: u64,
}

impl Way {
    /// The server's description with the relay's address in the place of the server's.
    pub(crate) fn through(&self, sdp: &str) -> Result<String, LoadError> {
        match self {
            Self::Straight => Ok(sdp.to_owned()),
            Self::Through(relay) => relay.through(sdp),
        }
    }

    /// From now on, the network is as bad as it is to be. A connection is made before, so that what
    /// is measured is its media, and every run measures as many.
    pub(crate) fn worsen(&self) {
        if let Self::Through(relay) = self {
            relay.bad.store(true, Ordering::Relaxed);
        }
    }

    /// What was counted up to now, from the clients and to them.
    pub(crate) fn counts(&self) -> [Counts; 2] {
        match self {
            Self::Straight => [Counts::default(); 2],
            Self::Through(relay) => *lock(&relay.counts),
        }
    }
}

/// See the module. The thread ends when this is dropped.
pub(crate) struct Relay {
    lines: SyncSender<Line>,
    counts: Arc<Mutex<[Counts; 2]>>,
    stop: Arc<AtomicBool>,
    bad: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    conditions: Conditions,
    seed: u64,
    made: AtomicU64,
}

/// One connection through the relay.
struct Line {
    server: SocketAddr,
    client: Option<SocketAddr>,
    /// Where the client sends to, and from where the server is sent to.
    sockets: [UdpSocket; 2],
    /// From the client, and to it.
    links: [Link; 2],
    /// How both links will be once the network worsens.
    to_come: Option<Conditions>,
}

impl Relay {
    /// A relay whose connections all have these conditions, both ways, with dice of their own, from
    /// [`worsen`](Way::worsen) on; until then it changes nothing.
    pub(crate) fn start(conditions: Conditions, seed: u64) -> Result<Self, LoadError> {
        let poll = epoll::create(CreateFlags::CLOEXEC)
            .map_err(|error| LoadError::Sockets(error.into()))?;
        let (lines, received) = sync_channel(LINES_MAX);
        let counts = Arc::new(Mutex::new([Counts::default(); 2]));
        let stop = Arc::new(AtomicBool::new(false));
        let bad = Arc::new(AtomicBool::new(false));
        let running = Loop {
            poll,
            received,
            lines: Vec::new(),
            counts: Arc::clone(&counts),
            stop: Arc::clone(&stop),
            bad: Arc::clone(&bad),
        };
        let thread = std::thread::Builder::new()
            .name(String::from("relay"))
            .spawn(move || running.run())
            .map_err(LoadError::Sockets)?;
        Ok(Self {
            lines,
            counts,
            stop,
            bad,
            thread: Some(thread),
            conditions,
            seed,
            made: AtomicU64::new(0),
        })
    }

    fn through(&self, sdp: &str) -> Result<String, LoadError> {
        let Some(server) = sdp.lines().find_map(candidate) else {
            return Err(LoadError::Answer {
                server: "the server",
                answer: sdp.to_owned(),
            });
        };
        let ours = self.line_to(server).map_err(LoadError::Sockets)?;
        // The server's other candidates would lead around the relay.
        let kept = sdp.lines().filter_map(|line| match candidate(line) {
            None if line.starts_with("a=candidate:") => None,
            None => Some(line.to_owned()),
            Some(address) if address == server => Some(line.replace(
                &format!(" {} {} ", server.ip(), server.port()),
                &format!(" {} {} ", ours.ip(), ours.port()),
            )),
            Some(_) => None,
        });
        Ok(kept.map(|line| line + "\r\n").collect())
    }

    fn line_to(&self, server: SocketAddr) -> std::io::Result<SocketAddr> {
        let bound = || {
            let socket = UdpSocket::bind((server.ip(), 0))?;
            socket.set_nonblocking(true)?;
            Ok::<_, std::io::Error>(socket)
        };
        let sockets = [bound()?, bound()?];
        let address = sockets[0].local_addr()?;
        // Each direction of each connection has its own dice, and the same ones every time.
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let dice = |direction| self.seed.wrapping_add(number * 2 + direction);
        let line = Line {
            server,
            client: None,
            sockets,
            links: [0, 1].map(|direction| Link::new(Conditions::default(), dice(direction))),
            to_come: Some(self.conditions),
        };
        // The thread ends only with this.
        let _ = self.lines.send(line);
        Ok(address)
    }
}

/// The address of a UDP candidate on IPv4 (RFC 8839 §5.1).
fn candidate(line: &str) -> Option<SocketAddr> {
    let mut words = line.strip_prefix("a=candidate:")?.split(' ').skip(2);
    let is_udp = words.next()?.eq_ignore_ascii_case("udp");
    let (ip, port) = (words.nth(1)?, words.next()?);
    let address = SocketAddr::new(ip.parse().ok()?, port.parse().ok()?);
    (is_udp && address.is_ipv4()).then_some(address)
}

fn lock(counts: &Mutex<[Counts; 2]>) -> std::sync::MutexGuard<'_, [Counts; 2]> {
    // Nothing panics while it is held.
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Loop {
    poll: OwnedFd,
    received: Receiver<Line>,
    lines: Vec<Line>,
    counts: Arc<Mutex<[Counts; 2]>>,
    stop: Arc<AtomicBool>,
    bad: Arc<AtomicBool>,
}

impl Loop {
    fn run(mut self) {
        let mut ready = Vec::with_capacity(EVENTS);
        while !self.stop.load(Ordering::Relaxed) {
            while let Ok(line) = self.received.try_recv() {
                self.take_up(line);
            }
            let now = monotonic();
            let next = self
                .lines
                .iter_mut()
                .filter_map(|line| line.deliver(now))
                .min();
            let until = next.map_or(now + TURN, |at| at.min(now + TURN));
            let pause = Timespec {
                tv_sec: 0,
                tv_nsec: i64::from(until.saturating_duration_since(now).subsec_nanos()),
            };
            ready.clear();
            let spare = rustix::buffer::spare_capacity(&mut ready);
            // Interrupted, say: the next turn is soon.
            let _ = epoll::wait(&self.poll, spare, Some(&pause));
            let bad = self.bad.load(Ordering::Relaxed);
            let mut counts = lock(&self.counts);
            for event in &ready {
                let token = event.data.u64() as usize;
                if let Some(line) = self.lines.get_mut(token / 2) {
                    if bad && let Some(conditions) = line.to_come.take() {
                        line.links.iter_mut().for_each(|link| link.set(conditions));
                    }
                    line.read(token % 2, &mut counts[token % 2]);
                }
            }
        }
    }

    fn take_up(&mut self, line: Line) {
        for (direction, socket) in line.sockets.iter().enumerate() {
            let data = EventData::new_u64((self.lines.len() * 2 + direction) as u64);
            // A line that cannot be watched carries nothing, and its connection fails.
            let _ = epoll::add(&self.poll, socket, data, EventFlags::IN);
        }
        self.lines.push(line);
    }
}

impl Line {
    /// Takes what has come from the client (0) or from the server (1).
    fn read(&mut self, direction: usize, counts: &mut Counts) {
        let mut buffer = [0; DATAGRAM_BYTES];
        for _ in 0..DATAGRAMS_PER_TURN {
            let (length, source) = match self.sockets[direction].recv_from(&mut buffer) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // The port of somebody who has gone.
                Err(_) => continue,
            };
            if direction == 0 {
                self.client = Some(source);
            }
            let bytes = &buffer[..length];
            let fate = self.links[direction].enter(monotonic(), bytes);
            counts.count(bytes, fate);
        }
    }

    /// Sends what has arrived; when the next arrives.
    fn deliver(&mut self, now: Instant) -> Option<Instant> {
        while let Some(bytes) = self.links[0].leave(now) {
            // UDP may lose.
            let _ = self.sockets[1].send_to(&bytes, self.server);
        }
        while let Some(bytes) = self.links[1].leave(now) {
            if let Some(client) = self.client {
                let _ = self.sockets[0].send_to(&bytes, client);
            }
        }
        let next = self.links.iter().filter_map(Link::next_arrival);
        next.min()
    }
}

impl Counts {
    fn count(&mut self, bytes: &[u8], fate: Fate) {
        let lost = u64::from(fate != Fate::OnTheWay);
        match payload_type(bytes) {
            None => return,
            Some(REPAIR) => {
                self.repairs += 1;
                self.repairs_lost += lost;
            }
            Some(_) => {
                self.media += 1;
                self.media_lost += lost;
            }
        }
        self.overflowed += u64::from(fate == Fate::Overflowed);
    }

    /// What came since an earlier count.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            media: self.media - before.media,
            media_lost: self.media_lost - before.media_lost,
            repairs: self.repairs - before.repairs,
            repairs_lost: self.repairs_lost - before.repairs_lost,
            overflowed: self.overflowed - before.overflowed,
        }
    }
}

/// Of an RTP packet; RTCP lies on 64 to 95, everything else below 128 (RFC 7983 §7, RFC 5761 §4).
fn payload_type(bytes: &[u8]) -> Option<u8> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let payload_type = second & 0x7f;
    let is_rtcp = (64..96).contains(&payload_type);
    ((128..192).contains(&first) && !is_rtcp).then_some(payload_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn a_description_leads_to_the_relay_and_nowhere_else() {
        let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = server.local_addr().unwrap().port();
        let relay = Relay::start(Conditions::default(), 1).unwrap();
        let sdp = format!(
            "v=0\r\na=candidate:1 1 udp 9 127.0.0.1 {port} typ host\r\n\
             a=candidate:2 1 udp 8 192.0.2.1 {port} typ host\r\na=mid:0\r\n"
        );
        let through = relay.through(&sdp).unwrap();
        let ours: Vec<SocketAddr> = through.lines().filter_map(candidate).collect();
        assert!(matches!(ours[..], [one] if one.port() != port), "{through}");
        assert!(through.contains("a=mid:0") && !through.contains("192.0.2.1"));
    }

    #[test]
    fn datagrams_pass_both_ways_and_are_counted_by_kind() {
        let bound = || {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let limit = Some(Duration::from_secs(10));
            socket.set_read_timeout(limit).unwrap();
            socket
        };
        let (server, client) = (bound(), bound());
        let relay = Relay::start(Conditions::default(), 1).unwrap();
        let ours = relay.line_to(server.local_addr().unwrap()).unwrap();
        let (media, repair) = ([0x80, 96, 1], [0x80, 97, 1]);
        let mut buffer = [0; 10];
        client.send_to(&media, ours).unwrap();
        let (length, from) = server.recv_from(&mut buffer).unwrap();
        assert_eq!(buffer[..length], media);
        server.send_to(&repair, from).unwrap();
        let (length, from) = client.recv_from(&mut buffer).unwrap();
        assert_eq!((&buffer[..length], from), (&repair[..], ours));
        let [up, down] = Way::Through(relay).counts();
        assert_eq!((up.media, up.repairs), (1, 0));
        assert_eq!((down.media, down.repairs, down.repairs_lost), (0, 1, 0));
    }

    #[test]
    fn stun_dtls_and_rtcp_are_no_media() {
        for first in [[0, 1], [22, 254], [0x80, 200], [0x81, 206]] {
            assert_eq!(payload_type(&first), None);
        }
        assert_eq!(payload_type(&[0x90, 0x80 | 96]), Some(96));
    }
}
