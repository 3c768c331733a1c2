//! Places where a test lets the service of a peer panic, to show that the others go on. Of all this
//! nothing is left outside of tests.

/// Where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A datagram of it is taken.
    Receive,
    /// What its datagrams brought is collected.
    Collect,
    /// A timer of it fires.
    Timeout,
    /// What it sends is passed on.
    FanOut,
    /// It is sent a packet.
    Forward,
    /// Its datagrams leave.
    Transmit,
    /// What it has written is relayed.
    RelayText,
    /// Somebody is sent another layer of it.
    ChooseLayers,
    /// Its figures are read.
    ReadQuality,
}

/// A peer's.
#[derive(Debug, Default)]
pub(super) struct Sabotage {
    #[cfg(test)]
    pub(super) at: Option<Place>,
}

impl Sabotage {
    /// Panics if this is the place.
    #[cfg(test)]
    pub(super) fn strike(&self, place: Place) {
        assert_ne!(self.at, Some(place), "sabotaged by a test");
    }

    /// Nothing.
    #[cfg(not(test))]
    #[inline(always)]
    pub(super) const fn strike(&self, _: Place) {}
}
