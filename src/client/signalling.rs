//! The built-in client's WebSocket: what a page does, without a page. It keeps the newest picture,
//! so that waiting for a state never misses one that has already been shown.

use super::http::{ANSWER_MAX, ClientError, Cookie, FORWARDED_FOR, Stream, Target, header_value};
use crate::auth::Role;
use axum::http::header::{COOKIE, ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use futures_util::{SinkExt, StreamExt};
use passerelle_signaling::protocol::{
    ByeReason, ClientMessage, Directory, Identity, Request, Resumed, SUBPROTOCOL, ServerMessage,
    View,
};
use passerelle_signaling::time::Timestamp;
use std::time::Duration;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

/// A connected client.
pub struct SignallingClient {
    socket: WebSocketStream<Box<dyn Stream>>,
    identity: Identity,
    directory: Directory,
    view: Option<View>,
    resumed: Resumed,
    memory: Memory,
    pictures: u64,
    last_id: u64,
}

/// What a page remembers for when it comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The entry of the journal that its newest picture stands on; 0 before the first.
    pub seq: u64,
    /// The run of the gateway it came from.
    pub run: Timestamp,
    /// Up to which moment it has been shown coordinators' texts.
    pub noticed: Timestamp,
}

/// What a client says about itself when it connects; changed by tests of refusals.
#[derive(Clone, Debug)]
pub struct Introduction {
    /// The path and query.
    pub path: String,
    /// The `Origin`; `None` sends none.
    pub origin: Option<String>,
    /// The subprotocol; `None` offers none.
    pub subprotocol: Option<String>,
    /// The session.
    pub cookie: Option<Cookie>,
    /// What a page that comes back has been shown.
    pub remembered: Option<Memory>,
}

impl Introduction {
    /// What a page of this role sends.
    pub fn of_page(target: &Target, role: Role, cookie: &Cookie) -> Self {
        Self {
            path: format!("/ws?role={role}"),
            origin: Some(target.origin()),
            subprotocol: Some(SUBPROTOCOL.to_owned()),
            cookie: Some(cookie.clone()),
            remembered: None,
        }
    }

    /// The same, of a page that comes back.
    #[must_use]
    pub fn remembering(mut self, memory: Memory) -> Self {
        let Memory { seq, run, noticed } = memory;
        self.path += &format!("&after={seq}&run={}&noticed={}", run.0, noticed.0);
        self.remembered = Some(memory);
        self
    }
}

impl SignallingClient {
    /// Connects as a page of this role would and reads the welcome.
    ///
    /// # Errors
    /// When the gateway refuses, or does not answer in time.
    pub async fn connect(
        target: &Target,
        role: Role,
        cookie: &Cookie,
    ) -> Result<Self, ClientError> {
        let introduction = Introduction::of_page(target, role, cookie);
        Self::introduce(target, &introduction).await
    }

    /// Connects with these headers and reads the welcome.
    ///
    /// # Errors
    /// When the gateway refuses, or does not answer in time.
    pub async fn introduce(
        target: &Target,
        introduction: &Introduction,
    ) -> Result<Self, ClientError> {
        let opening = async {
            let mut socket = open(target, introduction).await?;
            match next(&mut socket).await? {
                ServerMessage::Welcome {
                    identity,
                    directory,
                    now,
                    run,
                    resumed,
                    ..
                } => {
                    let remembered = introduction.remembered;
                    // A restored gateway has lost what was shown: whatever it shows next is true.
                    let shown = remembered.filter(|_| resumed != Resumed::Restored);
                    Ok(Self {
                        socket,
                        identity,
                        directory,
                        view: None,
                        resumed,
                        memory: Memory {
                            seq: shown.map_or(0, |memory| memory.seq),
                            run,
                            noticed: remembered.map_or(now, |memory| memory.noticed),
                        },
                        pictures: 0,
                        last_id: 0,
                    })
                }
                ServerMessage::Bye { reason } => Err(ClientError::Closed(Some(reason))),
                other => Err(ClientError::BadMessage(format!(
                    "{other:?} before the welcome"
                ))),
            }
        };
        within(ANSWER_MAX, "the welcome", opening).await
    }

