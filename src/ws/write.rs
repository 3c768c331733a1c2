//! The writing half of a connection: the only writer of its socket. Pictures come through `watch`
//! channels, where the newest wins, so that a slow client is behind but never buffered.

use super::names::Names;
use super::spaced::Spaced;
use crate::auth::{Auth, Session, SignOut};
use crate::clock::Clock;
use crate::config::InForce;
use crate::dispatch::{Connection, Picture, Qualities, Recent, TodayPicture};
use axum::extract::ws::{CloseFrame, Message, close_code};
use futures_util::{Sink, SinkExt};
use passerelle_signaling::command::Departure;
use passerelle_signaling::protocol::{
    BEAT_SECS, ByeReason, Directory, Identity, ServerMessage, View,
};
use passerelle_signaling::time::Timestamp;
use passerelle_signaling::view::{Activity, TabletPhase};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};

/// Answers that may wait for the writer: a burst of requests, before reading waits for writing.
const ANSWERS_MAX: usize = 16;

/// A frame must have left by then; a socket that takes nothing for so long is of no use in a call.
const WRITE_MAX: Duration = Duration::from_secs(10);

/// Pictures of the whole service, for coordinators, at most so often: ten a second look live. The
/// board and the day's figures alike, so that they do not contradict each other on a screen.
const BOARD_SPACING: Duration = Duration::from_millis(100);

/// How pictures arrive in all conversations, for coordinators, at most so often; a participant's
/// own conversation changes no faster by itself.
const QUALITIES_SPACING: Duration = Duration::from_secs(1);

/// How often an open connection's session is looked up again, to notice that it has expired.
const SESSION_CHECK: Duration = Duration::from_secs(300);

/// What is to be written.
pub(super) struct Outbox {
    answers: mpsc::Receiver<ServerMessage>,
    view: Spaced<Option<Picture>>,
    today: Spaced<Option<Arc<TodayPicture>>>,
    notices: watch::Receiver<Recent>,
    quality: Spaced<Qualities>,
    /// The page shows some of it.
    has_told_quality: bool,
    /// Texts up to this moment are not written (again).
    noticed: Timestamp,
    names: Names,
    bye: watch::Receiver<Option<ByeReason>>,
    sign_out: SignOut,
    current: watch::Receiver<Arc<InForce>>,
    /// A tablet that no longer stands where it was paired for. It may finish its call.
    has_moved: bool,
}

impl Outbox {
    /// The outbox of this connection, and the way in for answers. `names` are those that the client
    /// has been welcomed with.
    pub(super) fn new(
        connection: &Connection,
        names: Names,
        sign_out: SignOut,
        current: watch::Receiver<Arc<InForce>>,
    ) -> (mpsc::Sender<ServerMessage>, Self) {
        let (sender, answers) = mpsc::channel(ANSWERS_MAX);
        // What was said before is not for a page that has just been opened.
        let said = connection.notices.borrow();
        let noticed = said.last().map_or(Timestamp(0), |notice| notice.sent_at);
        drop(said);
        let is_board = matches!(connection.identity, Identity::Coordinator);
        let board_spacing = is_board.then_some(BOARD_SPACING);
        let mut outbox = Self {
            answers,
            view: Spaced::new(connection.view.clone(), board_spacing),
            today: Spaced::new(connection.today.clone(), Some(BOARD_SPACING)),
            notices: connection.notices.clone(),
            quality: Spaced::new(
                connection.quality.clone(),
                is_board.then_some(QUALITIES_SPACING),
            ),
            has_told_quality: false,
            noticed,
            names,
            bye: connection.bye.clone(),
            sign_out,
            current,
            has_moved: false,
        };
        // Whatever is there already is written first.
        outbox.bye.mark_changed();
        outbox.current.mark_changed();
        (sender, outbox)
    }

