//! The true world of the evaluation: a day of a pool, served by the dispatcher's rules with what
//! each call really takes. Written apart from the estimator. A visitor who gives up stays as a
//! ghost until somebody would have taken the call: that is the virtual wait, the truth for all.

use crate::pools::{Call, Pool, WRAP_UP};
use passerelle_signaling::estimate::{Activity, Person, Situation, Waiting};
use passerelle_signaling::time::{Millis, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// What the estimators may learn, at the moment it is known.
#[derive(Clone, Copy)]
pub(crate) enum Lesson {
    /// A call was connected after this wait, this long after its ring began.
    Connected { group: usize, wait: f64, ring: f64 },
    /// A conversation ended.
    Handled { group: usize, length: f64 },
    /// The visitor of a call that nobody had taken gave up.
    Abandoned { group: usize, wait: f64 },
}

#[derive(Clone, Copy)]
struct Worker {
    serves: u64,
    idle_since: f64,
    /// The last call taken: its number, when it rang, was connected, ended, was written up.
    call: Option<(usize, [f64; 4])>,
}

pub(crate) struct World<'a> {
    calls: &'a [Call],
    workers: Vec<Worker>,
    /// The roster as planned, and as it becomes when a break that begins late keeps its length.
    plan: Vec<Vec<(f64, f64)>>,
    duty: Vec<Vec<(f64, f64)>>,
    breaks_in_full: bool,
    /// The calls nobody has taken, in order of arrival; ghosts are among them.
    waiting: Vec<usize>,
    /// When somebody becomes free.
    free_at: BTreeSet<(u64, usize)>,
    /// What will be learned, and when.
    lessons: BTreeMap<(u64, usize), Lesson>,
    /// The virtual wait of each call, once known.
    pub(crate) waits: Vec<Option<f64>>,
}

impl<'a> World<'a> {
    pub(crate) fn new(pool: &Pool, calls: &'a [Call]) -> Self {
        let worker = |serves: &u64| Worker {
            serves: *serves,
            idle_since: 0.0,
            call: None,
        };
        let duty: Vec<_> = (0..pool.people.len()).map(|at| pool.duty(at)).collect();
        let starts = duty.iter().enumerate().flat_map(|(at, intervals)| {
            let begins = intervals.iter().map(|(from, _)| from.to_bits());
            begins.map(move |begin| (begin, at))
        });
        Self {
            calls,
            workers: pool.people.iter().map(worker).collect(),
            waiting: Vec::new(),
            free_at: starts.collect(),
            lessons: BTreeMap::new(),
            waits: vec![None; calls.len()],
            plan: duty.clone(),
            duty,
            breaks_in_full: !pool.misspecified,
        }
    }

    /// A call that ends at `free`, in a break, moves the end of the break.
    fn postpone_break(&mut self, at: usize, begun: f64, free: f64) {
        let duty = &mut self.duty[at];
        let Some(now) = duty
            .iter()
            .position(|(from, until)| (*from..*until).contains(&begun))
        else {
            return;
        };
        let (_, until) = duty[now];
        if let Some(next) = duty.get_mut(now + 1).filter(|_| free > until) {
            next.0 += free - until;
            next.1 = next.1.max(next.0);
            let begin = next.0;
            self.free_at.insert((begin.to_bits(), at));
        }
    }

    /// Everything up to this moment happens; what is learned on the way is told.
    pub(crate) fn advance(&mut self, now: f64, mut learn: impl FnMut(f64, Lesson)) {
        // Positive floats sort as their bits do.
        while let Some((moment, at)) = self.free_at.pop_first() {
            if moment > now.to_bits() {
                self.free_at.insert((moment, at));
                break;
            }
            self.becomes_free(at, f64::from_bits(moment));
        }
        while let Some(((moment, call), lesson)) = self.lessons.pop_first() {
            if moment > now.to_bits() {
                self.lessons.insert((moment, call), lesson);
                break;
            }
            learn(f64::from_bits(moment), lesson);
        }
    }

    fn on_duty(&self, at: usize, now: f64) -> bool {
        self.duty[at]
            .iter()
            .any(|(from, until)| (*from..*until).contains(&now))
    }

    fn is_free(&self, at: usize, now: f64) -> bool {
        let busy = self.workers[at]
            .call
            .is_some_and(|(_, [_, _, _, end])| end > now);
        !busy && self.on_duty(at, now)
    }

    fn serves(&self, at: usize, call: usize) -> bool {
        self.workers[at].serves >> self.calls[call].group & 1 == 1
    }

