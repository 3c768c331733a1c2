//! Which shard serves whom, for datagrams and connections that come to another shard first: the
//! system spreads clients over the sockets of one port without asking (SO_REUSEPORT). Written when
//! a peer or one of its paths comes or goes, read for what nobody at hand knows; never for a packet
//! that came where it belongs. With one shard there is none.

use dashmap::DashMap;
use std::net::SocketAddr;

/// A shard: its place among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ShardNumber(pub(super) usize);

/// Who has what. Both tables are bounded by the peers of all shards and their paths.
#[derive(Debug, Default)]
pub(super) struct Directory {
    by_ufrag: DashMap<String, ShardNumber>,
    by_address: DashMap<SocketAddr, ShardNumber>,
}

impl Directory {
    /// A peer with this user fragment is at this shard.
    pub(super) fn name(&self, ufrag: String, shard: ShardNumber) {
        self.by_ufrag.insert(ufrag, shard);
    }

    /// The peer with this user fragment is gone.
    pub(super) fn unname(&self, ufrag: &str) {
        self.by_ufrag.remove(ufrag);
    }

    /// This remote UDP address leads to a peer of this shard from now on.
    pub(super) fn lead(&self, address: SocketAddr, shard: ShardNumber) {
        self.by_address.insert(address, shard);
    }

    /// It no longer does. Where it leads to another shard by now, it goes on doing so.
    pub(super) fn forget(&self, address: SocketAddr, shard: ShardNumber) {
        self.by_address
            .remove_if(&address, |_, owner| *owner == shard);
    }

    /// Who has the peer of this user fragment.
    pub(super) fn of_ufrag(&self, ufrag: &str) -> Option<ShardNumber> {
        self.by_ufrag.get(ufrag).map(|shard| *shard)
    }

    /// Who has the peer to which this remote UDP address leads.
    pub(super) fn of_address(&self, address: SocketAddr) -> Option<ShardNumber> {
        self.by_address.get(&address).map(|shard| *shard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_has_moved_on_is_not_forgotten_by_whom_it_left() {
        let directory = Directory::default();
        let address = SocketAddr::from(([192, 0, 2, 7], 5000));
        let [before, after] = [ShardNumber(0), ShardNumber(1)];
        directory.lead(address, before);
        directory.lead(address, after);
        directory.forget(address, before);
        assert_eq!(directory.of_address(address), Some(after));
        directory.forget(address, after);
        assert_eq!(directory.of_address(address), None);
    }
}
