//! The page of roles is written from the tables.

use super::*;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The page.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/roles.md");

const HEAD: &str =
    "<!-- Written by the tests from src/auth/permissions.rs. Refresh: UPDATE=1 cargo \
test -p passerelle permissions -->
# Roles

What each role may do: every endpoint of the gateway and every request over a WebSocket. The
program asks the same table, and a test asks a running gateway each of them as every role, signed
in and not.

- **Tablet**: at a reception point, paired. **Guest**: a third party in one conversation, by a link.
- **Interpreter**, **coordinator**: who takes calls, and who watches over the queue.
- **Administrator**: who looks after people and tablets and sees how the gateway stands. No
  administrator sees the queue, a call, or who is in one: none opens a WebSocket. Whoever is to have
  both has two accounts.

A coordinator or an administrator whose account lacks the second factor that the service asks for
([accounts.md](accounts.md)) may do nothing but enrol one (`second_factor_missing`).

## Over HTTP

Who is not signed in is refused with `signed_out` (401), another role with `not_allowed` (403).
*Own* is about oneself: `role=` in the query names the page, and pages that have no account are
refused with `unknown_role` (400). *Line*: the browser session that opened it, all others are
refused with `line_gone` (404). Pages and their files are for anybody.

| endpoint | signed out | tablet | guest | interpreter | coordinator | administrator | |
|---|---|---|---|---|---|---|---|
";

const OVER_WEBSOCKETS: &str = "
## Over a WebSocket

Another role is refused with `not_allowed`, and nothing is done. *Own* is checked where the call is:
who is not in it is refused with why. An administrator opens none.

| request | tablet | guest | interpreter | coordinator | administrator | |
|---|---|---|---|---|---|---|
";

fn page() -> String {
    let mut page = String::from(HEAD);
    for endpoint in ENDPOINTS {
        let mark = |role: Option<Role>| match endpoint.access {
            Access::Anybody => "yes",
            Access::Of(who) if role.is_some_and(|role| who.contains(&role)) => "yes",
            Access::Oneself(who) if role.is_some_and(|role| who.contains(&role)) => "own",
            Access::OwnLine if role.is_some_and(|role| CALLERS.contains(&role)) => "line",
            _ => "–",
        };
        let roles = Role::ALL.map(|role| mark(Some(role))).join(" | ");
        let Endpoint {
            method, path, what, ..
        } = endpoint;
        let _ = writeln!(
            page,
            "| `{method} {path}` | {} | {roles} | {what} |",
            mark(None)
        );
    }
    page.push_str(OVER_WEBSOCKETS);
    for (name, who, what) in REQUESTS {
        let mark = |role| if who.contains(&role) { "yes" } else { "–" };
        let roles = Role::ALL.map(mark).join(" | ");
        let _ = writeln!(page, "| `{name}` | {roles} | {what} |");
    }
    page
}

#[test]
fn the_page_of_roles_is_what_the_program_asks() {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(PAGE, page()).unwrap();
    }
    let written = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        written == page(),
        "docs/roles.md is stale: run `UPDATE=1 cargo test -p passerelle permissions`"
    );
}

#[test]
fn every_row_is_there_once_and_an_endpoint_without_a_row_is_nobodys() {
    let endpoints: BTreeSet<_> = ENDPOINTS.iter().map(|it| (it.method, it.path)).collect();
    assert_eq!(endpoints.len(), ENDPOINTS.len());
    let names: BTreeSet<_> = REQUESTS.iter().map(|(name, ..)| name).collect();
    assert_eq!(names.len(), REQUESTS.len());
    assert_eq!(
        access("HEAD", "/api/people"),
        Some(Access::Of(ADMINISTRATORS))
    );
    assert_eq!(access("GET", "/api/people/add"), None);
}

#[test]
fn an_administrator_may_ask_nothing_of_a_call() {
    assert!(!CALLERS.contains(&Role::Administrator));
    for (name, who, _) in REQUESTS {
        assert!(!who.contains(&Role::Administrator), "{name}");
    }
}
