//! The calls of Passerelle: who waits, who is rung, who talks. Sans-I/O.

pub mod command;
pub mod effect;
pub mod event;
pub mod ids;
pub mod language;
pub mod protocol;
pub mod record;
pub mod rules;
pub mod time;
pub mod view;

#[cfg(test)]
mod typescript;
