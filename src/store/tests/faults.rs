//! The power fails at any byte the journal writes: between two frames of the write-ahead log,
//! inside one, just before and after each commit, and while the log is folded into the database.
//! Whatever the disk is left with, the store that opens it has everything that was acknowledged
//! before, whole appends only, and nothing in it disagrees.
//!
//! `make test` goes through one part of a day. `PASSERELLE_FAULT_RUNS` says how many parts of how
//! many days, `PASSERELLE_SEED` where the dice begin.

use super::offers::{eventful_days, of_state};
use super::schemas::live_offers;
use super::*;
use crate::dispatch::bring_back;
use passerelle_signaling::command::Command;
use passerelle_signaling::core::{Core, Step};
use passerelle_signaling::effect::Effect;
use passerelle_signaling::simulation::{Watch, run};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const SEED: u64 = 20_261_122;

/// Steps of the core that are written with faults. Their frames stay below a thousand, at which
/// SQLite folds the log into the database.
const STEPS: usize = 120;

/// Before them, up to so many are in the database already.
const STEPS_BEFORE_MAX: usize = 900;

/// A frame of the log: its header, and a page.
const FRAME_HEADER: usize = 24;
const LOG_HEADER: usize = 32;
const MONTH: &str = "2026-01";

/// What one step of the core gives the store.
type Written = (Vec<Entry>, Vec<CallRecord>);

#[derive(Default)]
struct Recorder(Vec<Written>);

impl Watch for Recorder {
    fn step(&mut self, core: &Core, _: &Command, step: &Step, _: Timestamp) {
        let records = step.effects.iter().filter_map(|effect| match effect {
            Effect::Record(call) => core.record(*call),
            _ => None,
        });
        if !step.entries.is_empty() {
            self.0.push((step.entries.clone(), records.collect()));
        }
    }
}

/// What there is after so many entries.
#[derive(Clone, Default)]
struct Truth {
    core: Core,
    records: BTreeMap<CallId, CallRecord>,
}

impl Truth {
    fn go_on(&mut self, (entries, records): Written) {
        self.core = std::mem::take(&mut self.core).replayed(entries);
        let records = records.into_iter().map(|record| (record.call, record));
        self.records.extend(records);
    }
}

/// A day as it was written, and what is on the disk.
#[derive(Default)]
struct Disk {
    seed: u64,
    entries: Vec<Entry>,
    /// After each append.
    truths: BTreeMap<usize, Truth>,
    /// The length of the log when so many entries were acknowledged.
    acknowledged: Vec<(usize, usize)>,
    snapshots: BTreeMap<u64, String>,
    database: Vec<u8>,
    log: Vec<u8>,
    /// The database once the log is folded into it.
    folded: Vec<u8>,
}

/// Steps together, as the gateway appends what was decided together.
fn together(steps: Vec<Written>) -> Written {
    let mut all = Written::default();
    for (entries, records) in steps {
        all.0.extend(entries);
        all.1.extend(records);
    }
    let newest: BTreeMap<CallId, CallRecord> = all
        .1
        .drain(..)
        .map(|record| (record.call, record))
        .collect();
    all.1 = newest.into_values().collect();
    all
}

