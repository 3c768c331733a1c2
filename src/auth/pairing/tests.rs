//! Codes and their guard, on a real store and by a clock that is moved by hand.

use super::*;
use crate::auth::devices::tests::House;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

const MINUTE: Millis = super::MINUTE;

#[tokio::test]
async fn a_code_pairs_once_and_a_newer_one_of_the_same_tablet_voids_it() {
    let house = House::open();
    let older = house.code(3).await;
    let newer = house.code(3).await;
    let other = house.code(4).await;
    assert!(matches!(house.pair(&older).await, Err(PairError::Gone)));
    let (tablet, _) = house.pair(&newer).await.unwrap();
    assert_eq!(tablet, TabletId(3));
    assert!(matches!(house.pair(&newer).await, Err(PairError::Gone)));
    assert_eq!(house.pair(&other).await.unwrap().0, TabletId(4));
}

#[tokio::test]
async fn the_link_and_the_typed_code_are_one_and_both_are_used_up_together() {
    let house = House::open();
    let made = house.made(3).await;
    let secret = made.path.split_once("#pair=").unwrap().1.to_owned();
    house.pair(&secret).await.unwrap();
    let typed = house.pair(&made.code.to_string()).await;
    assert!(matches!(typed, Err(PairError::Gone)));
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes_and_not_a_moment_longer() {
    let house = House::open();
    let (one, other) = (house.code(3).await, house.code(4).await);
    house.hand.advance(Millis(CODE_VALID.0 - 1));
    house.pair(&one).await.unwrap();
    house.hand.advance(Millis(1));
    assert!(matches!(house.pair(&other).await, Err(PairError::Gone)));
}

#[tokio::test]
async fn a_code_of_a_tablet_that_has_moved_since_is_gone() {
    let mut house = House::open();
    let code = house.code(3).await;
    house.configuration.tablets.insert(TabletId(3), SiteId(5));
    assert!(matches!(house.pair(&code).await, Err(PairError::Gone)));
}

#[tokio::test]
async fn so_many_codes_and_no_more_are_open_at_once() {
    let house = House::open();
    for tablet in 1..=CODES_MAX {
        house.code(tablet).await;
    }
    let more = || house.try_code(CODES_MAX + 1);
    assert!(matches!(more().await, Err(PairError::Full)));
    // One in the place of another is not one more; one that is used or expired makes room.
    let again = house.code(1).await;
    assert!(matches!(more().await, Err(PairError::Full)));
    house.pair(&again).await.unwrap();
    more().await.unwrap();
    house.hand.advance(CODE_VALID);
    house.code(1).await;
}

#[tokio::test]
async fn a_code_is_void_for_a_gateway_with_another_key_which_is_what_a_reader_of_the_database_has()
{
    let house = House::open();
    let made = house.made(3).await;
    let restarted = house.restarted();
    let typed = restarted.pair(&made.code.to_string()).await;
    assert!(matches!(typed, Err(PairError::Gone)));
    // The link cannot be found by trying, so that its hash is enough.
    let secret = made.path.split_once("#pair=").unwrap().1;
    restarted.pair(secret).await.unwrap();
}

#[test]
fn a_guess_is_right_less_than_once_in_a_million_ten_minutes() {
    // Ten minutes touch eleven of the clock's.
    let wrong = (LANES as u64) * u64::from(WRONG_MAX) * 11;
    assert_eq!(wrong, 3_520);
    let codes = 23_u64.pow(8);
    assert!(wrong * u64::from(CODES_MAX) * 1_000_000 < codes);
}

#[test]
fn everybody_together_has_no_more_wrong_ones_in_a_minute_than_that() {
    let guard = Guard::default();
    let now = Timestamp(90 * MINUTE.0);
    let everywhere = (0..=u16::MAX).map(|network| {
        let [one, two] = network.to_be_bytes();
        IpAddr::from([one, two, 1, 1])
    });
    let taken = everywhere.filter(|from| guard.attempt(Some(*from), now).unwrap().is_some());
    assert_eq!(taken.count(), LANES * usize::from(WRONG_MAX));
}

/// How many minutes in a row the tablet at this address is refused while others fill what they can.
fn refused_minutes(others: &[IpAddr], tablet: IpAddr, minutes: u64) -> Vec<u64> {
    let guard = Guard::default();
    let mut rows = vec![0];
    for minute in 1..=minutes {
        let now = Timestamp(minute * MINUTE.0);
        for other in others {
            while guard.attempt(Some(*other), now).unwrap().is_some() {}
        }
        match guard.attempt(Some(tablet), now).unwrap() {
            Some(attempt) => {
                guard.was_right(attempt);
                rows.push(0);
            }
            None => *rows.last_mut().unwrap() += 1,
        }
    }
    rows
}

#[test]
fn nobody_keeps_a_tablet_out_for_longer_than_the_minute_or_so_their_lane_is_the_same() {
    let tablet = IpAddr::from([10, 0, 0, 7]);
    // A whole /16, which is one lane, and two machines beside the tablet, which are one each.
    let outside = (0..=255).map(|host| IpAddr::from([198, 51, 100, host]));
    let beside = [8, 9].map(|host| IpAddr::from([10, 0, 0, host]));
    let others: Vec<IpAddr> = outside.chain(beside).collect();
    let rows = refused_minutes(&others, tablet, 2_000);
    // Three lanes of 32: refused in a tenth of the minutes, three in a row once in a thousand.
    assert!(rows.iter().max() < Some(&6), "{:?}", rows.iter().max());
    assert!(rows.iter().sum::<u64>() < 400);
}

#[test]
fn what_was_right_is_not_counted() {
    let guard = Guard::default();
    let from = Some(IpAddr::from(Ipv4Addr::new(192, 0, 2, 1)));
    for _ in 0..1_000 {
        let attempt = guard.attempt(from, Timestamp(0)).unwrap().unwrap();
        guard.was_right(attempt);
    }
}

#[test]
fn machines_of_one_building_are_counted_apart_and_networks_of_the_internet_as_one() {
    let apart = [
        "10.0.0.1",
        "10.0.0.2",
        "192.168.1.1",
        "fd00::1",
        "fd00::2",
        "fe80::1",
    ];
    let as_one = [
        ("198.51.100.1", "198.51.7.2"),
        ("2001:db8:1::1", "2001:db8:2::1"),
    ];
    let of = |text: &str| network(Some(text.parse().unwrap()));
    let lanes: BTreeSet<Vec<u8>> = apart.into_iter().map(of).collect();
    assert_eq!(lanes.len(), apart.len());
    for (one, other) in as_one {
        assert_eq!(of(one), of(other));
    }
}
