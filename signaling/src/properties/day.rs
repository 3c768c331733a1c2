//! A random day under way: the core, and beside it everything the checks remember.

use super::acts::Act;
use super::onlookers::{self, Onlookers};
use super::service::{INTERPRETERS, MORNING, TABLETS, configuration};
use super::{
    accounts::Accounts, appointments, callbacks, legality, order, rest::Rest, safety, told,
};
use crate::command::{Command, Party, Rejection};
use crate::core::Core;
use crate::event::{Entry, Event};
use crate::ids::{CallId, InterpreterId, TabletId};
use crate::record::CallRecord;
use crate::state::State;
use crate::time::Timestamp;
use std::collections::BTreeMap;

pub(super) struct Day {
    pub(super) core: Core,
    pub(super) now: Timestamp,
    pub(super) journal: Vec<Entry>,
    /// The record of each call that ended; of one called back, the last.
    pub(super) ended: BTreeMap<CallId, CallRecord>,
    /// Every refusal.
    pub(super) refused: Vec<Rejection>,
    /// Whether two were ever rung for one call.
    pub(super) wide: bool,
    /// Whether anybody was ever kept free for an appointment.
    pub(super) held: bool,
    /// What the journal alone says, read back from its JSON.
    replayed: State,
    accounts: Accounts,
    rest: Rest,
    cooldowns: order::Cooldowns,
    onlookers: Onlookers,
}

impl Day {
    /// Everybody is there and willing.
    pub(super) fn open() -> Self {
        let mut day = Self {
            core: Core::new(),
            now: MORNING,
            journal: Vec::new(),
            ended: BTreeMap::new(),
            refused: Vec::new(),
            wide: false,
            held: false,
            replayed: State::default(),
            accounts: Accounts::from(MORNING),
            rest: Rest::default(),
            cooldowns: order::Cooldowns::default(),
            onlookers: Onlookers::default(),
        };
        day.handle(&Command::Configure(Box::new(configuration(0))));
        day.everybody_comes();
        day
    }

    pub(super) fn play(acts: &[(Act, u64)]) -> Self {
        let mut day = Self::open();
        for (act, millis) in acts {
            day.pass(*millis);
            let command = act.command(day.core.state(), day.now);
            day.handle(&command);
        }
        day
    }

    pub(super) fn everybody_comes(&mut self) {
        for id in 1..=TABLETS {
            self.handle(&Command::Connected(Party::Tablet(TabletId(id))));
        }
        for interpreter in (1..=INTERPRETERS).map(InterpreterId) {
            self.handle(&Command::Connected(Party::Interpreter(interpreter)));
            self.handle(&Command::SetAvailable {
                interpreter,
                available: true,
            });
        }
    }

    /// Lets time pass as a driver does, tick by tick.
    pub(super) fn pass(&mut self, millis: u64) {
        let end = Timestamp(self.now.0 + millis);
        while let Some(at) = self.core.next_deadline().filter(|at| *at <= end) {
            self.now = at;
            self.handle(&Command::Tick);
        }
        self.now = end;
    }

    /// I18 to I20, at the end of the day.
    pub(super) fn accounts_are_closed(&self) {
        self.accounts.are_closed(&self.ended, self.core.state());
    }

    /// One command, and every promise that concerns one step.
    pub(super) fn handle(&mut self, command: &Command) {
        let before = self.core.clone();
        let step = self.core.handle(command, self.now);
        told::a_refusal_changes_nothing(&before, command, self.now, &step, &self.core);
        told::every_changed_picture_and_record_is_announced(&before, &self.core, &step.effects);
        told::media_ends_for_whoever_may_no_longer_join(&before, &self.core, &step.effects);
        self.refused.extend(step.rejection);
        for entry in &step.entries {
            self.entry(command, entry);
        }
        legality::whoever_talked_has_time_to_wrap_up(&before, &step.entries);
        self.journal.extend(step.entries);
        let state = self.core.state();
        self.held |= state.interpreters().any(|(_, person)| person.held);
        self.wide |= state.calls().any(|(_, call)| call.search.rings.len() > 1);
        assert_eq!(
            &self.replayed, state,
            "the journal gives another state (I23)"
        );
        assert!(
            state.index_is_true(),
            "the indexes say something else than the state"
        );
        let next = self.core.next_deadline();
        let overdue = next.filter(|at| *at <= self.core.latest());
        assert_eq!(overdue, None, "what was due was not carried out (I16)");
        safety::rings_and_calls_agree_on_both_sides(state);
        safety::only_the_two_sides_of_an_accepted_call_may_join(&self.core);
        self.onlookers.may_join(&self.core);
        onlookers::onlookers_are_of_conversations(state);
        appointments::appointments_agree_with_everybody(state, self.now);
        safety::no_call_waits_past_its_moments(state, self.now);
        safety::nothing_is_kept_without_a_reason(state);
        order::nobody_waits_beside_a_free_interpreter(state, self.now);
        order::no_search_waits_for_a_tier_that_is_not_on_duty(state);
        order::ranks_are_classes_or_age(state, self.now);
        callbacks::one_tablet_rings_for_one_visitor(state);
        callbacks::whoever_can_be_called_back_is(state);
        self.accounts.agree_with(state);
    }

    /// What one entry promises, checked against the state it met.
    fn entry(&mut self, command: &Command, entry: &Entry) {
        let json = serde_json::to_string(entry).unwrap();
        let read: Entry = serde_json::from_str(&json).unwrap();
        assert_eq!(&read, entry, "an entry changes in the journal (I23)");
        let state = &self.replayed;
        legality::only_legal_transitions_happen(state, command, &read);
        legality::every_transient_state_has_a_deadline(state, &read);
        legality::no_ring_begins_after_the_longest_wait(state, &read);
        legality::a_wrap_up_ends_early_by_its_interpreters_hand_only(state, command, &read);
        legality::class_and_place_change_by_a_coordinators_hand_only(command, &read);
        safety::nobody_is_rung_beyond_the_width_of_the_step(state, &read);
        safety::only_who_is_there_free_and_qualified_is_rung(state, &read);
        order::every_ring_is_the_least_of_the_documented_key(state, &read);
        order::no_call_is_overtaken_once_it_has_aged(state, &read);
        order::calls_of_one_need_are_rung_for_in_order(state, &read);
        callbacks::each_step_of_a_callback_is_lawful(state, &read);
        appointments::each_appointment_can_be_kept(state, &read);
        appointments::the_first_to_take_it_has_it(state, command, &read);
        appointments::a_kept_appointment_is_the_call_it_promised(state, command, &read);
        appointments::whoever_is_kept_free_is_rung_by_name_alone(state, &read);
        self.onlookers.take(state, command, &read);
        self.cooldowns.hold(state, &read);
        self.rest.is_kept(state, &read);
        self.accounts.take(state, &read);
        let finished = self.replayed.apply(&read);
        legality::an_audio_call_is_one_that_may_be(&self.replayed, &read);
        self.rest.of_accepted(&self.replayed, &read);
        if let Some(record) = finished {
            // A visitor who had not waited has no call that ended before the appointment.
            let again = match read.event {
                Event::CallbackEnded { .. } => true,
                Event::AppointmentEnded { .. } => record.steps > 0,
                _ => false,
            };
            let known = self.ended.insert(record.call, record);
            assert_eq!(known.is_some(), again, "a call ended twice (I6)");
        }
    }
}
