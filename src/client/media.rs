//! The built-in WebRTC client: one audio and one video stream, synthetic but valid, on the async
//! `webrtc` crate, and as many receive-only sections as asked for. For `passerelle smoke` and for
//! tests, which need no browser.

pub use super::media_config::MediaClientConfig;
pub use super::media_stats::MediaClientStats;
pub use super::media_text::ReceivedText;

use super::media_chain::chain;
use super::media_mirror::{Mirror, Other};
use super::media_publish::{send_audio, send_video, watch_keyframe_requests};
use super::media_receive::{number_of, receive, request_keyframe};
use super::media_source::{Manner, Packetizer};
use crate::sfu::{
    CodecLine, Formats, Kind, engine, library_kind, lines_of, now, outgoing_track, stream_id,
};
use async_trait::async_trait;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use rtc::statistics::StatsSelector;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use webrtc::data_channel::DataChannel;
use webrtc::error::Error;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::TrackRemote;
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCIceGatheringState,
    RTCPeerConnectionState, RTCSessionDescription, SettingEngineBuilder,
};
use webrtc::rtp_transceiver::RtpSender;

/// Gathering one host candidate takes milliseconds; this is for a system that hangs.
const GATHERING_TIMEOUT: Duration = Duration::from_secs(5);

/// Why a built-in client did not work.
#[derive(Debug, thiserror::Error)]
pub enum MediaClientError {
    /// No peer connection, socket or offer could be made on this machine.
    #[error("cannot set up a media client: {0}")]
    Setup(#[source] Error),
    /// No candidate was found for the address to bind.
    #[error("no network address for media was found")]
    NoCandidate,
    /// The server's answer cannot be used.
    #[error("the answer was refused: {0}")]
    Answer(#[source] Error),
    /// The connection was lost, or closed by the server.
    #[error("the media connection was lost")]
    Lost,
    /// ICE and DTLS did not come up in time: look at addresses, ports and firewalls.
    #[error("no media connection after {0:?}")]
    NotConnected(Duration),
    /// Connected, but not both of video keyframe and audio came in time.
    #[error("connected, but no media from the other side after {waited:?} ({missing} is missing)")]
    NoMedia {
        /// How long was waited.
        waited: Duration,
        /// What did not come.
        missing: &'static str,
    },
}

/// A client that receives audio and video, and sends them if it is to. Close it with
/// [`close`](Self::close): a dropped one closes itself in the background, if its runtime still
/// runs.
pub struct MediaClient {
    pub(super) connection: Arc<dyn PeerConnection>,
    config: MediaClientConfig,
    stats: watch::Receiver<MediaClientStats>,
    streams: Vec<Stream>,
    pub(super) text: Option<Arc<dyn DataChannel>>,
    pub(super) shared: Arc<Shared>,
    is_closed: bool,
}

/// What a client sends of one kind.
struct Stream {
    kind: Kind,
    ssrc: u32,
    track: Arc<TrackLocalStaticRTP>,
    sender: Arc<dyn RtpSender>,
}

/// State shared with the event handler and the tasks.
pub(super) struct Shared {
    stats: watch::Sender<MediaClientStats>,
    pub(super) texts: watch::Sender<ReceivedText>,
    gathered: mpsc::Sender<()>,
    picture_held: AtomicBool,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    remote_video: tokio::sync::Mutex<Other>,
    /// What sends pictures back, since the answer.
    mirror: OnceLock<Mirror>,
    /// By their payload types.
    formats: Formats,
}

impl MediaClient {
    /// A client on `bind` that is otherwise the default, with its complete offer.
    ///
    /// # Errors
    /// [`MediaClientError::Setup`] or [`MediaClientError::NoCandidate`].
    pub async fn new(bind: IpAddr) -> Result<(Self, String), MediaClientError> {
        Self::with(MediaClientConfig {
            bind,
            ..MediaClientConfig::default()
        })
        .await
    }

    /// A client with its complete offer.
    ///
    /// # Errors
    /// [`MediaClientError::Setup`] or [`MediaClientError::NoCandidate`].
    pub async fn with(config: MediaClientConfig) -> Result<(Self, String), MediaClientError> {
        let lines = config.lines();
        let (gathered, mut is_gathered) = mpsc::channel(1);
        let (sender, stats) = watch::channel(MediaClientStats::default());
        let shared = Arc::new(Shared {
            stats: sender,
            texts: watch::Sender::default(),
            gathered,
            picture_held: AtomicBool::new(false),
            tasks: Mutex::default(),
            remote_video: tokio::sync::Mutex::default(),
            mirror: OnceLock::new(),
            formats: Formats::of(&lines),
        });
        let handler: Arc<dyn PeerConnectionEventHandler> = Arc::new(Handler(Arc::clone(&shared)));
        let connection = connect(&config, &lines, handler)
            .await
            .map_err(MediaClientError::Setup)?;
        let streams = Vec::new();
        let mut client = Self {
            connection,
            config,
            stats,
            streams,
            text: None,
            shared,
            is_closed: false,
        };
        client
            .offer(&lines)
            .await
            .map_err(MediaClientError::Setup)?;
        let gathering = timeout(GATHERING_TIMEOUT, is_gathered.recv()).await;
        gathering.map_err(|_| MediaClientError::NoCandidate)?;
        let offer = client.connection.local_description().await;
        let offer = offer.ok_or(MediaClientError::NoCandidate)?;
        Ok((client, offer.sdp))
    }

    async fn offer(&mut self, lines: &[CodecLine]) -> Result<(), Error> {
        let MediaClientConfig {
            publishes,
            receives,
            writes,
            ..
        } = self.config;
        for kind in Kind::ALL.into_iter().filter(|_| publishes) {
            let Some(line) = lines.iter().find(|line| line.codec.kind() == kind) else {
                continue;
            };
            let ssrc = stream_id();
            let track = outgoing_track(line, &format!("client-{kind:?}"), ssrc);
            let track = Arc::new(TrackLocalStaticRTP::new(track));
            let local: Arc<dyn TrackLocal> = track.clone();
            let sender = self.connection.add_track(local).await?;
            self.streams.push(Stream {
                kind,
                ssrc,
                track,
                sender,
            });
        }
        // As in a browser, a section is not bound to the codec that its track was made with.
        for transceiver in self.connection.get_transceivers().await {
            transceiver.set_codec_preferences(vec![]).await?;
        }
        for _ in usize::from(publishes)..receives {
            for kind in Kind::ALL {
                self.offer_to_receive(kind).await?;
            }
        }
        if writes {
            self.open_text().await?;
        }
        let offer = self.connection.create_offer(None).await?;
        self.connection.set_local_description(offer).await
    }

    async fn offer_to_receive(&self, kind: Kind) -> Result<(), Error> {
        let init = RTCRtpTransceiverInit {
            direction: RTCRtpTransceiverDirection::Recvonly,
            streams: vec![],
            send_encodings: vec![],
        };
        let transceiver = self
            .connection
            .add_transceiver_from_kind(library_kind(kind), Some(init));
        transceiver.await.map(drop)
    }

    /// Takes the server's answer and begins to send as soon as the connection is up.
    ///
    /// # Errors
    /// [`MediaClientError::Answer`].
    pub async fn accept_answer(&self, sdp: String) -> Result<(), MediaClientError> {
        let lines = lines_of(&sdp);
        let answer = RTCSessionDescription::answer(sdp).map_err(MediaClientError::Answer)?;
        let applied = self.connection.set_remote_description(answer).await;
        applied.map_err(MediaClientError::Answer)?;
        let MediaClientConfig {
            mark,
            slower,
            first_number: first,
            ..
        } = self.config;
        let manner = Manner {
            mark,
            slower,
            first,
        };
        for stream in &self.streams {
            // As browsers do, it sends with the first of the answer.
            let first = lines.iter().find(|line| line.codec.kind() == stream.kind);
            let Some(line) = first else { continue };
            if self.config.mirrors {
                self.mirror(stream, line);
                continue;
            }
            let packetizer = Packetizer::new(line, stream.ssrc, manner);
            self.publish(stream, packetizer, manner.spacing(stream.kind));
        }
        Ok(())
    }

    fn mirror(&self, stream: &Stream, line: &CodecLine) {
        let mirror = Mirror {
            track: Arc::clone(&stream.track),
            ssrc: stream.ssrc,
            payload_type: line.format.payload_type,
        };
        // Of one picture, the first.
        if stream.kind == Kind::Video && self.shared.mirror.set(mirror).is_ok() {
            let shared = Arc::clone(&self.shared);
            self.shared.spawn(async move {
                if let Some(mirror) = shared.mirror.get() {
                    mirror.pass_requests_on(&shared.remote_video).await;
                }
            });
        }
    }

    fn publish(&self, stream: &Stream, packetizer: Packetizer, spacing: Duration) {
        let (track, shared) = (Arc::clone(&stream.track), Arc::clone(&self.shared));
        let mut stats = self.stats.clone();
        let keyframe = Arc::new(AtomicBool::new(false));
        if stream.kind == Kind::Video {
            let requests =
                watch_keyframe_requests(track.clone(), shared.stats.clone(), keyframe.clone());
            self.shared.spawn(requests);
        }
        let (kind, sender) = (stream.kind, Arc::clone(&stream.sender));
        self.shared.spawn(async move {
            if stats
                .wait_for(|stats| stats.connected_at.is_some())
                .await
                .is_err()
            {
                return;
            }
            drop(stats);
            match kind {
                Kind::Audio => {
                    send_audio(&track, &sender, packetizer, spacing, &shared.stats).await;
                }
                Kind::Video => {
                    let (held, stats) = (&shared.picture_held, &shared.stats);
                    send_video(&track, packetizer, spacing, &keyframe, held, stats).await;
                }
            }
        });
    }

    /// What has been seen so far.
    pub fn stats(&self) -> MediaClientStats {
        *self.stats.borrow()
    }

    /// The SRTP profile of its connection as browsers' `getStats` names it; empty before the end of
    /// the handshake.
    pub async fn srtp_profile(&self) -> String {
        let stats = self.connection.get_stats(now(), StatsSelector::None).await;
        let transport = stats.transport();
        transport.map_or_else(String::new, |transport| transport.srtp_cipher.clone())
    }

    /// Waits until a video keyframe and audio have arrived; returns when the later of them did.
    ///
    /// # Errors
    /// [`MediaClientError::Lost`], [`MediaClientError::NotConnected`] or
    /// [`MediaClientError::NoMedia`].
    pub async fn wait_for_media(&self, limit: Duration) -> Result<Instant, MediaClientError> {
        let has_media = |stats: &MediaClientStats| stats.lost || stats.media_at().is_some();
        self.wait_until(limit, has_media).await;
        let stats = self.stats();
        match stats.media_at() {
            Some(at) => Ok(at),
            None if stats.lost => Err(MediaClientError::Lost),
            None if stats.connected_at.is_none() => Err(MediaClientError::NotConnected(limit)),
            None => {
                let has_video = stats.first_video_keyframe_at.is_some();
                let missing = if has_video { "audio" } else { "video" };
                Err(MediaClientError::NoMedia {
                    waited: limit,
                    missing,
                })
            }
        }
    }

    /// Waits until the stats satisfy `condition`; false when they did not within `limit`.
    pub async fn wait_until(
        &self,
        limit: Duration,
        condition: impl FnMut(&MediaClientStats) -> bool,
    ) -> bool {
        let mut stats = self.stats.clone();
        let reached = timeout(limit, stats.wait_for(condition)).await;
        matches!(reached, Ok(Ok(_)))
    }

    /// Ends when nothing has come for so long, or the connection is lost.
    pub async fn silence(&self, limit: Duration) {
        let mut stats = self.stats.clone();
        while let Ok(Ok(())) = timeout(limit, stats.changed()).await {
            if stats.borrow_and_update().lost {
                return;
            }
        }
    }

    /// Asks the other side for a keyframe (PLI), as a decoder in trouble does. False while no video
    /// has arrived.
    pub async fn request_keyframe(&self) -> bool {
        match self.shared.remote_video.lock().await.clone() {
            Some(track) => request_keyframe(&*track).await,
            None => false,
        }
    }

    /// Sends no picture for now, as when another program has taken the camera, or sends it again.
    pub fn hold_picture(&self, held: bool) {
        self.shared.picture_held.store(held, Ordering::Relaxed);
    }

    /// Stops sending and closes the connection.
    pub async fn close(mut self) {
        self.is_closed = true;
        self.shared.stop();
        // It only fails when it is closed already.
        let _ = self.connection.close().await;
    }
}

impl Drop for MediaClient {
    /// webrtc 0.21.1 keeps a connection that was not closed running for ever.
    fn drop(&mut self) {
        self.shared.stop();
        if self.is_closed {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let connection = Arc::clone(&self.connection);
            runtime.spawn(async move { drop(connection.close().await) });
        }
    }
}

impl Shared {
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks().push(tokio::spawn(task));
    }

    fn stop(&self) {
        for task in self.tasks().drain(..) {
            task.abort();
        }
    }

    /// Nothing panics while the lock is held.
    fn tasks(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Turns the library's callbacks into stats. They run on the connection's own task and must not
/// wait.
struct Handler(Arc<Shared>);

#[async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        if state == RTCIceGatheringState::Complete {
            // Full: told already.
            let _ = self.0.gathered.try_send(());
        }
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        let at = now();
        self.0.stats.send_modify(|stats| match state {
            RTCPeerConnectionState::Connected => {
                stats.connected_at.get_or_insert(at);
            }
            RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed => stats.lost = true,
            _ => {}
        });
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let shared = Arc::clone(&self.0);
        self.0.spawn(async move {
            let kind = match track.kind().await {
                RtpCodecKind::Audio => Kind::Audio,
                _ => {
                    if number_of(&track.track_id().await) == 0 {
                        *shared.remote_video.lock().await = Some(Arc::clone(&track));
                    }
                    Kind::Video
                }
            };
            let (formats, stats) = (&shared.formats, &shared.stats);
            receive(&*track, kind, formats, stats, &shared.mirror).await;
        });
    }
}

async fn connect(
    config: &MediaClientConfig,
    lines: &[CodecLine],
    handler: Arc<dyn PeerConnectionEventHandler>,
) -> Result<Arc<dyn PeerConnection>, Error> {
    let settings = SettingEngineBuilder::new()
        .with_include_loopback_candidate(true)
        .with_srtp_protection_profiles(config.srtp.iter().map(|id| (*id).into()).collect());
    #[cfg(test)]
    let settings = match config.meddle {
        Some(meddle) => settings.with_crypto_provider(crate::sfu::meddling(meddle)),
        None => settings,
    };
    let connection = PeerConnectionBuilder::new()
        .with_media_engine(engine(lines)?)
        .with_interceptor_registry(chain())
        .with_setting_engine(settings.build())
        .with_handler(handler)
        .with_udp_addrs(vec![(config.bind, 0)])
        .build()
        .await?;
    Ok(Arc::new(connection))
}
