//! Who else is in a conversation: a coordinator who looks on, a third party by link.

use super::super::{Guest, Observer, Presence, State};
use crate::event::Event;
use crate::ids::{CallId, GuestId};
use crate::time::Timestamp;

impl State {
    pub(super) fn apply_to_onlooker(&mut self, event: &Event) {
        match event {
            Event::ObserverAsked { call, until } => {
                self.observed(*call, Some(Observer::Asked { until: *until }));
            }
            Event::ObserverAdmitted { call, connect_by } => {
                let connect_by = *connect_by;
                self.observed(*call, Some(Observer::Coming { connect_by }));
            }
            Event::ObserverUp { call } => self.observed(*call, Some(Observer::There)),
            Event::ObserverLeft { call, unwilling } => self.change_call(*call, |call| {
                call.observer = None;
                call.unwilling = unwilling.or(call.unwilling);
            }),
            Event::GuestInvited { call, guest, until } => {
                self.guest_invited(*call, *guest, *until);
            }
            Event::GuestUp { call } => self.change_call(*call, |call| {
                if let Some(guest) = &mut call.guest {
                    guest.up = true;
                }
            }),
            Event::GuestLeft { call, guest } => {
                self.guests.remove(guest);
                self.change_call(*call, |call| call.guest = None);
            }
            _ => {}
        }
    }

    fn observed(&mut self, call: CallId, observer: Option<Observer>) {
        self.change_call(call, |call| call.observer = observer);
    }

    fn guest_invited(&mut self, call: CallId, guest: GuestId, until: Timestamp) {
        if guest.0 <= self.guests_made || !self.calls.contains_key(&call) {
            // Delivered a second time.
            return;
        }
        self.guests_made = guest.0;
        self.guests.insert(guest, call);
        self.change_call(call, |call| {
            call.guest = Some(Guest {
                guest,
                presence: Presence::Absent,
                until,
                up: false,
            });
        });
    }
}
