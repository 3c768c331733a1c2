//! Stories about who is rung, and how a ring ends.

use super::*;

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
fn a_decline_asked_twice_happens_once_and_one_of_another_ring_is_refused() {
    let decline = |interpreter, offer| Command::Decline {
        interpreter,
        offer,
        reason: DeclineReason::Other,
    };
    let mut service = Service::open();
    service.tap(HALL);
    let (declined, _) = service.ringing(ANNA).unwrap();
    service.run(decline(ANNA, declined));
    assert_eq!(service.run(decline(ANNA, declined)), Step::default());
    let (missed, _) = service.ringing(BORIS).unwrap();
    service.after(20);
    for (interpreter, offer) in [(ANNA, missed), (BORIS, missed)] {
        let late = decline(interpreter, offer);
        assert_eq!(service.refused(late), Rejection::OfferGone);
    }
}
