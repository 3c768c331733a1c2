//! Each threat of the model in SECURITY.md names tests that would fail if it came true, and those
//! exist.

use super::tree::{File, assert_none, file, files};

/// Where the model begins and ends.
const MODEL: (&str, &str) = ("## Threat model", "\n## ");

/// The first letters of the six kinds of threat (STRIDE).
const KINDS: [&str; 6] = ["S", "T", "R", "I", "D", "E"];

/// The rows of the model: their cells, without the heads of the tables.
fn threats() -> Vec<Vec<&'static str>> {
    let text = &file("SECURITY.md").text;
    let (_, model) = text.split_once(MODEL.0).expect("SECURITY.md has a model");
    let model = model.split(MODEL.1).next().unwrap_or(model);
    let rows = model.lines().filter(|line| line.starts_with("| "));
    let cells = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect());
    cells.filter(|row: &Vec<&str>| !row[0].is_empty()).collect()
}

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// A Rust test of this name, or a file of browser tests.
fn exists(test: &str) -> bool {
    if test.ends_with(".spec.ts") {
        return files().iter().any(|file| file.path.ends_with(test));
    }
    let head = format!("fn {test}(");
    let is_there = |file: &&File| file.is(&["rs"]) && file.text.contains(&head);
    files().iter().find(is_there).is_some()
}

#[test]
fn each_threat_has_its_kind_and_is_held_by_tests_that_exist() {
    let threats = threats();
    assert!(threats.len() > 30, "the model was read: {}", threats.len());
    let kindless = threats.iter().filter(|row| !KINDS.contains(&row[0]));
    let untested = threats.iter().filter(|row| quoted(row[3]).next().is_none());
    let unheld = kindless.chain(untested).map(|row| row[1].to_owned());
    let tests = threats.iter().flat_map(|row| quoted(row[3]));
    let lost = tests.filter(|test| !exists(test)).map(str::to_owned);
    assert_none(
        unheld.chain(lost),
        "SECURITY.md: a threat that no test holds is a hope; a renamed test is renamed there too.",
    );
}
