//! Where a peer is: the remote ends it was heard from, and the one that media goes to. For a lite
//! agent that is the pair its client nominated last (RFC 8445 §8.1.1), which rtc 0.21.1 does not
//! follow: it keeps the first. Some clients nominate once only: where the pair in use has fallen
//! silent, one that is checked will do. So a change of address (a router that gave another port,
//! Wi-Fi instead of the cable, TCP instead of UDP) costs nobody a new connection. Pure.

use super::stun::{self, TransactionId};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Checks remembered until they are confirmed. A client checks one pair at a time, every 48 ms at
/// most; more are somebody else's.
const MAX_CHECKS: usize = 8;

/// Without a single datagram for so long, a pair is as good as gone: whoever publishes sends every
/// few milliseconds, and whoever only watches reports every second.
const SILENCE: Duration = Duration::from_secs(2);

/// How datagrams are carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Transport {
    Udp,
    /// Framed in a TCP connection (RFC 6544).
    Tcp,
}

/// One end of a connection: the remote one of a peer, or a candidate of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Path {
    pub(super) transport: Transport,
    pub(super) address: SocketAddr,
}

/// What one peer's client has asked for, and what came of it.
#[derive(Debug, Default)]
pub(super) struct Paths {
    /// Checks that the library has not authenticated yet.
    asked: VecDeque<Check>,
    /// What the library took a second time, as if from the pair it knows.
    repeated: VecDeque<TransactionId>,
    /// The first nominated, to which the library sends everything.
    pinned: Option<Path>,
    /// The last nominated.
    current: Option<Path>,
    /// When something last came by it.
    heard_at: Option<Instant>,
}

/// A Binding request.
#[derive(Clone, Copy, Debug)]
struct Check {
    transaction: TransactionId,
    from: Path,
    nominates: bool,
}

impl Paths {
    /// Looks at what came; true when the library must take it a second time, as if it had come from
    /// the pair it knows, or else it takes the peer for lost.
    pub(super) fn note_incoming(&mut self, now: Instant, from: Path, datagram: &[u8]) -> bool {
        let transaction = stun::binding_request(datagram);
        if self.current == Some(from) {
            self.heard_at = Some(now);
        }
        let Some(transaction) = transaction else {
            return false;
        };
        let check = Check {
            transaction,
            from,
            nominates: stun::nominates(datagram),
        };
        push_bounded(&mut self.asked, check);
        let is_repeated = self.has_moved() && self.current == Some(from);
        if is_repeated {
            push_bounded(&mut self.repeated, transaction);
        }
        is_repeated
    }

    /// The pair by which the library knows this peer.
    pub(super) fn pinned(&self) -> Option<Path> {
        self.pinned
    }

    /// Where media goes: the pair the client nominated, or moved to.
    pub(super) fn current(&self) -> Option<Path> {
        self.current
    }

    /// Where something the library sends to `to` is to go; `None`: nowhere, it answers what it took
    /// a second time. A success response is the library's word that the request was authentic.
    pub(super) fn route(&mut self, now: Instant, to: Path, datagram: &[u8]) -> Option<Path> {
        if !stun::is_stun(datagram) {
            return Some(self.current.unwrap_or(to));
        }
        if self.has_moved() && self.pinned == Some(to) && self.is_for_nobody(datagram) {
            return None;
        }
        let confirmed = stun::binding_success(datagram).and_then(|transaction| {
            let is_this = |check: &&Check| check.transaction == transaction && check.from == to;
            self.asked.iter().find(is_this).copied()
        });
        if confirmed.is_some_and(|check| check.nominates || self.has_fallen_silent(now)) {
            self.asked.clear();
            self.pinned.get_or_insert(to);
            self.current = Some(to);
            self.heard_at = Some(now);
        }
        Some(to)
    }

    /// A path has ended (its TCP connection was closed): the client will nominate another.
    pub(super) fn forget(&mut self, path: Path) {
        self.asked.retain(|check| check.from != path);
        self.current = self.current.filter(|current| *current != path);
    }

    /// At the pair it knows the library answers what it took a second time, and checks on a client
    /// that has moved on.
    fn is_for_nobody(&self, datagram: &[u8]) -> bool {
        let answered = stun::binding_success(datagram);
        answered.is_none_or(|transaction| self.repeated.contains(&transaction))
    }

    fn has_fallen_silent(&self, now: Instant) -> bool {
        let heard_at = self.heard_at.filter(|_| self.current.is_some());
        heard_at.is_some_and(|heard_at| now.saturating_duration_since(heard_at) >= SILENCE)
    }

    fn has_moved(&self) -> bool {
        self.current.is_some() && self.current != self.pinned
    }
}

