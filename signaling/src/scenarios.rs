//! What the service promises, told as short stories over the core. Each test is one sentence; the
//! moments are in seconds of a made-up day.

use crate::command::{Command, Configuration, Departure, Party, Rejection};
use crate::core::{Core, Step};
use crate::effect::Effect;
use crate::ids::{CallId, InterpreterId, OfferId, SiteId, TabletId};
use crate::protocol::DeclineReason;
use crate::record::Outcome;
use crate::time::Timestamp;
use crate::view::{Activity, Availability, QueuePhase, TabletPhase};
use std::collections::BTreeSet;

mod limits;

const ANNA: InterpreterId = InterpreterId(1);
const BORIS: InterpreterId = InterpreterId(2);
const HALL: TabletId = TabletId(1);
const MUSEUM: TabletId = TabletId(2);

/// A service with two tablets and two interpreters of sign language, everybody connected; Anna
/// became available before Boris, so she is idle longest.
struct Service {
    core: Core,
    now: Timestamp,
}

impl Service {
    fn open() -> Self {
        let mut service = Self {
            core: Core::new(),
            now: Timestamp(0),
        };
        service.run(Command::Configure(configuration(&[ANNA, BORIS])));
        for tablet in [HALL, MUSEUM] {
            service.run(Command::Connected(Party::Tablet(tablet)));
        }
        for interpreter in [ANNA, BORIS] {
            service.run(Command::Connected(Party::Interpreter(interpreter)));
            service.run(Command::SetAvailable {
                interpreter,
                available: true,
            });
            service.after(1);
        }
        service
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a story reads better without a reference before each command"
    )]
    fn run(&mut self, command: Command) -> Step {
        let step = self.core.handle(&command, self.now);
        assert_eq!(step.rejection, None, "{command:?} was refused");
        step
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a story reads better without a reference before each command"
    )]
    fn refused(&mut self, command: Command) -> Rejection {
        self.core
            .handle(&command, self.now)
            .rejection
            .expect("the command was not refused")
    }

    /// Lets time pass, carrying out what falls due on the way.
    fn after(&mut self, seconds: u64) {
        let end = Timestamp(self.now.0 + seconds * 1000);
        while let Some(at) = self.core.next_deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.run(Command::Tick);
        }
        self.now = end;
    }

    fn tap(&mut self, tablet: TabletId) -> CallId {
        let language = "fsl".parse().unwrap();
        self.run(Command::Tap {
            tablet,
            language,
            tapped_at: self.now,
        });
        self.core.state().tablet(tablet).unwrap().call.unwrap()
    }

    fn ringing(&self, interpreter: InterpreterId) -> Option<(OfferId, CallId)> {
        match self.core.interpreter_view(interpreter).unwrap().activity {
            Activity::Ringing { offer, call, .. } => Some((offer, call)),
            _ => None,
        }
    }

    fn accept(&mut self, interpreter: InterpreterId) {
        let (offer, _) = self.ringing(interpreter).expect("nothing rings");
        self.run(Command::Accept { interpreter, offer });
    }

    /// A call in which Anna and the hall talk.
    fn talking() -> (Self, CallId) {
        let mut service = Self::open();
        let call = service.tap(HALL);
        service.accept(ANNA);
        service.run(Command::MediaUp { call });
        (service, call)
    }

    fn phase(&self, tablet: TabletId) -> TabletPhase {
        self.core.tablet_view(tablet).unwrap().phase
    }

    fn outcome(&self, tablet: TabletId) -> Option<Outcome> {
        self.core
            .tablet_view(tablet)
            .unwrap()
            .last
            .map(|last| last.outcome)
    }
}

fn configuration(interpreters: &[InterpreterId]) -> Configuration {
    let languages = BTreeSet::from(["fsl".parse().unwrap()]);
    Configuration {
        tablets: [(HALL, SiteId(1)), (MUSEUM, SiteId(2))].into(),
        interpreters: interpreters
            .iter()
            .map(|id| (*id, languages.clone()))
            .collect(),
        languages,
        ..Configuration::default()
    }
}

#[test]
fn a_tap_rings_the_interpreter_idle_longest() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    assert_eq!(
        service.ringing(ANNA).map(|(_, ringing)| ringing),
        Some(call)
    );
    assert_eq!(service.ringing(BORIS), None);
}

