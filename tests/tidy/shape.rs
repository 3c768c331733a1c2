//! The shape of files: short enough to read, opened by what lives there.

use super::tree::{File, assert_none, files};

/// House rule: about 200 lines, never more than this.
const FILE_LINES_MAX: usize = 500;

/// Two files side by side on a laptop.
const LINE_COLUMNS_MAX: usize = 100;

fn is_script(file: &File) -> bool {
    file.is(&["sh"]) || file.is_in("scripts/") || file.is_in(".ci/")
}

#[test]
fn a_file_is_short_enough_to_be_read_in_one_sitting() {
    let code = files()
        .iter()
        .filter(|file| file.is(&["rs", "ts", "tsx", "css"]) || is_script(file));
    let long = code.filter(|file| file.text.lines().count() > FILE_LINES_MAX);
    assert_none(
        long.map(|file| format!("{}: {} lines", file.path, file.text.lines().count())),
        "A file has at most 500 lines (200 is the aim): split it by what its parts are for.",
    );
}

#[test]
fn a_file_opens_with_what_lives_there() {
    let silent = files().iter().filter(|file| !opens_with_comment(file));
    assert_none(
        silent.map(|file| file.path.clone()),
        "A reader decides by the first paragraph whether this is the place: open Rust with `//!`, \
         TypeScript and CSS with a comment, scripts with `#`.",
    );
}

fn opens_with_comment(file: &File) -> bool {
    let first = file
        .text
        .lines()
        .find(|line| !line.starts_with("#!"))
        .unwrap_or_default();
    if file.is(&["rs"]) {
        first.starts_with("//! ")
    } else if file.is(&["ts", "tsx", "mjs", "css"]) {
        first.starts_with("//") || first.starts_with("/*")
    } else if is_script(file) {
        first.starts_with("# ")
    } else {
        true
    }
}

#[test]
fn a_line_of_rust_fits_beside_another_file() {
    let mut wide = Vec::new();
    for file in files().iter().filter(|file| file.is(&["rs"])) {
        for (at, line) in file.text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > LINE_COLUMNS_MAX {
                wide.push(format!("{}:{}: {columns} columns", file.path, at + 1));
            }
        }
    }
    assert_none(
        wide,
        "A line has at most 100 columns, comments and texts included.",
    );
}
