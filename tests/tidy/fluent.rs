//! Every text exists in every language it may be shown in: a missing one would show its key.

use super::tree::{assert_none, files};
use std::collections::{BTreeMap, BTreeSet};

/// The keys of each locale's file: folder above the locales → file name → locale → keys.
type Locales<'a> = BTreeMap<&'a str, BTreeMap<&'a str, BTreeMap<&'a str, BTreeSet<String>>>>;

#[test]
fn every_locale_has_every_text() {
    let mut locales = Locales::new();
    for file in files().iter().filter(|file| file.is(&["ftl"])) {
        let mut parts = file.path.rsplitn(3, '/');
        let (Some(name), Some(locale), Some(folder)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let names = locales.entry(folder).or_default();
        names
            .entry(name)
            .or_default()
            .insert(locale, keys(&file.text));
    }
    let mut missing = Vec::new();
    for (folder, names) in &locales {
        let spoken: BTreeSet<&str> = names.values().flat_map(BTreeMap::keys).copied().collect();
        for (name, texts) in names {
            let all: BTreeSet<&String> = texts.values().flatten().collect();
            for locale in &spoken {
                let present = texts.get(locale);
                let lacking = all
                    .iter()
                    .filter(|key| present.is_none_or(|has| !has.contains(**key)));
                missing.extend(lacking.map(|key| format!("{folder}/{locale}/{name}: {key}")));
            }
        }
    }
    assert_none(
        missing,
        "A text that one language lacks reaches a person as its key: add it.",
    );
}

/// Messages, and attributes as `message.attribute`. Terms (`-name`) may differ between languages.
fn keys(text: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut message = "";
    for line in text.lines() {
        let Some((left, _)) = line.split_once('=') else {
            continue;
        };
        let name = left.trim();
        if let Some(attribute) = name.strip_prefix('.') {
            keys.insert(format!("{message}.{attribute}"));
        } else if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            message = name;
            keys.insert(name.to_owned());
        }
    }
    keys
}
