//! A relay (TURN, RFC 8656) as a way to a server, by UDP, TCP or TLS as its address says: an
//! allocation with real credentials, a permission for the server, and the client's datagrams in it.

use super::bridge::{Bridge, DATAGRAM_BYTES, REACH_MAX, await_client};
use crate::clock::monotonic;
use crate::tls::{TlsError, authorities, believing};
use bytes::BytesMut;
use passerelle_signaling::protocol::RelayServer;
use rtc::crypto::default_provider;
use rtc::sansio::Protocol;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use rtc::turn::client::{Client, ClientConfig, Event};
use rustls::pki_types::ServerName;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, WriteHalf};
use tokio::net::{TcpStream, UdpSocket, lookup_host};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{timeout, timeout_at};
use tokio_rustls::TlsConnector;

/// Messages of the relay that wait to be read: 100 ms of a picture.
const WAITING_MAX: usize = 64;

/// Why a relay is no way.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// Its address is none that is known here.
    #[error("`{0}` is no address of a relay")]
    Address(String),
    /// Nobody answers there.
    #[error("nobody answers: {0}")]
    Unreachable(#[from] io::Error),
    /// TLS cannot be set up on this machine.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// It gives no address to whoever has these credentials.
    #[error("it refuses: {0}")]
    Refused(String),
}

/// How a relay is reached, by its address (RFC 7065).
#[derive(Debug, PartialEq, Eq)]
struct Place {
    host: String,
    port: u16,
    carrier: Carrier,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carrier {
    Udp,
    Tcp,
    Tls,
}

impl Place {
    fn read(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once(':')?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let by_tcp = query == "transport=tcp";
        let carrier = match (scheme, by_tcp) {
            ("turn", false) => Carrier::Udp,
            ("turn", true) => Carrier::Tcp,
            // DTLS is spoken by no browser (libwebrtc knows `turns` by TCP alone).
            ("turns", _) => Carrier::Tls,
            _ => return None,
        };
        let usual = if carrier == Carrier::Tls { 5349 } else { 3478 };
        let is_bare_ipv6 = place.ends_with(']');
        let (host, port) = match place.rsplit_once(':').filter(|_| !is_bare_ipv6) {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (place, usual),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        Some(Self {
            host: host.to_owned(),
            port,
            carrier,
        })
    }
}

/// A way to `peer` through the relay at `url`, one of those that `server` names.
///
/// # Errors
/// See [`RelayError`].
pub async fn over_relay(
    url: &str,
    server: &RelayServer,
    peer: SocketAddr,
) -> Result<Bridge, RelayError> {
    let place = Place::read(url).ok_or_else(|| RelayError::Address(url.to_owned()))?;
    let opened = timeout(REACH_MAX, Relay::connect(&place, server)).await;
    let mut relay = opened.map_err(io::Error::from)??;
    let allocated = timeout(REACH_MAX, relay.allocate(peer)).await;
    allocated.map_err(io::Error::from)??;
    Ok(Bridge::begin(move |socket| relay.carry(socket)).await?)
}

/// A connection to a relay, and what is allocated there.
struct Relay {
    client: Client,
    context: TransportContext,
    writer: Writer,
    frames: mpsc::Receiver<BytesMut>,
    reading: JoinHandle<()>,
    relayed: Option<SocketAddr>,
    peer: Option<SocketAddr>,
}

enum Writer {
    Datagrams(Arc<UdpSocket>),
    Stream(WriteHalf<Box<dyn Duplex>>),
}

trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

impl Drop for Relay {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Relay {
    async fn connect(place: &Place, server: &RelayServer) -> Result<Self, RelayError> {
        let host = (place.host.as_str(), place.port);
        let address = lookup_host(host).await?.next();
        let address = address.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let (sender, frames) = mpsc::channel(WAITING_MAX);
        let (local_addr, writer, reading) = if place.carrier == Carrier::Udp {
            let any: SocketAddr = match address {
                SocketAddr::V4(_) => ([0, 0, 0, 0], 0).into(),
                SocketAddr::V6(_) => ([0_u16; 8], 0).into(),
            };
            let socket = Arc::new(UdpSocket::bind(any).await?);
            socket.connect(address).await?;
            let reading = tokio::spawn(read_datagrams(Arc::clone(&socket), sender));
            (socket.local_addr()?, Writer::Datagrams(socket), reading)
        } else {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let local = stream.local_addr()?;
            let stream = encrypted(stream, place).await?;
            let (from, to) = tokio::io::split(stream);
            let reading = tokio::spawn(async move {
                // The end of the connection is the end of the frames.
                let _ = read_frames(from, sender).await;
            });
            (local, Writer::Stream(to), reading)
        };
        let transport_protocol = match writer {
            Writer::Datagrams(_) => TransportProtocol::UDP,
            Writer::Stream(_) => TransportProtocol::TCP,
        };
        let config = ClientConfig {
            turn_serv_addr: address.to_string(),
            local_addr,
            transport_protocol,
            username: server.username.clone(),
            password: server.credential.reveal().clone(),
            ..ClientConfig::default()
        };
        let crypto = default_provider().map_err(|error| refused(&error))?;
        Ok(Self {
            client: Client::new(config, crypto).map_err(|error| refused(&error))?,
            context: TransportContext {
                local_addr,
                peer_addr: address,
                transport_protocol,
                ecn: None,
            },
            writer,
            frames,
            reading,
            relayed: None,
            peer: None,
        })
    }