impl Disk {
    /// Writes a part of a day by the real store and looks at the disk after each answer.
    async fn write(seed: u64) -> Self {
        let mut dice = fastrand::Rng::with_seed(seed);
        let days = eventful_days();
        let mut recorder = Recorder::default();
        run(&days[dice.usize(..days.len())], seed, &mut recorder);
        let mut steps = recorder.0;
        let before = dice.usize(..STEPS_BEFORE_MAX.min(steps.len() - STEPS));
        steps.truncate(before + STEPS);
        let (store, directory) = open_new();
        let mut disk = Self {
            seed,
            ..Self::default()
        };
        let mut truth = Truth::default();
        let so_far = together(steps.drain(..before).collect());
        disk.append(&store, &mut truth, vec![so_far]).await;
        store.close().await;
        let store = Store::open(directory.path()).unwrap();
        let path = directory.path().join("passerelle.sqlite");
        let log = directory.path().join("passerelle.sqlite-wal");
        disk.acknowledged.clear();
        let mut steps = steps.into_iter().peekable();
        for turn in 1.. {
            let mut appends = Vec::new();
            for _ in 0..dice.usize(1..=3) {
                let some: Vec<Written> = steps.by_ref().take(dice.usize(1..=4)).collect();
                appends.extend((!some.is_empty()).then(|| together(some)));
            }
            if appends.is_empty() {
                break;
            }
            disk.append(&store, &mut truth, appends).await;
            if turn % 7 == 0 {
                let version = Version(disk.entries.len() as u64);
                let state = serde_json::to_string(&truth.core.snapshot()).unwrap();
                disk.snapshots.insert(version.0, state.clone());
                store
                    .keep_snapshot(Snapshot { version, state })
                    .await
                    .unwrap();
            }
            if turn % 11 == 0 {
                let now = truth.core.latest();
                store.purge_calls(now, |_| MONTH.to_owned()).await.unwrap();
            }
            let length = log.metadata().unwrap().len() as usize;
            disk.acknowledged.push((length, disk.entries.len()));
        }
        disk.database = fs::read(&path).unwrap();
        disk.log = fs::read(&log).unwrap();
        store.close().await;
        disk.folded = fs::read(&path).unwrap();
        disk
    }

    /// Several appends under way at once, until all are durable.
    async fn append(&mut self, store: &Store, truth: &mut Truth, appends: Vec<Written>) {
        let mut receipts = Vec::new();
        for written in appends {
            let mut append = append_to(store, self.entries.len() as u64, written.0.clone());
            append.records = written.1.clone();
            receipts.push(store.append(append).await.unwrap());
            self.entries.extend(written.0.iter().cloned());
            truth.go_on(written);
            self.truths.insert(self.entries.len(), truth.clone());
        }
        for mut receipt in receipts {
            receipt.durable().await.unwrap();
        }
    }

    fn frame(&self) -> usize {
        let page: [u8; 4] = self.log[8..12].try_into().unwrap();
        FRAME_HEADER + u32::from_be_bytes(page) as usize
    }

    /// Where the power fails: at each end of a frame, around and inside each that commits, and
    /// anywhere.
    fn points(&self, dice: &mut fastrand::Rng) -> BTreeSet<usize> {
        let frame = self.frame();
        let mut points: BTreeSet<usize> = [0, 1, LOG_HEADER / 2, LOG_HEADER - 1].into();
        for begin in (LOG_HEADER..self.log.len()).step_by(frame) {
            points.insert(begin);
            let commits = self.log[begin + 4..begin + 8] != [0; 4];
            if commits {
                let inside = [1, FRAME_HEADER, frame / 2, frame - 1];
                points.extend(inside.map(|byte| begin + byte));
            } else if dice.u8(..4) == 0 {
                points.insert(begin + dice.usize(1..frame));
            }
        }
        points.insert(self.log.len());
        points
    }

