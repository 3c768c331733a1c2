//! The other end of a self-test: a room of the media engine with the device that tests itself and a
//! built-in client that sends its picture back ([`MediaClientConfig::mirrors`]). So the device sees
//! its own test picture over the whole way, by the forwarding of real calls. No call is placed, and
//! nothing is stored. `src/http/self_test.rs` is for tablets, `passerelle doctor` for this machine.

use crate::client::candidates::only_at;
use crate::client::media::{MediaClient, MediaClientConfig, MediaClientError};
use crate::clock::monotonic;
pub use crate::sfu::MAX_OFFER_BYTES as OFFER_BYTES_MAX;
use crate::sfu::{Epoch, JoinError, JoinToken, Offer, ParticipantId, RoomId, Sfu, Standing};
use passerelle_signaling::ids::TabletId;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Tests at once: each costs what a call of two costs, and calls come first. The 28 tablets of the
/// reference city, switched on together, are through in a minute.
const AT_ONCE: usize = 4;

/// A test is over by then, its connection by a relay included.
const TEST_MAX: Duration = Duration::from_secs(15);

/// A device that sends nothing any more is done, or somebody has touched it.
const QUIET: Duration = Duration::from_secs(2);

/// Who tests: one test each at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tester {
    /// A tablet.
    Tablet(TabletId),
    /// `passerelle doctor`, which tries one way after the other.
    Doctor,
}

/// Why there is no test.
#[derive(Debug, thiserror::Error)]
pub enum EchoError {
    /// As many others test themselves: try again in half a minute.
    #[error("{AT_ONCE} others test themselves: try again in half a minute")]
    Busy,
    /// Not an offer that can be answered, of one picture in VP8.
    #[error("{0}")]
    BadOffer(JoinError),
    /// The engine lets nobody in now.
    #[error("{0}")]
    NotNow(JoinError),
    /// The other end did not come up.
    #[error("the gateway's own end: {0}")]
    Mirror(#[from] MediaClientError),
}

impl From<JoinError> for EchoError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::Busy | JoinError::TooManyRooms => Self::Busy,
            JoinError::InvalidOffer { .. }
            | JoinError::OfferTooLarge { .. }
            | JoinError::UnsupportedMedia => Self::BadOffer(error),
            _ => Self::NotNow(error),
        }
    }
}

/// Echoes for whoever tests; clones share the limits.
#[derive(Clone)]
pub struct Echo(Arc<Shared>);

struct Shared {
    sfu: Sfu,
    running: Mutex<Running>,
}

#[derive(Default)]
struct Running {
    /// The newest room, never used twice.
    newest: u64,
    rooms: HashMap<Tester, Test>,
}

struct Test {
    number: u64,
    /// Dropped to end it.
    _hold: oneshot::Sender<()>,
}

/// The device, whose picture it is.
const DEVICE: ParticipantId = ParticipantId(1);
/// The mirror.
const MIRROR: ParticipantId = ParticipantId(2);

impl Echo {
    /// Echoes of this engine.
    pub fn new(sfu: Sfu) -> Self {
        Self(Arc::new(Shared {
            sfu,
            running: Mutex::default(),
        }))
    }

    /// Answers the SDP offer of a device that sends a picture in VP8; whatever it sends comes back,
    /// until it stops, tests anew, or [`TEST_MAX`] has passed.
    ///
    /// # Errors
    /// See [`EchoError`].
    pub async fn open(&self, tester: Tester, offer: impl Into<Offer>) -> Result<String, EchoError> {
        let (room, replaced) = self.begin(tester)?;
        let answer = self.0.sfu.join(room.token(DEVICE, 0), offer).await?;
        tokio::spawn(async move {
            let reflected = timeout(TEST_MAX, room.reflect());
            tokio::select! {
                reflected = reflected => if let Ok(Err(error)) = reflected {
                    tracing::warn!(%error, ?tester, "no picture was sent back in a self-test");
                },
                // Nothing is ever sent: the other half is gone.
                _ = replaced => {}
            }
        });
        Ok(answer)
    }

    fn begin(&self, tester: Tester) -> Result<(Room, oneshot::Receiver<()>), EchoError> {
        let mut running = self.0.running();
        if running.rooms.len() >= AT_ONCE && !running.rooms.contains_key(&tester) {
            return Err(EchoError::Busy);
        }
        running.newest += 1;
        let number = running.newest;
        let (hold, replaced) = oneshot::channel();
        let test = Test {
            number,
            _hold: hold,
        };
        running.rooms.insert(tester, test);
        let room = Room {
            shared: Arc::clone(&self.0),
            tester,
            number,
        };
        Ok((room, replaced))
    }
}

impl Shared {
    /// Nothing panics while the lock is held.
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A room of the engine; closed when it is dropped.
struct Room {
    shared: Arc<Shared>,
    tester: Tester,
    number: u64,
}

impl Room {
    /// Nobody is let in again, so that one moment serves for all joins, and the next for the end.
    const EPOCH: Epoch = Epoch(0);

    const fn id(&self) -> RoomId {
        RoomId::apart(self.number)
    }

    fn token(&self, who: ParticipantId, precedence: u8) -> JoinToken {
        let standing = Standing {
            precedence,
            silent: false,
        };
        JoinToken::new(self.id(), who, standing, Self::EPOCH, monotonic())
    }

    /// Sends back what comes, until nothing comes any more.
    async fn reflect(&self) -> Result<(), EchoError> {
        let sfu = &self.shared.sfu;
        // Not by what is announced: a router need not lead back what comes from inside.
        let port = on_this_machine(sfu.local_addr());
        let config = MediaClientConfig {
            mirrors: true,
            ..MediaClientConfig::picture(port.ip())
        };
        let (mirror, offer) = MediaClient::with(config).await?;
        let answer = sfu.join(self.token(MIRROR, 1), offer).await?;
        mirror.accept_answer(only_at(&answer, port)).await?;
        let begun = mirror.wait_until(TEST_MAX, |seen| seen.video_packets_received > 0);
        if begun.await {
            mirror.silence(QUIET).await;
        }
        mirror.close().await;
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.shared.sfu.close_room(self.id(), Self::EPOCH.next());
        let mut running = self.shared.running();
        let is_this = |test: &Test| test.number == self.number;
        if running.rooms.get(&self.tester).is_some_and(is_this) {
            running.rooms.remove(&self.tester);
        }
    }
}

/// Where this machine itself reaches a port that is bound there.
fn on_this_machine(bound: SocketAddr) -> SocketAddr {
    let ip = match bound.ip() {
        // `[::]` takes both.
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, bound.port())
}

#[cfg(test)]
mod tests;
