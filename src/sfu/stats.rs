//! Figures of the media engine: what exists now, and counters since the start.

use super::delay::Delays;
use std::ops::AddAssign;

/// A reading of the engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SfuStats {
    /// Rooms that exist.
    pub rooms: usize,
    /// Peer connections that exist.
    pub peers: usize,
    /// Peer connections with ICE and DTLS up.
    pub peers_connected: usize,
    /// Remote addresses that lead to a peer.
    pub addresses: usize,
    /// TCP connections of clients.
    pub streams: usize,
    /// UDP sockets for single clients; none with one media thread.
    pub lines: usize,
    /// How long forwarded packets were inside, since the start.
    pub delays: Delays,
    /// Counters since the start.
    pub counters: Counters,
}

/// Counters since the start; they only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams read from the media port.
    pub datagrams_received: u64,
    /// Datagrams for no peer, dropped.
    pub datagrams_unknown: u64,
    /// Datagrams that came to another media thread than their peer's, and were handed over.
    pub datagrams_handed_over: u64,
    /// Those that could not be, because too many waited there; lost.
    pub datagrams_not_handed_over: u64,
    /// Datagrams that were refused: media that is forged, copied, malformed or before the
    /// handshake, and DTLS and SCTP of which there is too much or that no client needs.
    pub datagrams_refused: u64,
    /// Connectivity checks in the name of a peer without its password, or from one address too
    /// many, dropped.
    pub checks_refused: u64,
    /// Datagrams handed to the system.
    pub datagrams_sent: u64,
    /// Datagrams the system refused (full buffer, no route), lost.
    pub datagrams_unsent: u64,
    /// Fresh RTP packets of publishers.
    pub packets_received: u64,
    /// Copies dropped: bandwidth probes over RTX, network duplicates.
    pub packets_duplicate: u64,
    /// RTP packets forwarded, counted per subscriber.
    pub packets_forwarded: u64,
    /// Pictures that stood for two seconds.
    pub standstills: u64,
    /// Keyframe requests from subscribers (PLI, FIR).
    pub keyframe_requests_received: u64,
    /// Keyframe requests sent to publishers.
    pub keyframe_requests_sent: u64,
    /// Pictures of which more was lost than could be repaired in time.
    pub pictures_begun_anew: u64,
    /// Clients whose pictures were paused because nobody looked at them.
    pub pauses: u64,
    /// Limits sent to publishers, so that their picture fits those who show it.
    pub rate_limits_sent: u64,
    /// Messages of real-time text to be relayed.
    pub texts_received: u64,
    /// Messages of real-time text dropped: too long, too many, or no text.
    pub texts_dropped: u64,
    /// Messages of real-time text sent on, counted per receiver.
    pub texts_sent: u64,
    /// Joins answered.
    pub joins: u64,
    /// Joins refused.
    pub joins_refused: u64,
    /// Peers lost: ICE or DTLS failed, closed by the client, or never connected.
    pub peers_lost: u64,
    /// Peers ended because serving them panicked; the rest went on. Should be zero.
    pub peers_panicked: u64,
    /// Events dropped because nobody read them. Should be zero.
    pub events_dropped: u64,
}

impl AddAssign for SfuStats {
    /// What several media threads have together.
    fn add_assign(&mut self, other: Self) {
        self.rooms += other.rooms;
        self.peers += other.peers;
        self.peers_connected += other.peers_connected;
        self.addresses += other.addresses;
        self.streams += other.streams;
        self.lines += other.lines;
        self.delays += other.delays;
        self.counters += other.counters;
    }
}

impl AddAssign for Counters {
    fn add_assign(&mut self, other: Self) {
        // Taken apart, so that one that is forgotten does not compile.
        let Self {
            datagrams_received,
            datagrams_unknown,
            datagrams_handed_over,
            datagrams_not_handed_over,
            datagrams_refused,
            checks_refused,
            datagrams_sent,
            datagrams_unsent,
            packets_received,
            packets_duplicate,
            packets_forwarded,
            standstills,
            keyframe_requests_received,
            keyframe_requests_sent,
            pictures_begun_anew,
            pauses,
            rate_limits_sent,
            texts_received,
            texts_dropped,
            texts_sent,
            joins,
            joins_refused,
            peers_lost,
            peers_panicked,
            events_dropped,
        } = other;
        self.datagrams_received += datagrams_received;
        self.datagrams_unknown += datagrams_unknown;
        self.datagrams_handed_over += datagrams_handed_over;
        self.datagrams_not_handed_over += datagrams_not_handed_over;
        self.datagrams_refused += datagrams_refused;
        self.checks_refused += checks_refused;
        self.datagrams_sent += datagrams_sent;
        self.datagrams_unsent += datagrams_unsent;
        self.packets_received += packets_received;
        self.packets_duplicate += packets_duplicate;
        self.packets_forwarded += packets_forwarded;
        self.standstills += standstills;
        self.keyframe_requests_received += keyframe_requests_received;
        self.keyframe_requests_sent += keyframe_requests_sent;
        self.pictures_begun_anew += pictures_begun_anew;
        self.pauses += pauses;
        self.rate_limits_sent += rate_limits_sent;
        self.texts_received += texts_received;
        self.texts_dropped += texts_dropped;
        self.texts_sent += texts_sent;
        self.joins += joins;
        self.joins_refused += joins_refused;
        self.peers_lost += peers_lost;
        self.peers_panicked += peers_panicked;
        self.events_dropped += events_dropped;
    }
}
