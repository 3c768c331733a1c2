//! What many days of one scenario say: calls and waits by language and hour of the day, and how
//! busy each interpreter was. Percentiles are taken from all raw waits, never averaged over days.

use super::day::{Day, Service};
use crate::event::{AppointmentEnd, CallbackEnd};
use crate::figures::percentile;
use crate::ids::InterpreterId;
use crate::record::{CallRecord, Outcome};
use crate::tag::Language;
use crate::time::{Millis, Timestamp};
use std::collections::BTreeMap;

/// An hour.
const HOUR: u64 = 60 * 60 * 1000;

/// Many days, added up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// How many days.
    pub days: u32,
    /// By language and by the hour of the day in which the call entered the queue.
    pub cells: BTreeMap<(Language, u8), Cell>,
    /// What each interpreter did in all these days.
    pub service: BTreeMap<InterpreterId, Service>,
    /// Visitors who found no free tablet.
    pub turned_away: u64,
}

/// Calls of one language in one hour of the day, or of any other set of calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Calls that entered the queue.
    pub calls: u64,
    /// Calls the visitor left before picture and sound.
    pub abandoned: u64,
    /// Calls that ended unanswered for another reason: timed out, refused, not called back.
    pub unserved: u64,
    /// Waits of the answered calls, from the queue to picture and sound.
    waits: Vec<Millis>,
}

impl Summary {
    /// Adds a day that began at this moment.
    pub fn add(&mut self, begins_at: Timestamp, day: &Day) {
        self.days += 1;
        self.turned_away += day.turned_away;
        for record in &day.records {
            let hour = (record.queued_at.since(begins_at).0 / HOUR).min(23) as u8;
            let cell = self.cells.entry((record.language, hour)).or_default();
            cell.add(record);
        }
        for (interpreter, service) in &day.service {
            self.add_service(*interpreter, *service);
        }
    }

    /// Adds other days.
    pub fn join(&mut self, other: &Self) {
        self.days += other.days;
        self.turned_away += other.turned_away;
        for (key, cell) in &other.cells {
            self.cells.entry(*key).or_default().join(cell);
        }
        for (interpreter, service) in &other.service {
            self.add_service(*interpreter, *service);
        }
    }

    fn add_service(&mut self, interpreter: InterpreterId, service: Service) {
        let sum = self.service.entry(interpreter).or_default();
        sum.busy.0 += service.busy.0;
        sum.on_duty.0 += service.on_duty.0;
    }

    /// Sorts the waits; to be called once all days are added and before figures are read.
    #[must_use]
    pub fn done(mut self) -> Self {
        for cell in self.cells.values_mut() {
            cell.waits.sort_unstable();
        }
        self
    }

    /// The languages there are calls of.
    pub fn languages(&self) -> Vec<Language> {
        let mut languages: Vec<Language> = self.cells.keys().map(|(one, _)| *one).collect();
        languages.dedup();
        languages
    }

    /// All hours of one language, or of all.
    pub fn whole(&self, language: Option<Language>) -> Cell {
        let mut whole = Cell::default();
        for ((of, _), cell) in &self.cells {
            if language.is_none_or(|one| one == *of) {
                whole.join(cell);
            }
        }
        whole.waits.sort_unstable();
        whole
    }
}

impl Cell {
    fn add(&mut self, record: &CallRecord) {
        // An appointment made without having waited was never in the queue.
        self.calls += u64::from(record.steps > 0);
        self.waits.extend(record.wait());
        let in_vain = record.callback == Some(CallbackEnd::Unserved)
            || record.appointment == Some(AppointmentEnd::Unserved);
        match record.outcome {
            Some(Outcome::AbandonedQueued | Outcome::AbandonedConnecting) => self.abandoned += 1,
            Some(
                Outcome::TimedOut
                | Outcome::RefusedFull
                | Outcome::RefusedClosed
                | Outcome::Withdrawn,
            ) => self.unserved += 1,
            Some(Outcome::ConvertedCallback | Outcome::ConvertedAppointment) if in_vain => {
                self.unserved += 1;
            }
            _ => {}
        }
    }

    fn join(&mut self, other: &Self) {
        self.calls += other.calls;
        self.abandoned += other.abandoned;
        self.unserved += other.unserved;
        self.waits.extend_from_slice(&other.waits);
    }

    /// Calls in which picture and sound came up.
    pub fn answered(&self) -> u64 {
        self.waits.len() as u64
    }

    /// Service level: answered within this time, of those answered or abandoned; `None` of nothing.
    /// The unserved are a figure of their own, as in every report of Passerelle.
    pub fn service_level(&self, within: Millis) -> Option<f64> {
        let in_time = self.waits.iter().filter(|wait| **wait <= within).count();
        let of = self.answered() + self.abandoned;
        (of > 0).then(|| in_time as f64 / of as f64)
    }

    /// The nearest-rank percentile of the waits of answered calls; `None` of nothing.
    pub fn wait(&self, percent: usize) -> Option<Millis> {
        percentile(&self.waits, percent)
    }

    /// The mean wait of answered calls; `None` of nothing.
    pub fn wait_mean(&self) -> Option<Millis> {
        let sum: u64 = self.waits.iter().map(|wait| wait.0).sum();
        sum.checked_div(self.answered()).map(Millis)
    }
}

impl Service {
    /// Busy time over time on duty; `None` for somebody who never was.
    pub fn occupancy(&self) -> Option<f64> {
        (self.on_duty > Millis(0)).then(|| self.busy.0 as f64 / self.on_duty.0 as f64)
    }
}
