//! The reading half of a connection: requests are carried out one after the other, in the order
//! they came, and each is answered exactly once. Silence ends it; nothing a client sends disturbs
//! another.

use super::WsState;
use super::rate::{REFILL, RequestBudget};
use super::request::{self, Action, Unreadable};
use super::session::End;
use crate::auth::{GuestLink, relays};
use crate::dispatch::{Connection, ConnectionId, InvitedGuest, MediaError, MediaOffer, Quirks};
use axum::extract::ws::Message;
use futures_util::{Stream, StreamExt};
use passerelle_signaling::command::{Command, Departure, Party};
use passerelle_signaling::ids::CallId;
use passerelle_signaling::private::Pii;
use passerelle_signaling::protocol::{
    ByeReason, ClientMessage, ErrorCode, Identity, SILENCE_MAX_SECS, ServerMessage,
};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::SendTimeoutError;

/// A client that has not even answered a ping for so long is lost.
const SILENCE_MAX: Duration = Duration::from_secs(SILENCE_MAX_SECS);

/// A client that sends on without reading its answers is closed after this long: shorter than the
/// writer's patience, so that it is told why.
const ROOM_MAX: Duration = Duration::from_secs(5);

/// A client that sends too fast is read so slowly from then on: as fast as its budget fills, so
/// that it costs no more than one that asks as often as it may.
const FLOOD_PAUSE: Duration = Duration::from_millis(REFILL.0);

/// Carries out the requests of one connection.
pub(super) struct Reader {
    state: WsState,
    identity: Identity,
    answers: mpsc::Sender<ServerMessage>,
    budget: RequestBudget,
    connection: ConnectionId,
    quirks: Quirks,
}

impl Reader {
    pub(super) fn new(
        state: WsState,
        connection: &Connection,
        quirks: Quirks,
        answers: mpsc::Sender<ServerMessage>,
    ) -> Self {
        let budget = RequestBudget::new(state.clock.now());
        Self {
            state,
            identity: connection.identity,
            answers,
            budget,
            connection: connection.id,
            quirks,
        }
    }

    /// Reads until the client leaves, falls silent, or does not read its answers.
    pub(super) async fn run(&mut self, stream: &mut (impl Stream<Item = Message> + Unpin)) -> End {
        loop {
            let frame = match tokio::time::timeout(SILENCE_MAX, stream.next()).await {
                Ok(Some(Message::Close(_))) => return End::Left(Departure::Closed),
                // Any frame is a sign of life.
                Ok(Some(frame)) => frame,
                Ok(None) | Err(_) => return End::Left(Departure::Lost),
            };
            // What cannot be read costs as much as what can, or a flood of it would be free.
            let in_budget = self.budget.take(self.state.clock.now());
            if !in_budget {
                // Meanwhile the flood stays in the network, and at its sender.
                tokio::time::sleep(FLOOD_PAUSE).await;
            }
            let answer = match frame {
                Message::Text(text) => self.answer(text.as_str(), in_budget).await,
                Message::Binary(_) => {
                    Unreadable::because("messages are JSON in text frames, not binary")
                        .into_answer()
                }
                // Pings are answered by the WebSocket library; a close ended the loop above.
                Message::Ping(_) | Message::Pong(_) | Message::Close(_) => continue,
            };
            // While the writer is behind, nothing more is read: the client waits, we hold nothing.
            match self.answers.send_timeout(answer, ROOM_MAX).await {
                Err(SendTimeoutError::Timeout(_)) => {
                    return End::Bye(ByeReason::TooSlow, Departure::Lost);
                }
                // The writer has ended: only how the client leaves is still of interest.
                Ok(()) | Err(SendTimeoutError::Closed(_)) => {}
            }
        }
    }

    async fn answer(&mut self, text: &str, in_budget: bool) -> ServerMessage {
        match request::read(text) {
            Ok(message) if in_budget => self.carry_out(message).await,
            Ok(message) => {
                let wait = "too many requests in a short time: try again in a second";
                refused(message.id, ErrorCode::TooFast, wait)
            }
            Err(unreadable) => unreadable.into_answer(),
        }
    }

    async fn carry_out(&mut self, message: ClientMessage) -> ServerMessage {
        let ClientMessage { id, request } = message;
        let now = self.state.clock.now();
        match request::action(self.identity, request, now) {
            Ok(Action::Submit(command)) => self.submit(id, command).await,
            Ok(Action::Join { party, call, sdp }) => self.join(id, party, call, sdp).await,
            Ok(Action::Slots {
                tablet,
                language,
                mode,
            }) => match self.state.dispatch.slots(tablet, language, mode).await {
                Ok(slots) => ServerMessage::Slots { id, slots },
                Err(error) => refused(id, error.code(), &error.to_string()),
            },
            Ok(Action::InviteGuest { party, call }) => self.invite_guest(id, party, call).await,
            Ok(Action::Camera {
                party,
                call,
                camera,
            }) => {
                self.state.dispatch.camera(party, call, camera);
                ServerMessage::Done { id }
            }
            Ok(Action::Pictures { party, call, shown }) => {
                if !self.may_connect(party, call) {
                    return not_the_asker(id);
                }
                self.state.dispatch.set_sight(party, call, shown);
                ServerMessage::Done { id }
            }
            Ok(Action::Broadcast(text)) => {
                let kept_for = self.state.away_max();
                self.state.dispatch.broadcast(text, now, kept_for);
                ServerMessage::Done { id }
            }
            Err(refusal) => refused(id, refusal.code(), &refusal.message()),
        }
    }

