//! Why the driver could not do something: for those who start it, for those who ask something of
//! it.

use crate::sfu::JoinError;
use crate::store::StoreError;
use passerelle_signaling::command::Rejection;
use passerelle_signaling::protocol::ErrorCode;
use passerelle_signaling::time::Timestamp;

/// Why the driver could not start, or had to stop. After it has stopped nothing can be decided any
/// more: the process must end, and its supervisor starts it again from the journal.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// The journal could not be read or written. The state in memory may be ahead of it, so going
    /// on would show people what a restart takes back.
    #[error("the journal failed, and without it no call can be kept: {0}")]
    Store(#[from] StoreError),
    /// The clock stands before the newest entry of the journal.
    #[error(
        "the clock shows {} ms and the journal's newest entry is of {} ms: start the clock not \
         before that entry", now.0, newest.0
    )]
    ClockBehindJournal {
        /// What the clock shows.
        now: Timestamp,
        /// The newest entry.
        newest: Timestamp,
    },
    /// The local day of a moment cannot be computed.
    #[error("the local day cannot be computed ({0}): check the clock and the time zone")]
    Calendar(#[from] jiff::Error),
    /// The media engine has ended while calls go on.
    #[error("the media engine has stopped: restart the gateway")]
    MediaStopped,
}

/// Why no call should be sent here now; conversations go on.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotReady {
    /// The disk is full or the database locked.
    #[error(transparent)]
    NotStored(StoreError),
    /// Told to stop, and waiting until nobody talks.
    #[error("told to stop: conversations are waited for, and calls are taken until then")]
    Draining,
}

impl NotReady {
    /// The stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotStored(_) => "not_stored",
            Self::Draining => "draining",
        }
    }
}

/// Why a command was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The core refused it, and nothing changed.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The disk is full or the database locked. The command is not in the journal and never will
    /// be.
    #[error(
        "nothing can be stored at present, so nothing was changed; what goes on stays as it is: \
         try again in a moment"
    )]
    NotStored,
    /// The gateway is stopping. Whether the command is in the journal shows after the restart.
    #[error("the gateway is stopping: connect again in a moment")]
    Unavailable,
}

impl SubmitError {
    /// The stable name on the wire.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Rejected(rejection) => rejection.code(),
            Self::NotStored | Self::Unavailable => ErrorCode::Unavailable,
        }
    }
}

/// Why media could not be connected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// The call is not one this party may join now.
    #[error("this call is not yours, is over, or is not accepted yet: go by the newest state")]
    NotInCall,
    /// The media engine refused the offer.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// The gateway is stopping.
    #[error("the gateway is stopping: connect again in a moment")]
    Unavailable,
}

impl MediaError {
    /// The stable name on the wire.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotInCall => ErrorCode::CallGone,
            Self::Join(
                JoinError::InvalidOffer { .. }
                | JoinError::OfferTooLarge { .. }
                | JoinError::UnsupportedMedia,
            ) => ErrorCode::BadMedia,
            Self::Join(
                JoinError::NotInRoom
                | JoinError::TooLate
                | JoinError::RoomFull
                | JoinError::TooManyRooms
                | JoinError::Busy
                | JoinError::Stopped
                | JoinError::Internal { .. },
            )
            | Self::Unavailable => ErrorCode::Unavailable,
        }
    }
}
