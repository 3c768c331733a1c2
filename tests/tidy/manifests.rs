//! Dependencies say what they are for, and lock files name no one's mirror.

use super::tree::{assert_none, file, root};

const MANIFESTS: &[&str] = &[
    "Cargo.toml",
    "signaling/Cargo.toml",
    "tests/fuzz/Cargo.toml",
    "tests/load/Cargo.toml",
];

const LOCKS: &[&str] = &[
    "web-client/package-lock.json",
    "tests/e2e/package-lock.json",
];

#[test]
fn every_dependency_says_what_it_is_for() {
    let mut silent = Vec::new();
    for path in MANIFESTS {
        let mut in_table = false;
        let mut explained = false;
        for (at, line) in file(path).text.lines().enumerate() {
            if line.starts_with('[') {
                in_table = line.ends_with("dependencies]");
            }
            // A comment explains the lines below it, up to the next blank one.
            explained = !line.trim().is_empty() && (explained || line.starts_with('#'));
            let is_entry = line.starts_with(|first: char| first.is_ascii_lowercase());
            // Our own crates, and entries explained where the workspace names their version.
            let elsewhere = line.contains(".workspace = true") || line.contains("path = ");
            if in_table && is_entry && !explained && !elsewhere {
                silent.push(format!("{path}:{}: {line}", at + 1));
            }
        }
    }
    assert_none(
        silent,
        "A dependency is read, updated and audited for years: the comment above it says what for.",
    );
}

#[test]
fn lock_files_name_the_public_registry_or_none() {
    let mut strange = Vec::new();
    for path in LOCKS {
        let text = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        let resolved = text.lines().filter(|line| line.contains("\"resolved\":"));
        let elsewhere = resolved.filter(|line| !line.contains("\"https://registry.npmjs.org/"));
        strange.extend(elsewhere.map(|line| format!("{path}: {}", line.trim())));
    }
    assert_none(
        strange,
        "A mirror's address in a lock file breaks the build everywhere else.",
    );
}
