//! Live offers: the projection says what the state says, after every entry of whole days.

use super::schemas::{LiveOffer, live_offers, signed};
use super::*;
use crate::config::{Config, EXAMPLE_TOML, read_toml};
use crate::store::offers::project;
use passerelle_signaling::ids::OfferId;
use passerelle_signaling::simulation::{Plan, Scenario, run};
use passerelle_signaling::state::State;
use passerelle_signaling::time::Millis;

const PLAN: &str = include_str!("../../../deploy/scenario.example.toml");

/// Days of the example in which everything happens that moves people in and out of calls.
pub(super) fn eventful_days() -> Vec<Scenario> {
    let config = Config::from_toml(EXAMPLE_TOML).unwrap();
    let plan: Plan = read_toml(PLAN).unwrap();
    let mut days = plan.scenarios(&config.configuration()).unwrap();
    for day in &mut days {
        day.answers.invite = 0.6;
        day.answers.miss = 0.1;
        day.answers.decline = 0.1;
        day.answers.connect_failure = 0.1;
        day.faults.crashes = 4.0;
        day.faults.losses = 60.0;
        day.faults.closes = 30.0;
        day.faults.doubles = 0.02;
        day.coordinator_every = Some(Millis::from_secs(180));
    }
    days
}

pub(super) fn of_state(state: &State) -> Vec<LiveOffer> {
    let mut offers = Vec::new();
    for (id, call) in state.calls() {
        let mut add = |offer: OfferId, person: InterpreterId, place: &str, accepted| {
            let (offer, call) = (signed(offer.0), signed(id.0));
            offers.push((offer, call, person.0, place.to_owned(), accepted));
        };
        let rung_for = if call.is_waiting() {
            "lead"
        } else {
            "colleague"
        };
        for (offer, ring) in &call.search.rings {
            add(*offer, ring.interpreter, rung_for, false);
        }
        if let (Some(offer), Some(person)) = (call.offer(), call.interpreter()) {
            add(offer, person, "lead", true);
        }
        if let Some(colleague) = call.colleague {
            add(colleague.offer, colleague.interpreter, "colleague", true);
        }
    }
    offers.sort();
    offers
}

#[tokio::test]
async fn live_offers_are_those_of_the_state_after_every_entry_of_eventful_days() {
    let (store, directory) = open_new();
    store.close().await;
    let mut colleagues = 0;
    for (seed, day) in (1..).zip(eventful_days()) {
        let day = run(&day, seed, &mut ());
        let mut database = raw(&directory);
        // Rolled back at the end of the day; nothing has to reach the disk.
        let database = database.transaction().unwrap();
        let mut state = State::default();
        for entry in &day.journal {
            state.apply(entry);
            project(&database, &entry.event).unwrap();
            let rows = live_offers(&database);
            assert_eq!(rows, of_state(&state), "seed {seed}, after {entry:?}");
            colleagues += rows
                .iter()
                .filter(|row| row.3 == "colleague" && row.4)
                .count();
        }
    }
    assert!(colleagues > 0, "nobody worked with a colleague");
}
