//! Section `subjects`: what conversations may be about. Reception chooses one while the visitor
//! waits, so that the interpreter knows what to expect. The records keep the tag.

use super::Problems;
use passerelle_signaling::protocol::SubjectEntry;
use passerelle_signaling::tag::Subject;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Choices on one screen; more cannot be found at a glance.
const SUBJECTS_MAX: usize = 32;

/// Something a conversation may be about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectSection {
    /// The tag, such as `housing`, never given to another subject.
    pub tag: Subject,
    /// The name in French.
    pub name_fr: String,
    /// The name in English.
    pub name_en: String,
}

impl SubjectSection {
    /// The entry of the directory.
    pub(super) fn entry(&self) -> SubjectEntry {
        SubjectEntry {
            subject: self.tag,
            name_fr: self.name_fr.clone(),
            name_en: self.name_en.clone(),
        }
    }
}

pub(super) fn check(subjects: &[SubjectSection], problems: &mut Problems) {
    if subjects.len() > SUBJECTS_MAX {
        problems.add("subjects", format!("has more than {SUBJECTS_MAX} entries"));
    }
    let mut seen = BTreeSet::new();
    for (index, subject) in subjects.iter().enumerate() {
        let key = format!("subjects[{}]", index + 1);
        if !seen.insert(subject.tag) {
            let message = format!("`{}` is listed twice", subject.tag);
            problems.add(format!("{key}.tag"), message);
        }
        problems.check_name(&format!("{key}.name_fr"), &subject.name_fr);
        problems.check_name(&format!("{key}.name_en"), &subject.name_en);
    }
}
