//! One connection from welcome to goodbye: a reading and a writing half in one task. The reading
//! half never touches the socket's sink; answers go through a bounded queue to the one writer. What
//! carries the messages, a WebSocket or requests, is of no concern here.

use super::WsState;
use super::names::Names;
use super::read::Reader;
use super::upgrade::Memory;
use super::write::{Outbox, Stuck, Writer};
use crate::auth::Session;
use crate::dispatch::SubmitError;
use axum::extract::ws::Message;
use futures_util::{Sink, Stream, StreamExt};
use passerelle_signaling::command::Departure;
use passerelle_signaling::protocol::{ByeReason, ServerMessage};
use std::time::Duration;
use tokio::time::timeout;

/// The time a closing client is given to take its goodbye.
const BYE_MAX: Duration = Duration::from_secs(1);

/// What a client sent before its socket broke has arrived long since; reading it takes no time.
const LAST_WORDS_MAX: Duration = Duration::from_secs(1);

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client left, in this way.
    Left(Departure),
    /// We close it, for this reason, and so it departs.
    Bye(ByeReason, Departure),
}

/// Runs the session of an accepted client to its end: it is written to by `sink` and read from
/// `stream`, which ends when the connection breaks.
pub(super) async fn run(
    sink: impl Sink<Message> + Unpin,
    mut stream: impl Stream<Item = Message> + Unpin,
    state: WsState,
    session: Session,
    memory: Memory,
) {
    let sign_out = state.auth.watch_sign_out(&session);
    let mut writer = Writer::new(sink, state.clock.clone());
    // Signed out between the look-up at the upgrade and the watch above: nobody would tell us.
    if let Ok(false) = state.auth.is_good(&session).await {
        return goodbye(writer, stream, ByeReason::SignedOut).await;
    }
    let resumed = state.dispatch.resumed(memory.presented);
    let connection = match state.dispatch.connect(session.identity).await {
        Ok(connection) => connection,
        Err(error) => return goodbye(writer, stream, refusal(&error)).await,
    };
    tracing::debug!(connection = %connection.id, "connected");
    let names = {
        let shown = connection.view.borrow();
        let view = shown.as_ref().map(|shown| &*shown.view);
        Names::of(session.identity, view, &state.current)
    };
    let directory = names.told();
    // Before the welcome is written, which may take a while: texts sent meanwhile are for this
    // page.
    let current = state.current.watch();
    let (answers, mut outbox) = Outbox::new(&connection, names, sign_out, current);
    let now = state.clock.now();
    if let Some(noticed) = memory.noticed {
        // A page says what it likes; one from the future would hear nothing until then.
        outbox.resume_notices(noticed.max(now - state.away_max()).min(now));
    }
    let welcome = ServerMessage::Welcome {
        identity: session.identity,
        directory,
        build: state.build.to_string(),
        now,
        run: state.dispatch.run(),
        resumed,
    };
    let end = if writer.send(&welcome).await.is_err() {
        End::Left(Departure::Lost)
    } else {
        let reader = Reader::new(state.clone(), &connection, memory.quirks, answers);
        converse(&state, session, reader, outbox, &mut writer, &mut stream).await
    };
    let (End::Left(departure) | End::Bye(_, departure)) = end;
    // First the dispatcher, because saying goodbye to a client that does not read takes a moment.
    state.dispatch.disconnect(connection.id, departure);
    for call in state.watches.end_all(connection.id) {
        // Whoever looks on does so by this connection alone.
        state.dispatch.observer_gone(call);
    }
    tracing::debug!(connection = %connection.id, ?end, "connection ended");
    if let End::Bye(reason, _) = end {
        goodbye(writer, stream, reason).await;
    }
}

/// Says goodbye and waits for the client's own close frame: a socket dropped with something unread
/// in it is reset, and on some systems a reset takes the goodbye with it.
async fn goodbye(
    mut writer: Writer<impl Sink<Message> + Unpin>,
    mut stream: impl Stream<Item = Message> + Unpin,
    reason: ByeReason,
) {
    let closing = async {
        if writer.bye(reason).await.is_ok() {
            while stream.next().await.is_some() {}
        }
    };
    // A client that does not answer is left.
    let _ = timeout(BYE_MAX, closing).await;
}

async fn converse(
    state: &WsState,
    session: Session,
    mut reader: Reader,
    outbox: Outbox,
    writer: &mut Writer<impl Sink<Message> + Unpin>,
    stream: &mut (impl Stream<Item = Message> + Unpin),
) -> End {
    let auth = &state.auth;
    let reading = reader.run(stream);
    tokio::pin!(reading);
    let written = tokio::select! {
        end = &mut reading => return end,
        written = writer.run(outbox, &session, auth) => written,
    };
    match written {
        Ok((reason, departure)) => End::Bye(reason, departure),
        // Often the page is just being closed, and its close frame has arrived but is not read yet.
        // It decides how long the place is kept.
        Err(Stuck) => timeout(LAST_WORDS_MAX, reading)
            .await
            .unwrap_or(End::Left(Departure::Lost)),
    }
}

/// Why a client cannot be connected, as it understands it.
fn refusal(error: &SubmitError) -> ByeReason {
    match error {
        // It has left the directory since it signed in.
        SubmitError::Rejected(_) => ByeReason::SignedOut,
        SubmitError::NotStored | SubmitError::Unavailable => ByeReason::ShuttingDown,
    }
}
