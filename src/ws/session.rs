//! One connection from welcome to goodbye: a reading and a writing half in one task. The reading
//! half never touches the socket's sink; answers go through a bounded queue to the one writer.

use super::read::{Reader, Reading};
use super::write::{Outbox, Writer};
use super::{WsState, names};
use crate::auth::Session;
use crate::dispatch::{Connection, SubmitError};
use axum::extract::ws::WebSocket;
use futures_util::StreamExt;
use passerelle_signaling::command::Departure;
use passerelle_signaling::protocol::{ByeReason, ServerMessage};

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client left, in this way.
    Left(Departure),
    /// We close it, for this reason.
    Bye(ByeReason),
}

/// Runs the session of an accepted socket to its end.
pub(super) async fn run(socket: WebSocket, state: WsState, session: Session) {
    let sign_out = state.auth.watch_sign_out(session.token);
    let (sink, stream) = socket.split();
    let mut writer = Writer::new(sink, state.clock.clone());
    let connection = match state.dispatch.connect(session.identity).await {
        Ok(connection) => connection,
        Err(error) => return writer.bye(refusal(&error)).await,
    };
    tracing::debug!(connection = %connection.id, "connected");
    let welcome = ServerMessage::Welcome {
        identity: session.identity,
        directory: names::told_to(session.identity, &state.directory),
        build: state.build.to_string(),
        now: state.clock.now(),
    };
    let end = if writer.send(&welcome).await.is_err() {
        End::Left(Departure::Lost)
    } else {
        converse(&state, session, &connection, sign_out, &mut writer, stream).await
    };
    let departure = match end {
        End::Left(departure) => departure,
        End::Bye(ByeReason::SignedOut) => Departure::SignedOut,
        // Replaced and shutting down: the dispatcher knows already. Too slow: it may come back.
        End::Bye(_) => Departure::Lost,
    };
    // First the dispatcher, because saying goodbye to a client that does not read takes a moment.
    state.dispatch.disconnect(connection.id, departure);
    tracing::debug!(connection = %connection.id, ?end, "connection ended");
    if let End::Bye(reason) = end {
        writer.bye(reason).await;
    }
}

async fn converse(
    state: &WsState,
    session: Session,
    connection: &Connection,
    sign_out: crate::auth::SignOut,
    writer: &mut Writer,
    stream: Reading,
) -> End {
    let (answers, outbox) = Outbox::new(connection, sign_out);
    let mut reader = Reader::new(state.clone(), session.identity, answers);
    let auth = &state.auth;
    tokio::select! {
        end = reader.run(stream) => end,
        end = writer.run(outbox, session.token, auth) => end,
    }
}

/// Why a client cannot be connected, as it understands it.
fn refusal(error: &SubmitError) -> ByeReason {
    match error {
        // It has left the directory since it signed in.
        SubmitError::Rejected(_) => ByeReason::SignedOut,
        SubmitError::Unavailable => ByeReason::ShuttingDown,
    }
}
