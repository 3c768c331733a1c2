//! One line: the two halves that a session reads and writes as if it were a WebSocket, and on the
//! other side the requests of its page, which come one after the other, late, twice, or no more.

use super::kept::{Acknowledged, Kept};
use crate::auth::Session;
use crate::ws::rate::RequestBudget;
use crate::ws::upgrade::WRITE_BUFFER_BYTES_MAX;
use axum::extract::ws::Message;
use futures_util::{Sink, Stream, stream};
use passerelle_signaling::time::{Millis, Timestamp};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

/// A poll without news is answered after this long: sooner than proxies lose patience (30 s and
/// more) and than a page takes the line for lost. The beat ends nearly all of them earlier.
const POLL_MAX: Duration = Duration::from_secs(10);

/// Messages read and not yet carried out, before a request waits to hand over more.
const UNREAD_MAX: usize = 8;

/// Polls are a sign of life for the session this often at most, so that they cost nothing of what
/// its requests may.
const SIGN_SPACING: Millis = Millis::from_secs(1);

/// A line between a page and its session.
pub(super) struct Line {
    session: Session,
    state: Mutex<State>,
    /// Something to fetch, a newer poll, or the end.
    changed: Notify,
    /// The number of the page's newest message that was handed over; held while handing over more.
    received: tokio::sync::Mutex<u64>,
}

struct State {
    kept: Kept,
    /// The session writes no more.
    has_ended: bool,
    /// Counts polls: the newest one is answered.
    polls: u64,
    budget: RequestBudget,
    heard_at: Timestamp,
    /// The session's writer, when it waits for room.
    writer: Option<Waker>,
    /// To the session's reader, until the page closes.
    reader: Option<mpsc::Sender<Message>>,
}

/// Why a request of a page is not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The line has ended.
    Gone,
    /// More requests than a page makes.
    TooFast,
    /// It speaks of messages that were not sent.
    OutOfOrder,
}

/// The half that the session writes to.
pub(super) struct Outgoing(Arc<Line>);

/// A message above what a socket would write, either.
#[derive(Debug)]
pub(super) struct TooLarge;

impl Line {
    /// A line of this session, and the two halves for the session's task.
    pub(super) fn new(
        session: Session,
        now: Timestamp,
    ) -> (Arc<Self>, Outgoing, impl Stream<Item = Message> + Unpin) {
        let (reader, mut messages) = mpsc::channel(UNREAD_MAX);
        let line = Arc::new(Self {
            session,
            state: Mutex::new(State {
                kept: Kept::default(),
                has_ended: false,
                polls: 0,
                budget: RequestBudget::new(now),
                heard_at: now,
                writer: None,
                reader: Some(reader),
            }),
            changed: Notify::new(),
            received: tokio::sync::Mutex::new(0),
        });
        let incoming = stream::poll_fn(move |cx| messages.poll_recv(cx));
        (Arc::clone(&line), Outgoing(line), incoming)
    }

    /// Whose it is.
    pub(super) const fn session(&self) -> Session {
        self.session
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All messages after this number, as soon as there is one; nothing when none comes in time or
    /// a newer poll takes over.
    pub(super) async fn poll(&self, after: u64, now: Timestamp) -> Result<String, Refused> {
        let turn = self.state().begin_poll(after, now)?;
        let Some(turn) = turn else {
            return Ok(String::new());
        };
        self.changed.notify_waiters();
        let news = async {
            loop {
                let mut changed = pin!(self.changed.notified());
                changed.as_mut().enable();
                if let Some(answer) = self.state().answer(turn) {
                    return answer;
                }
                changed.await;
            }
        };
        timeout(POLL_MAX, news)
            .await
            .unwrap_or_else(|_| Ok(String::new()))
    }

    /// Hands over a page's messages, of which the first has this number. Those that were handed
    /// over before, when the answer was lost, are passed over. Waits while the session reads no
    /// more.
    pub(super) async fn send(
        &self,
        first: u64,
        messages: impl Iterator<Item = &str>,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let reader = self.state().begin_send(now)?;
        // A request that is sent again waits for the one before.
        let mut received = self.received.lock().await;
        if first == 0 || first > *received + 1 {
            return Err(Refused::OutOfOrder);
        }
        for (number, message) in (first..).zip(messages) {
            if number <= *received {
                continue;
            }
            let handed_over = reader.send(Message::text(message)).await;
            handed_over.map_err(|_| Refused::Gone)?;
            *received = number;
        }
        Ok(())
    }

    /// The page is left.
    pub(super) async fn close(&self) {
        let reader = self.state().reader.take();
        if let Some(reader) = reader {
            // The session has ended already when nobody takes it.
            let _ = reader.send(Message::Close(None)).await;
        }
    }
}

impl State {
    /// Takes note of what the page has. `None`: the poll is an old one.
    fn begin_poll(&mut self, after: u64, now: Timestamp) -> Result<Option<u64>, Refused> {
        match self.kept.acknowledge(after) {
            // No more often than there are messages.
            Acknowledged::More => {}
            Acknowledged::Unsent => return Err(Refused::OutOfOrder),
            Acknowledged::Same | Acknowledged::Old if !self.budget.take(now) => {
                return Err(Refused::TooFast);
            }
            Acknowledged::Old => return Ok(None),
            Acknowledged::Same => {}
        }
        self.sign_of_life(now);
        if self.kept.has_room()
            && let Some(writer) = self.writer.take()
        {
            writer.wake();
        }
        self.polls += 1;
        Ok(Some(self.polls))
    }

