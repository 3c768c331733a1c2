//! Datagrams of a client on this machine, carried another way than by UDP: in a TCP connection
//! (RFC 4571), or by a relay (`turn`). The client takes the bridge for the server, whose checks
//! go through it end to end; so a client that speaks UDP alone tries every way there is.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A connection opens by then, or never.
pub(super) const REACH_MAX: Duration = Duration::from_secs(5);

/// The longest datagram of a client.
pub(super) const DATAGRAM_BYTES: usize = 2048;

/// A frame's length has 16 bits (RFC 4571 §2).
const FRAME_BYTES_MAX: usize = u16::MAX as usize;

/// It ends when it is dropped.
pub struct Bridge {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Bridge {
    /// Over a TCP connection to a candidate of a server.
    ///
    /// # Errors
    /// When nobody takes the connection.
    pub async fn over_tcp(to: SocketAddr) -> io::Result<Self> {
        let stream = timeout(REACH_MAX, TcpStream::connect(to)).await??;
        stream.set_nodelay(true)?;
        Self::begin(move |socket| framed(stream, socket)).await
    }

    /// A bridge that is carried so, with the near end's socket, until that fails.
    pub(super) async fn begin<C, F>(carry: C) -> io::Result<Self>
    where
        C: FnOnce(UdpSocket) -> F + Send + 'static,
        F: Future<Output = io::Result<()>> + Send,
    {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        let task = tokio::spawn(async move {
            if let Err(error) = carry(socket).await {
                tracing::debug!(%error, "a bridge has ended");
            }
        });
        Ok(Self { address, task })
    }

    /// Where the client sends.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers go to whoever has sent first.
pub(super) async fn await_client(socket: &UdpSocket) -> io::Result<()> {
    let (_, client) = socket.peek_from(&mut [0]).await?;
    socket.connect(client).await
}

async fn framed(stream: TcpStream, socket: UdpSocket) -> io::Result<()> {
    await_client(&socket).await?;
    let (mut from, mut to) = stream.into_split();
    let out = async {
        let mut datagram = [0; DATAGRAM_BYTES];
        loop {
            let length = socket.recv(&mut datagram).await?;
            to.write_u16(length as u16).await?;
            to.write_all(&datagram[..length]).await?;
        }
    };
    let back = async {
        let mut frame = vec![0; FRAME_BYTES_MAX];
        loop {
            let length = usize::from(from.read_u16().await?);
            from.read_exact(&mut frame[..length]).await?;
            socket.send(&frame[..length]).await?;
        }
    };
    tokio::select! { ended = out => ended, ended = back => ended }
}
