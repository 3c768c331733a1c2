//! The media of one call at a built-in client, kept alive by the web client's rules
//! (`web-client/src/core/media/call-media.ts`): a connection that fails is made anew after a pause,
//! and one that shows no packet soon after the gateway came back is made anew at once.

use super::backoff::{MEDIA_MAX, backoff};
use super::http::ClientError;
use super::media::{MediaClient, MediaClientConfig};
use super::signalling::SignallingClient;
use crate::clock::monotonic;
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{ErrorCode, Request};
use std::future::pending;
use std::time::{Duration, Instant};

/// After the gateway came back, media that is alive shows packets within this time; the web
/// client's `PROOF_OF_LIFE_MS`.
const PROOF_OF_LIFE: Duration = Duration::from_millis(1500);

/// The media of a call.
pub(super) struct Joined {
    pub(super) call: CallId,
    config: MediaClientConfig,
    client: Option<MediaClient>,
    attempt: u32,
    /// Picture and sound have come over the present connection.
    seen: bool,
    due: Option<Due>,
}

/// What is looked at again, and when.
#[derive(Clone, Copy)]
enum Due {
    Renewal(Instant),
    /// By then more packets than so many have come, or the connection is dead.
    Proof(Instant, u64),
}

/// What has become of the media.
pub(super) enum News {
    /// Picture and sound are received, since this moment.
    Seen(Instant),
    /// It is to be connected anew.
    Renew,
}

impl Joined {
    /// Media that is still to be connected.
    pub(super) const fn new(call: CallId, config: MediaClientConfig) -> Self {
        Self {
            call,
            config,
            client: None,
            attempt: 0,
            seen: false,
            due: None,
        }
    }

    /// Makes a connection in the place of the present one. What fails is tried again later.
    ///
    /// # Errors
    /// When the signalling is lost.
    pub(super) async fn connect(
        &mut self,
        signalling: &mut SignallingClient,
    ) -> Result<(), ClientError> {
        self.due = None;
        let connected = self.negotiate(signalling).await?;
        if let Some(client) = connected {
            if let Some(before) = self.client.replace(client) {
                before.close().await;
            }
            self.seen = false;
        }
        Ok(())
    }

    async fn negotiate(
        &mut self,
        signalling: &mut SignallingClient,
    ) -> Result<Option<MediaClient>, ClientError> {
        let Ok((client, sdp)) = MediaClient::with(self.config).await else {
            self.renew_later();
            return Ok(None);
        };
        let call = self.call;
        match signalling
            .ask(Request::MediaOffer {
                call,
                sdp: sdp.into(),
            })
            .await
        {
            Ok(answer) => {
                if client
                    .accept_answer(answer.unwrap_or_default())
                    .await
                    .is_ok()
                {
                    return Ok(Some(client));
                }
                self.renew_later();
            }
            // The call is over for the gateway; its next picture says so.
            Err(ClientError::RequestRefused {
                error: ErrorCode::CallGone,
                ..
            }) => {}
            Err(ClientError::RequestRefused { .. }) => self.renew_later(),
            Err(lost) => return Err(lost),
        }
        client.close().await;
        Ok(None)
    }

    fn renew_later(&mut self) {
        self.due = Some(Due::Renewal(monotonic() + backoff(self.attempt, MEDIA_MAX)));
        self.attempt += 1;
    }

    /// The gateway is back after it was lost: makes sure that the media is, too.
    pub(super) fn verify(&mut self) {
        let at = monotonic() + PROOF_OF_LIFE;
        self.seen = false;
        self.due = Some(Due::Proof(at, self.packets()));
    }

    fn packets(&self) -> u64 {
        let stats = self.client.as_ref().map(MediaClient::stats);
        stats.map_or(0, |stats| {
            stats.audio_packets_received + stats.video_packets_received
        })
    }

    /// Waits for something to happen. May be cancelled and called again.
    pub(super) async fn news(&mut self) -> News {
        loop {
            let in_proof = matches!(self.due, Some(Due::Proof(..)));
            tokio::select! {
                lost = changed(self.client.as_ref(), self.seen || in_proof) => {
                    if lost {
                        self.client = None;
                        self.renew_later();
                    } else if let Some(at) = self.media_at() {
                        self.seen = true;
                        self.attempt = 0;
                        return News::Seen(at);
                    }
                }
                () = reached(self.due) => match self.due.take() {
                    Some(Due::Proof(_, before)) if self.packets() > before => {
                        self.seen = true;
                        return News::Seen(monotonic());
                    }
                    _ => return News::Renew,
                }
            }
        }
    }

    fn media_at(&self) -> Option<Instant> {
        self.client.as_ref()?.stats().media_at()
    }

    /// Ends the connection.
    pub(super) async fn close(self) {
        if let Some(client) = self.client {
            client.close().await;
        }
    }
}

/// Waits until the connection is lost (true), or, unless that is known, until picture and sound
/// have come (false).
async fn changed(client: Option<&MediaClient>, known: bool) -> bool {
    let Some(client) = client else {
        return pending().await;
    };
    let of_interest = |stats: &super::media::MediaClientStats| {
        stats.lost || (!known && stats.media_at().is_some())
    };
    client.wait_until(Duration::MAX, of_interest).await;
    client.stats().lost
}

async fn reached(due: Option<Due>) {
    let (Some(Due::Renewal(at)) | Some(Due::Proof(at, _))) = due else {
        return pending().await;
    };
    tokio::time::sleep_until(at.into()).await;
}
