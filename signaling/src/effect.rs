//! What the driver must do once the events are durable: tell clients, close rooms. Effects carry
//! numbers only; the driver computes the pictures from the state when it carries them out.

use crate::command::Party;
use crate::ids::CallId;

/// An output of the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// The call's media ends for everybody in it.
    CloseRoom(CallId),
    /// The record of this call has changed; it is stored with the events.
    Record(CallId),
    /// The picture of this client may have changed.
    Show(Party),
    /// The coordinators' picture has changed.
    ShowBoard,
}
