//! Passerelle, a self-hosted video gateway for interpretation relay: everything that does I/O. The
//! calls themselves are decided in the member crate `passerelle_signaling`.

pub mod config;