    /// Who the gateway takes us for.
    pub const fn identity(&self) -> Identity {
        self.identity
    }

    /// The names we were told.
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The newest picture.
    pub const fn view(&self) -> Option<&View> {
        self.view.as_ref()
    }

    /// What the gateway says that we have missed.
    pub const fn resumed(&self) -> Resumed {
        self.resumed
    }

    /// What to present when coming back.
    pub const fn memory(&self) -> Memory {
        self.memory
    }

    /// How many pictures have come, to know whether the newest one is new.
    pub const fn pictures(&self) -> u64 {
        self.pictures
    }

    /// Sends a request and waits for its answer; the SDP answer when it was a media offer.
    ///
    /// # Errors
    /// When it is refused, or not answered in time.
    pub async fn ask(&mut self, request: Request) -> Result<Option<String>, ClientError> {
        Ok(match self.answer_to(request).await? {
            ServerMessage::MediaAnswer { sdp, .. } => Some(sdp.into_inner()),
            _ => None,
        })
    }

    /// Sends a request and waits for the message that answers it.
    ///
    /// # Errors
    /// When it is refused, or not answered in time.
    pub async fn answer_to(&mut self, request: Request) -> Result<ServerMessage, ClientError> {
        self.last_id += 1;
        let asked = self.last_id;
        let message = ClientMessage { id: asked, request };
        // A request is made of texts and numbers: it always has a JSON form.
        let text = serde_json::to_string(&message).unwrap_or_default();
        self.send_text(text).await?;
        let answer = |message: &ServerMessage| match message {
            ServerMessage::Done { id }
            | ServerMessage::MediaAnswer { id, .. }
            | ServerMessage::Slots { id, .. }
            | ServerMessage::GuestLink { id, .. }
                if *id == asked =>
            {
                Some(Ok(message.clone()))
            }
            ServerMessage::Refused { id, error, message } if *id == Some(asked) => {
                Some(Err(ClientError::RequestRefused {
                    error: *error,
                    message: message.clone(),
                }))
            }
            _ => None,
        };
        self.message_where("the answer to a request", ANSWER_MAX, answer)
            .await?
    }

