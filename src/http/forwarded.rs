//! What proxies write about for whom they ask: `X-Forwarded-For`, and `Forwarded` (RFC 7239). Read
//! from the right, where the nearest proxy has written; whatever a visitor has written stands to
//! the left of that, and cannot change how it is read.

use crate::config::ForwardedHeader;
use axum::http::{HeaderMap, HeaderName, header};
use std::net::{IpAddr, SocketAddr};

/// The hops that this request names, the nearest first. `None`: one that is not an address
/// (`unknown`, a made-up name, nonsense).
pub(super) fn hops(
    header: ForwardedHeader,
    headers: &HeaderMap,
) -> impl Iterator<Item = Option<IpAddr>> {
    let read = match header {
        ForwardedHeader::XForwardedFor => node,
        ForwardedHeader::Forwarded => forwarded_for,
    };
    // Several lines are one list, in their order (RFC 9110 §5.3).
    let lines = headers.get_all(name(header)).iter().rev();
    // As bytes: a visitor may have written what is no text, and a proxy its word after it.
    let elements = lines.flat_map(|line| from_right(line.as_bytes(), b','));
    elements.map(move |element| read(str::from_utf8(element).ok()?.trim()))
}

const fn name(header: ForwardedHeader) -> HeaderName {
    match header {
        ForwardedHeader::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
        ForwardedHeader::Forwarded => header::FORWARDED,
    }
}

/// The parts of a line between separators outside of quotes, the last first. A quote that is not
/// closed reaches to the left end: what is right of it is read all the same.
fn from_right(line: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let mut quoted = false;
        let at = line.iter().rposition(|byte| {
            quoted ^= *byte == b'"';
            *byte == separator && !quoted
        });
        rest = at.map(|at| &line[..at]);
        Some(at.map_or(line, |at| &line[at + 1..]))
    })
}

/// The `for` of an element such as `for="[2001:db8::17]:4711";proto=https`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut found = from_right(element.as_bytes(), b';').filter_map(|pair| {
        let (name, value) = str::from_utf8(pair).ok()?.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("for")
            .then(|| value.trim())
    });
    let value = found.next()?;
    // Each parameter once (RFC 7239 §4): of two, a proxy has written neither.
    if found.next().is_some() {
        return None;
    }
    let quoted = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    node(quoted.unwrap_or(value))
}

