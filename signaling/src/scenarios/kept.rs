//! The state as it is kept between two starts: its form is a promise to the next build, which reads
//! it in the place of a journal that may no longer be there.

use super::booking::{booked, clock, monday, planned};
use super::*;
use crate::state::{SNAPSHOT_FORMAT, Snapshot, SnapshotError};

/// A kept state of each form since the second, this build's own last; a first was never released.
/// None is ever taken out: where the journal's beginning has been deleted, a kept state is all
/// there is of the time before.
const KEPT: [(u32, &str); 1] = [(2, include_str!("kept-2.json"))];

/// A conversation, a ring, a visitor to be called back, an appointment and a pause.
fn eventful() -> Service {
    let mut service = monday(planned(&[ANNA, BORIS, CHLOE]));
    let call = service.tap(HALL);
    service.answer(ANNA);
    service.after(60);
    service.hang_up(Party::Tablet(HALL), call);
    service.tap(HALL);
    service.answer(BORIS);
    service.set_available(ANNA, false);
    let tablet = MUSEUM;
    service.tap(tablet);
    service.decline(CHLOE);
    let call = service.tap(CLINIC);
    let tablet = CLINIC;
    service.run(Command::RequestCallback { tablet, call });
    service.lose(Party::Interpreter(CHLOE));
    booked(&mut service, CLINIC, "fsl", clock(11, 0));
    service
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "this test keeps a committed file; the core itself reads and writes none"
)]
fn the_form_of_a_kept_state_changes_only_with_its_number() {
    if std::env::var_os("UPDATE").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/scenarios");
        let path = format!("{folder}/kept-{SNAPSHOT_FORMAT}.json");
        let fresh = serde_json::to_string_pretty(&eventful().core.snapshot()).unwrap();
        std::fs::write(path, fresh + "\n").unwrap();
        return;
    }
    let help = "the form of the state has changed: raise SNAPSHOT_FORMAT, go on reading the form \
                of before, add a file to KEPT, then \
                `UPDATE=1 cargo test -p passerelle-signaling kept`";
    let [.., (format, kept)] = KEPT;
    assert_eq!(format, SNAPSHOT_FORMAT, "{help}");
    let read: Snapshot = serde_json::from_str(kept).expect(help);
    // A field that has come since would be written here and is not there.
    let written = serde_json::to_string_pretty(&read).unwrap() + "\n";
    assert!(written == kept, "{help}");
}

#[test]
fn a_kept_state_of_each_form_there_has_been_can_be_read() {
    for (format, kept) in KEPT {
        let read: Snapshot = serde_json::from_str(kept).expect("its form is known");
        let core = Core::from_snapshot(read).unwrap();
        assert_eq!(core.state().calls().count(), 2, "form {format}");
        assert_eq!(core.state().callbacks().count(), 1, "form {format}");
        assert_eq!(core.state().appointments().count(), 1, "form {format}");
    }
}

#[test]
fn a_kept_state_goes_on_as_if_nothing_had_been() {
    let mut service = eventful();
    service.core = Core::from_snapshot(service.core.snapshot()).unwrap();
    let mut other = eventful();
    for one in [&mut service, &mut other] {
        one.set_available(ANNA, true);
        one.after(600);
    }
    assert_eq!(service.core.state(), other.core.state());
    assert_eq!(service.journal, other.journal);
}

#[test]
fn a_kept_state_of_another_form_is_refused() {
    let found = SNAPSHOT_FORMAT + 1;
    let mut other = serde_json::to_value(eventful().core.snapshot()).unwrap();
    other["format"] = found.into();
    let read: Snapshot = serde_json::from_value(other).unwrap();
    let refused = Core::from_snapshot(read).unwrap_err();
    assert_eq!(refused, SnapshotError::OtherFormat { found });
}
