//! Every interleaving of a small service on the real core: two tablets, two interpreters, whatever
//! anybody can do, whatever falls due, a restart at any point. States are visited breadth first, so
//! a counterexample is as short as can be; it is printed as commands that can be put into a test.
//!
//! Made finite: time passes only to the next deadline, and only relative moments count; ids are
//! numbered anew by age; what no decision reads (records, learned waits) is left out. Ageing and
//! rest are out of reach: the random days of the property tests cover them.
//!
//! The services that take long are made smaller here, by a tablet or an interpreter.
//! `PASSERELLE_MODEL=whole cargo test --release -p passerelle-signaling --test model` visits them
//! whole.

mod explore;
mod invariants;
mod key;
mod service;

use explore::explore;
use service::{ALL, ONE, Service};

/// Whether to visit the services that take long without what makes them smaller.
fn whole() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "how far to search is the caller's choice, not part of the core"
    )]
    let asked = std::env::var("PASSERELLE_MODEL");
    let asked = asked.unwrap_or_default();
    assert!(
        ["", "whole"].contains(&asked.as_str()),
        "PASSERELLE_MODEL: `whole`, or nothing"
    );
    asked == "whole"
}

#[test]
fn tablets_that_come_and_go_break_no_promise() {
    explore(&Service {
        step: ONE,
        tablets_leave: true,
        ..Service::default()
    });
}

#[test]
fn consoles_that_come_and_go_break_no_promise() {
    explore(&Service {
        step: ONE,
        consoles_leave: true,
        one_tablet: !whole(),
        ..Service::default()
    });
}

#[test]
fn a_restart_at_any_moment_breaks_no_promise() {
    explore(&Service {
        step: ONE,
        restarts: true,
        one_tablet: !whole(),
        ..Service::default()
    });
}

#[test]
fn one_ring_at_a_time_keeps_every_promise_whoever_is_away() {
    explore(&Service {
        step: ONE,
        availability: true,
        ..Service::default()
    });
}

#[test]
fn two_rings_at_once_keep_every_promise_whoever_is_first() {
    explore(&Service {
        step: ALL,
        availability: true,
        ..Service::default()
    });
}

#[test]
fn an_assignment_keeps_every_promise_at_any_moment() {
    explore(&Service {
        step: ALL,
        assignment: true,
        ..Service::default()
    });
}

#[test]
fn a_callback_keeps_every_promise_at_any_moment() {
    explore(&Service {
        step: ONE,
        callbacks: true,
        alone: true,
        ..Service::default()
    });
}

#[test]
fn a_colleague_who_comes_takes_over_or_leaves_breaks_no_promise() {
    explore(&Service {
        step: ONE,
        tablets_leave: true,
        consoles_leave: true,
        restarts: true,
        colleagues: true,
        one_tablet: true,
        ..Service::default()
    });
}

#[test]
fn a_coordinator_who_looks_on_and_a_third_party_break_no_promise() {
    explore(&Service {
        step: ONE,
        tablets_leave: true,
        consoles_leave: true,
        restarts: true,
        company: true,
        colleagues: whole(),
        one_tablet: true,
        ..Service::default()
    });
}

#[test]
fn an_appointment_keeps_every_promise_at_any_moment() {
    explore(&Service {
        step: ONE,
        restarts: true,
        appointment: true,
        alone: !whole(),
        ..Service::default()
    });
}
