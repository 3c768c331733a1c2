//! Coordinators who look on, for the log and the audit journal: that one asked, was let in and left
//! is written down with the number of the call, so that nobody can look on unseen. Who it was the
//! gateway does not know.

use crate::audit::{Act, Audit};
use passerelle_signaling::event::Event;
use passerelle_signaling::ids::CallId;
use std::collections::BTreeMap;

/// The calls in which a coordinator looks on, or has asked to.
#[derive(Debug, Default)]
pub(super) struct Onlookers(BTreeMap<CallId, Consent>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Consent {
    Asked,
    Given,
}

/// What there is to write down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Note {
    Asked(CallId),
    LetIn(CallId),
    NotLetIn(CallId),
    Left(CallId),
}

impl Onlookers {
    /// Whether there may be something to say of this.
    pub(super) const fn concerns(event: &Event) -> bool {
        matches!(
            event,
            Event::ObserverAsked { .. }
                | Event::ObserverAdmitted { .. }
                | Event::ObserverLeft { .. }
                | Event::CallEnded { .. }
        )
    }

    /// Follows what has happened: what is durable, in order.
    pub(super) fn note(&mut self, event: &Event) -> Option<Note> {
        match *event {
            Event::ObserverAsked { call, .. } => {
                self.0.insert(call, Consent::Asked);
                Some(Note::Asked(call))
            }
            Event::ObserverAdmitted { call, .. } => {
                // Again when the connection was lost and may come back: the consent still stands.
                let before = self.0.insert(call, Consent::Given);
                (before != Some(Consent::Given)).then_some(Note::LetIn(call))
            }
            Event::ObserverLeft { call, unwilling } => match (self.0.remove(&call), unwilling) {
                (Some(Consent::Asked), _) => Some(Note::NotLetIn(call)),
                // A no after the time to answer: nobody looked on.
                (None, Some(_)) => None,
                // One whose coming was written down before a restart leaves by it.
                (Some(Consent::Given) | None, _) => Some(Note::Left(call)),
            },
            Event::CallEnded { call, .. } => self.0.remove(&call).map(|consent| match consent {
                Consent::Asked => Note::NotLetIn(call),
                Consent::Given => Note::Left(call),
            }),
            _ => None,
        }
    }
}

impl Note {
    /// Writes it to the audit journal and the log.
    pub(super) fn write(self, audit: &Audit) {
        audit.note(match self {
            Self::Asked(call) => Act::AskedToLookOn { call },
            Self::LetIn(call) => Act::LooksOn { call },
            Self::NotLetIn(call) => Act::NotLetIn { call },
            Self::Left(call) => Act::LooksOnNoMore { call },
        });
        match self {
            Self::Asked(call) => tracing::info!(%call, "a coordinator asks to look on"),
            Self::LetIn(call) => tracing::info!(%call, "a coordinator is let in to look on"),
            Self::NotLetIn(call) => tracing::info!(%call, "no coordinator was let in"),
            Self::Left(call) => tracing::info!(%call, "no coordinator looks on any more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_signaling::record::Outcome;
    use passerelle_signaling::time::Timestamp;

    const CALL: CallId = CallId(7);
    const AT: Timestamp = Timestamp(9);
    const ASKED: Event = Event::ObserverAsked {
        call: CALL,
        until: AT,
    };
    const ADMITTED: Event = Event::ObserverAdmitted {
        call: CALL,
        connect_by: AT,
    };
    const LEFT: Event = Event::ObserverLeft {
        call: CALL,
        unwilling: None,
    };
    const ENDED: Event = Event::CallEnded {
        call: CALL,
        outcome: Outcome::Completed,
    };

    fn notes(events: &[Event]) -> Vec<Note> {
        let mut onlookers = Onlookers::default();
        let noted = events.iter().filter_map(|event| onlookers.note(event));
        noted.collect()
    }

    #[test]
    fn coming_and_going_is_noted_once_each_however_often_the_connection_is_lost() {
        let up = Event::ObserverUp { call: CALL };
        let visit = [ASKED, ADMITTED, up.clone(), ADMITTED, up, LEFT, ENDED];
        let expected = [Note::Asked(CALL), Note::LetIn(CALL), Note::Left(CALL)];
        assert_eq!(notes(&visit), expected);
    }

    #[test]
    fn whoever_is_not_let_in_does_not_leave() {
        let expected = [Note::Asked(CALL), Note::NotLetIn(CALL)];
        assert_eq!(notes(&[ASKED, LEFT]), expected);
        assert_eq!(notes(&[ASKED, ENDED]), expected);
    }

    #[test]
    fn the_end_of_the_call_and_a_restart_end_the_looking_on() {
        let expected = [Note::Asked(CALL), Note::LetIn(CALL), Note::Left(CALL)];
        assert_eq!(notes(&[ASKED, ADMITTED, ENDED]), expected);
        assert_eq!(notes(&[LEFT]), [Note::Left(CALL)]);
        assert_eq!(notes(&[ENDED]), []);
    }
}
