//! What an SDP offer says a client will send and wants to receive (RFC 8866 §6.7), read before the
//! library sees it, so that the right number of tracks can be added for the answer. Pure.

use super::limits::MAX_SUBSCRIPTIONS_PER_KIND;
use super::quirks::Quirks;

use passerelle_signaling::private::Pii;

/// An offer, and what is known of whoever makes it.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// What it says.
    pub sdp: Pii<String>,
    /// What the table says of the client.
    pub quirks: Quirks,
}

impl From<String> for Offer {
    /// An offer of somebody of whom nothing is known.
    fn from(sdp: String) -> Self {
        Self {
            sdp: sdp.into(),
            quirks: Quirks::default(),
        }
    }
}

/// Audio or video; also the index into a peer's pair of streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A voice.
    Audio = 0,
    /// A picture.
    Video = 1,
}

impl Kind {
    /// Both kinds, in the order of their indices.
    pub(crate) const ALL: [Kind; 2] = [Kind::Audio, Kind::Video];

    /// RTP clock rate in units per second: of Opus (RFC 7587 §4.1), and of every picture.
    pub(crate) fn clock_rate(self) -> u32 {
        match self {
            Kind::Audio => 48_000,
            Kind::Video => 90_000,
        }
    }
}

/// The media lines of an offer, counted by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OfferedMedia {
    /// Whether the client publishes a stream of the kind.
    pub(super) publishes: [bool; 2],
    /// How many streams of the kind the client can receive, within the limit.
    pub(super) receives: [usize; 2],
    /// Whether the client can open data channels (RFC 8841 §4.1), and so write and read text.
    pub(super) text: bool,
}

impl OfferedMedia {
    /// Counts the media lines; a line without a direction attribute is `sendrecv`.
    pub(super) fn read(sdp: &str) -> Self {
        let mut media = Self::default();
        let mut line_kind = None;
        let mut direction = "sendrecv";
        for line in sdp.lines().map(str::trim_end) {
            if let Some(description) = line.strip_prefix("m=") {
                media.count(line_kind, direction);
                let mut words = description.split(' ');
                media.text |= words.next() == Some("application")
                    && words.next().is_some_and(|port| port != "0")
                    && words.next_back() == Some("webrtc-datachannel");
                line_kind = match description.split(' ').next() {
                    Some("audio") => Some(Kind::Audio),
                    Some("video") => Some(Kind::Video),
                    _ => None,
                };
                direction = "sendrecv";
            } else if let Some("sendrecv" | "sendonly" | "recvonly" | "inactive") =
                line.strip_prefix("a=")
            {
                direction = &line[2..];
            }
        }
        media.count(line_kind, direction);
        media
    }

    /// True when the client neither sends nor receives anything we forward or relay.
    pub(super) fn is_empty(&self) -> bool {
        self.publishes == [false; 2] && self.receives == [0; 2] && !self.text
    }

    fn count(&mut self, kind: Option<Kind>, direction: &str) {
        let Some(kind) = kind.map(|kind| kind as usize) else {
            return;
        };
        self.publishes[kind] |= matches!(direction, "sendrecv" | "sendonly");
        if matches!(direction, "sendrecv" | "recvonly") {
            self.receives[kind] = (self.receives[kind] + 1).min(MAX_SUBSCRIPTIONS_PER_KIND);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_direction_sends_and_receives() {
        let media = OfferedMedia::read("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n");
        assert_eq!(
            media,
            OfferedMedia {
                publishes: [true, false],
                receives: [1, 0],
                text: false,
            }
        );
    }

    #[test]
    fn directions_count_for_their_own_line_only() {
        let sdp = "m=audio 9 X 1\r\na=sendonly\r\nm=video 9 X 2\r\na=recvonly\r\n\
                   m=video 9 X 2\r\na=inactive\r\nm=application 9 X 3\r\n";
        let media = OfferedMedia::read(sdp);
        assert_eq!(
            media,
            OfferedMedia {
                publishes: [true, false],
                receives: [0, 1],
                text: false,
            }
        );
    }

    #[test]
    fn a_data_channel_alone_is_something_unless_it_is_rejected() {
        let line = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=sctp-port:5000\r\n";
        let media = OfferedMedia::read(line);
        assert!(media.text && !media.is_empty());
        assert_eq!((media.publishes, media.receives), ([false; 2], [0; 2]));
        assert!(OfferedMedia::read(&line.replace(" 9 ", " 0 ")).is_empty());
    }

    #[test]
    fn a_client_receives_at_most_everyone_else_in_the_room() {
        let media = OfferedMedia::read(&"m=video 9 X 2\r\na=recvonly\r\n".repeat(20));
        assert_eq!(media.receives, [0, MAX_SUBSCRIPTIONS_PER_KIND]);
        assert!(OfferedMedia::read("garbage").is_empty());
    }
}
