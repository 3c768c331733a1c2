//! Live offers: the projection says what the state says, after every entry of whole days, and its
//! guards refuse what must never be.

use super::schemas::{LiveOffer, live_offers, signed};
use super::*;
use crate::config::{Config, EXAMPLE_TOML, read_toml};
use crate::store::offers::project;
use passerelle_signaling::event::{OfferEnd, Why};
use passerelle_signaling::ids::OfferId;
use passerelle_signaling::simulation::{Plan, Scenario, run};
use passerelle_signaling::state::State;
use passerelle_signaling::time::Millis;

const PLAN: &str = include_str!("../../../deploy/scenario.example.toml");

/// Days of the example in which everything happens that moves people in and out of calls.
fn eventful_days() -> Vec<Scenario> {
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

fn of_state(state: &State) -> Vec<LiveOffer> {
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

fn offered(offer: u64, call: u64, interpreter: u32) -> Event {
    Event::Offered {
        offer: OfferId(offer),
        call: CallId(call),
        interpreter: InterpreterId(interpreter),
        expires_at: Timestamp(9),
        why: Why {
            step: 0,
            rank: Class::Normal,
            missed: false,
            tier: Tier::FIRST,
            breadth: 1,
            idle_ms: Millis(0),
            among: 1,
            assigned: false,
        },
    }
}

fn accepted(offer: u64) -> Event {
    let connect_by = Timestamp(9);
    let offer = OfferId(offer);
    Event::Accepted { offer, connect_by }
}

async fn appended(store: &Store, version: u64, events: Vec<Event>) -> Result<Version, StoreError> {
    let at = Timestamp(1);
    let entries = events
        .into_iter()
        .map(|event| Entry { at, event })
        .collect();
    append(store, append_to(store, version, entries)).await
}

#[tokio::test]
async fn nobody_is_rung_twice_at_once_whatever_the_gateway_believes() {
    let (store, directory) = open_new();
    appended(&store, 0, vec![offered(1, 1, 7)]).await.unwrap();
    for second in [offered(2, 2, 7), offered(2, 1, 7)] {
        let refused = appended(&store, 1, vec![second]).await.unwrap_err();
        assert!(matches!(refused, StoreError::Contradiction(_)), "{refused}");
    }
    appended(&store, 1, vec![accepted(1)]).await.unwrap();
    let refused = appended(&store, 2, vec![offered(2, 2, 7)])
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("live_offers.interpreter"),
        "{refused}"
    );
    assert_eq!(store.load_journal().unwrap().len(), 2);
    assert_eq!(
        live_offers(&raw(&directory)),
        [(1, 1, 7, String::from("lead"), true)]
    );
    let closed = Event::OfferClosed {
        offer: OfferId(1),
        reason: OfferEnd::Missed,
        cooldown_until: Timestamp(1),
    };
    appended(&store, 2, vec![closed, offered(2, 2, 7)])
        .await
        .unwrap();
}

#[tokio::test]
async fn two_never_take_one_place_in_a_call() {
    let (store, directory) = open_new();
    let both = vec![offered(1, 1, 7), offered(2, 1, 8), accepted(1)];
    appended(&store, 0, both).await.unwrap();
    let refused = appended(&store, 3, vec![accepted(2)]).await.unwrap_err();
    assert!(matches!(refused, StoreError::Contradiction(_)), "{refused}");
    assert_eq!(store.load_journal().unwrap().len(), 3);
    let ended = Event::CallEnded {
        call: CallId(1),
        outcome: Outcome::Withdrawn,
    };
    appended(&store, 3, vec![ended]).await.unwrap();
    assert_eq!(live_offers(&raw(&directory)), []);
}
