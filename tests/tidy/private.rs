//! What opens something, or tells what somebody says, has a type that does not show itself: the
//! fields of whatever can be printed for a log are looked at by their names.

use super::tree::{File, assert_none, files};

/// Names of fields whose text must not be in a log.
const PRIVATE: [&str; 9] = [
    "password",
    "secret",
    "token",
    "cookie",
    "credential",
    "hmac_key",
    "sdp",
    "email",
    "code",
];

/// What text and bytes look like in the declaration of a field.
const PLAIN: [&str; 3] = ["String", "str", "[u8"];

/// Types that do not show what they hold.
const WRAPPED: [&str; 2] = ["Pii<", "Secret<"];

/// The fields of this file that a `{:?}` would print and should not.
fn shown(file: &File) -> impl Iterator<Item = String> {
    let (mut is_printed, mut is_inside) = (false, false);
    file.production_code().filter_map(move |(number, code)| {
        if code.starts_with("#[derive(") {
            is_printed = code.contains("Debug");
        } else if ["struct ", "enum "].iter().any(|kind| code.contains(kind)) {
            is_inside = is_printed;
        } else if code.starts_with('}') {
            (is_printed, is_inside) = (false, false);
        }
        let (name, kind) = code.split_once(": ")?;
        let name = name.split_whitespace().next_back()?;
        let is_shown = is_inside
            && PRIVATE.contains(&name)
            && PLAIN.iter().any(|plain| kind.contains(plain))
            && !WRAPPED.iter().any(|wrapped| kind.contains(wrapped));
        is_shown.then(|| format!("{}:{number}: {}", file.path, code.trim()))
    })
}

#[test]
fn what_is_private_has_a_type_that_does_not_show_itself() {
    let sources = files()
        .iter()
        .filter(|file| file.is(&["rs"]) && (file.is_in("src/") || file.is_in("signaling/src/")));
    assert_none(
        sources.flat_map(shown),
        "wrap it in `Secret` or `Pii` of passerelle_signaling::private, or derive no `Debug`.",
    );
}

#[test]
fn a_field_that_a_log_would_show_is_found() {
    let file = |kind: &str| File {
        path: String::from("src/made_up.rs"),
        text: format!("#[derive(Debug)]\npub struct A {{\n    pub sdp: {kind},\n}}\n"),
    };
    for shows in ["String", "Option<String>", "&'static str", "[u8; 20]"] {
        assert_eq!(shown(&file(shows)).count(), 1, "{shows}");
    }
    for hides in ["Pii<String>", "Option<Secret<String>>", "Offer"] {
        assert_eq!(shown(&file(hides)).count(), 0, "{hides}");
    }
}
