//! The two nights of the year in which the clocks change, each from Saturday evening on, with
//! everything that goes wrong on other days: opening hours follow the clock on the wall, and waits
//! do not.

use crate::city::{day, hours};
use crate::days::played;
use passerelle_signaling::command::Counter;
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::event::Event;
use passerelle_signaling::ids::SiteId;
use passerelle_signaling::record::CallRecord;
use passerelle_signaling::simulation::{Day, QUARTERS, Scenario};
use passerelle_signaling::time::{Millis, Timestamp};

/// Saturdays, 18:00 in Paris: 7 November 2026; 24 October 2026, before the night in which it is
/// two o'clock twice; 27 March 2027, before the night without a two o'clock.
const ORDINARY: Timestamp = Timestamp(1_794_070_800_000);
const AUTUMN: Timestamp = Timestamp(1_792_857_600_000);
const SPRING: Timestamp = Timestamp(1_806_166_800_000);

const HOUR: Millis = Millis::from_secs(3_600);

/// Visitors come until the counters have been open for so many hours: until 4, 5 or 6 o'clock.
const VISITORS_FOR: usize = 11;

const NIGHTS: u64 = 8;

/// The counters close at noon.
fn open_all_night(configuration: &mut Configuration) {
    for site in configuration.sites.values_mut() {
        site.hours = hours("daily 00:00-12:00, 18:00-24:00");
    }
}

/// The people of the simulated city, from evening until morning. Appointments are made by the clock
/// on the wall and may well differ: nobody makes one.
fn night(seed: u64, begins_at: Timestamp) -> Scenario {
    let mut night = day(seed);
    night.begins_at = begins_at;
    open_all_night(&mut night.configuration);
    let at = |hours: u64| begins_at + Millis(hours * HOUR.0);
    let reloads = [6, 9].map(at).into_iter().zip(night.reloads);
    let reloads = reloads.map(|(at, (_, mut configuration))| {
        open_all_night(&mut configuration);
        (at, configuration)
    });
    night.reloads = reloads.collect();
    for visitors in night.visitors.values_mut() {
        let calls: f64 = visitors.per_quarter.iter().sum();
        let open = 4 * VISITORS_FOR;
        let in_quarter = |quarter| {
            if quarter < open {
                calls / open as f64
            } else {
                0.0
            }
        };
        visitors.per_quarter = (0..QUARTERS).map(in_quarter).collect();
        visitors.appointment = 0.0;
    }
    let early = [(at(0), at(6)), (at(7), at(13))];
    let late = [(at(2), at(8)), (at(9), at(15))];
    for (number, spans) in (1..).zip(night.rosters.values_mut()) {
        *spans = if number % 2 == 0 { early } else { late }.to_vec();
    }
    night
}

/// Every moment as the time since the beginning of the night.
fn since(begins_at: Timestamp, record: &CallRecord) -> CallRecord {
    let from = |at: Timestamp| Timestamp(at.since(begins_at).0);
    CallRecord {
        tapped_at: from(record.tapped_at),
        queued_at: from(record.queued_at),
        offered_at: record.offered_at.map(from),
        accepted_at: record.accepted_at.map(from),
        connected_at: record.connected_at.map(from),
        ended_at: record.ended_at.map(from),
        ..record.clone()
    }
}

/// How many hours after the beginning a counter closed; a gateway that is down is late by less.
fn closed_after(begins_at: Timestamp, night: &Day) -> Option<u64> {
    let mut journal = night.journal.iter();
    let closed = journal.find(|entry| match entry.event {
        Event::OpeningChanged { counter, open, .. } => counter == Counter::Site(SiteId(1)) && !open,
        _ => false,
    });
    closed.map(|entry| entry.at.since(begins_at).0 / HOUR.0)
}

#[test]
fn in_the_nights_in_which_the_clocks_change_everybody_waits_as_in_any_other() {
    let play = |seed, begins_at| {
        let night = played(&night(seed, begins_at), seed, "in_the_nights");
        let records = night.records.iter().map(|record| since(begins_at, record));
        (records.collect::<Vec<_>>(), night)
    };
    let mut waits = 0;
    for seed in 1..=NIGHTS {
        let (records, ordinary) = play(seed, ORDINARY);
        waits += records.iter().filter_map(CallRecord::wait).count();
        assert_eq!(closed_after(ORDINARY, &ordinary), Some(18), "by the clock");
        for (begins_at, hours) in [(AUTUMN, 19), (SPRING, 17)] {
            let (changed, night) = play(seed, begins_at);
            assert_eq!(closed_after(begins_at, &night), Some(hours), "by the clock");
            let pair = records
                .iter()
                .zip(&changed)
                .find(|(one, other)| one != other);
            assert_eq!(pair, None, "night {seed}: by what does this call differ?");
            assert_eq!(records.len(), changed.len());
            assert_eq!(ordinary.service, night.service, "what interpreters did");
        }
    }
    assert!(
        waits > 50 * NIGHTS as usize,
        "hardly anybody waited: {waits}"
    );
}
