//! SRTP against the standards' own examples, and what may be opened or sealed twice.

use super::*;
use crate::sfu::rtp::cipher::{Cm, Gcm};
use crate::sfu::rtp::packet;
use crate::sfu::rtp::profile::Profile;
use proptest::prelude::*;
use std::collections::HashSet;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
    pairs.map(|pair| byte(pair).unwrap()).collect()
}

fn ends(profile: Profile) -> (Sealer, Opener) {
    let (key, salt) = ([7; 32], [9; 14]);
    let master = Master {
        profile,
        key: &key[..profile.key_bytes()],
        salt: &salt[..profile.salt_bytes()],
    };
    let ends = (Sealer::new(&master), Opener::new(&master));
    (ends.0.unwrap(), ends.1.unwrap())
}

fn sealed(sealer: &mut Sealer, number: u16) -> Option<BytesMut> {
    let header = Header {
        payload_type: 96,
        sequence_number: number,
        ssrc: 5,
        ..Header::default()
    };
    let mut packet = BytesMut::new();
    packet::put_header(&mut packet, &header, Some((3, number)));
    let begin = packet.len();
    packet.extend_from_slice(b"picture");
    sealer.seal(&mut packet, &header, begin).then_some(packet)
}

fn open(opener: &mut Opener, datagram: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut datagram = datagram.to_vec();
    let (header, begin) = packet::read_header(&datagram).ok_or(Refused::Malformed)?;
    let end = opener.open(&mut datagram, &header, begin)?;
    Ok(datagram[begin..end].to_vec())
}

#[test]
fn session_keys_are_derived_as_the_standard_shows() {
    // RFC 3711 appendix B.3, whose last key is longer than ours.
    let master = Master {
        profile: Profile::Cm,
        key: &hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
        salt: &hex("0EC675AD498AFEEBB6960B3AABE6"),
    };
    let expected = [
        "C61E7A93744F39EE10734AFE3FF7A087",
        "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCE
         E049646C43D9327AD175578EF72270986371C10C9A369AC2F94A8C5FBCDDDC25
         6D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2DC68",
        "30CBBC08863D8C85D49DB34A9AE1",
    ];
    for (label, expected) in (0..).zip(expected.map(hex)) {
        let derived = master.derive(label, expected.len()).unwrap();
        assert_eq!(*derived, expected, "label {label}");
    }
}

#[test]
fn session_keys_of_256_bits_are_derived_as_the_standard_shows() {
    // RFC 6188 §7.
    let master = Master {
        profile: Profile::Gcm256,
        key: &hex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"),
        salt: &hex("3b04803de51ee7c96423ab5b78d2"),
    };
    let expected = [
        "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4",
        "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05",
        "fa31791685ca444a9e07c6c64e93",
    ];
    for (label, expected) in (0..).zip(expected.map(hex)) {
        let derived = master.derive(label, expected.len()).unwrap();
        assert_eq!(*derived, expected, "label {label}");
    }
}

#[test]
fn counter_mode_encrypts_as_the_standard_shows() {
    // RFC 3711 appendix B.2: the keystream is what zeros become.
    let key = hex("2B7E151628AED2A6ABF7158809CF4F3C");
    let salt = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD");
    let mut cipher = Cipher::Cm(Cm::new(&key, &[0; 20], &salt).unwrap());
    let mut packet = BytesMut::zeroed(48);
    assert!(cipher.seal_rtp(&mut packet, 0, 0, 0));
    let expected = "E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB
                    41E95B3BB0A2E8DD477901E4FCA894C0";
    assert_eq!(packet[..48], hex(expected));
    assert_eq!(packet.len(), 58);
}

#[test]
fn a_packet_and_a_report_are_sealed_with_counter_mode_as_others_do() {
    // The example that implementations share (in libsrtp's `srtp_driver`), with the keys of RFC
    // 3711 appendix B.3; its report is the second.
    let master = Master {
        profile: Profile::Cm,
        key: &hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
        salt: &hex("0EC675AD498AFEEBB6960B3AABE6"),
    };
    let mut sealer = Sealer::new(&master).unwrap();
    let mut packet = BytesMut::from(&hex("800f1234decafbadcafebabe")[..]);
    packet.extend_from_slice(&[0xab; 16]);
    let (header, begin) = packet::read_header(&packet).unwrap();
    assert!(sealer.seal(&mut packet, &header, begin));
    let expected = "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb";
    assert_eq!(packet[..], hex(expected));
    let mut report = BytesMut::from(&hex("81c8000bcafebabe")[..]);
    report.extend_from_slice(&[0xab; 16]);
    assert!(sealer.seal_rtcp(&mut report.clone()));
    assert!(sealer.seal_rtcp(&mut report));
    let expected = "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798";
    assert_eq!(report[..], hex(expected));
}

#[test]
fn a_packet_is_sealed_with_aes_gcm_as_the_standard_shows() {
    // RFC 7714 §16.1.1 and §16.2.1, whose keys are those of the session.
    let key: Vec<u8> = (0..32).collect();
    let expected = [
        "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f
         42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce",
        "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3
         b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13",
    ];
    for (bytes, expected) in [16, 32].into_iter().zip(expected) {
        let salt = hex("517569642070726f2071756f");
        let mut cipher = Cipher::Gcm(Gcm::new(&key[..bytes], &salt).unwrap());
        let mut packet = BytesMut::from(&hex("8040f17b8041f8d35501a0b2")[..]);
        packet.extend_from_slice(b"Gallia est omnis divisa in partes tres");
        let (header, begin) = packet::read_header(&packet).unwrap();
        let index = header.sequence_number.into();
        assert!(cipher.seal_rtp(&mut packet, begin, header.ssrc, index));
        assert_eq!(packet[..], hex(expected), "{bytes}");
    }
}