fn push_bounded<T>(queue: &mut VecDeque<T>, new: T) {
    if queue.len() == MAX_CHECKS {
        queue.pop_front();
    }
    queue.push_back(new);
}

#[cfg(test)]
mod tests {
    use super::*;

    const USE_CANDIDATE: u16 = 0x0025;

    /// So many milliseconds after the start of the test run's clock.
    fn at(milliseconds: u64) -> Instant {
        static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        *START.get_or_init(crate::sfu::now) + Duration::from_millis(milliseconds)
    }

    fn path(port: u16) -> Path {
        Path {
            transport: Transport::Udp,
            address: SocketAddr::from(([192, 0, 2, 7], port)),
        }
    }

    fn request(transaction: u8, nominates: bool) -> Vec<u8> {
        let attributes: &[(u16, &[u8])] = &[(USE_CANDIDATE, &[])];
        let chosen = if nominates { attributes } else { &[] };
        stun::tests::message(0x0001, [transaction; 12], chosen)
    }

    fn success(transaction: u8) -> Vec<u8> {
        stun::tests::message(0x0101, [transaction; 12], &[])
    }

    /// A peer that nominated `port`, confirmed by the library.
    fn nominated(paths: &mut Paths, port: u16, transaction: u8) {
        paths.note_incoming(at(0), path(port), &request(transaction, true));
        assert_eq!(
            paths.route(at(0), path(port), &success(transaction)),
            Some(path(port))
        );
    }

    #[test]
    fn media_follows_the_pair_that_was_nominated_last() {
        let mut paths = Paths::default();
        assert_eq!(paths.route(at(0), path(1), b"\x80"), Some(path(1)));
        nominated(&mut paths, 1, 1);
        nominated(&mut paths, 2, 2);
        assert_eq!(paths.route(at(0), path(1), b"\x80"), Some(path(2)));
        nominated(&mut paths, 1, 3);
        assert_eq!(paths.route(at(0), path(1), b"\x80"), Some(path(1)));
    }

    #[test]
    fn a_nomination_nobody_authenticated_moves_nothing() {
        let mut paths = Paths::default();
        nominated(&mut paths, 1, 1);
        paths.note_incoming(at(0), path(2), &request(2, true));
        paths.note_incoming(at(0), path(3), &request(3, false));
        // Another's answer, and the answer to a request that did not nominate.
        paths.route(at(0), path(4), &success(2));
        paths.route(at(0), path(3), &success(3));
        assert_eq!(paths.route(at(0), path(1), b"\x80"), Some(path(1)));
    }

    #[test]
    fn the_library_hears_of_a_moved_peer_at_the_pair_it_knows_and_answers_nobody_there() {
        let mut paths = Paths::default();
        nominated(&mut paths, 1, 1);
        assert!(!paths.note_incoming(at(0), path(1), &request(5, false)));
        nominated(&mut paths, 2, 2);
        assert!(paths.note_incoming(at(0), path(2), &request(6, false)));
        assert!(!paths.note_incoming(at(0), path(2), b"\x80"));
        assert_eq!(paths.pinned(), Some(path(1)));
        assert_eq!(paths.route(at(0), path(1), &success(6)), None);
        assert_eq!(paths.route(at(0), path(1), &request(9, false)), None);
        assert_eq!(paths.route(at(0), path(2), &success(6)), Some(path(2)));
    }

    #[test]
    fn a_checked_pair_takes_the_place_of_one_that_has_fallen_silent_and_of_no_other() {
        let mut paths = Paths::default();
        nominated(&mut paths, 1, 1);
        paths.note_incoming(at(1000), path(1), b"\x80");
        paths.note_incoming(at(1500), path(2), &request(2, false));
        paths.route(at(1500), path(2), &success(2));
        assert_eq!(paths.route(at(1500), path(1), b"\x80"), Some(path(1)));
        paths.note_incoming(at(3000), path(2), &request(3, false));
        paths.route(at(3000), path(2), &success(3));
        assert_eq!(paths.route(at(3000), path(1), b"\x80"), Some(path(2)));
    }

    #[test]
    fn a_path_that_ended_carries_nothing_more() {
        let mut paths = Paths::default();
        nominated(&mut paths, 1, 1);
        nominated(&mut paths, 2, 2);
        paths.forget(path(2));
        assert_eq!(paths.route(at(0), path(1), b"\x80"), Some(path(1)));
    }

    #[test]
    fn invented_nominations_leave_room_for_the_real_one() {
        let mut paths = Paths::default();
        for transaction in 0..200 {
            paths.note_incoming(at(0), path(9), &request(transaction, true));
        }
        assert!(paths.asked.len() <= MAX_CHECKS);
        nominated(&mut paths, 1, 250);
        assert_eq!(paths.route(at(0), path(9), b"\x80"), Some(path(1)));
    }
}
