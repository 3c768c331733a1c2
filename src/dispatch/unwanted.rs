//! Whom a side of a conversation no longer wants in it: the visitor who says no to a coordinator,
//! the tablet or the lead who sends a third party away. That is heard whether or not it can be
//! written down: while nothing can be stored their media ends all the same.

use passerelle_signaling::command::{Command, Party};
use passerelle_signaling::ids::{CallId, TabletId};
use passerelle_signaling::state::State;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unwanted {
    /// The visitor at this tablet says no.
    Observer(TabletId, CallId),
    /// This party sends the third party away.
    Guest(Party, CallId),
}

impl Unwanted {
    /// What a command says of it.
    pub(super) const fn of(command: &Command) -> Option<Self> {
        match *command {
            Command::Consent {
                tablet,
                call,
                agree: false,
            } => Some(Self::Observer(tablet, call)),
            Command::RemoveGuest { party, call } => Some(Self::Guest(party, call)),
            _ => None,
        }
    }

    /// The command that says it.
    pub(super) const fn command(self) -> Command {
        match self {
            Self::Observer(tablet, call) => Command::Consent {
                tablet,
                call,
                agree: false,
            },
            Self::Guest(party, call) => Command::RemoveGuest { party, call },
        }
    }

    /// Who must go from which conversation, if whoever said it has a say there.
    pub(super) fn must_go(self, state: &State) -> Option<(CallId, Party)> {
        match self {
            Self::Observer(tablet, call) => {
                let live = state.call(call).filter(|live| live.tablet == tablet);
                live.map(|_| (call, Party::Coordinator))
            }
            Self::Guest(by, call) => {
                let live = state.call(call)?;
                let tablet = Party::Tablet(live.tablet);
                let lead = live.interpreter().map(Party::Interpreter);
                let guest = live.guest.filter(|_| by == tablet || Some(by) == lead);
                guest.map(|guest| (call, Party::Guest(guest.guest)))
            }
        }
    }
}
