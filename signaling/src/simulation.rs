//! Days of a service that never took place: the real core, driven through virtual time by made-up
//! visitors, interpreters, coordinators and faults. One seed gives one day, always the same. The
//! tests look for broken promises in thousands of such days, and `passerelle simulate` tells a
//! coordinator what wait to expect of a roster.
//!
//! ```text
//!  plan (what people are about to do) ──┐
//!                                       ├─ whichever is earlier ──▶ Core::handle ──▶ journal
//!  core.next_deadline() ── Tick ────────┘                                │
//!        ▲                                                               │
//!        └────────── people see what happened and plan what they do ◀────┘
//! ```
//!
//! Start at [`Scenario`] for what goes in, [`run`] for what happens, [`Summary`] for what comes
//! out; [`Plan`] is a scenario as a coordinator writes it.

mod company;
mod coordinator;
mod day;
mod dice;
mod faults;
mod links;
mod people;
mod plan;
mod plan_check;
mod scenario;
mod summary;
mod visitors;

pub use day::{Day, Service, Watch, run};
pub use dice::{Dice, Length};
pub use plan::{
    Answering, Arrivals, DAYS_MAX, Plan, PlanProblem, PlanProblems, Roster, VISITORS_MAX,
};
pub use scenario::{Answers, Faults, QUARTERS, Scenario, Visitors};
pub use summary::{Cell, Summary};
