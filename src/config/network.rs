//! Addresses of an operator's own network in the configuration, one (`10.0.0.5`) or many
//! (`10.0.0.0/8`).

use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// An address, or all that begin alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

/// What cannot be read as one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// It is written in another way.
    #[error("`{0}` is no address: write one (`10.0.0.5`, `fd00::5`) or a network (`10.0.0.0/8`)")]
    Unreadable(String),
    /// It has every address in it.
    #[error("`{0}` is everybody: name the proxies' own addresses")]
    Everybody(String),
}

impl Network {
    /// Whether this address is in it, however it is written (RFC 4291 §2.5.5.2).
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let one = text.parse::<IpAddr>();
        let network = match one {
            Ok(address) => IpNet::from(address.to_canonical()),
            Err(_) => text
                .parse::<IpNet>()
                .map_err(|_| NetworkError::Unreadable(text.to_owned()))?,
        };
        if network.prefix_len() == 0 {
            return Err(NetworkError::Everybody(text.to_owned()));
        }
        Ok(Self(network))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(network: &str, address: &str) -> bool {
        let network: Network = network.parse().unwrap();
        network.contains(address.parse().unwrap())
    }

    #[test]
    fn an_address_is_itself_and_a_network_all_that_begin_alike() {
        assert!(has("10.0.0.5", "10.0.0.5") && !has("10.0.0.5", "10.0.0.6"));
        assert!(has("10.0.0.0/8", "10.9.9.9") && !has("10.0.0.0/8", "11.0.0.1"));
        // Written with an address of it, as `ip address` shows networks.
        assert!(has("10.1.2.3/8", "10.9.9.9"));
        assert!(has("fd00::/8", "fd12::1") && !has("fd00::/8", "10.0.0.1"));
        assert!(has("10.0.0.5", "::ffff:10.0.0.5"), "by an IPv6 socket");
        assert!(has("::ffff:10.0.0.5", "10.0.0.5"));
    }

    #[test]
    fn everybody_and_nonsense_are_refused() {
        for text in ["0.0.0.0/0", "::/0"] {
            assert!(matches!(
                text.parse::<Network>(),
                Err(NetworkError::Everybody(_))
            ));
        }
        for text in [
            "",
            "proxy",
            "10.0.0",
            "10.0.0.0/33",
            "fd00::/129",
            "10.0.0.5:80",
        ] {
            assert!(matches!(
                text.parse::<Network>(),
                Err(NetworkError::Unreadable(_))
            ));
        }
    }
}