    /// The person takes the first call they serve; ghosts before it have their answer.
    fn becomes_free(&mut self, at: usize, now: f64) {
        if !self.is_free(at, now) {
            return;
        }
        self.workers[at].idle_since = now;
        while let Some(place) = self.waiting.iter().position(|call| self.serves(at, *call)) {
            let call = self.waiting.remove(place);
            if self.takes(at, call, now) {
                return;
            }
        }
    }

    /// False when the visitor has given up; the virtual wait is known in either case.
    fn takes(&mut self, at: usize, number: usize, now: f64) -> bool {
        let call = &self.calls[number];
        let connected = now + call.answer;
        let wait = connected - call.arrives;
        self.waits[number] = Some(wait);
        if call.arrives + call.patience <= now {
            return false;
        }
        self.lessons.remove(&gives_up(number, call));
        let ended = connected + call.handling;
        let free = ended + WRAP_UP;
        self.workers[at].call = Some((number, [now, connected, ended, free]));
        self.free_at.insert((free.to_bits(), at));
        if self.breaks_in_full {
            self.postpone_break(at, now, free);
        }
        let call = &self.calls[number];
        let group = call.group;
        let answered = Lesson::Connected {
            group,
            wait,
            ring: call.answer,
        };
        let handled = Lesson::Handled {
            group,
            length: call.handling,
        };
        self.lessons
            .insert((connected.to_bits(), number * 4 + 1), answered);
        self.lessons
            .insert((ended.to_bits(), number * 4 + 2), handled);
        true
    }

    /// The call arrives; true when it has to wait.
    pub(crate) fn arrives(&mut self, number: usize) -> bool {
        let call = &self.calls[number];
        let now = call.arrives;
        let free =
            (0..self.workers.len()).filter(|at| self.serves(*at, number) && self.is_free(*at, now));
        let key = |at: &usize| {
            let worker = &self.workers[*at];
            (worker.serves.count_ones(), worker.idle_since.to_bits(), *at)
        };
        if let Some(at) = free.min_by_key(key) {
            self.takes(at, number, now);
            return false;
        }
        self.waiting.push(number);
        let abandoned = Lesson::Abandoned {
            group: call.group,
            wait: call.patience,
        };
        self.lessons.insert(gives_up(number, call), abandoned);
        true
    }

    /// The live state as the gateway knows it.
    pub(crate) fn situation(&self, now: f64) -> Situation {
        let waiting = |number: &usize| Waiting {
            group: self.calls[*number].group as u8,
            rank: 0,
            ticket: moment(self.calls[*number].arrives),
            number: *number as u64,
        };
        let visible = self.waiting.iter().filter(|number| {
            let call = &self.calls[**number];
            call.arrives + call.patience > now
        });
        let mut queue: Vec<Waiting> = visible.map(waiting).collect();
        for worker in &self.workers {
            if let Some((number, [rings, connected, ..])) = worker.call
                && (rings..connected).contains(&now)
            {
                queue.push(waiting(&number));
            }
        }
        Situation {
            now: moment(now),
            people: (0..self.workers.len())
                .map(|at| self.person(at, now))
                .collect(),
            queue,
            groups: Vec::new(),
            wrap_up: Millis(WRAP_UP as u64),
        }
    }

    fn person(&self, at: usize, now: f64) -> Person {
        let worker = self.workers[at];
        let state = match worker.call {
            Some((number, [rings, connected, ended, free])) if free > now => {
                if now < connected {
                    Activity::Ringing {
                        number: number as u64,
                        since: moment(rings),
                    }
                } else if now < ended {
                    Activity::InCall {
                        group: self.calls[number].group as u8,
                        since: moment(connected),
                    }
                } else {
                    Activity::WrapUp {
                        ends_at: moment(free),
                    }
                }
            }
            _ if self.on_duty(at, now) => Activity::Free {
                idle_since: moment(worker.idle_since),
            },
            _ => Activity::Away {
                back_at: self.duty[at]
                    .iter()
                    .map(|(from, _)| *from)
                    .find(|from| *from >= now)
                    .map(moment),
            },
        };
        Person {
            serves: worker.serves,
            tier: 0,
            state,
            duty: self.plan[at]
                .iter()
                .map(|(from, until)| (moment(*from), moment(*until)))
                .collect(),
        }
    }
}

/// When, and under which key, the visitor of a call gives up unless it is taken before.
fn gives_up(number: usize, call: &Call) -> (u64, usize) {
    ((call.arrives + call.patience).to_bits(), number * 4 + 3)
}

pub(crate) fn moment(milliseconds: f64) -> Timestamp {
    Timestamp(milliseconds as u64)
}