    /// The client has been shown the texts up to this moment, and is to be shown those since.
    pub(super) fn resume_notices(&mut self, noticed: Timestamp) {
        self.noticed = noticed;
        self.notices.mark_changed();
    }
}

/// The socket cannot be written to any more.
#[derive(Debug)]
pub(super) struct Stuck;

/// Writes to one socket.
pub(super) struct Writer<S> {
    sink: S,
    clock: Clock,
}

/// What the writer does next.
enum Next {
    Answer(Box<ServerMessage>),
    Names(Box<Directory>),
    View,
    Today,
    Notices,
    Quality,
    Configured,
    Bye(ByeReason, Departure),
    Beat,
    CheckSession,
}

impl<S: Sink<Message> + Unpin> Writer<S> {
    pub(super) const fn new(sink: S, clock: Clock) -> Self {
        Self { sink, clock }
    }

    /// Writes until there is a reason to say goodbye, or the socket takes nothing.
    pub(super) async fn run(
        &mut self,
        mut outbox: Outbox,
        session: &Session,
        auth: &Auth,
    ) -> Result<(ByeReason, Departure), Stuck> {
        let mut beat = interval(Duration::from_secs(BEAT_SECS));
        let mut check = interval(SESSION_CHECK);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick of an interval is at once; the session has just been looked up.
        check.tick().await;
        loop {
            let next = tokio::select! {
                biased;
                departure = outbox.sign_out.happened() => {
                    Next::Bye(ByeReason::SignedOut, departure)
                }
                reason = bye(&mut outbox.bye) => Next::Bye(reason, departure(reason)),
                Ok(()) = outbox.current.changed() => Next::Configured,
                Some(answer) = outbox.answers.recv() => Next::Answer(Box::new(answer)),
                names = outbox.names.changed() => Next::Names(Box::new(names)),
                Ok(()) = outbox.view.changed() => Next::View,
                Ok(()) = outbox.today.changed() => Next::Today,
                Ok(()) = outbox.notices.changed() => Next::Notices,
                Ok(()) = outbox.quality.changed() => Next::Quality,
                _ = beat.tick() => Next::Beat,
                _ = check.tick() => Next::CheckSession,
            };
            match next {
                Next::Answer(answer) => self.send(&answer).await?,
                Next::Names(directory) => {
                    let directory = *directory;
                    let changed = ServerMessage::DirectoryChanged { directory };
                    self.send(&changed).await?;
                }
                Next::View => self.show(&mut outbox).await?,
                Next::Today => self.show_today(&mut outbox).await?,
                Next::Notices => self.show_notices(&mut outbox).await?,
                Next::Quality => self.show_quality(&mut outbox).await?,
                Next::Bye(reason, departure) => return Ok((reason, departure)),
                Next::Configured => {
                    let in_force = outbox.current.borrow_and_update();
                    outbox.has_moved = !session.stands_in(&in_force.configuration);
                    drop(in_force);
                    if outbox.has_moved && !in_call(&outbox) {
                        return Ok((ByeReason::SignedOut, Departure::SignedOut));
                    }
                }
                // Not sooner: whoever ends the last call has the answer to that by now.
                Next::Beat if outbox.has_moved && !in_call(&outbox) => {
                    return Ok((ByeReason::SignedOut, Departure::SignedOut));
                }
                Next::Beat => self.beat().await?,
                Next::CheckSession if session_ended(&outbox, session, auth).await => {
                    return Ok((ByeReason::SignedOut, Departure::SignedOut));
                }
                Next::CheckSession => {}
            }
        }
    }

    /// Writes one message.
    pub(super) async fn send(&mut self, message: &ServerMessage) -> Result<(), Stuck> {
        // Every message is made of texts, numbers and lists of them: it always has a JSON form.
        let text = serde_json::to_string(message).unwrap_or_default();
        self.write(Message::text(text)).await
    }