    async fn submit(&self, id: u64, command: Command) -> ServerMessage {
        let (watches, dispatch) = (&self.state.watches, &self.state.dispatch);
        let (asks, leaves) = match command {
            Command::AskToJoin { call } => (Some(call), None),
            Command::HangUp {
                party: Party::Coordinator,
                call,
            } => (None, Some(call)),
            _ => (None, None),
        };
        if leaves.is_some_and(|call| !watches.is_by(call, self.connection)) {
            return not_the_asker(id);
        }
        if let Err(error) = dispatch.submit(command).await {
            return refused(id, error.code(), &error.to_string());
        }
        if let Some(call) = asks {
            watches.asked(call, self.connection);
        }
        if let Some(call) = leaves {
            watches.end(call, self.connection);
        }
        ServerMessage::Done { id }
    }

    /// The link is made only once the invitation is durable, and told to this client alone.
    async fn invite_guest(&self, id: u64, party: Party, call: CallId) -> ServerMessage {
        // Twice at most: somebody newly invited has no older link.
        for _ in 0..2 {
            let invited = match self.state.dispatch.invite_guest(party, call).await {
                Ok(invited) => invited,
                Err(error) => return refused(id, error.code(), &error.to_string()),
            };
            let InvitedGuest { guest, until } = invited;
            match self.state.auth.guest_link(guest, until).await {
                Ok(GuestLink {
                    path,
                    was_arriving: false,
                }) => {
                    return ServerMessage::GuestLink {
                        id,
                        call,
                        path,
                        until,
                    };
                }
                // Whoever came by the older link is signed out, and would take the invitation along
                // when leaving. Refused when that has happened already.
                Ok(_) => {
                    let remove = Command::RemoveGuest { party, call };
                    let _ = self.state.dispatch.submit(remove).await;
                }
                Err(error) => {
                    tracing::error!(%error, "no link for a third party was made");
                    // Nobody waits for somebody who has no link.
                    let remove = Command::RemoveGuest { party, call };
                    let _ = self.state.dispatch.submit(remove).await;
                    break;
                }
            }
        }
        let message = "no link can be made now: ask again in a moment";
        refused(id, ErrorCode::Unavailable, message)
    }

    /// Of coordinators, only the page that asked to look on has media of a call.
    fn may_connect(&self, party: Party, call: CallId) -> bool {
        party != Party::Coordinator || self.state.watches.is_by(call, self.connection)
    }

    async fn join(&self, id: u64, party: Party, call: CallId, sdp: Pii<String>) -> ServerMessage {
        if !self.may_connect(party, call) {
            return not_the_asker(id);
        }
        let quirks = self.quirks;
        let offer = MediaOffer { sdp, quirks };
        match self.state.dispatch.join_media(party, call, offer).await {
            Ok(sdp) => {
                let relay = &self.state.current.get().config.relay;
                let relays = relays(relay, self.state.clock.now());
                ServerMessage::MediaAnswer {
                    id,
                    call,
                    sdp: sdp.into(),
                    relays,
                }
            }
            Err(error) => media_refused(id, &error),
        }
    }
}

fn not_the_asker(id: u64) -> ServerMessage {
    let message = "the visitor has agreed to somebody else, or to nobody: ask to join first";
    refused(id, ErrorCode::NotAllowed, message)
}

fn refused(id: u64, error: ErrorCode, message: &str) -> ServerMessage {
    ServerMessage::Refused {
        id: Some(id),
        error,
        message: message.to_owned(),
    }
}

/// What the media engine says of an offer is for the log; the client learns what to do.
fn media_refused(id: u64, error: &MediaError) -> ServerMessage {
    let code = error.code();
    // The code only: the engine's words quote the offer, and with it the client's address.
    tracing::info!(?code, "a media offer was refused");
    let message = match code {
        ErrorCode::BadMedia => {
            "the offer cannot be answered: send one complete offer with Opus and VP8 or another \
             of the codecs, `sendrecv`"
        }
        ErrorCode::CallGone => {
            "this call is not yours, is over, or is not accepted yet: go by the newest state"
        }
        _ => "media cannot be connected now: try again in a moment",
    };
    refused(id, code, message)
}
