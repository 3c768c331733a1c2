//! The reading half of a connection: requests are carried out one after the other, in the order they
//! came, and each is answered exactly once. Silence ends it; nothing a client sends disturbs another.

use super::WsState;
use super::rate::RequestBudget;
use super::request::{self, Action};
use super::session::End;
use crate::dispatch::{MediaError, SubmitError};
use crate::sfu::JoinError;
use axum::extract::ws::{Message, WebSocket};
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use passerelle_signaling::command::{Departure, Party, Rejection};
use passerelle_signaling::ids::CallId;
use passerelle_signaling::protocol::{
    ByeReason, ClientMessage, ErrorCode, Identity, SILENCE_MAX_SECS, ServerMessage,
};
use std::time::Duration;
use tokio::sync::mpsc;

/// A client that has not even answered a ping for so long is lost.
const SILENCE_MAX: Duration = Duration::from_secs(SILENCE_MAX_SECS);

/// The socket's incoming half.
pub(super) type Reading = SplitStream<WebSocket>;

/// Carries out the requests of one connection.
pub(super) struct Reader {
    state: WsState,
    identity: Identity,
    answers: mpsc::Sender<ServerMessage>,
    budget: RequestBudget,
}

impl Reader {
    pub(super) fn new(
        state: WsState,
        identity: Identity,
        answers: mpsc::Sender<ServerMessage>,
    ) -> Self {
        let budget = RequestBudget::new(state.clock.now());
        Self {
            state,
            identity,
            answers,
            budget,
        }
    }

    /// Reads until the client leaves or does not read its answers.
    pub(super) async fn run(&mut self, mut stream: Reading) -> End {
        loop {
            let answer = match tokio::time::timeout(SILENCE_MAX, stream.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => self.answer(text.as_str()).await,
                Ok(Some(Ok(Message::Binary(_)))) => {
                    let message = String::from("messages are JSON in text frames, not binary");
                    self.refuse_unread(message)
                }
                // Any frame is a sign of life; pings are answered by the WebSocket library.
                Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => continue,
                Ok(Some(Ok(Message::Close(_)))) => return End::Left(Departure::Closed),
                Ok(Some(Err(_)) | None) | Err(_) => return End::Left(Departure::Lost),
            };
            if self.answers.try_send(answer).is_err() {
                return End::Bye(ByeReason::TooSlow);
            }
        }
    }

    async fn answer(&mut self, text: &str) -> ServerMessage {
        match request::read(text) {
            Ok(message) if self.budget.take(self.state.clock.now()) => {
                self.carry_out(message).await
            }
            Ok(message) => {
                let wait = "too many requests in a short time: try again in a second";
                refused(message.id, ErrorCode::TooFast, wait)
            }
            Err(refusal) => refusal,
        }
    }

    /// A binary frame counts against the budget like any request.
    fn refuse_unread(&mut self, message: String) -> ServerMessage {
        self.budget.take(self.state.clock.now());
        request::bad_message(None, message)
    }

    async fn carry_out(&self, message: ClientMessage) -> ServerMessage {
        let ClientMessage { id, request } = message;
        match request::action(self.identity, request, self.state.clock.now()) {
            Some(Action::Submit(command)) => match self.state.dispatch.submit(command).await {
                Ok(()) => ServerMessage::Done { id },
                Err(error) => submit_refused(id, &error),
            },
            Some(Action::Join { party, call, sdp }) => self.join(id, party, call, sdp).await,
            None => {
                let message = "this role may not ask that: PROTOCOL.md lists who asks what";
                refused(id, ErrorCode::NotAllowed, message)
            }
        }
    }

    async fn join(&self, id: u64, party: Party, call: CallId, sdp: String) -> ServerMessage {
        match self.state.dispatch.join_media(party, call, sdp).await {
            Ok(sdp) => ServerMessage::MediaAnswer { id, call, sdp },
            Err(error) => media_refused(id, &error),
        }
    }
}

fn refused(id: u64, error: ErrorCode, message: &str) -> ServerMessage {
    ServerMessage::Refused {
        id: Some(id),
        error,
        message: message.to_owned(),
    }
}

fn unavailable(id: u64) -> ServerMessage {
    let message = "the gateway cannot do this now: try again in a moment";
    refused(id, ErrorCode::Unavailable, message)
}

fn submit_refused(id: u64, error: &SubmitError) -> ServerMessage {
    match error {
        SubmitError::Rejected(rejection) => refused(id, rejection.code(), &rejection.to_string()),
        SubmitError::Unavailable => unavailable(id),
    }
}

fn media_refused(id: u64, error: &MediaError) -> ServerMessage {
    match error {
        MediaError::CallGone => refused(id, ErrorCode::CallGone, &Rejection::CallGone.to_string()),
        MediaError::Join(error) => match error {
            JoinError::InvalidOffer { .. }
            | JoinError::OfferTooLarge { .. }
            | JoinError::UnsupportedMedia => refused(id, ErrorCode::BadMedia, &error.to_string()),
            _ => unavailable(id),
        },
        MediaError::Unavailable => unavailable(id),
    }
}
