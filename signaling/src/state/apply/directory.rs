//! Directory, hours and presence.

use super::super::index::Edit;
use super::super::{Duty, Interpreter, Opening, Presence, State, Tablet};
use crate::command::{Counter, Party};
use crate::configuration::Configuration;
use crate::ids::InterpreterId;
use crate::need::Qualification;
use crate::time::Timestamp;
use crate::view::Availability;

/// Whoever left the directory in the middle of a call stays until it ends, and is not rung.
pub(super) fn is_kept(
    configuration: &Configuration,
    id: InterpreterId,
    person: &Interpreter,
) -> bool {
    configuration.interpreters.contains_key(&id) || person.duty != Duty::Free
}

impl State {
    pub(super) fn configure(&mut self, configuration: &Configuration) {
        self.configuration = configuration.clone();
        self.certification_bits = configuration.certifications().into_iter().collect();
        for (id, site) in &configuration.tablets {
            let absent = Tablet {
                site: *site,
                presence: Presence::Absent,
                call: None,
                last: None,
            };
            self.tablets.entry(*id).or_insert(absent).site = *site;
        }
        for (id, qualification) in &configuration.interpreters {
            let person = self
                .interpreters
                .entry(*id)
                .or_insert_with(Interpreter::absent);
            person.qualification.clone_from(qualification);
        }
        for (id, person) in &mut self.interpreters {
            if !configuration.interpreters.contains_key(id) {
                person.qualification = Qualification::default();
            }
        }
        self.interpreters
            .retain(|id, person| is_kept(configuration, *id, person));
        let index = &self.index;
        self.tablets.retain(|id, tablet| {
            let kept = tablet.call.is_some() || index.is_awaited(*id);
            configuration.tablets.contains_key(id) || kept
        });
        self.openings.retain(|counter, _| match counter {
            Counter::Site(site) => configuration.sites.contains_key(site),
            Counter::Language(language) => configuration.languages.contains_key(language),
        });
        self.index = self.indexed();
    }

    pub(super) fn opening_changed(
        &mut self,
        counter: Counter,
        by_hours: bool,
        until: Option<Timestamp>,
    ) {
        self.change_opening(counter, |opening| {
            opening.by_hours = by_hours;
            opening.until = until;
        });
    }

    pub(super) fn forced(&mut self, counter: Counter, open: Option<bool>) {
        self.change_opening(counter, |opening| opening.forced = open);
    }

    fn change_opening(&mut self, counter: Counter, change: impl FnOnce(&mut Opening)) {
        let opening = self.openings.entry(counter).or_default();
        self.index.opening(counter, *opening, Edit::Remove);
        change(opening);
        self.index.opening(counter, *opening, Edit::Add);
    }

    pub(super) fn connected(&mut self, party: Party, at: Timestamp) {
        self.set_presence(party, Presence::Connected, at);
    }

    pub(super) fn disconnected(&mut self, party: Party, until: Timestamp, at: Timestamp) {
        self.set_presence(party, Presence::Leaving { until }, at);
    }

    pub(super) fn gone(&mut self, party: Party, at: Timestamp) {
        self.set_presence(party, Presence::Absent, at);
        if let Party::Interpreter(id) = party {
            self.change_interpreter(id, |person| {
                // Being available is a promise of somebody who is there; so is a pause or a
                // request for help.
                person.availability = Availability::Away;
                person.pause = None;
                person.help = None;
            });
        }
    }

    fn set_presence(&mut self, party: Party, presence: Presence, at: Timestamp) {
        match party {
            Party::Tablet(id) => {
                let call = self.tablets.get(&id).and_then(|tablet| tablet.call);
                self.change_tablet(id, |tablet| tablet.presence = presence);
                self.calls_or_not(id, at);
                if let Some(call) = call {
                    let there = presence == Presence::Connected;
                    self.change_call(call, |call| call.there = there);
                }
            }
            Party::Interpreter(id) => self.change_interpreter(id, |person| {
                person.presence = presence;
                person.since = at;
            }),
            Party::Guest(id) => {
                if let Some(call) = self.guests.get(&id).copied() {
                    self.change_call(call, |call| {
                        if let Some(guest) = &mut call.guest {
                            guest.presence = presence;
                        }
                    });
                }
            }
            Party::Coordinator => {}
        }
    }
}

impl Interpreter {
    fn absent() -> Self {
        Self {
            qualification: Qualification::default(),
            presence: Presence::Absent,
            availability: Availability::Away,
            pause: None,
            duty: Duty::Free,
            idle_since: Timestamp(0),
            since: Timestamp(0),
            misses: 0,
            last_offer: None,
            work: super::super::Work::default(),
            help: None,
            held: false,
        }
    }
}
