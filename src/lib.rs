//! Passerelle.

pub mod client;
pub mod clock;
pub mod dispatch;
pub mod random;
pub mod sfu;
pub mod store;
