//! The door: how many connections are open at once, in all and from one address, before anything is
//! read from them; and the end of one that takes nothing of what is sent to it. Whoever has sent no
//! whole request within seconds is cut off by the acceptor (TLS) and the server (request heads).
//! Media over TCP comes by the same port, which no firewall closes, and is told by its first byte.

use super::files;
use crate::clock::Clock;
use crate::config::{Config, TlsMode};
use crate::http::Proxies;
use crate::sfu::Sfu;
use axum_server::accept::Accept;
use dashmap::DashMap;
use passerelle_signaling::time::{Millis, Timestamp};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep, timeout};

/// Connections at once: the 12,000 WebSockets of `ws`, and a third as many that fetch a page.
const CONNECTIONS_MAX: u32 = 16_000;

/// A client must take something of what is sent to it within this time: longer than any gap of a
/// Wi-Fi that is still good for a page.
const STALL_MAX: Duration = Duration::from_secs(30);

/// Whoever connects speaks first, and at once.
const FIRST_BYTE_MAX: Duration = Duration::from_secs(10);

/// Refusals are said in the log so often at most.
const SAID_EVERY: Millis = Millis::from_secs(60);

/// How many connections may be open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// In all.
    all: u32,
    /// From one address; `None` behind a proxy, from whose one address everybody comes.
    per_address: Option<u32>,
}

impl Limits {
    /// Those of this configuration, in this process.
    pub(super) fn of(config: &Config) -> Self {
        let is_behind_proxy = config.tls.mode == TlsMode::Off;
        let per_address = (!is_behind_proxy).then_some(config.listen.connections_per_address);
        let files = files::raise_limit();
        let threads = config.media.threads.get();
        Self::new(files - files_of_media(files, threads), per_address)
    }

    /// At most so many, however many files the process may open: some are needed for the database,
    /// media and the log.
    fn new(files: u64, per_address: Option<u32>) -> Self {
        const FILES_KEPT: u64 = 256;
        let room = u32::try_from(files.saturating_sub(FILES_KEPT)).unwrap_or(u32::MAX);
        let all = room.clamp(1, CONNECTIONS_MAX);
        if room >= CONNECTIONS_MAX {
            return Self { all, per_address };
        }
        tracing::warn!(
            connections = all,
            files,
            "the system lets this process open few files, so few connections are taken, and a \
             quarter of them from one address: raise LimitNOFILE (systemd) or `ulimit -n` to 20000"
        );
        // Configured with all places in mind; of these few, no address takes those of the others.
        let share = (all / 4).max(1);
        let per_address = per_address.map(|configured| configured.min(share));
        Self { all, per_address }
    }
}

/// Files kept for the sockets that single clients have where several threads carry media: of
/// whoever is in a call at 500 calls of six, or a quarter of few.
fn files_of_media(files: u64, threads: usize) -> u64 {
    const CLIENTS_MAX: u64 = 3_000;
    if threads > 1 {
        (files / 4).min(CLIENTS_MAX)
    } else {
        0
    }
}

/// The first byte of a datagram's length in front of it (RFC 4571 §2): below 256 bytes, as every
/// first STUN message is. Neither TLS nor HTTP begins with it.
const FRAMED_MEDIA: u8 = 0;

/// Counts whoever comes in and goes out.
#[derive(Clone)]
pub(super) struct Door {
    open: Arc<Open>,
    media: Sfu,
}

/// The door in front of another acceptor.
#[derive(Clone)]
pub(super) struct DoorBefore<A> {
    door: Door,
    inner: A,
}

struct Open {
    limits: Limits,
    /// From whose addresses many come.
    proxies: Proxies,
    clock: Clock,
    all: AtomicU32,
    by_address: DashMap<IpAddr, u32>,
    refused: AtomicU64,
    said_at: AtomicU64,
}

impl Door {
    /// With the limits of this configuration; media over TCP goes to the engine.
    pub(super) fn of(config: &Config, media: Sfu, clock: Clock) -> Self {
        let proxies = Proxies::of(&config.listen);
        Self {
            open: Open::new(Limits::of(config), proxies, clock),
            media,
        }
    }

