//! Callbacks.

use super::super::index::Edit;
use super::super::profile::Terms;
use super::super::{Callback, State, Turn};
use crate::event::{CallbackEnd, Event};
use crate::ids::CallId;
use crate::record::CallRecord;
use crate::time::Timestamp;

impl State {
    pub(super) fn apply_to_callback(&mut self, event: &Event) {
        match event {
            Event::CallbackMade {
                callback,
                expires_at,
            } => self.callback_made(*callback, *expires_at),
            Event::CallbackRung { callback, until } => {
                let turn = Turn::Ringing { until: *until };
                self.change_callback(*callback, |callback| callback.turn = turn);
            }
            Event::CallbackMissed { callback, again_at } => {
                let turn = Turn::Resting { until: *again_at };
                self.change_callback(*callback, |callback| {
                    if let Turn::Ringing { .. } = callback.turn {
                        callback.turn = turn;
                        callback.attempts += 1;
                    }
                });
            }
            Event::CallbackChanged { callback, need } => {
                self.change_callback(*callback, |callback| callback.need = *need);
            }
            Event::CallbackReady { callback } => {
                self.change_callback(*callback, |callback| callback.turn = Turn::Waiting);
            }
            _ => {}
        }
    }

    fn callback_made(&mut self, id: CallId, expires_at: Timestamp) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let callback = Callback {
            tablet: call.tablet,
            record: call.record.clone(),
            need: call.need,
            rank: call.search.rank,
            ticket: call.search.ticket,
            attempts: 0,
            turn: Turn::Waiting,
            expires_at,
        };
        let terms = Terms {
            configuration: &self.configuration,
            certification_bits: &self.certification_bits,
        };
        self.index.callback(&callback, terms, Edit::Add);
        self.callbacks.insert(id, callback);
    }

    pub(super) fn change_callback(&mut self, id: CallId, change: impl FnOnce(&mut Callback)) {
        let Self {
            index,
            configuration,
            certification_bits,
            callbacks,
            ..
        } = self;
        if let Some(callback) = callbacks.get_mut(&id) {
            let terms = Terms {
                configuration,
                certification_bits,
            };
            index.callback(callback, terms, Edit::Remove);
            change(callback);
            index.callback(callback, terms, Edit::Add);
        }
    }

    /// The call it was converted from has ended: its record goes on with the callback or the
    /// appointment.
    pub(super) fn keep_record(&mut self, record: &CallRecord) {
        if let Some(callback) = self.callbacks.get_mut(&record.call) {
            callback.record = record.clone();
        }
        if let Some(appointment) = self.appointments.get_mut(&record.call) {
            appointment.record = record.clone();
        }
    }

    pub(super) fn callback_ended(&mut self, id: CallId, end: CallbackEnd) -> Option<CallRecord> {
        let mut callback = self.callbacks.remove(&id)?;
        let terms = Terms {
            configuration: &self.configuration,
            certification_bits: &self.certification_bits,
        };
        self.index.callback(&callback, terms, Edit::Remove);
        callback.record.callback = Some(end);
        // A tablet that left the directory may have been kept for this alone.
        self.change_tablet(callback.tablet, |_| {});
        Some(callback.record)
    }
}
