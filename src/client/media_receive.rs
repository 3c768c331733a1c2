//! The receiving side of the built-in client: counts what comes and, like a decoder, asks for a
//! keyframe while it has none.

use super::media_mirror::Mirror;
use super::media_stats::MediaClientStats;
use crate::sfu::{Formats, Kind, SequenceWindow, Verdict, now};
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tokio::sync::watch::Sender;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};

/// How often a decoder without a keyframe asks for one. The first packets of a connection can be
/// lost: they may overtake the end of the DTLS handshake.
const KEYFRAME_PATIENCE: Duration = Duration::from_millis(200);

/// Receives a track until the connection ends. Copies, which the server sends to measure the path,
/// are dropped as by every receiver. Pictures go back by the mirror, where there is one.
pub(super) async fn receive(
    track: &dyn TrackRemote,
    kind: Kind,
    formats: &Formats,
    stats: &Sender<MediaClientStats>,
    mirror: &OnceLock<Mirror>,
) {
    let stream = number_of(&track.track_id().await);
    let mut asked: Option<Instant> = None;
    let mut window = SequenceWindow::default();
    while let Some(event) = track.poll().await {
        let TrackRemoteEvent::OnRtpPacket(packet) = event else {
            continue;
        };
        if window.judge(packet.header.sequence_number) == Verdict::Stale {
            continue;
        }
        // A type that was not negotiated cannot be decoded.
        let Some(codec) = formats.codec(packet.header.payload_type) else {
            continue;
        };
        let at = now();
        stats.send_modify(|seen| seen.count(codec, stream, &packet, at));
        if let Some(mirror) = mirror.get().filter(|_| kind == Kind::Video) {
            mirror.send_back(&packet).await;
        }
        let is_blind = kind == Kind::Video && stats.borrow().first_video_keyframe_at.is_none();
        if is_blind && asked.is_none_or(|asked| at - asked >= KEYFRAME_PATIENCE) {
            asked = Some(at);
            request_keyframe(track).await;
        }
    }
}

/// Which of our sections of its kind a track is on: the server numbers its tracks from 0.
pub(super) fn number_of(track_id: &str) -> usize {
    let number = track_id.rsplit_once('-').map(|(_, number)| number);
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Sends a PLI (RFC 4585 §6.3.1); false when there is no stream yet or no connection any more.
pub(super) async fn request_keyframe(track: &dyn TrackRemote) -> bool {
    let Some(media_ssrc) = track.ssrcs().await.first().copied() else {
        return false;
    };
    let pli = PictureLossIndication {
        sender_ssrc: 0,
        media_ssrc,
    };
    track.write_rtcp(vec![Box::new(pli)]).await.is_ok()
}