/// An address, perhaps with a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or
/// `[2001:db8::1]:443`.
fn node(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse::<IpAddr>();
    let address = address.or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

/// Who asks by a trusted proxy that writes `word` behind what it was given, for the fuzzer; `None`
/// when no header can hold that.
#[cfg(any(test, passerelle_fuzz))]
pub(crate) fn nearest(header: ForwardedHeader, given: &[u8], word: &str) -> Option<Option<IpAddr>> {
    let line = [given, b", ", word.as_bytes()].concat();
    let line = axum::http::HeaderValue::from_bytes(&line).ok()?;
    let headers = HeaderMap::from_iter([(name(header), line)]);
    Some(hops(header, &headers).next().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ForwardedHeader::{Forwarded, XForwardedFor};
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn lines<T: AsRef<[u8]>>(header: ForwardedHeader, lines: &[T]) -> HeaderMap {
        let value = |line: &T| HeaderValue::from_bytes(line.as_ref()).unwrap();
        let lines = lines.iter().map(|line| (name(header), value(line)));
        lines.collect()
    }

    fn read(header: ForwardedHeader, texts: &[&str]) -> Vec<Option<String>> {
        let headers = lines(header, texts);
        let hops = hops(header, &headers);
        hops.map(|hop| hop.map(|hop| hop.to_string())).collect()
    }

    fn known(addresses: &[&str]) -> Vec<Option<String>> {
        let known = addresses.iter();
        known.map(|address| Some((*address).to_owned())).collect()
    }

    #[test]
    fn the_list_is_read_from_the_right_over_all_lines() {
        assert_eq!(
            read(XForwardedFor, &["203.0.113.9, 10.0.0.1", "10.0.0.2"]),
            known(&["10.0.0.2", "10.0.0.1", "203.0.113.9"])
        );
        assert_eq!(read(XForwardedFor, &[]), []);
    }

    #[test]
    fn addresses_are_read_with_and_without_port_and_brackets() {
        let written = "192.0.2.1:80,2001:db8::1,[2001:db8::2],[2001:db8::3]:443,::ffff:192.0.2.9";
        let expected = [
            "192.0.2.9",
            "2001:db8::3",
            "2001:db8::2",
            "2001:db8::1",
            "192.0.2.1",
        ];
        assert_eq!(read(XForwardedFor, &[written]), known(&expected));
    }

    #[test]
    fn the_standards_header_is_read_as_its_examples_are_written() {
        // RFC 7239 §4 and §7.1, and Appendix A.
        let cases: [(&str, &[Option<&str>]); 7] = [
            ("for=\"_gazonk\"", &[None]),
            (
                "For=\"[2001:db8:cafe::17]:4711\"",
                &[Some("2001:db8:cafe::17")],
            ),
            (
                "for=192.0.2.60;proto=http;by=203.0.113.43",
                &[Some("192.0.2.60")],
            ),
            (
                "for=192.0.2.43, for=198.51.100.17",
                &[Some("198.51.100.17"), Some("192.0.2.43")],
            ),
            (
                "for=192.0.2.43,for=\"[2001:db8:cafe::17]\",for=unknown",
                &[None, Some("2001:db8:cafe::17"), Some("192.0.2.43")],
            ),
            ("proto=https;by=203.0.113.43", &[None]),
            ("for=192.0.2.1;for=192.0.2.2", &[None]),
        ];
        for (written, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|hop| hop.map(str::to_owned)).collect();
            assert_eq!(read(Forwarded, &[written]), expected, "{written}");
        }
    }

    #[test]
    fn the_other_header_is_not_looked_at() {
        let headers = lines(Forwarded, &["for=192.0.2.43"]);
        assert_eq!(hops(XForwardedFor, &headers).count(), 0);
    }

    fn address() -> impl Strategy<Value = IpAddr> {
        let four = any::<u32>().prop_map(|bits| IpAddr::V4(bits.into()));
        let six = any::<u128>().prop_map(|bits| IpAddr::V6(bits.into()).to_canonical());
        prop_oneof![four, six]
    }

    proptest! {
        /// Whatever a visitor writes, quotes and separators included, the proxy's own word, added
        /// to the same line or as another, is read as it was written.
        #[test]
        fn what_stands_to_the_left_changes_nothing(
            forged in proptest::collection::vec(prop_oneof![0x20_u8..0x7f, 0x80_u8..], 0..40),
            client in address(),
            port in proptest::option::of(any::<u16>()),
            own_line: bool,
        ) {
            let brackets = if client.is_ipv6() { ("[", "]") } else { ("", "") };
            let port = port.map_or(String::new(), |port| format!(":{port}"));
            let node = format!("{}{client}{}{port}", brackets.0, brackets.1);
            let standard = format!("for=\"{node}\";proto=https");
            for (header, word) in [(XForwardedFor, node), (Forwarded, standard)] {
                let joined = [&forged[..], b", ", word.as_bytes()].concat();
                let texts = if own_line {
                    vec![&forged[..], word.as_bytes()]
                } else {
                    vec![&joined[..]]
                };
                let headers = lines(header, &texts);
                prop_assert_eq!(hops(header, &headers).next(), Some(Some(client)));
            }
        }

        /// Any bytes at all are read to their end.
        #[test]
        fn nothing_written_stops_the_reader(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let Ok(value) = HeaderValue::from_bytes(&bytes) else {
                return Ok(());
            };
            for header in [XForwardedFor, Forwarded] {
                let headers = HeaderMap::from_iter([(name(header), value.clone())]);
                prop_assert!(hops(header, &headers).count() <= bytes.len() + 1);
            }
        }
    }
}
