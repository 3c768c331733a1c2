//! The journal of a day, read beside the day. A step is appended whole or not at all, so the ends
//! of the steps are all the prefixes a journal can have: at each of them it gives the live state,
//! the live records and the live figures. And so does a snapshot, taken at any entry, with the
//! entries since.

use crate::promises::Recent;
use passerelle_signaling::command::Command;
use passerelle_signaling::core::{self, Core};
use passerelle_signaling::effect::Effect;
use passerelle_signaling::event::Entry;
use passerelle_signaling::figures;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::record::CallRecord;
use passerelle_signaling::simulation::{Day, Dice, Watch};
use passerelle_signaling::state::{Snapshot, State};
use passerelle_signaling::time::Timestamp;
use std::collections::BTreeMap;

/// Snapshots taken of one day.
const SNAPSHOTS: usize = 6;

/// Apart from the streams of the day itself.
const STREAM: u64 = 1 << 40;

/// What a journal alone gives.
#[derive(Clone, Default)]
struct Read {
    state: State,
    /// The record of each call that has ended; of one converted, the last.
    ended: BTreeMap<CallId, CallRecord>,
}

/// The journal of a day and, beside it, what the gateway keeps.
pub(crate) struct Replay<'a> {
    recent: &'a Recent,
    read: Read,
    /// The records as the driver keeps them, for today and for the history: each that a step
    /// announces, as the core gives it then.
    live: BTreeMap<CallId, CallRecord>,
}

impl Read {
    fn take(&mut self, entry: &Entry) {
        let finished = self.state.apply(entry);
        self.ended
            .extend(finished.map(|record| (record.call, record)));
    }

    /// Those that have ended, and those of calls, callbacks and appointments under way.
    fn records(&self) -> BTreeMap<CallId, &CallRecord> {
        let calls = self.state.calls().map(|(_, call)| &call.record);
        let callbacks = self.state.callbacks().map(|callback| &callback.record);
        let appointments = self.state.appointments().map(|made| &made.record);
        let under_way = calls.chain(callbacks).chain(appointments);
        let all = self.ended.values().chain(under_way);
        all.map(|record| (record.call, record)).collect()
    }
}

impl<'a> Replay<'a> {
    pub(crate) fn new(recent: &'a Recent) -> Self {
        Self {
            recent,
            read: Read::default(),
            live: BTreeMap::new(),
        }
    }

    /// Snapshots at random prefixes, written and read back: each gives the same day.
    pub(crate) fn at_the_end(&self, day: &Day, seed: u64) {
        let mut dice = Dice::new(seed, STREAM);
        for _ in 0..SNAPSHOTS {
            let at = dice.below(day.journal.len() + 1);
            let (before, since) = day.journal.split_at(at);
            let mut read = Read::default();
            before.iter().for_each(|entry| read.take(entry));
            let kept = Core::replay(before.iter().cloned());
            let begun = decoded(&kept.snapshot());
            assert_eq!(begun.state(), &read.state, "a snapshot after {at} entries");
            assert_eq!(begun.latest(), kept.latest(), "its moment, at {at}");
            read.state = begun.state().clone();
            since.iter().for_each(|entry| read.take(entry));
            assert_eq!(
                read.state, self.read.state,
                "begun anew after {at} entries, the day ends otherwise"
            );
            assert_eq!(read.ended, self.read.ended, "its records, from {at} on");
            let (then, whole) = (read.records(), &self.live);
            assert_eq!(
                figures(then.into_values()),
                figures(whole.values()),
                "its figures, from {at} on"
            );
        }
    }
}

impl Watch for Replay<'_> {
    fn step(&mut self, core: &Core, command: &Command, step: &core::Step, now: Timestamp) {
        self.recent.add(command, step, now);
        for entry in &step.entries {
            let json = serde_json::to_string(entry).unwrap();
            self.read.take(&serde_json::from_str(&json).unwrap());
        }
        let mut counted = false;
        for effect in &step.effects {
            if let Effect::Record(call) = *effect {
                let record = core.record(call).map(|record| (call, record));
                self.live.extend(record);
                counted = true;
            }
        }
        assert_eq!(&self.read.state, core.state(), "the replay differs (I23)");
        let records = self.read.records();
        let same = self.live.values().eq(records.values().copied());
        assert!(
            same,
            "the records differ: {}",
            differing(&self.live, &records)
        );
        if counted {
            let (now, then) = (figures(self.live.values()), figures(records.into_values()));
            assert_eq!(now, then, "the figures differ (I22)");
        }
    }

    fn crashed(&mut self, _: &Core, replayed: &Core) {
        assert_eq!(&self.read.state, replayed.state(), "after a crash (I23)");
        // What the next start would begin from instead of the whole journal.
        let begun = decoded(&replayed.snapshot());
        assert_eq!(begun.state(), replayed.state(), "a start from a snapshot");
        assert_eq!(begun.next_deadline(), replayed.next_deadline());
    }
}

/// A core begun from what was kept, as it is on disk.
fn decoded(snapshot: &Snapshot) -> Core {
    let text = serde_json::to_string(snapshot).unwrap();
    Core::from_snapshot(serde_json::from_str(&text).unwrap()).unwrap()
}

/// The first record that is not the same, live and replayed.
fn differing(
    live: &BTreeMap<CallId, CallRecord>,
    replayed: &BTreeMap<CallId, &CallRecord>,
) -> String {
    let all = live.keys().chain(replayed.keys());
    let mut pairs = all.map(|id| (live.get(id), replayed.get(id).copied()));
    let pair = pairs.find(|(live, replayed)| live != replayed);
    format!("{pair:#?}")
}
