//! Errors of the media engine, one variant per thing the caller can do about it.

/// Why the engine could not start.
#[derive(Debug, thiserror::Error)]
pub enum SfuError {
    /// The media port cannot be had: another program holds it, or the address is not ours.
    #[error("cannot bind the media port {address}: {source}")]
    Bind {
        /// The address asked for.
        address: std::net::SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Bound to every address of the host, and no address to announce: clients would be sent to
    /// 0.0.0.0. Announce the address clients reach this host by.
    #[error("no media address to announce: bind to one address or set the announced addresses")]
    NothingToAnnounce,
    /// No announced address is of the bound socket's family (IPv4 or IPv6).
    #[error("the announced addresses and the media port differ in address family")]
    FamilyMismatch,
    /// The thread or its wake-up could not be made: the system lacks resources.
    #[error("cannot start the media thread: {0}")]
    Thread(#[source] std::io::Error),
}

/// Why a participant could not join.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// Not an offer that can be answered: the client must send another.
    #[error("the offer cannot be answered: {reason}")]
    InvalidOffer {
        /// For the log; not stable.
        reason: String,
    },
    /// The offer is longer than any browser's: the client must send another.
    #[error("the offer has {bytes} bytes, more than {limit}")]
    OfferTooLarge {
        /// Size of the offer in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The client has no codec of ours where it wants to receive: another browser is needed.
    #[error("the offer has no codec in common with this server (Opus; VP8, H.264, VP9, AV1)")]
    UnsupportedMedia,
    /// Whoever was to join has left the call meanwhile, or it has ended.
    #[error("the participant has left, or the call has ended")]
    NotInRoom,
    /// The engine came to the join only after its token had expired: try again shortly.
    #[error("the join came too late: its token has expired")]
    TooLate,
    /// The room has as many participants as it can: somebody must leave first.
    #[error("the room is full")]
    RoomFull,
    /// The engine has as many rooms as it can: try again when calls have ended.
    #[error("there are too many rooms")]
    TooManyRooms,
    /// Too many joins are waiting: try again shortly.
    #[error("too many joins are waiting")]
    Busy,
    /// The engine has been shut down.
    #[error("the media engine has stopped")]
    Stopped,
    /// A fault of ours: report it.
    #[error("the media engine failed: {reason}")]
    Internal {
        /// For the log; not stable.
        reason: String,
    },
}

/// What kind of error of the media library this is, for the log. Only its name: its text quotes
/// what the client sent, with addresses and whatever a browser put there.
pub(super) fn kind(error: &rtc::shared::error::Error) -> String {
    let shown = format!("{error:?}");
    let name = shown.split(|sign: char| !sign.is_alphanumeric()).next();
    name.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtc::shared::error::Error;

    #[test]
    fn an_error_of_the_library_is_named_without_what_it_quotes() {
        let quoting = Error::SdpInvalidSyntax("o=somebody 192.0.2.7".to_owned());
        assert_eq!(kind(&quoting), "SdpInvalidSyntax");
        assert_eq!(kind(&Error::ErrBufferFull), "ErrBufferFull");
    }
}
