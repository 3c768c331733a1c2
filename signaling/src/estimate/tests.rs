//! The estimate on situations whose answer is known, and what holds on every situation.

use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(100_000_000);
const MINUTE: u64 = 60_000;

fn after(minutes: u64) -> Timestamp {
    NOW + Millis(minutes * MINUTE)
}

fn before(minutes: u64) -> Timestamp {
    NOW - Millis(minutes * MINUTE)
}

fn person(serves: u64, state: Activity) -> Person {
    Person {
        serves,
        tier: 0,
        state,
        duty: Vec::new(),
    }
}

fn writing_up(serves: u64, minutes: u64) -> Person {
    let ends_at = after(minutes);
    person(serves, Activity::WrapUp { ends_at })
}

fn waiting(group: u8, number: u64) -> Waiting {
    Waiting {
        group,
        rank: 0,
        ticket: before(5),
        number,
    }
}

/// Conversations with these quantiles, visitors who never give up, rings that take no time.
fn history(quantile: impl Fn(f64) -> f64) -> History {
    let mut history = History::default();
    for one in 0..history::HANDLING_MAX {
        let u = (one as f64 + 0.5) / history::HANDLING_MAX as f64;
        history.handled(Millis(quantile(u) as u64));
    }
    history.waited(Millis(u64::MAX / 2));
    history
}

/// Everybody of one skill, conversations of exactly ten minutes, no wrap-up.
fn situation(people: Vec<Person>, queue: Vec<Waiting>) -> Situation {
    let ten_minutes = history(|_| 10.0 * MINUTE as f64);
    Situation {
        now: NOW,
        people,
        queue,
        groups: vec![ten_minutes; 3],
        wrap_up: Millis(0),
    }
}

fn p80_minutes(situation: &Situation, of: usize) -> Option<f64> {
    let estimate = estimate(situation, of, 1, REPLICATES)?;
    assert_eq!(estimate.basis, Basis::Simulated);
    Some((estimate.p80.0 as f64 / MINUTE as f64 * 10.0).round() / 10.0)
}

#[test]
fn a_free_interpreter_is_a_wait_of_one_ring() {
    let free = person(1, Activity::Free { idle_since: NOW });
    let mut situation = situation(vec![free], vec![waiting(0, 1)]);
    assert_eq!(p80_minutes(&situation, 0), Some(0.0));
    (0..64).for_each(|_| situation.groups[0].answered(Millis(MINUTE / 2)));
    assert_eq!(p80_minutes(&situation, 0), Some(0.5));
}

#[test]
fn calls_are_taken_by_rank_then_ticket_then_number() {
    let mut queue = vec![waiting(0, 1), waiting(0, 2), waiting(0, 3), waiting(0, 4)];
    queue[2].rank = 0;
    queue[0].rank = 1;
    queue[1].ticket = before(6);
    queue[3].rank = 1;
    let situation = situation(vec![writing_up(1, 2)], queue);
    let order: Vec<_> = (0..4)
        .map(|of| p80_minutes(&situation, of).unwrap())
        .collect();
    assert_eq!(order, [22.0, 2.0, 12.0, 32.0]);
}

#[test]
fn a_call_that_runs_into_a_break_is_finished_and_the_break_is_taken_in_full() {
    // Three hours are no break but the time between two shifts: those begin by the clock.
    for (break_minutes, back) in [(3, 15.0), (25, 37.0), (180, 185.0)] {
        let mut one = writing_up(1, 2);
        let next = (after(5 + break_minutes), after(900));
        one.duty = vec![(before(60), after(5)), next];
        let situation = situation(vec![one], (1..=3).map(|one| waiting(0, one)).collect());
        let waits: Vec<_> = (0..3)
            .map(|of| p80_minutes(&situation, of).unwrap())
            .collect();
        assert_eq!(waits, [2.0, back, back + 10.0]);
    }
}

