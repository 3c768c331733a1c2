//! Ways to the engine other than a plain datagram from one address: a router that gives another
//! port in the middle of a call, TCP where UDP is blocked, and strangers who speak something else.

use super::{
    House, INTERPRETER, LOOPBACK, MediaClient, MediaClientConfig, PATIENCE, ROOM, VISITOR, join,
    media_goes_on, standing_of,
};
use crate::sfu::{Sfu, SfuEvent};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// What stands between a client and the engine: it takes the client's datagrams at an address of
/// its own and brings them on, by a socket that can be replaced.
struct Router {
    address: SocketAddr,
    rebind: mpsc::Sender<()>,
    task: JoinHandle<()>,
}

impl Drop for Router {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Router {
    /// Brings datagrams on to the engine's UDP port.
    async fn over_udp(engine: SocketAddr) -> Self {
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
                        outside.send_to(&from_client[..length], engine).await.unwrap();
                    }
                    Ok((length, _)) = outside.recv_from(&mut from_engine) => {
                        if let Some(client) = client {
                            inside.send_to(&from_engine[..length], client).await.unwrap();
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
    async fn over_tcp(door: SocketAddr) -> Self {
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
async fn join_through(house: &House, router: &Router) -> MediaClient {
    let (client, offer) = MediaClient::with(MediaClientConfig::default())
        .await
        .unwrap();
    let answer = house
        .sfu
        .join(ROOM, VISITOR, standing_of(VISITOR), offer)
        .await
        .unwrap();
    let engine = format!(" {} typ host", house.sfu.local_addr().port());
    let routed = format!(" {} typ host", router.address.port());
    assert!(answer.contains(&engine), "{answer}");
    client
        .accept_answer(answer.replace(&engine, &routed))
        .await
        .unwrap();
    client
}

/// Lets connections in at a TCP port, as the gateway's door does.
async fn door(sfu: &Sfu) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind((LOOPBACK, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let sfu = sfu.clone();
    let task = tokio::spawn(async move {
        loop {
            let (stream, from) = listener.accept().await.unwrap();
            let (sfu, stream) = (sfu.clone(), stream.into_std().unwrap());
            tokio::spawn(async move { sfu.carry(stream, from).await });
        }
    });
    (address, task)
}

/// A router that loses its mapping costs a gap, never the call.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_goes_on_when_a_router_gives_the_client_another_port() {
    let mut house = House::start();
    let router = Router::over_udp(house.sfu.local_addr()).await;
    let visitor = join_through(&house, &router).await;
    let interpreter = join(&house.sfu, ROOM, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    for _ in 0..2 {
        router.rebind.send(()).await.unwrap();
        assert!(media_goes_on(&interpreter, 30).await, "the visitor is seen");
        assert!(media_goes_on(&visitor, 30).await, "the visitor sees");
    }
    let lost = SfuEvent::Failed {
        room: ROOM,
        participant: VISITOR,
    };
    assert_eq!(house.count(lost), 0);
    assert_eq!(house.sfu.stats().await.counters.joins, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn media_flows_over_tcp_both_ways_and_the_connection_ends_with_the_call() {
    let mut house = House::start_with_tcp();
    let (address, accepting) = door(&house.sfu).await;
    let router = Router::over_tcp(address).await;
    let visitor = join_through(&house, &router).await;
    let interpreter = join(&house.sfu, ROOM, INTERPRETER).await;
    house.wait_for(SfuEvent::MediaUp { room: ROOM }).await;
    assert!(media_goes_on(&interpreter, 30).await, "the visitor is seen");
    assert!(media_goes_on(&visitor, 30).await, "the visitor sees");
    assert_eq!(house.sfu.stats().await.streams, 1);
    drop(router);
    house.wait_for_stats(|stats| stats.streams == 0).await;
    accepting.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_speaks_something_else_is_closed_and_nobody_is_disturbed() {
    let mut house = House::start_with_tcp();
    let (address, accepting) = door(&house.sfu).await;
    let (visitor, _interpreter) = super::call(&mut house).await;
    for said in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0xff; 4096]] {
        let mut stranger = TcpStream::connect(address).await.unwrap();
        stranger.write_all(said).await.unwrap();
        let end = timeout(PATIENCE, stranger.read(&mut [0; 64]))
            .await
            .unwrap();
        assert!(
            matches!(end, Ok(0) | Err(_)),
            "nothing is said to strangers"
        );
    }
    assert!(media_goes_on(&visitor, 15).await);
    house.wait_for_stats(|stats| stats.streams == 0).await;
    accepting.abort();
}
