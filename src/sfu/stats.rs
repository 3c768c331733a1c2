//! Figures of the media engine: what exists now, and counters since the start.

use super::delay::Delays;

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
    /// Datagrams of media that were refused: forged, copied, malformed, or before the handshake.
    pub datagrams_refused: u64,
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
