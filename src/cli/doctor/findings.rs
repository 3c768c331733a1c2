//! What a check comes to, a line each: well, worth a look, or failed, and then what to do.

use crate::cli::print::say;

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Well,
    Look,
    Failed,
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Findings {
    failed: usize,
}

impl Findings {
    /// All is well with this.
    pub(super) fn well(&mut self, what: impl AsRef<str>) {
        self.say(Verdict::Well, what.as_ref());
    }

    /// Calls go on, but somebody should look at this.
    pub(super) fn look(&mut self, what: impl AsRef<str>) {
        self.say(Verdict::Look, what.as_ref());
    }

    /// This does not work.
    pub(super) fn failed(&mut self, what: impl AsRef<str>) {
        self.failed += 1;
        self.say(Verdict::Failed, what.as_ref());
    }

    /// How many checks failed.
    pub(super) const fn failures(&self) -> usize {
        self.failed
    }

    fn say(&self, verdict: Verdict, what: &str) {
        let mark = match verdict {
            Verdict::Well => '✓',
            Verdict::Look => '!',
            Verdict::Failed => '✗',
        };
        // Further lines stand under the first.
        say(format!("{mark} {}", what.trim_end().replace('\n', "\n  ")));
    }
}