#[test]
fn numbers_go_on_over_the_wrap_and_each_is_sealed_and_opened_once() {
    for profile in Profile::ALL {
        let (mut sealer, mut opener) = ends(profile);
        for number in (65_000..=u16::MAX).chain(0..2000) {
            let packet = sealed(&mut sealer, number).unwrap();
            assert_eq!(open(&mut opener, &packet).unwrap(), b"picture");
            assert_eq!(open(&mut opener, &packet), Err(Refused::Replayed));
            assert!(sealed(&mut sealer, number).is_none());
        }
        assert_eq!(sealer.streams[0].taken.next, 65_536 + 2000);
        assert!(sealed(&mut sealer, 500).is_none(), "too far behind to tell");
    }
}

#[test]
fn what_was_changed_does_not_open_and_leaves_no_trace() {
    for profile in Profile::ALL {
        let (mut sealer, mut opener) = ends(profile);
        let packet = sealed(&mut sealer, 40_000).unwrap();
        for place in 0..packet.len() {
            let mut changed = packet.clone();
            changed[place] ^= 1;
            assert!(open(&mut opener, &changed).is_err(), "byte {place}");
        }
        for length in 0..packet.len() {
            assert!(open(&mut opener, &packet[..length]).is_err());
        }
        assert!(opener.streams.is_empty());
        assert!(open(&mut opener, &packet).is_ok());
        assert_eq!(open(&mut opener, &packet), Err(Refused::Replayed));
    }
}

#[test]
fn a_stream_whose_first_twenty_packets_are_lost_over_the_wrap_is_opened_all_the_same() {
    for profile in Profile::ALL {
        let (mut sealer, mut opener) = ends(profile);
        let mut packets: Vec<_> = (65_530..=u16::MAX)
            .chain(0..40)
            .map(|number| sealed(&mut sealer, number).unwrap())
            .collect();
        let lost: Vec<_> = packets.drain(..20).collect();
        let mut changed = packets[0].clone();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        assert_eq!(open(&mut opener, &changed), Err(Refused::Forged));
        assert!(opener.streams.is_empty(), "nothing is remembered of it");
        for packet in &packets {
            assert_eq!(open(&mut opener, packet).unwrap(), b"picture");
            assert_eq!(open(&mut opener, packet), Err(Refused::Replayed));
        }
        // They were only late, and are of before the wrap.
        for packet in &lost {
            assert_eq!(open(&mut opener, packet).unwrap(), b"picture");
        }
        assert_eq!(opener.streams[0].taken.next, 65_536 + 40);
    }
}

#[test]
fn a_stream_that_begins_with_a_low_number_has_not_wrapped() {
    for profile in Profile::ALL {
        let (mut sealer, mut opener) = ends(profile);
        for number in [3, 4, 20_000] {
            let packet = sealed(&mut sealer, number).unwrap();
            assert_eq!(open(&mut opener, &packet).unwrap(), b"picture");
        }
        assert_eq!(opener.streams[0].taken.next, 20_001);
    }
}

#[test]
fn a_report_opens_once_and_only_unchanged() {
    for profile in Profile::ALL {
        let (mut sealer, mut opener) = ends(profile);
        let clear = hex("80c9000100000001");
        let mut reports = Vec::new();
        for _ in 0..3 {
            let mut report = BytesMut::from(&clear[..]);
            report.extend_from_slice(b"what was lost");
            assert!(sealer.seal_rtcp(&mut report));
            reports.push(report);
        }
        let mut another = BytesMut::from(&hex("80c9000100000002")[..]);
        assert!(ends(profile).0.seal_rtcp(&mut another));
        for report in reports.iter().rev() {
            for place in 0..report.len() {
                let mut changed = report.to_vec();
                changed[place] ^= 1;
                assert!(opener.open_rtcp(&mut changed).is_err(), "byte {place}");
            }
            let mut whole = report.to_vec();
            let end = opener.open_rtcp(&mut whole).unwrap();
            assert_eq!(&whole[8..end], b"what was lost");
            let again = opener.open_rtcp(&mut report.to_vec());
            assert_eq!(again, Err(Refused::Replayed));
        }
        let others = opener.open_rtcp(&mut another);
        assert_eq!(others, Ok(8), "they count for themselves");
        assert_eq!(opener.open_rtcp(&mut []), Err(Refused::Malformed));
    }
}

proptest! {
    #[test]
    fn an_index_is_taken_once_in_whatever_order_they_come(
        steps in proptest::collection::vec(0_u64..3000, 1..400)
    ) {
        let mut taken = Taken::default();
        let mut before = HashSet::new();
        let mut highest = 0_u64;
        for step in steps {
            let index = (highest + step).saturating_sub(1500);
            let is_new = taken.take(index);
            let is_near = index + WINDOW > highest;
            prop_assert_eq!(is_new, is_near && !before.contains(&index), "{}", index);
            before.insert(index);
            highest = highest.max(index);
        }
    }
}
