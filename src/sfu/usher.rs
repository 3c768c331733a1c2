//! Shows a TCP connection to its shard, where there are several: its first datagram is a STUN
//! message with the user fragment of a peer (RFC 6544 §7.1), and the directory knows whose that is.

use super::directory::{Directory, ShardNumber};
use super::limits::{DATAGRAM_BYTES, STREAM_PROOF};
use super::stun;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Bytes of the length in front of each datagram (RFC 4571 §2).
const LENGTH: usize = 2;

/// The connection, what was read from it, and the shard it is for. Whatever names no peer is for
/// the first, which is as good as any at closing it.
///
/// # Errors
/// Those of the system; [`io::ErrorKind::TimedOut`] for one that says nothing in time.
pub(super) async fn receive(
    socket: std::net::TcpStream,
    directory: &Directory,
) -> io::Result<(std::net::TcpStream, Vec<u8>, ShardNumber)> {
    let mut socket = TcpStream::from_std(socket)?;
    let begun = timeout(STREAM_PROOF, first_datagram(&mut socket)).await??;
    let shard = shard_of(&begun, directory);
    Ok((socket.into_std()?, begun, shard))
}

/// The shard that a connection is for which begins so.
pub(super) fn shard_of(begun: &[u8], directory: &Directory) -> ShardNumber {
    let ufrag = begun.get(LENGTH..).and_then(stun::local_ufrag);
    let shard = ufrag.and_then(|ufrag| directory.of_ufrag(ufrag));
    shard.unwrap_or(ShardNumber(0))
}

/// The first datagram behind its length; the length alone, if no datagram of ours has it.
pub(super) async fn first_datagram(socket: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut length = [0; LENGTH];
    socket.read_exact(&mut length).await?;
    let mut begun = length.to_vec();
    let length = usize::from(u16::from_be_bytes(length));
    if length <= DATAGRAM_BYTES {
        begun.resize(LENGTH + length, 0);
        socket.read_exact(&mut begun[LENGTH..]).await?;
    }
    Ok(begun)
}
