//! Tells an interceptor of an outgoing stream only when its first packet leaves. rtc 0.21.1 keeps
//! the packets for repair in a table made with the stream, and most receive-only sections of a
//! call never carry anything.

use rtc::interceptor::{Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::sansio::Protocol;
use rtc::shared::error::Error;
use std::time::Instant;

/// An interceptor that learns of each outgoing stream with that stream's first packet.
pub(super) struct Lazy<I> {
    inner: I,
    /// Streams negotiated that have carried nothing yet; as many as sections were answered.
    idle: Vec<StreamInfo>,
}

impl<I> Lazy<I> {
    /// Wraps an interceptor.
    pub(super) fn new(inner: I) -> Self {
        let idle = Vec::new();
        Self { inner, idle }
    }
}

impl<I: Interceptor> Protocol<TaggedPacket, TaggedPacket, ()> for Lazy<I> {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, message: TaggedPacket) -> Result<(), Error> {
        self.inner.handle_read(message)
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.inner.poll_read()
    }

    fn handle_write(&mut self, message: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtp(packet) = &message.message.packet
            && let Some(first) = (self.idle.iter()).position(|s| s.ssrc == packet.header.ssrc)
        {
            let stream = self.idle.swap_remove(first);
            self.inner.bind_local_stream(&stream);
        }
        self.inner.handle_write(message)
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.inner.poll_write()
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), Error> {
        self.inner.handle_timeout(now)
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.inner.poll_timeout()
    }
}

impl<I: Interceptor> Interceptor for Lazy<I> {
    fn bind_local_stream(&mut self, info: &StreamInfo) {
        self.idle.retain(|stream| stream.ssrc != info.ssrc);
        self.idle.push(info.clone());
    }

    fn unbind_local_stream(&mut self, info: &StreamInfo) {
        self.idle.retain(|stream| stream.ssrc != info.ssrc);
        self.inner.unbind_local_stream(info);
    }

    fn bind_remote_stream(&mut self, info: &StreamInfo) {
        self.inner.bind_remote_stream(info);
    }

    fn unbind_remote_stream(&mut self, info: &StreamInfo) {
        self.inner.unbind_remote_stream(info);
    }
}
