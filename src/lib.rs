//! Passerelle, a self-hosted video gateway for interpretation relay: everything that does I/O. The
//! calls themselves are decided in the member crate `passerelle_signaling`.

pub mod app;
pub mod audit;
pub mod auth;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod dispatch;
pub mod echo;
#[cfg(any(test, passerelle_fuzz))]
#[doc(hidden)]
pub mod fuzz;
pub mod hexadecimal;
pub mod http;
pub mod lifecycle;
pub mod limits;
pub mod mail;
pub mod oidc;
pub mod process;
pub mod random;
pub mod sfu;
pub mod store;
pub mod telemetry;
pub mod tls;
pub mod ws;
