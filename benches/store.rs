//! Figures of the store on this machine's disk, one line each, tab-separated: name, value, unit,
//! target, `ok` or `short`. `make bench` gathers them.
//!
//! `appends_per_s`: appends of one entry, each durable before it counts, with as many under way as
//! the gateway ever has. `start_one_year_ms`: from opening the database to the calls being back,
//! with a year of the reference city behind it and the state kept as the gateway keeps it; beside
//! it, without a target, the same from the whole journal.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark's panic is its message, and its output is what it is for"
)]

use passerelle::clock::monotonic;
use passerelle::dispatch::{BATCHES_IN_FLIGHT_MAX, bring_back};
use passerelle::store::{Append, Epoch, Journal, Snapshot, Store, Version};
use passerelle_signaling::Core;
use passerelle_signaling::command::Party;
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::event::{Entry, Event};
use passerelle_signaling::ids::TabletId;
use passerelle_signaling::record::CallRecord;
use passerelle_signaling::simulation::{Plan, run};
use passerelle_signaling::time::{Millis, Timestamp};
use std::collections::VecDeque;
use std::path::Path;

/// Appends that are timed.
const APPENDS: u64 = 20_000;

/// Working days of a year.
const DAYS: u64 = 250;

/// Calls of a day of the reference city: 28 counters, ten each.
const CALLS_PER_DAY: f64 = 280.0;

/// The gateway keeps its state after so many entries; at worst a start reads as many.
const ENTRIES_SINCE: usize = 10_000;

const PLAN: &str = include_str!("../deploy/scenario.example.toml");

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let directory = tempfile::tempdir_in(".").unwrap();
    let per_second = runtime.block_on(appends_per_second(directory.path()));
    line(
        "appends_per_s",
        per_second,
        "1/s",
        "5000",
        per_second >= 5_000.0,
    );
    let directory = tempfile::tempdir_in(".").unwrap();
    let entries = runtime.block_on(a_year(directory.path()));
    let (journal, per_day) = (entries.len(), entries.len() as u64 / DAYS);
    let whole = start_ms(directory.path());
    runtime.block_on(keep_state(directory.path(), entries));
    let kept = start_ms(directory.path());
    line("start_one_year_ms", kept, "ms", "2000", kept <= 2_000.0);
    println!(
        "# one year: {journal} entries, {per_day} a day; from the whole journal {whole:.0} ms"
    );
}

fn line(name: &str, value: f64, unit: &str, target: &str, ok: bool) {
    let verdict = if ok { "ok" } else { "short" };
    println!("{name}\t{value:.0}\t{unit}\t{target}\t{verdict}");
}

fn append_of(epoch: Epoch, expected: u64, entries: Vec<Entry>) -> Append {
    Append {
        expected_version: Version(expected),
        epoch,
        entries,
        records: Vec::new(),
    }
}

async fn appends_per_second(directory: &Path) -> f64 {
    let store = Store::open(directory).unwrap();
    let mut receipts = VecDeque::new();
    let begun = monotonic();
    for number in 0..APPENDS {
        let party = Party::Tablet(TabletId(1));
        let (at, event) = (Timestamp(number), Event::Connected { party });
        let one = append_of(store.epoch(), number, vec![Entry { at, event }]);
        receipts.push_back(store.append(one).await.unwrap());
        if receipts.len() >= BATCHES_IN_FLIGHT_MAX {
            receipts.pop_front().unwrap().durable().await.unwrap();
        }
    }
    for mut receipt in receipts {
        receipt.durable().await.unwrap();
    }
    let taken = monotonic().duration_since(begun);
    store.close().await;
    APPENDS as f64 / taken.as_secs_f64()
}

/// Writes a year of simulated days, with the records of its calls. Returns the entries.
async fn a_year(directory: &Path) -> Vec<Entry> {
    let plan: Plan = passerelle::config::read_toml(PLAN).unwrap();
    let configuration = configuration();
    let mut days = plan.scenarios(&configuration).unwrap();
    for day in &mut days {
        // Everybody of the city answers, and every language of it is called.
        let (Some(hours), Some(visitors)) = (
            day.rosters.values().next().cloned(),
            day.visitors.values().next().cloned(),
        ) else {
            continue;
        };
        for person in configuration.interpreters.keys() {
            day.rosters.insert(*person, hours.clone());
        }
        for language in configuration.languages.keys() {
            day.visitors.insert(*language, visitors.clone());
        }
        let all: f64 = day.visitors.values().flat_map(|of| &of.per_quarter).sum();
        let quarters = day.visitors.values_mut().flat_map(|of| &mut of.per_quarter);
        quarters.for_each(|calls| *calls *= CALLS_PER_DAY / all);
    }
    let store = Store::open(directory).unwrap();
    let (mut entries, mut at): (Vec<Entry>, _) = (Vec::new(), Timestamp(0));
    let mut calls = 0;
    // One day many times, each behind the one before: what counts here is how much there is.
    let day = run(&days[0], 1, &mut ());
    for _ in 0..DAYS {
        let begins = at;
        let records = day
            .records
            .iter()
            .map(|record| numbered(record, &mut calls, begins));
        let mut append = append_of(store.epoch(), entries.len() as u64, Vec::new());
        append.records = records.collect();
        for entry in &day.journal {
            at = begins + entry.at.since(days[0].begins_at);
            append.entries.push(Entry {
                at,
                ..entry.clone()
            });
        }
        entries.extend(append.entries.iter().cloned());
        store.append(append).await.unwrap().durable().await.unwrap();
    }
    store.close().await;
    entries
}

fn configuration() -> Configuration {
    // The demonstration is as large as the city: 28 counters, ten interpreters.
    passerelle::config::Config::demo().unwrap().configuration()
}

fn numbered(record: &CallRecord, calls: &mut u64, begins: Timestamp) -> CallRecord {
    *calls += 1;
    let mut record = record.clone();
    record.call.0 = *calls;
    record.queued_at = begins + Millis(*calls % 1000);
    record
}

/// Keeps the state as far behind the end as it ever is.
async fn keep_state(directory: &Path, entries: Vec<Entry>) {
    let store = Store::open(directory).unwrap();
    let before = entries.len() - ENTRIES_SINCE;
    let kept = Core::replay(entries.into_iter().take(before)).snapshot();
    let (version, state) = (
        Version(before as u64),
        serde_json::to_string(&kept).unwrap(),
    );
    store
        .keep_snapshot(Snapshot { version, state })
        .await
        .unwrap();
    store.close().await;
}

/// From nothing to the calls being back.
fn start_ms(directory: &Path) -> f64 {
    let begun = monotonic();
    let store = Store::open(directory).unwrap();
    bring_back(&store).unwrap();
    let taken = monotonic().duration_since(begun);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(store.close());
    taken.as_secs_f64() * 1000.0
}
