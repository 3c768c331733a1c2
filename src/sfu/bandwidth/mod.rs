//! The downlink: how much the path to each subscriber carries, and what follows from it.

mod aimd;
mod arrival;
mod estimator;
mod history;
mod loss;
mod probe;
#[cfg(test)]
mod simulation;
mod throughput;
mod trend;
