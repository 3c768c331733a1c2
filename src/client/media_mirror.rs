//! A built-in client that is a mirror: it sends back each packet of the picture it receives, and
//! passes on whoever asks for a keyframe of it. So a device that sends a picture sees it come back
//! over the whole way, by the gateway's own forwarding.

use super::media_publish::limit_of;
use super::media_receive::request_keyframe;
use rtc::rtp;
use std::sync::Arc;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_local::{TrackLocal, TrackLocalEvent};
use webrtc::media_stream::track_remote::TrackRemote;

/// What is sent back goes out here.
pub(super) struct Mirror {
    pub(super) track: Arc<TrackLocalStaticRTP>,
    pub(super) ssrc: u32,
    pub(super) payload_type: u8,
}

impl Mirror {
    /// Sends a packet back with its own numbers, so that whatever is missing is seen to be missing.
    /// One that comes before the connection is up is lost.
    pub(super) async fn send_back(&self, packet: &rtp::Packet) {
        let header = rtp::Header {
            version: 2,
            marker: packet.header.marker,
            payload_type: self.payload_type,
            sequence_number: packet.header.sequence_number,
            timestamp: packet.header.timestamp,
            ssrc: self.ssrc,
            ..rtp::Header::default()
        };
        let payload = packet.payload.clone();
        // It ends with the connection, which the task that receives notices.
        let _ = self.track.write_rtp(rtp::Packet { header, payload }).await;
    }

    /// Asks the other side for a keyframe whenever one is asked for here, until the end. How often
    /// that may be is the server's to say.
    pub(super) async fn pass_requests_on(&self, other: &tokio::sync::Mutex<Other>) {
        while let Some(event) = self.track.poll().await {
            let TrackLocalEvent::OnRtcpPacket(packets) = event else {
                continue;
            };
            // The interceptor lets requests and limits through, nothing else.
            if packets.iter().all(|packet| limit_of(packet).is_some()) {
                continue;
            }
            if let Some(track) = other.lock().await.clone() {
                request_keyframe(&*track).await;
            }
        }
    }
}

/// The picture received, once it has begun.
pub(super) type Other = Option<Arc<dyn TrackRemote>>;