    /// In front of another acceptor.
    pub(super) fn before<A>(self, inner: A) -> DoorBefore<A> {
        DoorBefore { door: self, inner }
    }
}

impl<A, S> Accept<TcpStream, S> for DoorBefore<A>
where
    A: Accept<TcpStream, S> + Clone + Send + 'static,
    A::Stream: Send,
    A::Service: Send,
    A::Future: Send,
    S: Send + 'static,
{
    type Stream = Admitted<A::Stream>;
    type Service = A::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, A::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let admitted = stream
            .peer_addr()
            .and_then(|peer| Ok((peer, Place::take(&self.door.open, peer.ip())?)));
        let (inner, media) = (self.inner.clone(), self.door.media.clone());
        Box::pin(async move {
            let (peer, place) = admitted?;
            // The server's own timer runs from the first byte of a request only; over TLS the
            // acceptor waits for that one too.
            let mut first = [0];
            let read = timeout(FIRST_BYTE_MAX, stream.peek(&mut first)).await??;
            if read > 0 && first[0] == FRAMED_MEDIA {
                stream.set_nodelay(true)?;
                media.carry(stream.into_std()?, peer).await;
                return Err(io::Error::other("carried media, and has ended"));
            }
            let (stream, service) = inner.accept(stream, service).await?;
            let stream = Admitted {
                stream,
                patience: STALL_MAX,
                stall: None,
                _place: place,
            };
            Ok((stream, service))
        })
    }
}

/// The place of one connection, given back when dropped.
struct Place {
    open: Arc<Open>,
    address: IpAddr,
}

impl Place {
    fn take(open: &Arc<Open>, address: IpAddr) -> io::Result<Self> {
        let before = open.all.fetch_add(1, Ordering::Relaxed);
        *open.by_address.entry(address).or_insert(0) += 1;
        // From here on `drop` gives back what has been counted.
        let place = Self {
            open: Arc::clone(open),
            address,
        };
        let from_there = open.by_address.get(&address).map_or(1, |count| *count);
        let share = open.limits.per_address;
        let share = share.filter(|_| !open.proxies.are_at(address));
        let crowded = share.is_some_and(|max| from_there > max);
        if before >= open.limits.all || crowded {
            open.say(crowded);
            return Err(io::Error::other("too many connections"));
        }
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.all.fetch_sub(1, Ordering::Relaxed);
        if let Some(mut count) = self.open.by_address.get_mut(&self.address) {
            *count -= 1;
        }
        let nobody = |_: &IpAddr, count: &u32| *count == 0;
        self.open.by_address.remove_if(&self.address, nobody);
    }
}

impl Open {
    fn new(limits: Limits, proxies: Proxies, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            limits,
            proxies,
            clock,
            all: AtomicU32::new(0),
            by_address: DashMap::new(),
            refused: AtomicU64::new(0),
            said_at: AtomicU64::new(0),
        })
    }

    /// Without the address: who connects is nobody's business, and `ss -t` shows it now.
    fn say(&self, crowded: bool) {
        let refused = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
        let now = self.clock.now();
        let said_at = self.said_at.load(Ordering::Relaxed);
        if now < Timestamp(said_at) + SAID_EVERY {
            return;
        }
        // Of two at once, one says it.
        let ours =
            self.said_at
                .compare_exchange(said_at, now.0, Ordering::Relaxed, Ordering::Relaxed);
        if ours.is_err() {
            return;
        }
        let Limits { all, per_address } = self.limits;
        if crowded {
            tracing::warn!(
                refused,
                per_address,
                "connections from one address are turned away: an attack, or many people behind \
                 one address; then raise listen.connections_per_address"
            );
        } else {
            tracing::warn!(
                refused,
                all,
                "connections are turned away: as many are open as this gateway takes"
            );
        }
    }
}