    fn begin_send(&mut self, now: Timestamp) -> Result<mpsc::Sender<Message>, Refused> {
        if !self.budget.take(now) {
            return Err(Refused::TooFast);
        }
        self.reader.clone().ok_or(Refused::Gone)
    }

    fn sign_of_life(&mut self, now: Timestamp) {
        if now.since(self.heard_at) < SIGN_SPACING {
            return;
        }
        self.heard_at = now;
        if let Some(reader) = &self.reader {
            // With no room left there are messages to be read, which are signs of life themselves.
            let _ = reader.try_send(Message::Pong(axum::body::Bytes::new()));
        }
    }

    /// What this poll is answered, if it is time.
    fn answer(&mut self, turn: u64) -> Option<Result<String, Refused>> {
        if self.polls != turn {
            return Some(Ok(String::new()));
        }
        if let Some(lines) = self.kept.lines() {
            return Some(Ok(lines));
        }
        if !self.has_ended {
            return None;
        }
        // The goodbye has arrived: its session waits no longer.
        self.reader = None;
        Some(Err(Refused::Gone))
    }

    fn end(&mut self) {
        self.has_ended = true;
    }
}

impl Sink<Message> for Outgoing {
    type Error = TooLarge;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), TooLarge>> {
        let mut state = self.0.state();
        if state.kept.has_room() {
            return Poll::Ready(Ok(()));
        }
        state.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), TooLarge> {
        match message {
            Message::Text(text) if text.len() > WRITE_BUFFER_BYTES_MAX => return Err(TooLarge),
            Message::Text(text) => self.0.state().kept.push(text),
            Message::Close(_) => self.0.state().end(),
            // A page shows by its polls that it is there.
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) => return Ok(()),
        }
        self.0.changed.notify_waiters();
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), TooLarge>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), TooLarge>> {
        Poll::Ready(Ok(()))
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.0.state().end();
        self.0.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::TokenHash;
    use futures_util::{FutureExt, SinkExt, StreamExt};
    use passerelle_signaling::protocol::Identity;

    const NOW: Timestamp = Timestamp(0);

    fn line() -> (Arc<Line>, Outgoing, impl Stream<Item = Message> + Unpin) {
        let session = Session::of(Identity::Coordinator, TokenHash([7; 32]));
        Line::new(session, NOW)
    }

    #[tokio::test]
    async fn a_page_that_fetches_slowly_makes_its_writer_wait_and_loses_nothing() {
        let (line, mut sink, _stream) = line();
        let mut written = 0;
        while sink.send(Message::text("{}")).now_or_never().is_some() {
            written += 1;
        }
        assert!(written < 100, "{written}");
        let fetching = async {
            let fetched = line.poll(0, NOW).await.unwrap();
            line.poll(fetched.lines().count() as u64, NOW).await
        };
        let (sent, fetched) = tokio::join!(sink.send(Message::text("late")), fetching);
        sent.unwrap();
        assert_eq!(fetched.unwrap(), "late\n");
    }

    #[tokio::test]
    async fn the_newest_poll_is_answered_and_the_one_before_it_empty() {
        let (line, mut sink, _stream) = line();
        let answered = async {
            let newer = line.poll(0, NOW);
            sink.send(Message::text("news")).await.unwrap();
            newer.await
        };
        let (older, newer) = tokio::join!(line.poll(0, NOW), answered);
        assert_eq!(
            (older.unwrap().as_str(), newer.unwrap().as_str()),
            ("", "news\n")
        );
    }

    #[tokio::test]
    async fn messages_that_come_twice_or_late_are_read_once_in_their_order() {
        let (line, _sink, stream) = line();
        line.send(1, ["a", "b"].into_iter(), NOW).await.unwrap();
        line.send(1, ["a", "b", "c"].into_iter(), NOW)
            .await
            .unwrap();
        line.send(2, ["b"].into_iter(), NOW).await.unwrap();
        let gap = line.send(5, ["e"].into_iter(), NOW).await;
        assert_eq!(gap, Err(Refused::OutOfOrder));
        line.close().await;
        let read: Vec<_> = stream.collect().await;
        let texts = ["a", "b", "c"].map(Message::text);
        assert_eq!(read, [texts.as_slice(), &[Message::Close(None)]].concat());
        let closed = line.send(4, ["d"].into_iter(), NOW).await;
        assert_eq!(closed, Err(Refused::Gone));
    }

    #[tokio::test]
    async fn the_goodbye_is_fetched_before_the_line_is_gone_and_then_nobody_waits_for_the_page() {
        let (line, mut sink, mut stream) = line();
        sink.send(Message::text("bye")).await.unwrap();
        sink.send(Message::Close(None)).await.unwrap();
        assert_eq!(line.poll(0, NOW).await.unwrap(), "bye\n");
        assert!(stream.next().now_or_never().is_none());
        assert_eq!(line.poll(1, NOW).await, Err(Refused::Gone));
        assert_eq!(stream.next().await, None);
    }

    #[tokio::test]
    async fn polls_that_acknowledge_nothing_are_limited_and_those_that_do_are_not() {
        let (line, mut sink, _stream) = line();
        for number in 0..100 {
            sink.send(Message::text("{}")).await.unwrap();
            let fetched = line.poll(number, NOW).await;
            assert_eq!(fetched.unwrap(), "{}\n");
        }
        let mut refused = 0;
        for _ in 0..100 {
            refused += usize::from(line.poll(99, NOW).await == Err(Refused::TooFast));
        }
        assert!(refused >= 80, "{refused}");
    }
}
