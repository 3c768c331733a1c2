//! What is left over from writing code, and what makes a test pass for the wrong reason.

use super::tree::{File, assert_none, files};

/// Every place where a line of code of these files holds the text.
fn places<'a>(chosen: impl Iterator<Item = &'a File>, wanted: &str) -> Vec<String> {
    let mut found = Vec::new();
    for file in chosen {
        let lines = file.code().filter(|(_, line)| line.contains(wanted));
        found.extend(lines.map(|(number, _)| format!("{}:{number}", file.path)));
    }
    found
}

fn rust() -> impl Iterator<Item = &'static File> {
    files().iter().filter(|file| file.is(&["rs"]))
}

fn script() -> impl Iterator<Item = &'static File> {
    files().iter().filter(|file| file.is(&["ts", "tsx", "mjs"]))
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    for mark in [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
    ] {
        let holds = |file: &&File| file.text.contains(mark);
        assert_none(
            files().iter().filter(holds).map(|file| file.path.clone()),
            &format!("`{mark}` is found by nobody: do it now, or open an issue and say why here."),
        );
    }
}

#[test]
fn no_rust_is_half_written() {
    for text in [
        concat!("dbg", "!("),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ] {
        assert_none(
            places(rust(), text),
            &format!("`{text}…)` is for the minute of writing; a caller must get an answer."),
        );
    }
}

#[test]
fn no_test_is_switched_off_or_runs_alone() {
    let mut ignored = Vec::new();
    for file in rust() {
        let marks = file
            .code()
            .filter(|(_, line)| line.contains(concat!("#[ign", "ore")));
        // One that needs a process of its own is started by another test, which its reason names.
        let dead = marks.filter(|(_, line)| !line.contains(" runs it\""));
        ignored.extend(dead.map(|(number, _)| format!("{}:{number}", file.path)));
    }
    assert_none(
        ignored,
        "An ignored test tests nothing and looks as if it did: mend it or delete it, or let its \
         reason end in \"NAME runs it\".",
    );
    for text in [
        concat!(".on", "ly("),
        concat!(".sk", "ip("),
        concat!(".fix", "me("),
    ] {
        assert_none(
            places(script(), text),
            &format!("`{text}` leaves tests out: mend the test or delete it."),
        );
    }
}

#[test]
fn no_test_waits_for_time_to_pass() {
    assert_none(
        places(script(), concat!("waitFor", "Timeout")),
        "A pause is a race that its author won: wait for what the page shows (`expect.poll`).",
    );
    let tests = rust().filter(|file| file.is_in("tests/"));
    assert_none(
        places(tests, concat!("sle", "ep(")),
        "A pause is a race that its author won: wait for the message, the state or the deadline.",
    );
}

#[test]
fn the_pages_do_not_log() {
    assert_none(
        places(script(), concat!("console", ".log")),
        "What is worth saying has a level (`warn`, `error`), and nothing said in a call is logged.",
    );
}

#[test]
fn no_code_of_the_product_panics_on_none() {
    let product = rust().filter(|file| file.is_in("src/") || file.is_in("signaling/src/"));
    let mut found = Vec::new();
    for file in product {
        let lines = file
            .production_code()
            .filter(|(_, line)| line.contains(".unwrap()"));
        found.extend(lines.map(|(number, _)| format!("{}:{number}", file.path)));
    }
    assert_none(
        found,
        "`unwrap` in the gateway drops every call in progress: return an error, or `expect` beside \
         the sentence that proves it.",
    );
}

#[test]
fn every_expect_stands_beside_its_proof() {
    let product = rust().filter(|file| file.is_in("src/") || file.is_in("signaling/src/"));
    let mut found = Vec::new();
    for file in product {
        let lines: Vec<&str> = file.text.lines().collect();
        for (number, _) in file
            .production_code()
            .filter(|(_, code)| code.contains(".expect(\""))
        {
            // The statement may be spread over some lines; the sentence is above it.
            let near = &lines[number.saturating_sub(6)..number];
            if !near.iter().any(|line| line.contains("// ")) {
                found.push(format!("{}:{number}", file.path));
            }
        }
    }
    assert_none(
        found,
        "`expect` is a claim: the comment above it proves that it cannot fail.",
    );
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    let folders = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
    ];
    for folder in folders
        .into_iter()
        .chain([concat!("/Us", "ers/"), concat!("../sha", "red")])
    {
        let holds = |file: &&File| file.text.contains(folder);
        assert_none(
            files().iter().filter(holds).map(|file| file.path.clone()),
            &format!("`{folder}` exists on one machine only: use a path from the repository."),
        );
    }
}
