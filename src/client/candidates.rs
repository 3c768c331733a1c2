//! The addresses that an SDP answer names (RFC 8839 §5.1), and the same answer with another one in
//! their place, for a client that is to take one way and no other.

use std::net::{IpAddr, SocketAddr};

/// Where an answer says that media goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Framed in a TCP connection (RFC 6544); UDP otherwise.
    pub tcp: bool,
    /// The address.
    pub address: SocketAddr,
}

/// The attribute of a candidate.
const CANDIDATE: &str = "a=candidate:";

/// The addresses of an answer, each once, in order.
pub fn candidates(sdp: &str) -> Vec<Candidate> {
    let mut found = Vec::new();
    for candidate in sdp.lines().filter_map(candidate) {
        if !found.contains(&candidate) {
            found.push(candidate);
        }
    }
    found
}

/// `a=candidate:<foundation> <component> <transport> <priority> <address> <port> typ …`
fn candidate(line: &str) -> Option<Candidate> {
    let mut words = line.strip_prefix(CANDIDATE)?.split_ascii_whitespace();
    let transport = words.nth(2)?;
    let ip: IpAddr = words.nth(1)?.parse().ok()?;
    let port = words.next()?.parse().ok()?;
    Some(Candidate {
        tcp: transport.eq_ignore_ascii_case("tcp"),
        address: SocketAddr::new(ip, port),
    })
}

/// An answer that names this UDP address in the place of all its own.
pub fn only_at(sdp: &str, address: SocketAddr) -> String {
    let (ip, port) = (address.ip(), address.port());
    let mut rewritten = String::with_capacity(sdp.len());
    let mut is_named = false;
    for line in sdp.split_inclusive('\n') {
        if line.starts_with("m=") {
            is_named = false;
        }
        if !line.starts_with(CANDIDATE) {
            rewritten.push_str(line);
        } else if !std::mem::replace(&mut is_named, true) {
            rewritten += &format!("{CANDIDATE}1 1 udp 2130706431 {ip} {port} typ host\r\n");
        }
    }
    rewritten
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n\
        a=candidate:1 1 udp 2130706431 192.0.2.7 8443 typ host\r\n\
        a=candidate:2 1 tcp 1671430143 2001:db8::7 443 typ host tcptype passive\r\n\
        a=end-of-candidates\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n\
        a=candidate:1 1 udp 2130706431 192.0.2.7 8443 typ host\r\n";

    #[test]
    fn an_answer_says_where_media_goes_by_udp_and_by_tcp() {
        let udp = Candidate {
            tcp: false,
            address: SocketAddr::from(([192, 0, 2, 7], 8443)),
        };
        let tcp = Candidate {
            tcp: true,
            address: "[2001:db8::7]:443".parse().unwrap(),
        };
        assert_eq!(candidates(ANSWER), [udp, tcp]);
    }

    #[test]
    fn an_answer_can_be_made_to_name_one_address_alone() {
        let bridge = SocketAddr::from(([127, 0, 0, 1], 4000));
        let answer = only_at(ANSWER, bridge);
        let named: Vec<_> = candidates(&answer).iter().map(|it| it.address).collect();
        assert_eq!(named, [bridge]);
        assert_eq!(answer.matches("typ host\r\n").count(), 2, "one a section");
        assert!(answer.contains("a=end-of-candidates\r\nm=video"));
    }
}