    /// Has an address there, by which this peer may be reached.
    async fn allocate(&mut self, peer: SocketAddr) -> Result<(), RelayError> {
        let begun = self.client.allocate(monotonic());
        begun.map_err(|error| refused(&error))?;
        loop {
            self.step().await?;
            while let Some(event) = self.client.poll_event() {
                match event {
                    Event::AllocateResponse(_, relayed) => {
                        self.relayed = Some(relayed);
                        let mut relay = self.client.relay(relayed).map_err(|it| refused(&it))?;
                        let asked = relay.create_permission(monotonic(), peer);
                        asked.map_err(|error| refused(&error))?;
                    }
                    Event::CreatePermissionResponse(_, permitted) if permitted == peer => {
                        self.peer = Some(peer);
                        return Ok(());
                    }
                    Event::AllocateError(_, error) | Event::CreatePermissionError(_, error) => {
                        return Err(refused(&error));
                    }
                    Event::TransactionTimeout(_) => {
                        return Err(io::Error::from(io::ErrorKind::TimedOut).into());
                    }
                    _ => {}
                }
            }
        }
    }

    /// Sends what is to be sent, and takes in what comes next.
    async fn step(&mut self) -> io::Result<()> {
        self.flush().await?;
        let due = self.client.poll_timeout();
        let frame = match due {
            Some(due) => timeout_at(due.into(), self.frames.recv()).await,
            None => Ok(self.frames.recv().await),
        };
        match frame {
            Ok(Some(frame)) => self.take(frame),
            Ok(None) => return Err(io::ErrorKind::ConnectionReset.into()),
            Err(_) => {
                let handled = self.client.handle_timeout(monotonic());
                handled.map_err(io::Error::other)?;
            }
        }
        self.flush().await
    }

    /// A message that cannot be read is dropped, as by every receiver.
    fn take(&mut self, frame: BytesMut) {
        let message = TaggedBytesMut {
            now: monotonic(),
            transport: self.context,
            message: frame,
        };
        if let Err(error) = self.client.handle_read(message) {
            tracing::debug!(%error, "a relay's message was not understood");
        }
    }

    async fn flush(&mut self) -> io::Result<()> {
        while let Some(out) = self.client.poll_write() {
            match &mut self.writer {
                Writer::Datagrams(socket) => drop(socket.send(&out.message).await?),
                Writer::Stream(stream) => {
                    stream.write_all(&out.message).await?;
                    stream.flush().await?;
                }
            }
        }
        Ok(())
    }

    /// Carries the client's datagrams to the peer and back.
    async fn carry(mut self, socket: UdpSocket) -> io::Result<()> {
        await_client(&socket).await?;
        let (Some(relayed), Some(peer)) = (self.relayed, self.peer) else {
            return Ok(());
        };
        let mut datagram = [0; DATAGRAM_BYTES];
        loop {
            // Refreshes come after minutes; a test is over in seconds.
            tokio::select! {
                length = socket.recv(&mut datagram) => {
                    let length = length?;
                    let mut relay = self.client.relay(relayed).map_err(io::Error::other)?;
                    let sent = relay.send_to(monotonic(), &datagram[..length], peer);
                    sent.map_err(io::Error::other)?;
                }
                frame = self.frames.recv() => {
                    self.take(frame.ok_or(io::ErrorKind::ConnectionReset)?);
                }
            }
            self.flush().await?;
            while let Some(event) = self.client.poll_event() {
                if let Event::DataIndicationOrChannelData(_, _, data) = event {
                    socket.send(&data).await?;
                }
            }
        }
    }
}

fn refused(error: &impl ToString) -> RelayError {
    RelayError::Refused(error.to_string())
}

async fn encrypted(stream: TcpStream, place: &Place) -> Result<Box<dyn Duplex>, RelayError> {
    if place.carrier != Carrier::Tls {
        return Ok(Box::new(stream));
    }
    let config = believing(authorities(None)?)?;
    let name = ServerName::try_from(place.host.clone()).map_err(io::Error::other)?;
    let connector = TlsConnector::from(Arc::new(config));
    Ok(Box::new(connector.connect(name, stream).await?))
}

async fn read_datagrams(socket: Arc<UdpSocket>, sender: mpsc::Sender<BytesMut>) {
    let mut datagram = [0; DATAGRAM_BYTES];
    while let Ok(length) = socket.recv(&mut datagram).await {
        if sender.send(datagram[..length].into()).await.is_err() {
            return;
        }
    }
}

/// Messages in a stream say how long they are (RFC 8656 §2.1, §12.5).
async fn read_frames(
    mut from: impl AsyncRead + Unpin,
    sender: mpsc::Sender<BytesMut>,
) -> io::Result<()> {
    loop {
        let mut head = [0; 4];
        from.read_exact(&mut head).await?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let is_stun = head[0] >> 6 == 0;
        let rest = if is_stun {
            16 + length
        } else {
            length.next_multiple_of(4)
        };
        let mut frame = BytesMut::zeroed(4 + rest);
        frame[..4].copy_from_slice(&head);
        from.read_exact(&mut frame[4..]).await?;
        if !is_stun {
            frame.truncate(4 + length);
        }
        if sender.send(frame).await.is_err() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relays_address_says_how_it_is_reached() {
        let of = |url| {
            let place = Place::read(url)?;
            Some((place.host, place.port, place.carrier))
        };
        let place = |host: &str, port, carrier| Some((host.to_owned(), port, carrier));
        assert_eq!(of("turn:a.example"), place("a.example", 3478, Carrier::Udp));
        let by_tcp = "turn:10.0.0.1:443?transport=tcp";
        assert_eq!(of(by_tcp), place("10.0.0.1", 443, Carrier::Tcp));
        assert_eq!(
            of("turns:[2001:db8::1]"),
            place("2001:db8::1", 5349, Carrier::Tls)
        );
        assert_eq!(
            of("turns:a:443?transport=tcp"),
            place("a", 443, Carrier::Tls)
        );
        assert_eq!(of("https:a"), None);
        assert_eq!(of("turn:a:many"), None);
    }
}