    /// Sends a text frame as it is.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn send_text(&mut self, text: String) -> Result<(), ClientError> {
        self.send(Message::text(text)).await
    }

    /// Sends any frame.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn send(&mut self, message: Message) -> Result<(), ClientError> {
        let sending = async { self.socket.send(message).await.map_err(web_socket) };
        within(ANSWER_MAX, "room to send", sending).await
    }

    /// Waits for a picture that `pick` takes; the newest one counts too.
    ///
    /// # Errors
    /// When none comes in time, or the connection ends.
    pub async fn view_where<T>(
        &mut self,
        what: &str,
        limit: Duration,
        mut pick: impl FnMut(&View) -> Option<T>,
    ) -> Result<T, ClientError> {
        if let Some(picked) = self.view.as_ref().and_then(&mut pick) {
            return Ok(picked);
        }
        self.message_where(what, limit, |message| match message {
            ServerMessage::State { view, .. } => pick(view),
            _ => None,
        })
        .await
    }

    /// Waits for a picture or a beat.
    ///
    /// # Errors
    /// When none comes in time, or the connection ends.
    pub async fn sign_of_life(&mut self, limit: Duration) -> Result<(), ClientError> {
        let sign = |message: &ServerMessage| {
            let lives = matches!(
                message,
                ServerMessage::State { .. } | ServerMessage::Beat { .. }
            );
            lives.then_some(())
        };
        self.message_where("a sign of life", limit, sign).await
    }

    /// Waits for a message that `pick` takes, and passes over the others.
    ///
    /// # Errors
    /// When none comes in time, or the connection ends.
    pub async fn message_where<T>(
        &mut self,
        what: &str,
        limit: Duration,
        mut pick: impl FnMut(&ServerMessage) -> Option<T>,
    ) -> Result<T, ClientError> {
        let waiting = async {
            loop {
                let message = next(&mut self.socket).await?;
                self.remember(&message)?;
                if let Some(picked) = pick(&message) {
                    return Ok(picked);
                }
                if let ServerMessage::Bye { reason } = message {
                    return Err(ClientError::Closed(Some(reason)));
                }
            }
        };
        within(limit, what, waiting).await
    }

    /// What is shown has happened: no picture goes back behind the one before.
    fn remember(&mut self, message: &ServerMessage) -> Result<(), ClientError> {
        match message {
            ServerMessage::State { seq, view, .. } => {
                let (before, shown) = (self.memory.seq, *seq);
                if shown < before {
                    return Err(ClientError::WentBack { before, shown });
                }
                self.memory.seq = shown;
                self.view = Some(view.clone());
                self.pictures += 1;
            }
            ServerMessage::Notice { sent_at, .. } => self.memory.noticed = *sent_at,
            _ => {}
        }
        Ok(())
    }

    /// Waits for the gateway's goodbye.
    ///
    /// # Errors
    /// When it does not come in time.
    pub async fn bye(&mut self, limit: Duration) -> Result<ByeReason, ClientError> {
        let bye = |message: &ServerMessage| match message {
            ServerMessage::Bye { reason } => Some(*reason),
            _ => None,
        };
        self.message_where("a goodbye", limit, bye).await
    }

    /// Closes as a page that is left does. Dropping the client instead is a lost connection.
    ///
    /// # Errors
    /// When the close frame could not be sent in time.
    pub async fn close(mut self) -> Result<(), ClientError> {
        let closing = async { self.socket.close(None).await.map_err(web_socket) };
        within(ANSWER_MAX, "the connection to close", closing).await
    }
}

async fn open(
    target: &Target,
    introduction: &Introduction,
) -> Result<WebSocketStream<Box<dyn Stream>>, ClientError> {
    let address = target.origin().replacen("http", "ws", 1) + &introduction.path;
    let mut request = address.into_client_request().map_err(web_socket)?;
    let headers = [
        (ORIGIN, introduction.origin.as_deref()),
        (SEC_WEBSOCKET_PROTOCOL, introduction.subprotocol.as_deref()),
        (
            COOKIE,
            introduction.cookie.as_ref().map(|cookie| cookie.0.as_str()),
        ),
    ];
    for (name, value) in headers {
        if let Some(value) = value {
            request.headers_mut().insert(name, header_value(value));
        }
    }
    if let Some(words) = target.forwarded_for() {
        request.headers_mut().insert(FORWARDED_FOR, words.clone());
    }
    let stream = target.connect().await?;
    match tokio_tungstenite::client_async(request, stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => Err(ClientError::Refused {
            status: response.status().as_u16(),
            body: {
                let body = response.body().as_deref().unwrap_or_default();
                String::from_utf8_lossy(body).into_owned()
            },
        }),
        Err(error) => Err(web_socket(error)),
    }
}

/// The next message; control frames are answered and passed over.
async fn next(socket: &mut WebSocketStream<Box<dyn Stream>>) -> Result<ServerMessage, ClientError> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                return serde_json::from_str(text.as_str())
                    .map_err(|error| ClientError::BadMessage(error.to_string()));
            }
            Some(Ok(Message::Close(_))) | None => return Err(ClientError::Closed(None)),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(web_socket(error)),
        }
    }
}

async fn within<T>(
    limit: Duration,
    what: &str,
    work: impl Future<Output = Result<T, ClientError>>,
) -> Result<T, ClientError> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
        Err(ClientError::TimedOut {
            what: what.to_owned(),
            waited: limit,
        })
    })
}

fn web_socket(error: Error) -> ClientError {
    ClientError::WebSocket(Box::new(error))
}
