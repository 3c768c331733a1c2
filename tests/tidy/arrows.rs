//! Imports run downwards only, so that each module can be read, tested and replaced without those
//! above it: `main → cli → app → {http, ws} → dispatch → signaling`, and beside it store and sfu.

use super::tree::{File, assert_none, files};
use std::collections::BTreeSet;

/// Each top-level module of `src/` and what it may import of the others. A new module gets a row.
const ARROWS: &[(&str, &str)] = &[
    ("main", "cli"),
    ("lib", ""),
    // Every reader of bytes from outside.
    ("fuzz", "auth config http mail sfu ws"),
    (
        "cli",
        "app audit auth client clock config lifecycle process random store telemetry tls",
    ),
    (
        "app",
        "audit auth clock config dispatch echo http lifecycle limits mail oidc random sfu store \
         tls ws",
    ),
    // An upgrade that is refused answers in the form of every other error.
    ("ws", "auth clock config dispatch http limits random"),
    (
        "http",
        "audit auth clock config dispatch echo hexadecimal limits oidc random store tls",
    ),
    // Who may be invited is a matter of the configuration in force.
    ("auth", "audit clock config hexadecimal mail random store"),
    // What is sent, never who may have it sent.
    ("mail", "clock config random tls"),
    // Who did what: it knows acts, never who may act.
    ("audit", "clock hexadecimal"),
    ("dispatch", "audit clock sfu store"),
    // Rows, never policy.
    ("store", "clock"),
    // Rooms and peers, never languages or queues.
    ("sfu", "clock random"),
    // The other end of the wire; it shares the names of codecs, cookies and TLS with the gateway.
    ("client", "auth clock random sfu tls"),
    // The other end of a device's test of itself: a built-in client in a room of its own.
    ("echo", "client clock sfu"),
    // What a provider has said of somebody; accounts and sessions are of `auth`.
    ("oidc", "clock config random tls"),
    ("tls", "clock config random"),
    ("config", ""),
    ("lifecycle", ""),
    // How often; never who may, or what.
    ("limits", "clock"),
    ("process", ""),
    ("telemetry", ""),
    ("clock", ""),
    ("random", "hexadecimal"),
    ("hexadecimal", ""),
];

#[test]
fn imports_run_downwards_only() {
    let mut broken = Vec::new();
    for file in files()
        .iter()
        .filter(|file| file.is_in("src/") && file.is(&["rs"]))
    {
        let Some(module) = module_of(&file.path) else {
            continue;
        };
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
            broken.push(format!(
                "{}: `{module}` has no row in tests/tidy/arrows.rs",
                file.path
            ));
            continue;
        };
        for (number, imported) in imports(file) {
            if imported != module && !allowed.split(' ').any(|name| name == imported) {
                broken.push(format!("{}:{number}: {module} → {imported}", file.path));
            }
        }
    }
    assert_none(
        broken,
        "An arrow upwards ties two modules into one: pass what is needed as an argument, or move \
         it down (ARCHITECTURE.md has the map).",
    );
}

#[test]
fn the_core_imports_nothing_of_the_gateway() {
    let core = files()
        .iter()
        .filter(|file| file.is_in("signaling/") && file.is(&["rs"]));
    let mut broken = Vec::new();
    for file in core {
        let lines = file
            .code()
            .filter(|(_, line)| names_crate(line, "passerelle::"));
        broken.extend(lines.map(|(number, _)| format!("{}:{number}", file.path)));
    }
    assert_none(
        broken,
        "The core is simulated and replayed alone: it knows nothing of the gateway.",
    );
}

/// `dispatch` for `src/dispatch/driver.rs` and for `src/dispatch.rs`.
fn module_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    inside.split('/').next()?.split('.').next()
}

/// The top-level modules that a file's product code names, with the line.
fn imports(file: &File) -> BTreeSet<(usize, String)> {
    let mut found = BTreeSet::new();
    for (number, line) in file.production_code() {
        for prefix in ["crate::", "passerelle::"] {
            let mut rest = line;
            while let Some(at) = rest.find(prefix) {
                let known = names_crate(&rest[at.saturating_sub(1)..], prefix);
                rest = &rest[at + prefix.len()..];
                if known {
                    found.extend(first_names(rest).into_iter().map(|name| (number, name)));
                }
            }
        }
    }
    found
}

/// True where `prefix` is a path of its own, not the end of a longer name (`my_passerelle::`).
fn names_crate(text: &str, prefix: &str) -> bool {
    text.find(prefix).is_some_and(|at| {
        let before = text[..at].chars().next_back();
        before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_' && letter != ':')
    })
}

/// `a` for `a::b`; `a` and `c` for `{a::b, c}`; nothing for a macro or type of the crate's root.
fn first_names(path: &str) -> Vec<String> {
    let name_of = |text: &str| -> String {
        text.chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect()
    };
    let names: Vec<String> = match path.strip_prefix('{') {
        None => vec![name_of(path)],
        Some(group) => {
            let mut depth = 0;
            let commas = group.char_indices().filter(|(_, letter)| {
                depth += i32::from(*letter == '{') - i32::from(*letter == '}');
                *letter == ',' && depth == 0
            });
            let starts: Vec<usize> = commas.map(|(at, _)| at + 1).chain([0]).collect();
            starts
                .into_iter()
                .map(|at| name_of(group[at..].trim_start()))
                .collect()
        }
    };
    let is_module = |name: &String| name.starts_with(|letter: char| letter.is_ascii_lowercase());
    names.into_iter().filter(is_module).collect()
}

#[test]
fn names_are_found_in_every_form_of_import() {
    assert_eq!(first_names("store::{Store, StoreError};"), ["store"]);
    let mut group = first_names("{clock::Clock, store::{Store, Row}, random};");
    group.sort();
    assert_eq!(group, ["clock", "random", "store"]);
    assert!(!names_crate("my_passerelle::x", "passerelle::"));
    assert!(names_crate("pub(crate) use passerelle::x", "passerelle::"));
}
