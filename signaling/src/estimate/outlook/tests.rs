//! Each cause from the change that makes it, and no cause from what was foreseen.

use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(100_000_000);

fn minutes(minutes: u64) -> Millis {
    Millis::from_secs(60 * minutes)
}

fn waiting(number: u64) -> Waiting {
    Waiting {
        group: 0,
        rank: 1,
        ticket: NOW - minutes(10 - number),
        number,
    }
}

/// Two in calls since five minutes and three waiting, conversations of one to sixteen minutes; the
/// first person's break begins in 20 minutes.
fn situation() -> Situation {
    let mut history = History::default();
    for one in 0..64 {
        history.handled(Millis(60_000 + one * 15_000));
    }
    let state = Activity::InCall {
        group: 0,
        since: NOW - minutes(5),
    };
    let person = |duty| Person {
        serves: 1,
        tier: 0,
        state,
        duty,
    };
    let roster = vec![
        (NOW - minutes(60), NOW + minutes(20)),
        (NOW + minutes(35), NOW + minutes(300)),
    ];
    Situation {
        now: NOW,
        people: vec![person(roster), person(Vec::new())],
        queue: (1..=3).map(waiting).collect(),
        groups: vec![history],
        wrap_up: Millis(0),
    }
}

/// The cause for the last of the queue, after this change.
fn cause(passed: Millis, change: impl FnOnce(&mut Situation)) -> Option<Cause> {
    let mut situation = situation();
    let earlier = outlooks(&situation)[2].clone();
    situation.now = NOW + passed;
    change(&mut situation);
    let of = situation
        .queue
        .iter()
        .position(|one| one.number == 3)
        .unwrap();
    outlooks(&situation)[of].cause_since(&earlier)
}

#[test]
fn a_more_urgent_call_is_a_cause() {
    let urgent = Waiting {
        rank: 0,
        ..waiting(9)
    };
    assert_eq!(
        cause(Millis(0), |s| s.queue.push(urgent)),
        Some(Cause::MoreUrgentCall)
    );
}

#[test]
fn a_call_back_with_its_earlier_ticket_is_a_cause_and_a_later_call_is_none() {
    let back = waiting(0);
    assert_eq!(
        cause(Millis(0), |s| s.queue.push(back)),
        Some(Cause::CallReturned)
    );
    assert_eq!(cause(Millis(0), |s| s.queue.push(waiting(9))), None);
}

#[test]
fn an_unforeseen_absence_is_a_cause_and_a_planned_break_is_none() {
    let away = |back_at| move |s: &mut Situation| s.people[1].state = Activity::Away { back_at };
    assert_eq!(cause(Millis(0), away(None)), Some(Cause::FewerInterpreters));
    let planned = |until: u64| {
        move |s: &mut Situation| {
            s.people[0].state = Activity::Away {
                back_at: Some(NOW + minutes(until)),
            };
            s.people[1].state = Activity::WrapUp { ends_at: s.now };
            s.queue.retain(|one| one.number == 3);
        }
    };
    assert_eq!(cause(minutes(21), planned(35)), None);
    assert_eq!(
        cause(minutes(21), planned(45)),
        Some(Cause::FewerInterpreters)
    );
}

#[test]
fn an_interpreter_who_is_gone_for_good_is_a_cause() {
    let gone = |s: &mut Situation| s.people.truncate(1);
    assert_eq!(cause(Millis(0), gone), Some(Cause::FewerInterpreters));
}

#[test]
fn a_ring_that_was_missed_is_a_cause_and_one_that_was_answered_is_none() {
    let mut rung = situation();
    rung.people[1].state = Activity::Ringing {
        number: 1,
        since: NOW,
    };
    let earlier = outlooks(&rung)[2].clone();
    let mut missed = rung.clone();
    missed.people[1].state = Activity::Free { idle_since: NOW };
    assert_eq!(
        outlooks(&missed)[2].cause_since(&earlier),
        Some(Cause::NoAnswer)
    );
    let mut answered = rung;
    answered.people[1].state = Activity::InCall {
        group: 0,
        since: NOW,
    };
    answered.queue.remove(0);
    assert_eq!(outlooks(&answered)[1].cause_since(&earlier), None);
}

#[test]
fn calls_that_last_beyond_what_was_foreseen_are_a_cause_only_then() {
    assert_eq!(cause(Millis(20_000), |_| ()), None);
    assert_eq!(cause(minutes(12), |_| ()), Some(Cause::LongerCalls));
}

#[test]
fn calls_of_people_who_cannot_take_this_one_do_not_count() {
    let foreign = |s: &mut Situation| {
        s.people.push(Person {
            serves: 2,
            tier: 0,
            state: Activity::Free { idle_since: NOW },
            duty: Vec::new(),
        });
        s.queue.push(Waiting {
            group: 1,
            rank: 0,
            ..waiting(9)
        });
    };
    assert_eq!(cause(Millis(0), foreign), None);
}

proptest! {
    #[test]
    fn nothing_changed_is_no_cause(rank in 0_u32..3, of in 0_usize..3) {
        let mut situation = situation();
        situation.queue[1].rank = rank;
        let outlook = &outlooks(&situation)[of];
        prop_assert_eq!(outlook.cause_since(outlook), None);
    }
}
