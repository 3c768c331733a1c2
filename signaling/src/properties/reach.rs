//! Whether the random days are worth anything: a check that is never reached cannot fail. So some
//! hundreds of them must meet every event, outcome, refusal and end of a ring there is.

use super::acts::day;
use super::day::Day;
use crate::command::Party;
use crate::event::Event;
use crate::need::Mode;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;

const DAYS: u32 = 700;

const MET: &str = "
    Configured OpeningChanged Forced Connected Disconnected Gone CallQueued CallbackMade
    CallbackRung CallbackMissed CallbackReady CallbackChanged CallbackEnded Widened Aged
    Prioritised Assigned AssignmentEnded Moved Offered OfferClosed Accepted MediaUp ConnectFailed
    CooldownEnded CallEnded AvailabilitySet Paused SetAwayAfterMisses WrapUpStarted WrapUpExtended
    WrapUpEnded ReliefDue
    AppointmentMade AppointmentTaken AppointmentReleased AppointmentHeld AppointmentDue
    AppointmentLate AppointmentEnded ObserverAsked ObserverAdmitted ObserverUp ObserverLeft
    GuestInvited GuestUp GuestLeft SubjectSet
    StopReached Rested HelpAsked ColleagueSought SearchEnded ColleagueUp ColleagueLeft TakenOver
    Completed AbandonedQueued AbandonedConnecting TimedOut RefusedFull RefusedClosed Withdrawn
    ConvertedCallback ConvertedAppointment Transferred ConnectionLost
    Declined Missed CallerLeft LostRace Reassigned InterpreterLost
    Answered Cancelled Unserved appointment-Kept appointment-Cancelled appointment-NoShow
    appointment-Unserved appointment-unqueued kept-free observer-back guest-back
    guest-unused
    UnknownTablet UnknownInterpreter UnknownSite UnknownLanguage UnknownGuest UnknownSubject
    SlotGone CallGone OfferGone NotQualified WrongState
    rung-by-voice rung-though-missed rung-as-assigned rung-beside-another rung-at-a-later-step
    certified-only
";

/// The name of a variant, without its fields.
fn name(debug: &str) -> String {
    debug.split([' ', '(', '{']).next().unwrap().to_owned()
}

impl Day {
    fn note(&self, met: &mut BTreeSet<String>) {
        for entry in &self.journal {
            met.insert(name(&format!("{:?}", entry.event)));
            match &entry.event {
                Event::CallEnded { outcome, .. } => drop(met.insert(format!("{outcome:?}"))),
                Event::CallbackEnded { end, .. } => drop(met.insert(format!("{end:?}"))),
                Event::AppointmentEnded { end, .. } => {
                    met.insert(format!("appointment-{end:?}"));
                }
                Event::OfferClosed { reason, .. } => {
                    met.insert(name(&format!("{reason:?}")));
                }
                Event::Offered { why, .. } => {
                    let kinds = [
                        (why.missed, "rung-though-missed"),
                        (why.assigned, "rung-as-assigned"),
                        (why.step > 0, "rung-at-a-later-step"),
                    ];
                    let kinds = kinds.into_iter().filter(|(is, _)| *is);
                    met.extend(kinds.map(|(_, kind)| kind.to_owned()));
                }
                Event::CallQueued { need, .. } if need.certification.is_some() => {
                    met.insert("certified-only".to_owned());
                }
                _ => {}
            }
        }
        met.extend(self.refused.iter().map(|refusal| format!("{refusal:?}")));
        self.note_company(met);
        let voice = |record: &crate::record::CallRecord| {
            record.interpreter.is_some() && record.mode == Mode::SpokenAudio
        };
        let kinds = [
            (self.ended.values().any(voice), "rung-by-voice"),
            (self.wide, "rung-beside-another"),
            (self.held, "kept-free"),
            (
                self.ended.values().any(|record| record.steps == 0),
                "appointment-unqueued",
            ),
        ];
        let kinds = kinds.into_iter().filter(|(is, _)| *is);
        met.extend(kinds.map(|(_, kind)| kind.to_owned()));
    }
}

impl Day {
    /// Who came back into a conversation, and who never came.
    fn note_company(&self, met: &mut BTreeSet<String>) {
        let (mut seen, mut came) = (BTreeSet::new(), BTreeSet::new());
        for entry in &self.journal {
            let kind = match entry.event {
                Event::ObserverUp { call } => (!seen.insert(call)).then_some("observer-back"),
                Event::ObserverLeft { call, .. } => {
                    seen.remove(&call);
                    None
                }
                Event::Connected {
                    party: party @ Party::Guest(_),
                } => (!came.insert(party)).then_some("guest-back"),
                Event::GuestLeft { guest, .. } => {
                    (!came.contains(&Party::Guest(guest))).then_some("guest-unused")
                }
                _ => None,
            };
            met.extend(kind.map(str::to_owned));
        }
    }
}

#[test]
fn the_random_days_meet_every_event_outcome_and_refusal() {
    let mut runner = TestRunner::deterministic();
    let mut met = BTreeSet::new();
    for _ in 0..DAYS {
        let acts = day().new_tree(&mut runner).unwrap().current();
        Day::play(&acts).note(&mut met);
    }
    let missing: Vec<&str> = MET
        .split_whitespace()
        .filter(|name| !met.contains(*name))
        .collect();
    assert!(missing.is_empty(), "never met: {missing:?}");
}
