//! Where a request comes from, for the audit journal.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// The address of whoever asks; `None` for one of this machine, which behind a proxy is everybody's
/// and says nothing.
pub(super) struct ClientAddress(pub(super) Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // One that came by an IPv6 socket is an IPv4 address all the same.
        let address = connected.map(|ConnectInfo(address)| address.ip().to_canonical());
        Ok(Self(address.filter(|address| !address.is_loopback())))
    }
}
