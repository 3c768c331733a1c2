//! The downlink of each subscriber: how much its path carries, measured from the packets we send it
//! and its reports about them, and what follows for those whose picture it shows.
//!
//! The estimator is google congestion control (draft-ietf-rmcat-gcc-02, libwebrtc's `goog_cc`) in
//! five small parts: arrival groups, trend, rate by delay, rate by loss, probes. It is pure and
//! runs in simulated networks (`simulation`; pictures in `docs/bandwidth`). The gauge drives it;
//! `steer` tells publishers, `layers` chooses among those of a picture that is sent in several.

mod aimd;
mod arrival;
mod estimator;
mod gauge;
mod history;
mod layers;
mod loss;
mod probe;
mod report;
#[cfg(test)]
mod simulation;
mod steer;
mod throughput;
mod trend;

pub use estimator::PathState;
pub(super) use gauge::Gauge;
#[cfg(test)]
pub(super) use report::ReceiverClock;
pub(super) use steer::PictureLimit;