/// The stream of a connection that has a place.
pub(super) struct Admitted<S> {
    stream: S,
    /// For how long the client may take nothing.
    patience: Duration,
    /// Runs while it takes nothing.
    stall: Option<Pin<Box<Sleep>>>,
    _place: Place,
}

impl<S> Admitted<S> {
    /// Passes on what came of writing, and ends what has stalled for too long.
    fn watched<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stall = None;
            return written;
        }
        let patience = self.patience;
        let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stall.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Admitted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Admitted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watched(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.watched(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.watched(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.watched(cx, shut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ListenSection, Sentence};

    const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 3));
    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const AWAY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn open(all: u32, per_address: Option<u32>) -> Arc<Open> {
        let (clock, _) = Clock::manual(Timestamp(0));
        let listen = ListenSection {
            trusted_proxies: vec![Sentence::new(PROXY.to_string())],
            ..ListenSection::default()
        };
        Open::new(Limits { all, per_address }, Proxies::of(&listen), clock)
    }

    #[test]
    fn one_address_has_its_share_and_a_place_given_back_is_free_again() {
        let open = open(10, Some(2));
        let first = Place::take(&open, HOME).unwrap();
        let _second = Place::take(&open, HOME).unwrap();
        assert!(Place::take(&open, HOME).is_err());
        assert!(Place::take(&open, AWAY).is_ok(), "others come in");
        drop(first);
        assert!(Place::take(&open, HOME).is_ok());
        assert_eq!(open.by_address.len(), 1, "who has gone is forgotten");
    }

    #[test]
    fn a_trusted_proxy_has_no_share_of_its_own() {
        let open = open(10, Some(2));
        let places: Vec<_> = (0..5).map(|_| Place::take(&open, PROXY)).collect();
        assert!(places.iter().all(Result::is_ok));
    }

    #[test]
    fn behind_a_proxy_only_the_sum_counts() {
        let open = open(3, None);
        let places: Vec<_> = (0..5).map(|_| Place::take(&open, HOME)).collect();
        assert_eq!(places.iter().filter(|place| place.is_ok()).count(), 3);
        drop(places);
        assert_eq!(open.all.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_connection_that_takes_nothing_is_ended_and_one_that_reads_is_not() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let open = open(10, None);
        let admitted = |stream| Admitted {
            stream,
            patience: Duration::from_millis(50),
            stall: None,
            _place: Place::take(&open, HOME).unwrap(),
        };
        let (ours, mut theirs) = tokio::io::duplex(4);
        let mut ours = admitted(ours);
        let reading = tokio::spawn(async move {
            let mut read = [0; 1000];
            theirs.read_exact(&mut read).await.map(|_| theirs)
        });
        ours.write_all(&[7; 1000]).await.unwrap();
        let theirs = reading.await.unwrap().unwrap();
        let stuck = ours.write_all(&[7; 1000]).await.unwrap_err();
        assert_eq!(stuck.kind(), io::ErrorKind::TimedOut);
        drop((ours, theirs));
        assert_eq!(open.all.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn few_files_mean_few_connections() {
        assert_eq!(Limits::new(1024, None).all, 768);
        assert_eq!(Limits::new(10, None).all, 1);
        assert_eq!(Limits::new(u64::MAX, None).all, CONNECTIONS_MAX);
    }

    #[test]
    fn several_media_threads_have_files_for_their_clients_and_leave_enough() {
        assert_eq!(files_of_media(1024, 1), 0);
        assert_eq!(files_of_media(1024, 2), 256);
        assert_eq!(
            Limits::new(20_000 - files_of_media(20_000, 2), None).all,
            CONNECTIONS_MAX
        );
    }

    #[test]
    fn of_few_connections_one_address_takes_a_quarter_and_of_many_what_is_configured() {
        let per_address = |files, configured| Limits::new(files, Some(configured)).per_address;
        assert_eq!(per_address(1024, 4000), Some(192));
        assert_eq!(per_address(1024, 40), Some(40));
        assert_eq!(per_address(10, 4000), Some(1));
        assert_eq!(per_address(u64::MAX, 8000), Some(8000));
    }
}
