//! Who is stopped, who is not, and what the table of those counted holds.

use super::*;
use crate::clock::ClockHand;
use proptest::prelude::*;
use std::net::{Ipv4Addr, Ipv6Addr};

const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));
const AWAY: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));

fn limits(pages: u32) -> (Limits, ClockHand) {
    let (clock, hand) = Clock::manual(Timestamp(1_790_000_000_000));
    (Limits::new(&clock, at_least_one(pages)), hand)
}

/// How many of so many are taken.
fn taken(limits: &Limits, counted: Counted, from: IpAddr, tries: usize) -> usize {
    let tries = (0..tries).map(|_| limits.take(counted, Some(from)));
    tries.filter(Result::is_ok).count()
}

#[test]
fn a_guesser_is_stopped_after_sixty_and_has_one_more_every_five_seconds() {
    let (limits, hand) = limits(4000);
    assert_eq!(taken(&limits, Counted::SignIn, HOME, 1000), 60);
    let refused = limits.take(Counted::SignIn, Some(HOME)).unwrap_err();
    assert!((4_999..=5_001).contains(&refused.wait.0), "{refused:?}");
    assert_eq!(taken(&limits, Counted::SignIn, AWAY, 10), 10, "others may");
    assert_eq!(taken(&limits, Counted::Request, HOME, 10), 10, "and ask");
    hand.advance(refused.wait);
    assert_eq!(taken(&limits, Counted::SignIn, HOME, 10), 1);
    hand.advance(Millis::from_secs(3600));
    assert_eq!(taken(&limits, Counted::SignIn, HOME, 1000), 60);
}

#[test]
fn ten_thousand_guesses_of_one_address_take_fourteen_hours() {
    let (limits, hand) = limits(4000);
    let mut guesses = 0;
    let mut hours = 0;
    while guesses < 10_000 {
        for _ in 0..3600 {
            guesses += taken(&limits, Counted::SignIn, HOME, 2);
            hand.advance(Millis::from_secs(1));
        }
        hours += 1;
    }
    assert_eq!(hours, 14);
}

#[test]
fn as_many_pages_as_an_address_may_have_come_back_at_once_and_a_minute_later_again() {
    let (limits, hand) = limits(200);
    for _ in 0..3 {
        assert_eq!(taken(&limits, Counted::Opening, HOME, 1000), 200);
        assert_eq!(taken(&limits, Counted::Request, HOME, 1000), 600);
        hand.advance(Millis::from_secs(60));
    }
}

#[test]
fn twenty_eight_tablets_behind_one_address_reload_twice_in_a_row() {
    // The fewest connections of one address that nobody is warned of.
    let (limits, _) = limits(200);
    for _ in 0..2 * 28 {
        // Who is signed in, a socket that fails, who is signed in, a line of requests.
        for counted in [Counted::Request, Counted::Opening].repeat(2) {
            limits.take(counted, Some(HOME)).unwrap();
        }
    }
}

#[test]
fn whoever_comes_from_nowhere_is_not_counted() {
    let (limits, _) = limits(1);
    for _ in 0..1000 {
        limits.take(Counted::SignIn, None).unwrap();
    }
}

#[test]
fn a_network_of_ipv6_is_one_and_its_neighbour_another() {
    let (limits, _) = limits(4000);
    let at = |net: u16, host: u16| IpAddr::from([0x2001, 0xdb8, 0, net, host, 0, 0, host]);
    let all = (0..1000).filter(|host| taken(&limits, Counted::SignIn, at(1, *host), 1) == 1);
    assert_eq!(all.count(), 60);
    assert_eq!(taken(&limits, Counted::SignIn, at(2, 1), 1000), 60);
    let mapped = IpAddr::V6(Ipv4Addr::new(203, 0, 113, 9).to_ipv6_mapped());
    assert_eq!(taken(&limits, Counted::SignIn, mapped, 30), 30);
    assert_eq!(taken(&limits, Counted::SignIn, HOME, 1000), 30);
    assert_ne!(Source::of(Ipv6Addr::LOCALHOST.into()), Source::of(HOME));
}

#[test]
fn a_full_table_counts_who_is_in_it_as_before_and_all_others_as_one() {
    let (limits, hand) = limits(4000);
    assert_eq!(taken(&limits, Counted::SignIn, HOME, 20), 20);
    let table = &limits.0.sign_ins.limiter;
    let mut number = 0_u32;
    while table.len() < table::KEYS_MAX {
        number += 1;
        let _ = limits.take(Counted::SignIn, Some(IpAddr::from(number.to_be_bytes())));
    }
    let new = (1..=1000_u32).map(|more| IpAddr::from((number + more).to_be_bytes()));
    let let_in = new.filter(|from| taken(&limits, Counted::SignIn, *from, 1) == 1);
    assert_eq!(let_in.count(), 60);
    assert_eq!(table.len(), table::KEYS_MAX);
    assert_eq!(taken(&limits, Counted::SignIn, HOME, 100), 40, "as before");
    // Those of one try are as good as new after five seconds, and forgotten after five more.
    hand.advance(Millis::from_secs(11));
    assert_eq!(taken(&limits, Counted::SignIn, AWAY, 100), 60);
    assert!(table.len() <= 2, "{}", table.len());
}

#[test]
fn whoever_has_gone_is_forgotten_within_a_minute_of_the_next_one() {
    let (limits, hand) = limits(4000);
    for last in 0..100 {
        let from = IpAddr::from([192, 0, 2, last]);
        limits.take(Counted::Opening, Some(from)).unwrap();
    }
    hand.advance(Millis::from_secs(61));
    limits.take(Counted::Opening, Some(HOME)).unwrap();
    assert_eq!(limits.0.openings.limiter.len(), 1);
}

proptest! {
    /// Whatever the pauses, no more pass than the burst and one for each pause; and whoever waits
    /// as long as told to is taken.
    #[test]
    fn never_more_than_the_burst_and_one_for_each_pause(
        burst in 1_u32..20,
        every in 1_u64..5000,
        waits in proptest::collection::vec(0_u64..3000, 1..200),
    ) {
        let (clock, hand) = Clock::manual(Timestamp(1_790_000_000_000));
        let every_long = Duration::from_millis(every);
        let limit = Limit::new("tries", at_least_one(burst), every_long, clock);
        let (mut passed, mut elapsed) = (0, 0);
        for wait in waits {
            hand.advance(Millis(wait));
            elapsed += wait;
            match limit.take(&()) {
                Ok(()) => passed += 1,
                Err(TooMany { wait }) => {
                    prop_assert!(wait.0 <= every + 1);
                    hand.advance(wait);
                    elapsed += wait.0;
                    prop_assert_eq!(limit.take(&()), Ok(()));
                    passed += 1;
                }
            }
            prop_assert!(passed <= u64::from(burst) + elapsed / every);
        }
    }
}