#[test]
fn nobody_on_duty_is_silent_and_the_next_opening_is_known() {
    let mut gone = person(1, Activity::Away { back_at: None });
    let mut nobody = situation(vec![gone.clone()], vec![waiting(0, 1), waiting(1, 2)]);
    assert_eq!(estimate_all(&nobody, 1, REPLICATES), [None, None]);
    assert_eq!(next_on_duty(&nobody, 0), None);
    gone.duty = vec![(before(60), after(5)), (after(30), after(300))];
    nobody.people = vec![gone];
    assert_eq!(next_on_duty(&nobody, 0), Some(after(30)));
    assert_eq!(p80_minutes(&nobody, 0), Some(30.0));
    assert_eq!(estimate(&nobody, 1, 1, REPLICATES), None);
    nobody.groups.clear();
    assert_eq!(estimate(&nobody, 1, 1, REPLICATES), None);
    assert!(formula_estimate(&nobody, 0).unwrap().p50 > Millis(30 * MINUTE));
}

#[test]
fn a_shift_that_may_end_before_the_turn_gives_no_figure() {
    let mut one = person(
        1,
        Activity::InCall {
            group: 0,
            since: NOW,
        },
    );
    one.duty = vec![(before(60), after(5))];
    let situation = situation(vec![one], vec![waiting(0, 1)]);
    assert_eq!(estimate(&situation, 0, 1, REPLICATES), None);
}

#[test]
fn a_polyglot_free_at_the_same_moment_is_kept_for_the_call_only_they_can_take() {
    let queue = vec![waiting(0, 1), waiting(1, 2)];
    let situation = situation(vec![writing_up(3, 2), writing_up(1, 2)], queue);
    assert_eq!(p80_minutes(&situation, 0), Some(2.0));
    assert_eq!(p80_minutes(&situation, 1), Some(2.0));
}

#[test]
fn the_lower_tier_is_rung_first_and_then_the_one_idle_longest() {
    for (idle_minutes, tiers) in [([9, 1, 2], [1, 0, 1]), ([1, 9, 2], [1, 1, 1])] {
        let free = |at: usize| Person {
            tier: tiers[at],
            // Alike in breadth; only the second serves group 1 also.
            ..person(
                [0b1101, 0b0111, 0b1101][at],
                Activity::Free {
                    idle_since: before(idle_minutes[at]),
                },
            )
        };
        let queue = vec![waiting(0, 1), waiting(1, 2)];
        let situation = situation((0..3).map(free).collect(), queue);
        // So the second call waits for the first to end, which only happens when they took it.
        assert_eq!(p80_minutes(&situation, 1), Some(10.0));
    }
}

#[test]
fn who_is_rung_for_a_call_talks_to_it_and_the_others_rung_are_free_again() {
    let rung = Activity::Ringing {
        number: 1,
        since: NOW,
    };
    let queue = vec![waiting(0, 1), waiting(0, 2), waiting(0, 3)];
    let situation = situation(vec![person(1, rung), person(1, rung)], queue);
    let waits: Vec<_> = (0..3)
        .map(|of| p80_minutes(&situation, of).unwrap())
        .collect();
    assert_eq!(waits, [0.0, 0.0, 10.0]);
}

#[test]
fn in_a_markov_queue_the_mean_is_the_exact_one() {
    // QL, (n + 1) m / s, is optimal there (Ibrahim and Whitt 2009).
    let exponential = history(|u| -(1.0 - u).ln() * 10.0 * MINUTE as f64);
    let busy = |one: u64| {
        let since = before(one * 3);
        person(1, Activity::InCall { group: 0, since })
    };
    let queue = (0..8).map(|number| waiting(0, number)).collect();
    let mut situation = situation((0..5).map(busy).collect(), queue);
    situation.groups = vec![exponential];
    let mean = estimate(&situation, 7, 1, 4_000).unwrap().mean.0 as f64;
    let exact = 8.0 * 10.0 * MINUTE as f64 / 5.0;
    assert!((mean / exact - 1.0).abs() < 0.03, "{}", mean / exact);
}