    /// What is behind the last byte that was written: nothing, or what a disk may have there.
    fn tail(&self, at: usize, dice: &mut fastrand::Rng) -> Vec<u8> {
        let left = self.log.len() - at;
        match dice.u8(..4) {
            0 => vec![0; left],
            1 => std::iter::repeat_with(|| dice.u8(..)).take(left).collect(),
            2 => {
                let torn = std::iter::repeat_with(|| dice.u8(..));
                torn.take(left.min(4096)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Opens what the disk was left with and holds it against the truth.
    async fn check(&self, place: &TempDir, database: &[u8], log: &[u8], at: usize, what: &str) {
        let context = format!("{what} at byte {at}, PASSERELLE_SEED={}", self.seed);
        for name in ["passerelle.sqlite-shm", "passerelle.sqlite-wal"] {
            let _ = fs::remove_file(place.path().join(name));
        }
        fs::write(place.path().join("passerelle.sqlite"), database).unwrap();
        fs::write(place.path().join("passerelle.sqlite-wal"), log).unwrap();
        let store = Store::open(place.path()).unwrap_or_else(|error| panic!("{error}, {context}"));
        let journal = store.load_journal().unwrap();
        let entries = journal.len();
        assert!(journal == self.entries[..entries], "no prefix, {context}");
        let truth = self.truths.get(&entries);
        let truth = truth.unwrap_or_else(|| panic!("half an append: {entries} entries, {context}"));
        let all_before = self.acknowledged.iter().rfind(|(length, _)| *length <= at);
        let first = self.truths.keys().next().copied().unwrap();
        let least = all_before.map_or(first, |(_, entries)| *entries);
        assert!(entries >= least, "lost {least} - {entries}, {context}");
        let under_way = self.acknowledged.iter().find(|(length, _)| *length > at);
        let most = under_way.map_or(self.entries.len(), |(_, entries)| *entries);
        assert!(entries <= most, "{entries} of {most}, {context}");

        let back = bring_back(&store).unwrap();
        assert!(back.core.state() == truth.core.state(), "state, {context}");
        assert_eq!(back.version, Version(entries as u64), "{context}");
        let kept = store.snapshots().unwrap();
        for Snapshot { version, state } in &kept {
            assert!(version.0 <= entries as u64, "{context}");
            assert_eq!(self.snapshots.get(&version.0), Some(state), "{context}");
        }
        let rows = store.records().await;
        for row in &rows {
            assert_eq!(truth.records.get(&row.call), Some(row), "{context}");
        }
        let over = |record: &&CallRecord| record.outcome.is_some();
        let going_on = rows.len() - rows.iter().filter(over).count();
        let ended = truth.records.values().filter(over).count();
        assert_eq!(going_on, truth.records.len() - ended, "rows, {context}");
        let ever = Timestamp(u64::MAX >> 1);
        let month = store.month(MONTH.to_owned(), Timestamp(0), ever).await;
        let counted: u64 = month.unwrap().values().map(|sums| sums.calls).sum();
        assert_eq!(counted, ended as u64, "months, {context}");
        let offers = live_offers(&raw(place));
        assert_eq!(offers, of_state(truth.core.state()), "{context}");
        store.close().await;
    }
}

/// Where a copy is opened. In memory where there is such a place: what the copy's own writes
/// survive is not asked, and hundreds of flushes take long on a busy disk.
fn reading_place() -> TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_and_nothing_is_half_there_wherever_the_power_fails() {
    let first = number("PASSERELLE_SEED", SEED);
    let (mut points, mut purged) = (0, false);
    for seed in first..first + number("PASSERELLE_FAULT_RUNS", 1) {
        let disk = Disk::write(seed).await;
        let mut dice = fastrand::Rng::with_seed(seed);
        let place = reading_place();
        for at in disk.points(&mut dice) {
            let log = [&disk.log[..at], &disk.tail(at, &mut dice)].concat();
            disk.check(&place, &disk.database, &log, at, "cut").await;
            points += 1;
        }
        // While the log is folded into the database, any of its pages may be written or not.
        let page = disk.frame() - FRAME_HEADER;
        for _ in 0..20 {
            let mut mixed = disk.folded.clone();
            for (begin, old) in (0..).step_by(page).zip(disk.database.chunks(page)) {
                if dice.bool() {
                    mixed[begin..begin + page].copy_from_slice(old);
                }
            }
            let all = disk.log.len();
            disk.check(&place, &mixed, &disk.log, all, "folding").await;
            points += 1;
        }
        purged |=
            !disk.snapshots.is_empty() && disk.truths.values().any(|it| !it.records.is_empty());
    }
    println!("journal_fault_points\t{points}\tlost\t0");
    assert!(purged && points > 200, "too little happened: {points}");
}

#[tokio::test]
#[should_panic(expected = "lost")]
async fn a_lost_append_would_be_noticed() {
    let disk = Disk::write(SEED).await;
    let all = disk.log.len();
    let without_the_last = &disk.log[..all - disk.frame()];
    let place = reading_place();
    disk.check(&place, &disk.database, without_the_last, all, "cut")
        .await;
}
