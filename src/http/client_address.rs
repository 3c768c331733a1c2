//! Where a request comes from, decided in one place for pages, endpoints, sockets and lines of
//! requests: the other end of the connection, or behind trusted proxies whoever they say. What
//! anybody else writes about it is not read.

use super::forwarded::hops;
use crate::config::{ForwardedHeader, ListenSection, Network};
use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::middleware::{self, Next};
use axum::response::Response;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The address of whoever asks; `None` for one of this machine, which behind a proxy that is not
/// trusted is everybody's and says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub Option<IpAddr>);

/// The proxies whose word is taken. Clones share them.
#[derive(Clone, Debug)]
pub struct Proxies {
    trusted: Arc<[Network]>,
    header: ForwardedHeader,
}

impl Proxies {
    /// Those of this configuration.
    pub fn of(listen: &ListenSection) -> Self {
        Self {
            trusted: listen.proxies().into(),
            header: listen.forwarded_header,
        }
    }

    /// Whether this is the address of one.
    pub fn are_at(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }

    /// Who asks by a connection from `peer`: from there on, along what each trusted proxy says, up
    /// to the first address that is none of them, or up to the proxy that names none.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        // One that came by an IPv6 socket is an IPv4 address all the same.
        let peer = peer.to_canonical();
        let mut client = peer;
        let mut hops = hops(self.header, headers);
        while self.are_at(client)
            && let Some(Some(before)) = hops.next()
        {
            client = before;
        }
        let says_nothing = client == peer && peer.is_loopback();
        ClientAddress((!says_nothing).then_some(client))
    }
}

/// Everything that is served, each request with its [`ClientAddress`].
pub fn addressed(everything: Router, proxies: Proxies) -> Router {
    everything.layer(middleware::from_fn_with_state(proxies, address))
}

async fn address(State(proxies): State<Proxies>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = peer {
        let client = proxies.client(peer.ip(), request.headers());
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<Self>();
        Ok(known.copied().unwrap_or(Self(None)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn proxies(trusted: &[&str]) -> Proxies {
        Proxies {
            trusted: trusted.iter().map(|text| text.parse().unwrap()).collect(),
            header: ForwardedHeader::XForwardedFor,
        }
    }

    fn said(words: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if !words.is_empty() {
            headers.insert("x-forwarded-for", words.parse().unwrap());
        }
        headers
    }

    fn client(trusted: &[&str], peer: &str, words: &str) -> Option<String> {
        let ClientAddress(client) = proxies(trusted).client(peer.parse().unwrap(), &said(words));
        client.map(|address| address.to_string())
    }

    #[test]
    fn only_a_trusted_proxy_is_asked_and_the_nearest_stranger_it_names_is_the_client() {
        let inner = ["10.0.0.0/24", "127.0.0.1"];
        let visitor = Some(String::from("203.0.113.9"));
        for (peer, words) in [
            ("127.0.0.1", "203.0.113.9"),
            ("::ffff:127.0.0.1", "203.0.113.9"),
            ("127.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2"),
            ("10.0.0.3", "1.1.1.1, 203.0.113.9,10.0.0.2 , 127.0.0.1"),
            ("203.0.113.9", "198.51.100.1"),
            ("203.0.113.9", ""),
        ] {
            assert_eq!(client(&inner, peer, words), visitor, "{peer}: {words}");
        }
    }

    #[test]
    fn a_proxy_that_names_nobody_is_itself_the_client_unless_it_is_this_machine() {
        let inner = ["10.0.0.0/24", "127.0.0.1"];
        assert_eq!(client(&inner, "127.0.0.1", ""), None);
        assert_eq!(client(&inner, "127.0.0.1", "unknown"), None);
        assert_eq!(client(&[], "127.0.0.1", "203.0.113.9"), None);
        let near = Some(String::from("10.0.0.2"));
        assert_eq!(client(&inner, "10.0.0.2", ""), near);
        assert_eq!(
            client(&inner, "127.0.0.1", "203.0.113.9, _x, 10.0.0.2"),
            near
        );
        // Somebody of the proxy's own machine, not of this one.
        let there = Some(String::from("127.0.0.2"));
        assert_eq!(client(&inner, "10.0.0.2", "127.0.0.2"), there);
    }

    proptest! {
        /// Whatever an untrusted peer writes, it is known by its own address.
        #[test]
        fn a_forged_header_changes_nothing(bits: u32, words in "[0-9a-f.:, \"=]{0,60}") {
            let peer = IpAddr::V4(bits.into());
            let proxies = proxies(&["10.0.0.0/8", "127.0.0.1"]);
            prop_assume!(!proxies.are_at(peer));
            let forged = proxies.client(peer, &said(&words));
            prop_assert_eq!(forged, proxies.client(peer, &HeaderMap::new()));
        }

        /// Whatever a visitor writes before a chain of trusted proxies, they are the client.
        #[test]
        fn a_forged_beginning_changes_nothing(
            words in "[0-9a-f.:, \"=]{0,60}",
            visitor: u32,
            chain in proptest::collection::vec(any::<[u8; 3]>(), 0..4),
        ) {
            let visitor = IpAddr::V4(visitor.into());
            let proxies = proxies(&["10.0.0.0/8", "127.0.0.1"]);
            prop_assume!(!proxies.are_at(visitor));
            let mut written = format!("{words}, {visitor}");
            for [a, b, c] in chain {
                written += &format!(", 10.{a}.{b}.{c}");
            }
            let peer = IpAddr::from([127, 0, 0, 1]);
            let client = proxies.client(peer, &said(&written));
            prop_assert_eq!(client, ClientAddress(Some(visitor)));
        }
    }
}
