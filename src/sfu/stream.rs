//! One TCP connection that carries datagrams, each behind its length (RFC 4571 §2, RFC 6544), for
//! networks that let no UDP through. What cannot be sent in time is dropped, as UDP would: a
//! picture that is late is worth nothing, and repair is asked for as on any path.

use super::limits::{DATAGRAM_BYTES, STREAM_BACKLOG_BYTES, STREAM_READ_BYTES, STREAM_URGENT_BYTES};
use std::io::{self, ErrorKind, Read, Write};

/// Bytes of the length in front of each datagram.
const LENGTH: usize = 2;

/// Media among the protocols of one port, by the first byte (RFC 7983 §7); the rest keeps the
/// connection itself alive.
const MEDIA: std::ops::RangeInclusive<u8> = 128..=191;

/// A connection with what has come but is no whole datagram yet, and what waits to be sent.
#[derive(Debug)]
pub(super) struct Stream<S> {
    pub(super) socket: S,
    inbound: Vec<u8>,
    outbound: Vec<u8>,
}

/// Why a connection is closed.
#[derive(Debug, thiserror::Error)]
pub(super) enum StreamError {
    /// The other side has closed it, or the network has.
    #[error("closed: {0}")]
    Closed(#[from] io::Error),
    /// A length that no datagram of ours has: this is another protocol.
    #[error("a frame of {0} bytes is no media")]
    FrameTooLong(usize),
}

impl<S: Read + Write> Stream<S> {
    /// A connection of which so much has been read.
    pub(super) fn new(socket: S, begun: Vec<u8>) -> Self {
        Self {
            socket,
            inbound: begun,
            outbound: Vec::new(),
        }
    }

