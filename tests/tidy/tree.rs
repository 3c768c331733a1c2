//! The files that the rules look at: what git tracks or would track, as text, and for Rust the part
//! of each file that is not a test.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// One text file of the repository.
pub(super) struct File {
    /// From the root of the repository, with `/`.
    pub(super) path: String,
    /// All of it.
    pub(super) text: String,
}

impl File {
    /// True for a file whose name ends in one of these, such as `rs`.
    pub(super) fn is(&self, extensions: &[&str]) -> bool {
        let extension = Path::new(&self.path).extension().unwrap_or_default();
        extensions.iter().any(|known| extension == *known)
    }

    /// True for a file in this folder or below it.
    pub(super) fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// Each line with its number and its text before any `//` comment.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(at, line)| {
            let is_comment = line.trim_start().starts_with("//");
            let code = if is_comment {
                ""
            } else {
                line.split(" //").next().unwrap_or(line)
            };
            (at + 1, code)
        })
    }

    /// The code of a Rust file that is built into the product: without its tests.
    pub(super) fn production_code(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = if is_test_module(&self.path) {
            0..usize::MAX
        } else {
            inline_tests(&self.text)
        };
        self.code()
            .filter(move |(number, _)| !tests.contains(number))
    }
}

/// The root of the repository.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file of the repository, without what a program writes: lock files, generated types.
pub(super) fn files() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(|| paths().into_iter().filter_map(read).collect())
}

/// The file at this path.
pub(super) fn file(path: &str) -> &'static File {
    let found = files().iter().find(|file| file.path == path);
    assert!(
        found.is_some(),
        "{path} is missing: it belongs to the repository"
    );
    // Just asserted.
    found.expect("it was found")
}

/// Fails with the rule, its reason and every place that breaks it.
#[track_caller]
pub(super) fn assert_none(broken: impl IntoIterator<Item = String>, rule: &str) {
    let broken: Vec<String> = broken.into_iter().collect();
    assert!(broken.is_empty(), "{rule}\n  {}", broken.join("\n  "));
}

fn paths() -> Vec<String> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .current_dir(root())
        .output()
        .expect("git lists the files of a checkout: install git to run this test");
    assert!(
        output.status.success(),
        "git ls-files failed: run the tests in a git checkout"
    );
    let list = String::from_utf8(output.stdout).expect("paths here are ASCII");
    list.split_terminator('\0').map(String::from).collect()
}

fn read(path: String) -> Option<File> {
    let generated = ["Cargo.lock", "package-lock.json"]
        .iter()
        .any(|name| path.ends_with(name))
        || path.starts_with("web-client/src/gen/");
    if generated || path == "LICENSE" {
        return None;
    }
    // A picture is no text; a file deleted but not yet committed is no file.
    let text = std::fs::read_to_string(root().join(&path)).ok()?;
    Some(File { path, text })
}

/// True for files that only `#[cfg(test)] mod …;` brings in, and for what lies below them.
fn is_test_module(path: &str) -> bool {
    static MODULES: OnceLock<BTreeSet<PathBuf>> = OnceLock::new();
    let modules = MODULES.get_or_init(|| {
        let rust = files().iter().filter(|file| file.is(&["rs"]));
        rust.flat_map(declared_test_modules).collect()
    });
    let stem = Path::new(path).with_extension("");
    stem.ancestors().any(|folder| modules.contains(folder))
}

/// The stems of the files that a file declares as test modules: `src/a/tests` for `mod tests;`.
fn declared_test_modules(file: &File) -> Vec<PathBuf> {
    let path = Path::new(&file.path);
    let folder = match path.file_stem().and_then(|stem| stem.to_str()) {
        Some("lib" | "main" | "mod") => path.parent().unwrap_or(path).to_owned(),
        _ => path.with_extension(""),
    };
    let lines: Vec<&str> = file.text.lines().collect();
    let pairs = lines
        .windows(2)
        .filter(|pair| pair[0].trim() == "#[cfg(test)]");
    let names = pairs.filter_map(|pair| {
        let declaration = pair[1].trim().strip_suffix(';')?;
        declaration.rsplit_once("mod ").map(|(_, name)| name)
    });
    names.map(|name| folder.join(name)).collect()
}

/// The lines of `#[cfg(test)] mod tests { … }` at the end of a file; rustfmt closes it in column 0.
fn inline_tests(text: &str) -> std::ops::Range<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let begins = lines
        .iter()
        .position(|line| *line == "#[cfg(test)]")
        .filter(|at| {
            let is_module = |line: &&&str| line.contains("mod ") && !line.starts_with([' ', '/']);
            let rest = lines[*at..].iter().find(is_module);
            rest.is_some_and(|line| line.ends_with('{'))
        });
    let Some(begin) = begins else { return 0..0 };
    let length = lines[begin..]
        .iter()
        .position(|line| *line == "}")
        .unwrap_or(lines.len());
    // Line numbers count from one.
    begin + 1..begin + length + 2
}