    /// Writes the goodbye and the close frame.
    pub(super) async fn bye(&mut self, reason: ByeReason) -> Result<(), Stuck> {
        self.send(&ServerMessage::Bye { reason }).await?;
        let close = CloseFrame {
            code: close_code::NORMAL,
            reason: "".into(),
        };
        self.write(Message::Close(Some(close))).await
    }

    async fn show(&mut self, outbox: &mut Outbox) -> Result<(), Stuck> {
        let Some(Picture { seq, view }) = outbox.view.take() else {
            return Ok(());
        };
        let state = ServerMessage::State {
            seq,
            now: self.clock.now(),
            view: Arc::unwrap_or_clone(view),
        };
        self.send(&state).await
    }

    async fn show_today(&mut self, outbox: &mut Outbox) -> Result<(), Stuck> {
        let Some(today) = outbox.today.take() else {
            return Ok(());
        };
        let TodayPicture {
            records,
            figures,
            day,
        } = Arc::unwrap_or_clone(today);
        let today = ServerMessage::Today {
            records,
            figures,
            day,
        };
        self.send(&today).await
    }

    async fn show_notices(&mut self, outbox: &mut Outbox) -> Result<(), Stuck> {
        let recent = Arc::clone(&outbox.notices.borrow_and_update());
        for notice in recent.iter() {
            if notice.sent_at > outbox.noticed {
                let (text, sent_at) = (notice.text.clone(), notice.sent_at);
                self.send(&ServerMessage::Notice { text, sent_at }).await?;
                outbox.noticed = sent_at;
            }
        }
        Ok(())
    }

    /// An empty list is news only after another.
    async fn show_quality(&mut self, outbox: &mut Outbox) -> Result<(), Stuck> {
        let calls = outbox.quality.take().to_vec();
        if calls.is_empty() && !outbox.has_told_quality {
            return Ok(());
        }
        outbox.has_told_quality = !calls.is_empty();
        self.send(&ServerMessage::Quality { calls }).await
    }

    /// A sign of life for the page, and a ping that the browser answers by itself.
    async fn beat(&mut self) -> Result<(), Stuck> {
        let now = self.clock.now();
        self.send(&ServerMessage::Beat { now }).await?;
        self.write(Message::Ping(axum::body::Bytes::new())).await
    }

    async fn write(&mut self, message: Message) -> Result<(), Stuck> {
        match timeout(WRITE_MAX, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Stuck),
        }
    }
}

/// Ends when the dispatcher closes this connection.
async fn bye(bye: &mut watch::Receiver<Option<ByeReason>>) -> ByeReason {
    match bye.wait_for(Option::is_some).await.map(|reason| *reason) {
        Ok(Some(reason)) => reason,
        // The dispatcher has gone without a word: it stops.
        Ok(None) | Err(_) => ByeReason::ShuttingDown,
    }
}

/// What becomes of the call of a client that the dispatcher closes.
const fn departure(reason: ByeReason) -> Departure {
    match reason {
        ByeReason::SignedOut => Departure::SignedOut,
        // Replaced and shutting down: the dispatcher knows already. Too slow: it may come back.
        ByeReason::Replaced | ByeReason::ShuttingDown | ByeReason::TooSlow => Departure::Lost,
    }
}

/// Whether the session has expired. Nobody is signed out of a running call.
async fn session_ended(outbox: &Outbox, session: &Session, auth: &Auth) -> bool {
    // A store that does not answer for a moment signs nobody out.
    // Looked at during a call, too: that is a use of it.
    matches!(auth.is_good(session).await, Ok(false)) && !in_call(outbox)
}

fn in_call(outbox: &Outbox) -> bool {
    let shown = outbox.view.peek();
    shown.as_ref().is_some_and(|shown| is_in_call(&shown.view))
}

fn is_in_call(view: &View) -> bool {
    match view {
        View::Tablet(view) => view.phase != TabletPhase::Idle,
        View::Interpreter(view) => view.activity != Activity::Idle,
        View::Guest(_) => true,
        View::Coordinator(_) => false,
    }
}
