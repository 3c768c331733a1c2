//! Simulated networks for the estimator: a bottleneck with a queue, loss and jitter, senders and
//! receivers, in virtual time and from a seed, so that each run is the same as the last.

mod network;
mod plot;
mod scenarios;
mod world;