#[test]
fn a_declined_call_rings_the_next_interpreter_and_keeps_its_ticket() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    let (offer, _) = service.ringing(ANNA).unwrap();
    service.after(5);
    let reason = DeclineReason::NotQualified;
    service.run(Command::Decline {
        interpreter: ANNA,
        offer,
        reason,
    });
    assert_eq!(
        service.ringing(BORIS).map(|(_, ringing)| ringing),
        Some(call)
    );
    assert_eq!(service.ringing(ANNA), None);
    let record = service.core.record(call).unwrap();
    assert_eq!((record.queued_at, record.offers), (record.tapped_at, 2));
}

#[test]
fn the_sole_interpreter_who_declined_is_rung_again_only_after_the_cooldown() {
    let mut service = Service::open();
    service.run(Command::SetAvailable {
        interpreter: BORIS,
        available: false,
    });
    service.tap(HALL);
    let (offer, _) = service.ringing(ANNA).unwrap();
    service.run(Command::Decline {
        interpreter: ANNA,
        offer,
        reason: DeclineReason::Other,
    });
    service.after(59);
    assert_eq!(service.ringing(ANNA), None);
    service.after(1);
    assert!(service.ringing(ANNA).is_some());
}

#[test]
fn a_missed_ring_goes_on_to_the_next_and_puts_the_interpreter_behind() {
    let mut service = Service::open();
    service.tap(HALL);
    service.after(20);
    assert!(service.ringing(BORIS).is_some());
    service.run(Command::HangUp {
        party: Party::Tablet(HALL),
        call: CallId(1),
    });
    // Boris is now idle longer than Anna, who missed a ring meanwhile.
    service.tap(MUSEUM);
    assert!(service.ringing(BORIS).is_some());
}

#[test]
fn three_misses_in_a_row_set_the_interpreter_to_away_until_they_return() {
    let mut service = Service::open();
    service.run(Command::SetAvailable {
        interpreter: BORIS,
        available: false,
    });
    service.tap(HALL);
    // Three rings of 20 s, with the pair's cooldown of 60 s between them.
    service.after(3 * 20 + 2 * 60);
    let availability =
        |service: &Service| service.core.interpreter_view(ANNA).unwrap().availability;
    assert_eq!(availability(&service), Availability::AwayAfterMisses);
    service.run(Command::SetAvailable {
        interpreter: ANNA,
        available: true,
    });
    assert_eq!(availability(&service), Availability::Available);
}

#[test]
fn a_late_or_foreign_accept_is_refused_and_a_double_one_answered_alike() {
    let mut service = Service::open();
    service.tap(HALL);
    let (offer, _) = service.ringing(ANNA).unwrap();
    let foreign = Command::Accept {
        interpreter: BORIS,
        offer,
    };
    assert_eq!(service.refused(foreign), Rejection::OfferGone);
    service.accept(ANNA);
    let again = service.run(Command::Accept {
        interpreter: ANNA,
        offer,
    });
    assert_eq!(again, Step::default());
    let mut late = Service::open();
    late.tap(HALL);
    // The timer of the ring has not fired yet, but its time is over.
    late.now = Timestamp(late.now.0 + 20_000);
    let accept = Command::Accept {
        interpreter: ANNA,
        offer,
    };
    assert_eq!(late.refused(accept), Rejection::OfferGone);
    assert!(
        late.ringing(BORIS).is_some(),
        "the refused step still rang the next"
    );
}

#[test]
fn cancelling_ends_the_ring_at_once_and_is_nobodys_miss() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    service.run(Command::HangUp {
        party: Party::Tablet(HALL),
        call,
    });
    assert_eq!(service.ringing(ANNA), None);
    assert_eq!(service.outcome(HALL), Some(Outcome::AbandonedQueued));
    let anna = service.core.state().interpreter(ANNA).unwrap();
    assert_eq!((anna.misses, anna.is_free()), (0, true));
    // Twice is once.
    let again = service.run(Command::HangUp {
        party: Party::Tablet(HALL),
        call,
    });
    assert_eq!(again, Step::default());
}

#[test]
fn closing_the_tablets_page_ends_the_ring_after_the_grace_of_a_reload() {
    let mut service = Service::open();
    service.tap(HALL);
    service.run(Command::Disconnected(
        Party::Tablet(HALL),
        Departure::Closed,
    ));
    service.after(3);
    assert!(service.ringing(ANNA).is_some());
    service.after(1);
    assert_eq!(service.ringing(ANNA), None);
    assert_eq!(service.outcome(HALL), Some(Outcome::AbandonedQueued));
}

