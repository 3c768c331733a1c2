//! The names behind the numbers, told at the beginning of every connection.

use crate::ids::{InterpreterId, SiteId};
use crate::need::Mode;
use crate::private::Pii;
use crate::tag::{Language, Subject};
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Names for the numbers in views. People's names are sent to coordinators only; a third party gets
/// the language and the site of the conversation, and no subjects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Directory {
    /// The service, such as « Ville d'Amiens ».
    pub service: String,
    /// Where its hours and appointments are local time: a name of the IANA database such as
    /// `Europe/Paris`. What is shown follows it, not the clock of the device.
    pub time_zone: String,
    /// For how long the place of whoever loses the connection is kept (`grace_lost_ms`), in
    /// milliseconds: what a page without a connection can still say.
    pub place_kept_ms: Millis,
    /// The languages in the order of the buttons.
    pub languages: Vec<LanguageEntry>,
    /// The sites.
    pub sites: Vec<SiteEntry>,
    /// What conversations may be about, in the order of the configuration.
    pub subjects: Vec<SubjectEntry>,
    /// The interpreters: all of them for a coordinator, oneself for an interpreter, none for a
    /// tablet.
    pub interpreters: Vec<PersonEntry>,
}

/// A language that can be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LanguageEntry {
    /// The tag.
    pub language: Language,
    /// Its name in its own script, such as `العربية`.
    pub name: String,
    /// Its name in French, for the reception agent and the consoles.
    pub name_fr: String,
    /// Its name in English.
    pub name_en: String,
    /// Signed or spoken.
    pub mode: LanguageMode,
    /// The ways it is interpreted, the usual one first.
    pub modes: Vec<Mode>,
    /// Written from right to left.
    pub rtl: bool,
}

/// How a language is expressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LanguageMode {
    /// By signs: video is the conversation.
    Signed,
    /// By voice.
    Spoken,
}

/// Something a conversation may be about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SubjectEntry {
    /// The tag.
    pub subject: Subject,
    /// Its name in French.
    pub name_fr: String,
    /// Its name in English.
    pub name_en: String,
}

/// A site's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteEntry {
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub name: String,
}

/// A person's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonEntry {
    /// The interpreter.
    pub interpreter: InterpreterId,
    /// The name shown to colleagues.
    #[ts(type = "string")]
    pub name: Pii<String>,
}
