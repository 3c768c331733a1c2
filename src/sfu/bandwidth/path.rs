//! The path report: how the gauge, which lives inside the library's chain, tells its peer what it
//! found. It travels as a packet of the chain, the only way out of it without a lock, and never on
//! the wire.

use super::estimator::PathState;
use rtc::rtcp::Packet;
use rtc::rtcp::header::Header;
use rtc::shared::error::Error;
use rtc::shared::marshal::{Marshal, MarshalSize, Unmarshal};
use std::any::Any;
use std::fmt;

/// What a path carries.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PathReport {
    pub(super) state: PathState,
    /// A stream of ours, by which the library finds who is to have the report.
    pub(super) about: u32,
}

/// The newest path report among packets that came out of the chain.
pub(crate) fn path_state(packets: &[Box<dyn Packet>]) -> Option<PathState> {
    let reports = packets.iter().rev();
    let report = reports.filter_map(|packet| packet.as_any().downcast_ref::<PathReport>());
    report.map(|report| report.state).next()
}

impl Packet for PathReport {
    fn header(&self) -> Header {
        Header::default()
    }

    fn destination_ssrc(&self) -> Vec<u32> {
        vec![self.about]
    }

    fn raw_size(&self) -> usize {
        0
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equal(&self, other: &dyn Packet) -> bool {
        other.as_any().downcast_ref::<Self>() == Some(self)
    }

    fn cloned(&self) -> Box<dyn Packet> {
        Box::new(self.clone())
    }
}

impl fmt::Display for PathReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "path report: {:?}", self.state)
    }
}

impl MarshalSize for PathReport {
    fn marshal_size(&self) -> usize {
        0
    }
}

impl Marshal for PathReport {
    fn marshal_to(&self, _: &mut [u8]) -> Result<usize, Error> {
        Ok(0)
    }
}

impl Unmarshal for PathReport {
    fn unmarshal<B>(_: &mut B) -> Result<Self, Error>
    where
        Self: Sized,
        B: bytes::Buf,
    {
        Err(Error::Other("a path report is never on the wire".into()))
    }
}
