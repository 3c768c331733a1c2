//! Who else is in a conversation, and the third party's own picture.

use super::colleague;
use crate::core::Core;
use crate::ids::GuestId;
use crate::state::{Call, Observer, Phase, Presence};
use crate::view::{GuestState, GuestView, ObserverView};

impl Core {
    /// The picture of a third party; `None` once the call or the invitation is over.
    pub fn guest_view(&self, id: GuestId) -> Option<GuestView> {
        let (call, _) = self.state().guest(id)?;
        let Phase::Active { connected_at, .. } = call.phase else {
            return None;
        };
        let record = &call.record;
        Some(GuestView {
            call: record.call,
            language: record.language,
            mode: record.mode,
            site: record.site,
            connected_at,
            colleague: colleague(call),
            observer: observer(call),
        })
    }
}

pub(super) fn observer(call: &Call) -> Option<ObserverView> {
    Some(match call.observer? {
        Observer::Asked { until } => ObserverView::Asked { until },
        Observer::Coming { .. } => ObserverView::Connecting,
        Observer::There => ObserverView::There,
    })
}

pub(super) fn guest(call: &Call) -> Option<GuestState> {
    let guest = call.guest?;
    Some(match guest.presence {
        Presence::Absent => GuestState::Invited { until: guest.until },
        Presence::Connected if guest.up => GuestState::There,
        Presence::Connected => GuestState::Connecting,
        Presence::Leaving { .. } => GuestState::Lost,
    })
}
