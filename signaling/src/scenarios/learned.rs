//! What the service learns from its calls for the estimated wait.

use super::*;
use crate::estimate::history::History;
use crate::need::Need;

fn learned(service: &Service) -> Option<History> {
    let need = Need {
        language: tag("fsl"),
        mode: Mode::Sign,
        certification: None,
    };
    service.core.state().history(&need).cloned()
}

#[test]
fn a_call_teaches_how_long_it_waited_rang_and_lasted() {
    let mut service = Service::open();
    let call = service.tap(HALL);
    service.after(5);
    service.decline(ANNA);
    service.after(7);
    service.accept(BORIS);
    service.after(3);
    service.run(Command::MediaUp { call });
    service.after(100);
    service.hang_up(Party::Tablet(HALL), call);
    let mut expected = History::default();
    expected.waited(Millis::from_secs(15));
    expected.answered(Millis::from_secs(15));
    expected.handled(Millis::from_secs(100));
    assert_eq!(learned(&service), Some(expected));
}

#[test]
fn only_a_visitor_who_leaves_has_lost_patience_and_who_is_refused_has_not_waited() {
    let mut service = Service::with(configuration(&[]));
    let call = service.tap(HALL);
    service.after(9);
    service.hang_up(Party::Tablet(HALL), call);
    let call = service.tap(HALL);
    service.after(4);
    service.run(Command::Withdraw { call });
    let mut expected = History::default();
    expected.abandoned(Millis::from_secs(9));
    expected.waited(Millis::from_secs(4));
    assert_eq!(learned(&service), Some(expected.clone()));
    let counter = Counter::Site(SiteId(1));
    let open = Some(false);
    service.run(Command::Force { counter, open });
    service.tap_in_vain(HALL, "fsl");
    assert_eq!(learned(&service), Some(expected));
}
