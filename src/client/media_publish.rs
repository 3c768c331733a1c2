//! The sending side of the built-in client: tasks that send synthetic media in time, and answer
//! keyframe requests.

use super::media_source::{Packetizer, TestPattern};
use super::media_stats::MediaClientStats;
use rtc::peer_connection::transport::RTCDtlsTransportState;
use rtc::rtcp::Packet;
use rtc::rtcp::payload_feedbacks::receiver_estimated_maximum_bitrate as remb;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch::Sender;
use tokio::time::{MissedTickBehavior, interval};
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_local::{TrackLocal, TrackLocalEvent};
use webrtc::rtp_transceiver::RtpSender;

/// Notes what comes back about the video sent: keyframe requests, for [`send_video`] to obey, and
/// the limit of its rate.
pub(super) async fn watch_keyframe_requests(
    track: Arc<TrackLocalStaticRTP>,
    stats: Sender<MediaClientStats>,
    keyframe: Arc<AtomicBool>,
) {
    while let Some(event) = track.poll().await {
        let TrackLocalEvent::OnRtcpPacket(packets) = event else {
            continue;
        };
        let mut limits = packets.iter().filter_map(limit_of);
        if let Some(limit) = limits.next_back() {
            stats.send_modify(|seen| seen.picture_limit_bps = Some(limit as u64));
            continue;
        }
        // The interceptor lets nothing else through.
        keyframe.store(true, Ordering::Relaxed);
        stats.send_modify(|seen| seen.keyframe_requests_received += 1);
    }
}

/// The rate of a limit, in bits per second.
#[expect(clippy::borrowed_box, reason = "the element type of a compound packet")]
pub(super) fn limit_of(packet: &Box<dyn Packet>) -> Option<f32> {
    let limit = packet
        .as_any()
        .downcast_ref::<remb::ReceiverEstimatedMaximumBitrate>()?;
    Some(limit.bitrate)
}

/// Sends silence until the connection ends, and notices that: after the server's goodbye (DTLS
/// close_notify) webrtc 0.21.1 still calls itself connected, until ICE times out.
pub(super) async fn send_audio(
    track: &TrackLocalStaticRTP,
    sender: &Arc<dyn RtpSender>,
    mut packetizer: Packetizer,
    spacing: Duration,
    stats: &Sender<MediaClientStats>,
) {
    let mut clock = interval(spacing);
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        clock.tick().await;
        if is_closed(sender).await || track.write_rtp(packetizer.silence()).await.is_err() {
            stats.send_modify(|seen| seen.lost = true);
            return;
        }
        stats.send_modify(|seen| seen.packets_sent += 1);
    }
}

async fn is_closed(sender: &Arc<dyn RtpSender>) -> bool {
    let Ok(Some(transport)) = sender.transport().await else {
        return false;
    };
    matches!(transport.state().await, Ok(RTCDtlsTransportState::Closed))
}

/// Sends the test pattern until the connection ends; `keyframe` makes it begin anew, and while
/// `held` nothing is sent, as from a camera that another program has taken.
pub(super) async fn send_video(
    track: &TrackLocalStaticRTP,
    mut packetizer: Packetizer,
    spacing: Duration,
    keyframe: &AtomicBool,
    held: &AtomicBool,
    stats: &Sender<MediaClientStats>,
) {
    let mut pattern = TestPattern::new();
    let mut clock = interval(spacing);
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        clock.tick().await;
        if held.load(Ordering::Relaxed) {
            continue;
        }
        if keyframe.swap(false, Ordering::Relaxed) {
            pattern.rewind();
        }
        for packet in packetizer.video(pattern.next_frame()) {
            if track.write_rtp(packet).await.is_err() {
                return;
            }
            stats.send_modify(|seen| seen.packets_sent += 1);
        }
    }
}