    /// Reads what has come, up to a bound, and gives every whole datagram to `take`; true when
    /// there may be more.
    ///
    /// # Errors
    /// See [`StreamError`]; the connection is of no more use then.
    pub(super) fn read(
        &mut self,
        scratch: &mut [u8],
        mut take: impl FnMut(&[u8]),
    ) -> Result<bool, StreamError> {
        self.deframe(&mut take)?;
        let mut read = 0;
        while read < STREAM_READ_BYTES {
            match self.socket.read(scratch) {
                Ok(0) => return Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
                Ok(length) => {
                    read += length;
                    self.inbound.extend_from_slice(&scratch[..length]);
                    self.deframe(&mut take)?;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    /// Queues a datagram; false when it was dropped, because the connection takes no more.
    pub(super) fn queue(&mut self, datagram: &[u8]) -> bool {
        let is_media = datagram.first().is_some_and(|first| MEDIA.contains(first));
        let room = if is_media {
            STREAM_BACKLOG_BYTES
        } else {
            STREAM_URGENT_BYTES
        };
        let Ok(length) = u16::try_from(datagram.len()) else {
            return false;
        };
        if self.outbound.len() + LENGTH + datagram.len() > room {
            return false;
        }
        self.outbound.extend_from_slice(&length.to_be_bytes());
        self.outbound.extend_from_slice(datagram);
        true
    }

    /// Sends what the connection takes now.
    ///
    /// # Errors
    /// [`StreamError::Closed`].
    pub(super) fn flush(&mut self) -> Result<(), StreamError> {
        let mut sent = 0;
        let outcome = loop {
            if sent == self.outbound.len() {
                break Ok(());
            }
            match self.socket.write(&self.outbound[sent..]) {
                Ok(0) => break Err(io::Error::from(ErrorKind::WriteZero).into()),
                Ok(length) => sent += length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(error.into()),
            }
        };
        self.outbound.drain(..sent);
        outcome
    }

    fn deframe(&mut self, take: &mut impl FnMut(&[u8])) -> Result<(), StreamError> {
        let mut rest = self.inbound.as_slice();
        while let Some((length, frame)) = rest.split_first_chunk::<LENGTH>() {
            let length = usize::from(u16::from_be_bytes(*length));
            if length > DATAGRAM_BYTES {
                return Err(StreamError::FrameTooLong(length));
            }
            let Some((datagram, behind)) = frame.split_at_checked(length) else {
                break;
            };
            take(datagram);
            rest = behind;
        }
        let taken = self.inbound.len() - rest.len();
        self.inbound.drain(..taken);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A connection that gives and takes so many bytes at a time, and then no more for now.
    #[derive(Default)]
    struct Pipe {
        coming: Vec<u8>,
        at_a_time: usize,
        sent: Vec<u8>,
        takes: usize,
    }

    impl Read for Pipe {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = self.coming.len().min(self.at_a_time).min(into.len());
            if length == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            into[..length].copy_from_slice(&self.coming[..length]);
            self.coming.drain(..length);
            Ok(length)
        }
    }

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let length = bytes.len().min(self.takes);
            if length == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            self.takes -= length;
            self.sent.extend(&bytes[..length]);
            Ok(length)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn framed(datagrams: &[Vec<u8>]) -> Vec<u8> {
        let frame = |datagram: &Vec<u8>| {
            let length = (datagram.len() as u16).to_be_bytes();
            [&length[..], datagram].concat()
        };
        datagrams.iter().flat_map(frame).collect()
    }

    proptest! {
        #[test]
        fn datagrams_come_whole_and_in_order_however_the_stream_is_cut(
            datagrams in proptest::collection::vec(
                proptest::collection::vec(any::<u8>(), 0..DATAGRAM_BYTES), 0..20),
            at_a_time in 1_usize..5000,
            begun_bytes in 0_usize..5000,
        ) {
            let mut begun = framed(&datagrams);
            let coming = begun.split_off(begun_bytes.min(begun.len()));
            let pipe = Pipe { coming, at_a_time, ..Pipe::default() };
            let mut stream = Stream::new(pipe, begun);
            let (mut scratch, mut taken) = (vec![0; 1024], Vec::new());
            while stream.read(&mut scratch, |datagram| taken.push(datagram.to_vec())).unwrap() {}
            prop_assert_eq!(taken, datagrams);
            prop_assert!(stream.inbound.is_empty());
        }

        #[test]
        fn what_the_connection_takes_bit_by_bit_arrives_in_whole_datagrams(
            datagrams in proptest::collection::vec(
                proptest::collection::vec(any::<u8>(), 1..1200), 1..20),
            takes in 1_usize..900,
        ) {
            let mut stream = Stream::new(Pipe::default(), vec![]);
            prop_assert!(datagrams.iter().all(|datagram| stream.queue(datagram)));
            while !stream.outbound.is_empty() {
                stream.socket.takes = takes;
                stream.flush().unwrap();
            }
            prop_assert_eq!(&stream.socket.sent, &framed(&datagrams));
        }
    }

    #[test]
    fn a_slow_connection_drops_media_before_what_keeps_it_alive() {
        let mut stream = Stream::new(Pipe::default(), vec![]);
        let media = [0x80; 1200];
        while stream.queue(&media) {}
        assert!(stream.outbound.len() <= STREAM_BACKLOG_BYTES);
        assert!(stream.queue(&[0; 100]), "STUN still finds room");
        while stream.queue(&[0; 100]) {}
        assert!(stream.outbound.len() <= STREAM_URGENT_BYTES);
    }

    #[test]
    fn another_protocol_is_refused_before_its_bytes_are_kept() {
        let coming = b"GET / HTTP/1.1\r\n".to_vec();
        let pipe = Pipe {
            coming,
            at_a_time: 100,
            ..Pipe::default()
        };
        let mut stream = Stream::new(pipe, vec![]);
        let refused = stream.read(&mut [0; 1024], |_| {}).unwrap_err();
        assert!(matches!(refused, StreamError::FrameTooLong(_)));
    }
}
