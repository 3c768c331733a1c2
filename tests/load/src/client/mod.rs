//! The clients: connections of an independent WebRTC implementation, all of them in one thread with
//! a socket each, and what they have counted.

mod arrival_time;
mod peer;
mod stamp;
mod swarm;
mod tally;

pub(crate) use peer::{Direction, Peer, PeerError, configured};
pub(crate) use stamp::{DATAGRAM, PER_FRAME};
pub(crate) use swarm::{Pace, Swarm};
pub(crate) use tally::Tally;
