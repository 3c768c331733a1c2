//! What is measured: Passerelle, Debian's Janus, and a bare forwarder. Each is a process of its own
//! on the servers' core, on this machine, and is given calls of two parties who see each other.

mod bare;
mod janus;
mod passerelle;

use crate::client::Swarm;
use crate::error::LoadError;
use crate::process::Cores;
use crate::relay::Way;
use ::passerelle::process::Reading;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

/// Where clients and servers are, but for Janus.
const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Passerelle,
    Janus,
    Bare,
}

/// What a start needs.
pub(crate) struct Plan<'a> {
    pub(crate) gateway: &'a Path,
    /// As many as will be placed at most.
    pub(crate) calls: usize,
    /// Media threads of the gateway; the others have one.
    pub(crate) threads: u16,
    pub(crate) cores: Cores,
}

/// A running server.
pub(crate) enum Server {
    Passerelle(Box<passerelle::Gateway>),
    Janus(janus::Janus),
    Bare(bare::Bare),
}

impl Server {
    /// Starts one. It ends when this is dropped.
    pub(crate) async fn start(kind: Kind, plan: &Plan<'_>) -> Result<Self, LoadError> {
        Ok(match kind {
            Kind::Passerelle => Self::Passerelle(Box::new(passerelle::Gateway::start(plan).await?)),
            Kind::Janus => Self::Janus(janus::Janus::start(plan)?),
            Kind::Bare => Self::Bare(bare::Bare::start(plan)?),
        })
    }

    /// Places the call with this number, from 0, each number once; how many clients it has.
    pub(crate) async fn place_call(
        &mut self,
        number: usize,
        way: &Way,
        swarm: &Swarm,
    ) -> Result<usize, LoadError> {
        let peers = match self {
            Self::Passerelle(gateway) => gateway.place_call(number, way).await?,
            Self::Janus(janus) => return janus.place_call(number, way, swarm).await,
            Self::Bare(bare) => bare.place_call(number, way)?,
        };
        let count = peers.len();
        swarm.add(peers);
        Ok(count)
    }

    /// Bytes of what Passerelle has written; the others write nothing.
    pub(crate) fn written_bytes(&self) -> Result<u64, LoadError> {
        match self {
            Self::Passerelle(gateway) => gateway.written_bytes(),
            Self::Janus(_) | Self::Bare(_) => Ok(0),
        }
    }

    /// CPU and memory of its process.
    pub(crate) fn reading(&self) -> Result<Reading, LoadError> {
        match self {
            Self::Passerelle(gateway) => gateway.reading(),
            Self::Janus(janus) => janus.reading(),
            Self::Bare(bare) => bare.reading(),
        }
    }
}

/// A directory that goes with its server.
fn directory() -> Result<tempfile::TempDir, LoadError> {
    let made = tempfile::Builder::new()
        .prefix("passerelle-load-")
        .tempdir();
    made.map_err(|source| LoadError::File {
        path: std::env::temp_dir(),
        source,
    })
}

/// Writes a file of a server's configuration.
fn write(path: &Path, text: &str) -> Result<(), LoadError> {
    std::fs::write(path, text).map_err(|source| LoadError::File {
        path: path.to_owned(),
        source,
    })
}
