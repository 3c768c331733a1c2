//! The clients: connections of an independent WebRTC implementation, all of them in one thread with
//! a socket each, and what they have counted.

mod peer;
mod stamp;
mod swarm;
mod tally;

pub(crate) use peer::{Direction, Peer, PeerError, Pending, configured};
pub(crate) use stamp::{PER_FRAME, PER_SECOND};
pub(crate) use swarm::{Pace, Standing, Swarm};
pub(crate) use tally::Tally;
