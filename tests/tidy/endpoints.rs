//! `docs/openapi.yaml` has every endpoint of the gateway and no other, and so has the table of who
//! may ask what.

use super::tree::{assert_none, file, files};
use passerelle::auth::permissions::ENDPOINTS;
use std::collections::BTreeSet;

const DESCRIPTION: &str = "docs/openapi.yaml";
const PERMISSIONS: &str = "src/auth/permissions.rs";

/// The methods that endpoints take.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The statement whose routes are nested, where, and the module it is in.
const NESTED: (&str, &str) = ("let api = Router::new()", "/api");
const NESTING: &str = "src/http/";

#[test]
fn every_endpoint_is_described_and_nothing_else_is() {
    let (served, described) = (served(), described());
    assert!(served.contains("get /healthz") && served.contains("get /api/session"));
    let missing = served.difference(&described);
    let missing = missing.map(|it| format!("{DESCRIPTION} lacks `{it}`"));
    let stale = described.difference(&served);
    let stale = stale.map(|it| format!("{DESCRIPTION} has `{it}`, which no router has"));
    assert_none(
        missing.chain(stale),
        "Whoever writes a client reads there what the gateway answers: describe what is added, \
         take out what is gone.",
    );
}

#[test]
fn it_is_said_of_every_endpoint_who_may_ask_it() {
    let rows = ENDPOINTS.iter();
    let rows = rows.map(|it| format!("{} {}", it.method.to_lowercase(), it.path));
    let (served, rows) = (served(), rows.collect::<BTreeSet<_>>());
    let missing = served.difference(&rows);
    let missing = missing.map(|it| format!("{PERMISSIONS} lacks `{it}`"));
    let stale = rows.difference(&served);
    let stale = stale.map(|it| format!("{PERMISSIONS} has `{it}`, which no router has"));
    assert_none(
        missing.chain(stale),
        "Handlers and docs/roles.md go by that table: say who may ask what is added.",
    );
}

/// Such as `post /api/tablets/{tablet}/code`, from the routers.
fn served() -> BTreeSet<String> {
    let mut served = BTreeSet::new();
    let routers = files().iter();
    let routers = routers.filter(|file| file.is_in("src/http/") || file.is_in("src/ws/"));
    for file in routers.filter(|file| file.is(&["rs"])) {
        let text = &file.text;
        let module = prefix_of(&file.path);
        let nested = text.find(NESTED.0);
        let nested = nested.map(|start| start..start + text[start..].find(';').unwrap_or(0));
        for (at, _) in text.match_indices(".route(") {
            let route = text[at + ".route(".len()..].trim_start();
            let quoted = route.strip_prefix('"').and_then(|it| it.split_once('"'));
            let is_text = format!("{}: the path of a route is written as text", file.path);
            let (path, handler) = quoted.expect(&is_text);
            let is_nested = nested.as_ref().is_some_and(|nested| nested.contains(&at));
            let prefix = if is_nested { NESTED.1 } else { &module };
            let path = if path == "/" { "" } else { path };
            let handler = handler.trim_start_matches([',', ' ', '\n']);
            let is_known = format!("{}: `{path}` takes a method known here", file.path);
            let methods = methods(handler, text).expect(&is_known);
            served.extend(methods.map(|method| format!("{method} {prefix}{path}")));
        }
    }
    served
}

/// Where the routes of a module of its own are nested: `.nest("/account", account::router())`.
fn prefix_of(path: &str) -> String {
    let within = path.strip_prefix(NESTING).unwrap_or_default();
    let module = within.split(['/', '.']).next().unwrap_or_default();
    let router = format!("\", {module}::router())");
    let nesting = &file("src/http/mod.rs").text;
    let prefix = nesting.split_once(&router).and_then(|(before, _)| {
        let (_, prefix) = before.rsplit_once(".nest(\"")?;
        Some(format!("{}{prefix}", NESTED.1))
    });
    prefix.unwrap_or_default()
}

/// `get(…)`, `get(…).post(…)`, or the name of such a handler.
fn methods(handler: &str, text: &str) -> Option<impl Iterator<Item = &'static str>> {
    let name: String = handler
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect();
    let definition = if METHODS.contains(&name.as_str()) {
        handler
    } else {
        let start = format!("let {name} = ");
        text.split_once(&start)?.1
    };
    // Up to the next route, or the end of the statement.
    let end = definition.find([';']).unwrap_or(definition.len());
    let end = definition[..end].find(".route(").unwrap_or(end);
    let definition = definition[..end].to_owned();
    let takes = move |method: &&str| {
        let call = format!("{method}(");
        definition.starts_with(&call) || definition.contains(&format!(".{call}"))
    };
    Some(METHODS.into_iter().filter(takes))
}

/// The same from the description: paths stand at two spaces, methods at four.
fn described() -> BTreeSet<String> {
    let text = &file(DESCRIPTION).text;
    let (_, paths) = text.split_once("\npaths:\n").expect("a list of paths");
    let (paths, _) = paths.split_once("\ncomponents:").expect("components");
    let mut path = "";
    let mut described = BTreeSet::new();
    for line in paths.lines() {
        let key = line.trim_start().trim_end_matches(':');
        match line.len() - line.trim_start().len() {
            2 if key.starts_with('/') => path = key,
            4 if METHODS.contains(&key) => {
                described.insert(format!("{key} {path}"));
            }
            _ => {}
        }
    }
    described
}
