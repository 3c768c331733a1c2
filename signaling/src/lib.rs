//! The calls of Passerelle: who waits, who is rung, who talks. Sans-I/O: no socket, no clock, no
//! random source; the moment comes in with each command, and events and effects go out.
//!
//! Start at [`core`] for the loop, [`state`] for the state machines, `decide` for the rules,
//! [`protocol`] for the messages on the wire.

pub mod command;
pub mod configuration;
pub mod core;
mod decide;
pub mod effect;
pub mod estimate;
pub mod event;
mod figures;
pub mod hours;
pub mod ids;
pub mod need;
pub mod private;
pub mod protocol;
pub mod record;
pub mod rules;
pub mod simulation;
pub mod slots;
pub mod state;
pub mod steps;
pub mod tag;
pub mod time;
pub mod view;
mod views;
mod waits;

pub use crate::core::{Core, Step};
pub use crate::figures::figures;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod typescript;
#[cfg(test)]
mod vectors;
