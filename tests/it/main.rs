//! Integration tests: a real gateway process, reached by the built-in client as a browser would.
//! One binary, so that it is linked once.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's panic is its message; clippy does not know helper functions of tests"
)]

mod accounts;
mod acme;
mod administrating;
mod appointments;
mod audit;
mod authority;
mod backups;
mod browser;
mod callbacks;
mod calls;
mod certificates;
mod coming_back;
mod command_line;
mod coordinating;
mod crash;
mod doctor;
mod doors;
mod forgotten;
mod gateway;
mod guessing;
mod guests;
mod history;
mod invitations;
mod limits;
mod load;
mod looking_on;
mod losing;
mod nothing_said;
mod oidc;
mod oidc_people;
mod overload;
mod pages;
mod pairing;
mod people;
mod polling;
mod post_office;
mod presence;
mod provider;
mod proxies;
mod refusals;
mod reload;
mod restart;
mod roles;
mod routing;
mod second_factor;
mod self_tests;
mod service;
mod smoke;
mod stopping;
mod storage;
mod subjects;
