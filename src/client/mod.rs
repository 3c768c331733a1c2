//! Built-in clients: what a browser does, without a browser, for smoke tests, load and
//! endurance.

mod backoff;
pub mod bridge;
pub mod candidates;
pub mod http;
mod joined;
pub mod media;
mod media_chain;
mod media_config;
mod media_mirror;
mod media_publish;
mod media_receive;
mod media_repairs;
mod media_requests;
mod media_source;
mod media_stats;
mod media_text;
pub mod person;
mod pinned;
pub mod signalling;
pub mod turn;
