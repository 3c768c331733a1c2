//! What stands between a client and the engine in tests: a router that changes its port, carries
//! datagrams over TCP, loses them or tampers with them.

use super::{House, LOOPBACK, MediaClient, MediaClientConfig, ROOM, RoomId, VISITOR, token};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// What stands between a client and the engine: it takes the client's datagrams at an address of
/// its own and brings them on, by a socket that can be replaced.
pub(super) struct Router {
    pub(super) address: SocketAddr,
    pub(super) rebind: mpsc::Sender<()>,
    task: JoinHandle<()>,
}

/// What becomes of a datagram on its way.
type Tamper = Box<dyn FnMut(&[u8]) -> Vec<Vec<u8>> + Send>;

fn faithful() -> Tamper {
    Box::new(|datagram| vec![datagram.to_vec()])
}

/// Loses the first ServerHellos (RFC 6347 §4.2.2: handshake type 2) with what follows them in the
/// same datagram.
fn without_server_hellos(mut count: u32) -> Tamper {
    Box::new(move |datagram| {
        let is_server_hello = datagram[0] == 22 && datagram.get(13) == Some(&2);
        if is_server_hello && count > 0 {
            count -= 1;
            return vec![];
        }
        vec![datagram.to_vec()]
    })
}

/// How a client's hellos come in pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pieces {
    InOrder,
    Reversed,
    /// The first time that each hello is sent, its second piece does not come.
    OneLost,
}

/// A record of DTLS with its header, and a message's header in it (RFC 6347 §4.1, §4.2.2).
const RECORD: usize = 13;
const MESSAGE: usize = 12;

