//! Built-in clients: what a browser does, without a browser, for smoke tests and self-tests.

pub mod http;
pub mod media;
mod media_config;
mod media_publish;
mod media_receive;
mod media_source;
mod media_stats;
mod pinned;
pub mod signalling;
