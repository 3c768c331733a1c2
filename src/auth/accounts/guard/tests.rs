//! Guesses from one address, from many, and from everywhere, by a clock that is moved by hand.

use super::*;
use fastrand::Rng;
use proptest::prelude::*;
use std::net::Ipv4Addr;

const ACCOUNT: Whose = Whose::Account(AccountId(1));
const OWNERS: SecretHash = [1; 32];

/// Four in an hour, 2026-11-22T21:00:00Z and on.
fn quarter(number: u64) -> Timestamp {
    Timestamp(1_795_381_200_000 + number * HOUR.0 / 4)
}

fn anywhere(dice: &mut Rng) -> Where {
    Where::Elsewhere(Some(Ipv4Addr::from(dice.u32(..)).into()))
}

/// Whether the attempt is taken; it stays counted as wrong.
fn is_taken(guard: &Guard, tried: Tried, whose: Whose, at: Where, now: Timestamp) -> bool {
    guard.attempt(tried, whose, at, now).unwrap().is_ok()
}

#[test]
fn a_botnet_has_a_thousand_passwords_a_day_of_one_account_whether_there_is_one_or_not() {
    let mut dice = Rng::with_seed(1);
    for whose in [ACCOUNT, Whose::Nobody(3)] {
        let guard = Guard::default();
        let mut passed = 0;
        for now in (0..4 * 24).map(quarter) {
            // Two thousand addresses each quarter of an hour, each from another place.
            let tries = (0..2_000).map(|_| anywhere(&mut dice));
            passed += tries
                .filter(|at| is_taken(&guard, Tried::Password, whose, *at, now))
                .count();
        }
        assert_eq!(passed, 24 * usize::from(LANES) * usize::from(WRONG_MAX));
        assert_eq!(passed, 960);
        // What `guard.rs` says of a year and 10⁸ guesses.
        assert_eq!(100_000_000 / (passed * 365), 285);
    }
}

#[test]
fn whoever_has_the_password_has_two_hundred_and_forty_codes_a_day() {
    let guard = Guard::default();
    let mut dice = Rng::with_seed(2);
    let mut passed = 0;
    for now in (0..4 * 24).map(quarter) {
        let tries = (0..500).map(|_| anywhere(&mut dice));
        passed += tries
            .filter(|at| is_taken(&guard, Tried::Code, ACCOUNT, *at, now))
            .count();
    }
    assert_eq!(passed, 240);
}

#[test]
fn from_few_networks_a_stranger_is_kept_out_of_few_hours_and_seldom_of_two_in_a_row() {
    let guard = Guard::default();
    let owner = Where::Elsewhere(Some(IpAddr::from([192, 0, 2, 7])));
    // A whole /16 of addresses, which is one network.
    let attackers: Vec<IpAddr> = (0..=255)
        .map(|host| IpAddr::from([198, 51, 100, host]))
        .collect();
    let (mut refused, mut row, mut longest) = (0, 0, 0);
    for hour in 0..1_000 {
        let now = quarter(4 * hour);
        for at in attackers.iter().map(|from| Where::Elsewhere(Some(*from))) {
            is_taken(&guard, Tried::Password, ACCOUNT, at, now);
        }
        match guard.attempt(Tried::Password, ACCOUNT, owner, now).unwrap() {
            Ok(attempt) => {
                guard.was_right(attempt);
                row = 0;
            }
            Err(slowed) => {
                assert_eq!(slowed.until, quarter(4 * (hour + 1)));
                refused += 1;
                row += 1;
                longest = longest.max(row);
            }
        }
    }
    // One lane of eight.
    assert!((50..250).contains(&refused), "{refused}");
    assert!(longest < 7, "{longest}");
}

#[test]
fn what_was_right_is_not_counted_and_a_known_browser_has_ten_wrong_ones_an_hour() {
    let guard = Guard::default();
    let own = Where::Browser(OWNERS);
    for tried in [Tried::Password, Tried::Code] {
        for _ in 0..100 {
            let attempt = guard.attempt(tried, ACCOUNT, own, quarter(0));
            guard.was_right(attempt.unwrap().unwrap());
        }
        let taken = (0..100).filter(|_| is_taken(&guard, tried, ACCOUNT, own, quarter(1)));
        assert_eq!(taken.count(), 10);
        assert!(is_taken(&guard, tried, ACCOUNT, own, quarter(4)));
    }
}

#[test]
fn counts_are_bounded_by_accounts_and_not_by_the_logins_that_are_typed() {
    let guard = Guard::default();
    let mut dice = Rng::with_seed(3);
    for number in 0..200_000_u32 {
        let whose = guard.nobody(&format!("user{number}")).unwrap();
        is_taken(
            &guard,
            Tried::Password,
            whose,
            anywhere(&mut dice),
            quarter(0),
        );
    }
    let counts = guard.window.lock().unwrap().wrong.len();
    assert!(
        counts <= usize::from(NOBODIES) * usize::from(LANES),
        "{counts}"
    );
    is_taken(
        &guard,
        Tried::Password,
        ACCOUNT,
        anywhere(&mut dice),
        quarter(4),
    );
    assert_eq!(guard.window.lock().unwrap().wrong.len(), 1);
}

proptest! {
    #[test]
    fn nothing_that_others_do_keeps_an_owner_out_of_a_browser_of_theirs(
        others in prop::collection::vec(
            (any::<bool>(), 0_u32..4, prop::option::of(2_u8..5), any::<[u8; 4]>(), 0_u64..6),
            0..400,
        ),
    ) {
        let guard = Guard::default();
        let mut others = others;
        others.sort_by_key(|(.., when)| *when);
        for (is_code, account, browser, from, when) in others {
            let tried = if is_code { Tried::Code } else { Tried::Password };
            let at = match browser {
                Some(number) => Where::Browser([number; 32]),
                None => Where::Elsewhere(Some(IpAddr::from(from))),
            };
            let now = quarter(when);
            is_taken(&guard, tried, Whose::Account(AccountId(account)), at, now);
            for tried in [Tried::Password, Tried::Code] {
                let owner = guard.attempt(tried, ACCOUNT, Where::Browser(OWNERS), now).unwrap();
                prop_assert!(owner.is_ok());
                guard.was_right(owner.unwrap_or_else(|_| unreachable!()));
            }
        }
    }
}