/// Cuts every whole ClientHello into fragments (RFC 6347 §4.2.3), each in a datagram.
pub(super) fn hellos_in(pieces: Pieces) -> impl FnMut(&[u8]) -> Vec<Vec<u8>> {
    let mut seen = Vec::new();
    move |datagram| {
        let is_hello = datagram[0] == 22 && datagram[3..5] == [0, 0] && datagram[RECORD] == 1;
        if !is_hello {
            return vec![datagram.to_vec()];
        }
        let (head, body) = datagram.split_at(RECORD + MESSAGE);
        let mut offset = 0;
        let fragment = |part: &[u8]| {
            let number = |number: usize| [0, (number >> 8) as u8, number as u8];
            let mut record = head[..RECORD + 6].to_vec();
            record[RECORD - 2..RECORD]
                .copy_from_slice(&((MESSAGE + part.len()) as u16).to_be_bytes());
            record.extend([number(offset), number(part.len())].concat());
            record.extend(part);
            offset += part.len();
            record
        };
        let mut fragments: Vec<_> = body.chunks(body.len().div_ceil(3)).map(fragment).collect();
        let hello = head[RECORD + 4..RECORD + 6].to_vec();
        match pieces {
            Pieces::InOrder => {}
            Pieces::Reversed => fragments.reverse(),
            Pieces::OneLost if seen.contains(&hello) => {}
            Pieces::OneLost => {
                seen.push(hello);
                fragments.remove(1);
            }
        }
        fragments
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Router {
    /// Brings datagrams on to the engine's UDP port.
    pub(super) async fn over_udp(engine: SocketAddr) -> Self {
        Self::between(engine, faithful(), faithful()).await
    }

    /// Brings to the engine's UDP port what `tamper` makes of each of the client's datagrams.
    pub(super) async fn tampering(
        engine: SocketAddr,
        tamper: impl FnMut(&[u8]) -> Vec<Vec<u8>> + Send + 'static,
    ) -> Self {
        Self::between(engine, Box::new(tamper), faithful()).await
    }

    /// Loses the engine's first answers to the client's handshake.
    pub(super) async fn losing_server_hellos(engine: SocketAddr, count: u32) -> Self {
        Self::between(engine, faithful(), without_server_hellos(count)).await
    }

    /// Brings datagrams on to the engine's UDP port, both ways, while `works`.
    pub(super) async fn while_it_works(engine: SocketAddr, works: Arc<AtomicBool>) -> Self {
        let switched = |works: Arc<AtomicBool>| -> Tamper {
            Box::new(move |datagram| {
                let passes = works.load(Ordering::Relaxed);
                passes.then(|| datagram.to_vec()).into_iter().collect()
            })
        };
        Self::between(engine, switched(works.clone()), switched(works)).await
    }

    async fn between(engine: SocketAddr, mut up: Tamper, mut down: Tamper) -> Self {
        let inside = UdpSocket::bind((LOOPBACK, 0)).await.unwrap();
        let address = inside.local_addr().unwrap();
        let (rebind, mut asked) = mpsc::channel(1);
        let task = tokio::spawn(async move {
            let mut client = None;
            let (mut from_client, mut from_engine) = ([0; 2048], [0; 2048]);
            let mut outside = UdpSocket::bind((LOOPBACK, 0)).await.unwrap();
            loop {
                tokio::select! {
                    Some(()) = asked.recv() => {
                        outside = UdpSocket::bind((LOOPBACK, 0)).await.unwrap();
                    }
                    Ok((length, from)) = inside.recv_from(&mut from_client) => {
                        client = Some(from);
                        for datagram in up(&from_client[..length]) {
                            outside.send_to(&datagram, engine).await.unwrap();
                        }
                    }
                    Ok((length, _)) = outside.recv_from(&mut from_engine) => {
                        if let Some(client) = client {
                            for datagram in down(&from_engine[..length]) {
                                inside.send_to(&datagram, client).await.unwrap();
                            }
                        }
                    }
                }
            }
        });
        Self {
            address,
            rebind,
            task,
        }
    }

    /// Brings datagrams on over one TCP connection.
    pub(super) async fn over_tcp(door: SocketAddr) -> Self {
        let inside = UdpSocket::bind((LOOPBACK, 0)).await.unwrap();
        let address = inside.local_addr().unwrap();
        let (rebind, _) = mpsc::channel(1);
        let task = tokio::spawn(async move {
            let (mut from_engine, mut to_engine) =
                TcpStream::connect(door).await.unwrap().into_split();
            let mut datagram = [0; 2048];
            let (mut length, client) = inside.recv_from(&mut datagram).await.unwrap();
            inside.connect(client).await.unwrap();
            let inside = std::sync::Arc::new(inside);
            let back = std::sync::Arc::clone(&inside);
            let read = async move {
                let mut datagram = [0; 2048];
                while let Ok(length) = from_engine.read_u16().await {
                    let whole = &mut datagram[..usize::from(length)];
                    from_engine.read_exact(whole).await.unwrap();
                    back.send(whole).await.unwrap();
                }
            };
            let write = async move {
                loop {
                    let framed = [&(length as u16).to_be_bytes()[..], &datagram[..length]].concat();
                    if to_engine.write_all(&framed).await.is_err() {
                        return;
                    }
                    length = inside.recv(&mut datagram).await.unwrap();
                }
            };
            tokio::join!(read, write);
        });
        Self {
            address,
            rebind,
            task,
        }
    }
}

/// A client that knows the engine by the router's address only.
pub(super) async fn join_through(house: &House, router: &Router) -> MediaClient {
    join_room_through(house, ROOM, router).await
}

/// The same in another room.
pub(super) async fn join_room_through(house: &House, room: RoomId, router: &Router) -> MediaClient {
    join_through_with(house, room, router, MediaClientConfig::default()).await
}

/// The same of a client of a certain make.
pub(super) async fn join_through_with(
    house: &House,
    room: RoomId,
    router: &Router,
    config: MediaClientConfig,
) -> MediaClient {
    let (client, offer) = MediaClient::with(config).await.unwrap();
    let answer = house.sfu.join(token(room, VISITOR), offer).await.unwrap();
    let engine = format!(" {} typ host", house.sfu.local_addr().port());
    let routed = format!(" {} typ host", router.address.port());
    assert!(answer.contains(&engine), "{answer}");
    client
        .accept_answer(answer.replace(&engine, &routed))
        .await
        .unwrap();
    client
}