#[test]
fn visitors_ahead_who_give_up_shorten_the_wait_and_the_own_patience_does_not() {
    let mut situation = situation(vec![writing_up(1, 30)], vec![waiting(0, 1), waiting(0, 2)]);
    // Mean patience of 30 minutes: the first is still there with probability 1/e.
    situation.groups[0] = history(|_| 10.0 * MINUTE as f64);
    let mut impatient = History::default();
    for value in situation.groups[0].handling().values() {
        impatient.handled(Millis(u64::from(*value)));
    }
    (0..400).for_each(|_| impatient.abandoned(Millis(30 * MINUTE)));
    situation.groups[0] = impatient;
    assert_eq!(p80_minutes(&situation, 0), Some(30.0));
    let mean = estimate(&situation, 1, 1, 4_000).unwrap().mean.0 as f64 / MINUTE as f64;
    assert!((mean - 33.68).abs() < 0.4, "{mean}");
}

#[test]
fn below_thirty_samples_and_far_back_the_formula_answers() {
    let mut situation = situation(vec![writing_up(1, 2)], vec![waiting(0, 1)]);
    situation.groups[0] = History::default();
    (0..29).for_each(|_| situation.groups[0].handled(Millis(MINUTE)));
    let basis = |situation: &Situation, of| estimate(situation, of, 1, 10).unwrap().basis;
    assert_eq!(basis(&situation, 0), Basis::Formula);
    situation.groups[0].handled(Millis(MINUTE));
    assert_eq!(basis(&situation, 0), Basis::Simulated);
    situation.queue = (0..2_000).map(|number| waiting(0, number)).collect();
    let all = estimate_all(&situation, 1, 10);
    assert_eq!(all[SIMULATED_MAX - 1].unwrap().basis, Basis::Simulated);
    assert_eq!(all[SIMULATED_MAX].unwrap().basis, Basis::Formula);
    assert!(all[1_999].unwrap().p50 > all[SIMULATED_MAX].unwrap().p50);
}

fn activities() -> impl Strategy<Value = Activity> {
    prop_oneof![
        (0_u64..30).prop_map(|minutes| Activity::Free {
            idle_since: before(minutes)
        }),
        (0_u8..3, 0_u64..40).prop_map(|(group, minutes)| Activity::InCall {
            group,
            since: before(minutes)
        }),
        (0_u64..3).prop_map(|minutes| Activity::WrapUp {
            ends_at: after(minutes)
        }),
        prop::option::of(0_u64..40).prop_map(|minutes| Activity::Away {
            back_at: minutes.map(after)
        }),
    ]
}

prop_compose! {
    fn situations()(
        people in prop::collection::vec((1_u64..8, activities(), 0_u64..60), 1..7),
        queue in prop::collection::vec((0_u8..3, 0_u32..2, 1_u64..9), 1..9),
        impatient in any::<bool>(),
    ) -> Situation {
        let on_roster = |(serves, state, minutes)| Person {
            duty: vec![(before(60), after(minutes)), (after(minutes + 20), after(600))],
            ..person(serves, state)
        };
        let ticket = |(number, (group, rank, minutes))| Waiting {
            rank,
            ticket: before(minutes),
            ..waiting(group, number)
        };
        let mut situation = situation(
            people.into_iter().map(on_roster).collect(),
            (0..).zip(queue).map(ticket).collect(),
        );
        let mut history = history(|u| -(1.0 - u).ln() * 8.0 * MINUTE as f64);
        if impatient {
            history = History::default();
            (0..99).for_each(|one| history.handled(Millis(one * MINUTE / 5)));
        }
        situation.groups = vec![history; 3];
        situation
    }
}

proptest! {
    #[test]
    fn one_estimate_is_that_of_all_and_its_quantiles_ascend(situation in situations()) {
        let all = estimate_all(&situation, 9, 40);
        for (of, one) in all.iter().enumerate() {
            prop_assert_eq!(one, &estimate(&situation, of, 9, 40));
            if let Some(one) = one {
                prop_assert!(one.p50 <= one.p80 && one.p80 <= one.p90);
            }
        }
    }

    #[test]
    fn a_call_behind_changes_nothing_for_those_ahead(situation in situations(), group in 0_u8..3) {
        let before = estimate_all(&situation, 9, 40);
        let mut more = situation.clone();
        more.queue.push(Waiting { rank: 9, ..waiting(group, 99) });
        let after = estimate_all(&more, 9, 40);
        prop_assert_eq!(&before[..], &after[..before.len()]);
    }
}
