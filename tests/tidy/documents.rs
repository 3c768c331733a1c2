//! The root documents keep what they promise: commands first, one licence everywhere, a changelog.

use super::tree::{assert_none, file, root};

/// The licence of everything here.
const LICENCE: &str = "EUPL-1.2";

/// A reader who wants to run it finds the commands without scrolling.
const README_OPENING_LINES: usize = 16;

fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

#[test]
fn the_readme_opens_with_the_two_commands() {
    let readme = &file("README.md").text;
    let opening: Vec<&str> = readme.lines().take(README_OPENING_LINES).collect();
    for command in ["make demo", "make test"] {
        assert!(
            opening.iter().any(|line| line.starts_with(command)),
            "README.md: `{command}` stands within the first {README_OPENING_LINES} lines"
        );
    }
}

#[test]
fn every_document_names_the_same_licence() {
    let text = std::fs::read_to_string(root().join("LICENSE")).expect("LICENSE exists");
    for part in [
        "EUROPEAN UNION PUBLIC LICENCE v. 1.2",
        "15.Applicable Law",
        "Appendix",
    ] {
        assert!(
            text.contains(part),
            "LICENSE is the whole text of {LICENCE}; it lacks \"{part}\""
        );
    }
    let claims = [
        ("Cargo.toml", format!("license = \"{LICENCE}\"")),
        ("publiccode.yml", format!("license: {LICENCE}")),
        (
            "web-client/package.json",
            format!("\"license\": \"{LICENCE}\""),
        ),
        (
            "tests/e2e/package.json",
            format!("\"license\": \"{LICENCE}\""),
        ),
        ("README.md", LICENCE.to_owned()),
    ];
    let wrong = claims
        .iter()
        .filter(|(path, claim)| !file(path).text.contains(claim));
    assert_none(
        wrong.map(|(path, claim)| format!("{path} lacks `{claim}`")),
        "A public body checks the licence in one place: all of them agree.",
    );
}

#[test]
fn publiccode_names_the_version_that_is_built() {
    let claim = format!("softwareVersion: {}", version());
    assert!(
        file("publiccode.yml").text.contains(&claim),
        "publiccode.yml says `{claim}`"
    );
}

#[test]
fn the_changelog_knows_this_version_or_what_comes_next() {
    let text = &file("CHANGELOG.md").text;
    let current = format!("## [{}]", version());
    assert!(
        text.contains("## [Unreleased]") || text.contains(&current),
        "CHANGELOG.md has `## [Unreleased]` or `{current}`"
    );
}

#[test]
fn a_link_between_documents_leads_somewhere() {
    let documents = [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
    ];
    let mut dead = Vec::new();
    for path in documents {
        let parts = file(path)
            .text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let local = parts.filter(|link| !link.contains("://") && !link.starts_with('#'));
        let lost = local.filter(|link| {
            let target = link.split('#').next().unwrap_or(link);
            !root().join(target).exists()
        });
        dead.extend(lost.map(|link| format!("{path}: {link}")));
    }
    assert_none(dead, "A dead link costs every reader a search.");
}
