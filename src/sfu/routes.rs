//! To which peer of a shard a datagram goes: by its address, or by the user fragment of a STUN
//! message; and to which other shard, when it is for nobody here. Without I/O.

use super::directory::{Directory, ShardNumber};
use super::ids::PeerKey;
use super::path::{Path, Transport};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

/// Whom a datagram is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receipt {
    /// A peer of this shard, which has taken it.
    Taken,
    /// A peer of another; nothing was done with it here.
    Elsewhere(ShardNumber),
    /// Nobody.
    Unknown,
    /// A peer that it names without knowing its password; it leads nowhere.
    Forged,
}

/// The tables of one shard.
#[derive(Debug, Default)]
pub(super) struct Routes {
    by_path: HashMap<Path, PeerKey>,
    by_ufrag: HashMap<String, PeerKey>,
    among: Option<Among>,
}

/// What a shard knows of the others.
#[derive(Debug)]
struct Among {
    number: ShardNumber,
    directory: Arc<Directory>,
    /// Addresses that have ceased to lead here, for the socket loop.
    gone: Vec<SocketAddr>,
}

impl Routes {
    /// Empty tables of one of several shards.
    pub(super) fn among(number: ShardNumber, directory: Arc<Directory>) -> Self {
        Self {
            by_path: HashMap::new(),
            by_ufrag: HashMap::new(),
            among: Some(Among {
                number,
                directory,
                gone: Vec::new(),
            }),
        }
    }

    /// A peer goes by this user fragment.
    pub(super) fn name(&mut self, ufrag: String, key: PeerKey) {
        if let Some(among) = &self.among {
            among.directory.name(ufrag.clone(), among.number);
        }
        self.by_ufrag.insert(ufrag, key);
    }

    /// No peer does any longer.
    pub(super) fn unname(&mut self, ufrag: &str) {
        self.by_ufrag.remove(ufrag);
        if let Some(among) = &self.among {
            among.directory.unname(ufrag);
        }
    }

    /// A path leads to this peer from now on.
    pub(super) fn lead(&mut self, path: Path, key: PeerKey) {
        self.by_path.insert(path, key);
        if let Some(among) = self.among.as_ref().filter(|_| is_shared(path)) {
            among.directory.lead(path.address, among.number);
        }
    }

    /// It no longer does; to whom it led.
    pub(super) fn forget(&mut self, path: Path) -> Option<PeerKey> {
        let key = self.by_path.remove(&path)?;
        if let Some(among) = self.among.as_mut().filter(|_| is_shared(path)) {
            among.directory.forget(path.address, among.number);
            among.gone.push(path.address);
        }
        Some(key)
    }

    /// The peer to which a path leads.
    pub(super) fn by_path(&self, path: Path) -> Option<PeerKey> {
        self.by_path.get(&path).copied()
    }

    /// The peer that goes by this user fragment.
    pub(super) fn by_ufrag(&self, ufrag: &str) -> Option<PeerKey> {
        self.by_ufrag.get(ufrag).copied()
    }

    /// The other shard that knows more of a datagram with a user fragment that is none of ours, or
    /// without one from an address that does not lead here.
    pub(super) fn elsewhere(&self, from: Path, ufrag: Option<&str>) -> Option<ShardNumber> {
        let among = self.among.as_ref().filter(|_| is_shared(from))?;
        let named = ufrag.and_then(|ufrag| among.directory.of_ufrag(ufrag));
        let owner = named.or_else(|| {
            let is_ours = self.by_path.contains_key(&from);
            (!is_ours).then(|| among.directory.of_address(from.address))?
        });
        owner.filter(|owner| *owner != among.number)
    }

    /// The addresses that have ceased to lead here since this was asked last.
    pub(super) fn take_gone(&mut self) -> Vec<SocketAddr> {
        let among = self.among.as_mut();
        among.map_or_else(Vec::new, |among| std::mem::take(&mut among.gone))
    }

    /// How many paths lead to a peer.
    pub(super) fn len(&self) -> usize {
        self.by_path.len()
    }
}

impl Drop for Routes {
    /// A shard that ends leaves no trace for the others to follow.
    fn drop(&mut self) {
        for path in self.by_path.keys().copied().collect::<Vec<_>>() {
            self.forget(path);
        }
        for ufrag in self.by_ufrag.keys().cloned().collect::<Vec<_>>() {
            self.unname(&ufrag);
        }
    }
}

/// A TCP connection is at the shard that has its socket; only datagrams can come to any.
fn is_shared(path: Path) -> bool {
    path.transport == Transport::Udp
}

#[cfg(test)]
mod tests {
    use super::*;

    fn udp(port: u16) -> Path {
        Path {
            transport: Transport::Udp,
            address: SocketAddr::from(([192, 0, 2, 7], port)),
        }
    }

    fn two() -> [Routes; 2] {
        let directory = Arc::new(Directory::default());
        [0, 1].map(|number| Routes::among(ShardNumber(number), Arc::clone(&directory)))
    }

    #[test]
    fn a_shard_alone_sends_nothing_elsewhere() {
        let mut routes = Routes::default();
        routes.lead(udp(1), PeerKey(7));
        assert_eq!(routes.elsewhere(udp(2), Some("other")), None);
        assert_eq!(routes.forget(udp(1)), Some(PeerKey(7)));
        assert!(routes.take_gone().is_empty());
    }

    #[test]
    fn what_is_for_a_peer_of_another_shard_is_known_by_name_or_by_address() {
        let [mut here, mut there] = two();
        there.name("theirs".into(), PeerKey(1));
        there.lead(udp(1), PeerKey(1));
        let other = Some(ShardNumber(1));
        assert_eq!(here.elsewhere(udp(9), Some("theirs")), other);
        assert_eq!(here.elsewhere(udp(1), None), other);
        assert_eq!(there.elsewhere(udp(1), Some("theirs")), None);
        assert_eq!(here.elsewhere(udp(9), Some("nobody's")), None);
        // An address of ours stays so until a name says otherwise.
        here.lead(udp(2), PeerKey(5));
        assert_eq!(here.elsewhere(udp(2), Some("nobody's")), None);
        assert_eq!(here.elsewhere(udp(2), Some("theirs")), other);
    }

    #[test]
    fn who_is_gone_is_known_nowhere() {
        let [here, mut there] = two();
        for port in 1..3 {
            there.lead(udp(port), PeerKey(1));
        }
        there.name("theirs".into(), PeerKey(1));
        there.forget(udp(1));
        assert_eq!(there.take_gone(), vec![udp(1).address]);
        assert_eq!(here.elsewhere(udp(1), None), None);
        drop(there);
        assert_eq!(here.elsewhere(udp(2), None), None);
        assert_eq!(here.elsewhere(udp(3), Some("theirs")), None);
    }
}
