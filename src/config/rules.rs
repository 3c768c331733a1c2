//! Section `rules`: the core's own type with its defaults; here only the bounds that keep a slip of
//! the pen (seconds for milliseconds) from reaching visitors.

use super::Problems;
use super::languages::mode_name;
use passerelle_signaling::rules::{RestRules, Rules};
use passerelle_signaling::time::Millis;

/// No deadline of a call is longer than a day.
pub(super) const LENGTH_MAX: Millis = Millis::from_secs(24 * 60 * 60);

/// The shortest ring and connection time: below it nobody could answer, and a figure in seconds was
/// probably written where milliseconds are meant.
pub(super) const ANSWER_MIN: Millis = Millis(500);

/// The shortest work before rest, for the same reason: a conversation takes minutes.
pub(super) const WORK_MIN: Millis = Millis::from_secs(60);

/// More calls waiting for one language than any city has counters.
pub(super) const QUEUE_MAX: u32 = 10_000;

/// Attempts and misses beyond this are a slip of the pen.
const TRIES_MAX: u32 = 100;

/// A counter has no room for more visitors who wait to be called back.
const CALLBACKS_MAX: u32 = 100;

/// The shortest appointment: below it a figure in seconds was probably written, and every minute of
/// two weeks would be a choice.
const APPOINTMENT_MIN: Millis = Millis::from_secs(5 * 60);

/// The longest notice of an appointment: a week, as services that book signers ask.
const LEAD_MAX: Millis = Millis::from_secs(7 * 24 * 60 * 60);

/// Days ahead of an appointment: a month; nobody plans rosters further.
const DAYS_MAX: u32 = 31;

/// Appointments of one counter: every half hour of two weeks of sixteen hours.
const APPOINTMENTS_MAX: u32 = 448;

pub(super) fn check(rules: &Rules, problems: &mut Problems) {
    let none = Millis(0);
    let lengths = [
        ("offer_ms", rules.offer_ms, ANSWER_MIN),
        ("connect_ms", rules.connect_ms, ANSWER_MIN),
        ("wrap_up_ms", rules.wrap_up_ms, none),
        ("wrap_up_extension_ms", rules.wrap_up_extension_ms, none),
        ("wrap_up_max_ms", rules.wrap_up_max_ms, none),
        ("wait_max_ms", rules.wait_max_ms, ANSWER_MIN),
        ("cooldown_ms", rules.cooldown_ms, none),
        ("ageing_ms", rules.ageing_ms, ANSWER_MIN),
        ("assignment_ms", rules.assignment_ms, ANSWER_MIN),
        ("callback_ring_ms", rules.callback_ring_ms, ANSWER_MIN),
        ("callback_retry_ms", rules.callback_retry_ms, none),
        ("callback_max_ms", rules.callback_max_ms, ANSWER_MIN),
        ("search_max_ms", rules.search_max_ms, ANSWER_MIN),
        ("appointment_ms", rules.appointment_ms, APPOINTMENT_MIN),
        ("appointment_hold_ms", rules.appointment_hold_ms, none),
        ("appointment_keep_ms", rules.appointment_keep_ms, none),
        ("appointment_wait_ms", rules.appointment_wait_ms, ANSWER_MIN),
        ("consent_ms", rules.consent_ms, ANSWER_MIN),
        ("guest_link_ms", rules.guest_link_ms, ANSWER_MIN),
        ("grace_closed_ms", rules.grace_closed_ms, none),
        ("grace_lost_ms", rules.grace_lost_ms, none),
    ];
    for (key, length, least) in lengths {
        check_length(&format!("rules.{key}"), length, least, LENGTH_MAX, problems);
    }
    if rules.wrap_up_max_ms < rules.wrap_up_ms {
        let message = format!(
            "is {} ms, less than `rules.wrap_up_ms` ({} ms): make it as long or longer",
            rules.wrap_up_max_ms.0, rules.wrap_up_ms.0
        );
        problems.add("rules.wrap_up_max_ms", message);
    }
    check_counts(rules, problems);
    check_appointments(rules, problems);
    check_rest(&rules.rest, problems);
}

fn check_counts(rules: &Rules, problems: &mut Problems) {
    let attempts = rules.callback_attempts_max;
    let counts = [
        ("misses_max", rules.misses_max, 1, TRIES_MAX),
        ("queue_max", rules.queue_max, 1, QUEUE_MAX),
        ("callback_attempts_max", attempts, 1, TRIES_MAX),
        // None: nobody is called back.
        ("callbacks_max", rules.callbacks_max, 0, CALLBACKS_MAX),
        // None, in either: no appointment can be made.
        (
            "appointment_days_max",
            rules.appointment_days_max,
            0,
            DAYS_MAX,
        ),
        (
            "appointments_max",
            rules.appointments_max,
            0,
            APPOINTMENTS_MAX,
        ),
    ];
    for (key, count, least, most) in counts {
        check_count(&format!("rules.{key}"), count, least, most, problems);
    }
}

fn check_appointments(rules: &Rules, problems: &mut Problems) {
    const DAY: Millis = Millis::from_secs(24 * 60 * 60);
    let key = "rules.appointment_lead_ms";
    let lead = rules.appointment_lead_ms;
    check_length(key, lead, Millis(0), LEAD_MAX, problems);
    let days = rules.appointment_days_max;
    let ahead = Millis(DAY.0 * u64::from(days));
    if days > 0 && (Millis(0)..=LEAD_MAX).contains(&lead) && ahead <= lead {
        let message = format!(
            "is {} ms, and `rules.appointment_days_max` ({days}) ends before: no appointment \
             could be made; make one shorter or the other longer",
            lead.0
        );
        problems.add(key, message);
    }
}

fn check_rest(rest: &RestRules, problems: &mut Problems) {
    let stop = "rules.rest.stop_ms";
    check_length(stop, rest.stop_ms, WORK_MIN, LENGTH_MAX, problems);
    let pause = "rules.rest.rest_ms";
    check_length(pause, rest.rest_ms, Millis(0), LENGTH_MAX, problems);
    for (mode, length) in &rest.relief_ms {
        let key = format!("rules.rest.relief_ms.{}", mode_name(*mode));
        check_length(&key, *length, WORK_MIN, LENGTH_MAX, problems);
    }
}

pub(super) fn check_length(
    key: &str,
    length: Millis,
    least: Millis,
    most: Millis,
    problems: &mut Problems,
) {
    if !(least..=most).contains(&length) {
        let message = format!("is {} ms: use {} to {} ms", length.0, least.0, most.0);
        problems.add(key, message);
    }
}

pub(super) fn check_count(key: &str, count: u32, least: u32, most: u32, problems: &mut Problems) {
    if !(least..=most).contains(&count) {
        problems.add(key, format!("is {count}: use {least} to {most}"));
    }
}
