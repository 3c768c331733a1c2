//! Seeded days of the city, with everything that can go wrong, against the promises of the core.
//! `make sim` runs thousands of them. A day that breaks a promise prints its seed, the commit, the
//! last commands and the one command that plays it again:
//!
//! ```text
//! PASSERELLE_SIM_SEED=17 cargo test -p passerelle-signaling --test sim -- one_day
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's panic is its message; clippy does not know helper functions of tests"
)]

mod city;
mod clock;
mod company;
mod days;
mod formulas;
mod plans;
mod promises;
mod replay;
mod shadow;
