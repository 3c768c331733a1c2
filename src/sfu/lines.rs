//! Sockets for single clients on the media port, where several shards share it: of a client whose
//! datagrams the system brings to another shard's socket, its own shard opens one that is connected
//! to it, and they come straight here. On Linux up to 6.12 all sockets of one address and port are
//! looked through for each datagram; since then they are found by both ends. At most one for each
//! path of a peer. It only reads: everything goes out by the socket all share.

use super::endpoint::{Batch, Endpoint};
use mio::{Registry, Token};
use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use tracing::warn;

/// The lines of one shard.
pub(super) struct Lines {
    /// `None`: the system refused one; what comes from there goes on being handed over.
    by_address: HashMap<SocketAddr, Option<Token>>,
    by_token: HashMap<Token, Endpoint>,
    readable: VecDeque<Token>,
    next_token: usize,
}

impl Lines {
    /// None yet; tokens are given from `first` on.
    pub(super) fn new(first: Token) -> Self {
        Self {
            by_address: HashMap::new(),
            by_token: HashMap::new(),
            readable: VecDeque::new(),
            next_token: first.0,
        }
    }

    /// Opens a line from `remote` to `own`, the address of ours it sends to, unless there is one.
    pub(super) fn open(&mut self, remote: SocketAddr, own: SocketAddr, registry: &Registry) {
        if self.by_address.contains_key(&remote) {
            return;
        }
        let token = Token(self.next_token);
        self.next_token += 1;
        let opened = self.try_open(remote, own, token, registry);
        if let Err(error) = &opened {
            warn!(%remote, %error, "no socket for a client: another media thread passes it on");
        }
        self.by_address.insert(remote, opened.ok().map(|()| token));
    }

    fn try_open(
        &mut self,
        remote: SocketAddr,
        own: SocketAddr,
        token: Token,
        registry: &Registry,
    ) -> io::Result<()> {
        let mut endpoint = Endpoint::bind_for(remote, own)?;
        endpoint.register(registry, token)?;
        self.readable.push_back(token);
        self.by_token.insert(token, endpoint);
        Ok(())
    }

    /// Closes the line from an address. What lies unread in it is lost: its peer has gone.
    pub(super) fn close(&mut self, remote: SocketAddr) {
        if let Some(token) = self.by_address.remove(&remote).flatten() {
            self.by_token.remove(&token);
            self.readable.retain(|readable| *readable != token);
        }
    }

    /// A readiness event: the line may have something.
    pub(super) fn note_ready(&mut self, token: Token) {
        let endpoint = self.by_token.get_mut(&token);
        if let Some(endpoint) = endpoint.filter(|endpoint| !endpoint.is_readable) {
            endpoint.is_readable = true;
            self.readable.push_back(token);
        }
    }

    /// How many lines may have something without another event.
    pub(super) fn readable(&self) -> usize {
        self.readable.len()
    }

    /// Reads once from the line that has waited longest.
    pub(super) fn read_next(&mut self, batch: &mut Batch) {
        let Some(token) = self.readable.pop_front() else {
            return;
        };
        if let Some(endpoint) = self.by_token.get_mut(&token) {
            endpoint.read(batch);
            if endpoint.is_readable {
                self.readable.push_back(token);
            }
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.by_token.len()
    }
}