#[test]
fn a_tablet_without_wifi_for_50_seconds_keeps_its_place() {
    let mut service = Service::open();
    service.run(Command::SetAvailable {
        interpreter: ANNA,
        available: false,
    });
    service.run(Command::SetAvailable {
        interpreter: BORIS,
        available: false,
    });
    let first = service.tap(HALL);
    service.tap(MUSEUM);
    service.run(Command::Disconnected(Party::Tablet(HALL), Departure::Lost));
    service.after(50);
    service.run(Command::Connected(Party::Tablet(HALL)));
    let TabletPhase::Waiting { call, position, .. } = service.phase(HALL) else {
        panic!("the call is gone");
    };
    assert_eq!((call, position), (first, 1));
}

#[test]
fn an_interpreter_who_vanishes_while_ringing_is_replaced_at_once_and_not_rung_meanwhile() {
    let mut service = Service::open();
    service.tap(HALL);
    service.run(Command::Disconnected(
        Party::Interpreter(ANNA),
        Departure::Lost,
    ));
    assert!(service.ringing(BORIS).is_some());
    service.tap(MUSEUM);
    assert_eq!(service.ringing(ANNA), None);
    // Back within the lease: available as before, and rung for the call that waits.
    service.run(Command::Connected(Party::Interpreter(ANNA)));
    assert!(service.ringing(ANNA).is_some());
}

#[test]
fn a_call_that_never_connects_goes_back_to_its_place_and_rings_elsewhere() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    service.accept(ANNA);
    service.after(15);
    assert_eq!(
        service.ringing(BORIS).map(|(_, ringing)| ringing),
        Some(call)
    );
    let record = service.core.record(call).unwrap();
    assert_eq!(
        (record.accepted_at, record.queued_at),
        (None, record.tapped_at)
    );
}

#[test]
fn an_interpreter_who_leaves_before_the_connection_sends_the_visitor_back_not_away() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    service.accept(ANNA);
    let step = service.run(Command::HangUp {
        party: Party::Interpreter(ANNA),
        call,
    });
    assert!(step.effects.contains(&Effect::CloseRoom(call)));
    assert!(matches!(
        service.phase(HALL),
        TabletPhase::Waiting { position: 1, .. }
    ));
    assert!(service.ringing(BORIS).is_some());
}

#[test]
fn a_hang_up_on_either_side_ends_the_call_for_both_and_starts_the_wrap_up() {
    for party in [Party::Tablet(HALL), Party::Interpreter(ANNA)] {
        let (mut service, call) = Service::talking();
        let step = service.run(Command::HangUp { party, call });
        assert!(step.effects.contains(&Effect::CloseRoom(call)));
        assert_eq!(service.outcome(HALL), Some(Outcome::Completed));
        let activity = service.core.interpreter_view(ANNA).unwrap().activity;
        assert!(matches!(activity, Activity::WrapUp { .. }), "{activity:?}");
        service.after(30);
        assert!(service.core.state().interpreter(ANNA).unwrap().is_free());
    }
}

#[test]
fn wrap_up_can_be_cut_short_and_the_next_call_rings_at_once() {
    let (mut service, call) = Service::talking();
    service.run(Command::SetAvailable {
        interpreter: BORIS,
        available: false,
    });
    service.run(Command::HangUp {
        party: Party::Tablet(HALL),
        call,
    });
    let next = service.tap(MUSEUM);
    assert_eq!(service.ringing(ANNA), None);
    service.run(Command::EndWrapUp { interpreter: ANNA });
    assert_eq!(
        service.ringing(ANNA).map(|(_, ringing)| ringing),
        Some(next)
    );
}

#[test]
fn losing_one_side_of_a_conversation_is_shown_and_ends_it_only_after_the_grace() {
    let (mut service, _) = Service::talking();
    service.run(Command::Disconnected(
        Party::Interpreter(ANNA),
        Departure::Lost,
    ));
    assert!(matches!(
        service.phase(HALL),
        TabletPhase::Active {
            other_lost: true,
            ..
        }
    ));
    service.after(59);
    assert!(matches!(service.phase(HALL), TabletPhase::Active { .. }));
    service.after(1);
    assert_eq!(service.outcome(HALL), Some(Outcome::ConnectionLost));
}
