//! Passerelle.

pub mod client;
pub mod sfu;
