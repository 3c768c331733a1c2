//! The wait figures of a day. Percentiles are taken from the raw waits, never averaged.

use crate::event::{AppointmentEnd, CallbackEnd};
use crate::record::{CallRecord, LanguageFigures, Outcome};
use crate::tag::Language;
use crate::time::Millis;
use std::collections::BTreeMap;

/// Figures per language over these records, in the order of the tags. Wait = queued → media up in
/// both directions, of answered calls, also those still going on; a call that waits counts as a
/// call only.
///
/// A visitor who is called back or has an appointment may leave two records. The first ended as
/// converted, and is unserved when nothing came of it; what came of it is the second, whose
/// `origin` names the first, and it counts as the call it was. There is a second only when the
/// first is not unserved, so nobody is unserved twice. Given up by the visitor, or not come for
/// (`no_show`), the first is a call and nothing else. An appointment that a coordinator gives up is
/// unserved.
///
/// An appointment made without having waited was never in the queue and is no call; it is unserved
/// alike. Who was refused at a tap and then makes an appointment is two visitors here: nobody is
/// followed from one to the other.
pub fn figures<'a>(records: impl IntoIterator<Item = &'a CallRecord>) -> Vec<LanguageFigures> {
    let mut by_language: BTreeMap<Language, Vec<&CallRecord>> = BTreeMap::new();
    for record in records {
        by_language.entry(record.language).or_default().push(record);
    }
    by_language
        .into_iter()
        .map(|(language, records)| of_language(language, &records))
        .collect()
}

fn of_language(language: Language, records: &[&CallRecord]) -> LanguageFigures {
    let mut waits: Vec<Millis> = records.iter().filter_map(|record| record.wait()).collect();
    waits.sort_unstable();
    let ended = |outcomes: &[Outcome]| {
        let of = |record: &&&CallRecord| record.outcome.is_some_and(|one| outcomes.contains(&one));
        count(records.iter().filter(of).count())
    };
    // Made without having waited.
    let never_queued = |record: &&&CallRecord| record.steps == 0;
    let in_vain = |record: &&&CallRecord| {
        record.callback == Some(CallbackEnd::Unserved)
            || record.appointment == Some(AppointmentEnd::Unserved)
    };
    let converted_in_vain = count(records.iter().filter(in_vain).count());
    LanguageFigures {
        language,
        calls: count(records.len() - records.iter().filter(never_queued).count()),
        answered: count(waits.len()),
        abandoned: ended(&[Outcome::AbandonedQueued, Outcome::AbandonedConnecting]),
        unserved: converted_in_vain
            + ended(&[
                Outcome::TimedOut,
                Outcome::RefusedFull,
                Outcome::RefusedClosed,
                Outcome::Withdrawn,
            ]),
        wait_mean_ms: mean(&waits),
        wait_median_ms: percentile(&waits, 50),
        wait_p90_ms: percentile(&waits, 90),
    }
}

/// The mean, rounded down to the millisecond; `None` of nothing.
fn mean(waits: &[Millis]) -> Option<Millis> {
    let sum: u64 = waits.iter().map(|wait| wait.0).sum();
    sum.checked_div(waits.len() as u64).map(Millis)
}

/// The nearest-rank percentile of a sorted list (the smallest value with at least `percent` % of
/// the list at or below it); `None` of nothing.
pub(crate) fn percentile(sorted: &[Millis], percent: usize) -> Option<Millis> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::Class;
    use crate::ids::{CallId, SiteId};
    use crate::need::{Mode, Need};
    use crate::time::Timestamp;
    use proptest::prelude::*;

    fn record(wait: Option<u64>, outcome: Option<Outcome>) -> CallRecord {
        let queued_at = Timestamp(1_000);
        let need = Need {
            language: "fsl".parse().unwrap(),
            mode: Mode::Sign,
            certification: None,
        };
        CallRecord {
            connected_at: wait.map(|wait| queued_at + Millis(wait)),
            outcome,
            ..CallRecord::queued(
                CallId(1),
                SiteId(1),
                need,
                Class::Normal,
                queued_at,
                queued_at,
            )
        }
    }

    #[test]
    fn ten_waits_give_the_fifth_as_median_and_the_ninth_as_p90() {
        let records: Vec<_> = (1..=10)
            .map(|n| record(Some(n * 1000), Some(Outcome::Completed)))
            .collect();
        let figures = &figures(&records)[0];
        assert_eq!(figures.wait_median_ms, Some(Millis(5_000)));
        assert_eq!(figures.wait_p90_ms, Some(Millis(9_000)));
        assert_eq!(figures.wait_mean_ms, Some(Millis(5_500)));
    }

    #[test]
    fn calls_without_an_answer_have_no_wait_but_are_counted_where_they_belong() {
        let records = [
            record(None, Some(Outcome::AbandonedQueued)),
            record(None, Some(Outcome::TimedOut)),
            record(None, Some(Outcome::RefusedFull)),
            record(None, None),
        ];
        let figures = &figures(&records)[0];
        assert_eq!((figures.calls, figures.answered), (4, 0));
        assert_eq!((figures.abandoned, figures.unserved), (1, 2));
        assert_eq!(figures.wait_median_ms, None);
        assert_eq!(figures.wait_mean_ms, None);
    }

    #[test]
    fn an_appointment_in_vain_is_unserved_once_and_one_that_was_kept_is_the_call_it_became() {
        use AppointmentEnd::{Cancelled, Kept, NoShow, Unserved};
        let made = |end, steps| CallRecord {
            appointment: end,
            steps,
            ..record(None, Some(Outcome::ConvertedAppointment))
        };
        let figures = |records: &[CallRecord]| {
            let figures = &super::figures(records)[0];
            let LanguageFigures {
                calls, answered, ..
            } = *figures;
            (calls, answered, figures.abandoned, figures.unserved)
        };
        let became = [
            (record(Some(1_000), Some(Outcome::Completed)), (1, 0, 0)),
            (record(None, Some(Outcome::AbandonedQueued)), (0, 1, 0)),
            (record(None, Some(Outcome::TimedOut)), (0, 0, 1)),
            (record(None, None), (0, 0, 0)),
        ];
        for steps in [0, 1] {
            for end in [None, Some(Cancelled), Some(NoShow)] {
                assert_eq!(figures(&[made(end, steps)]), (steps, 0, 0, 0));
            }
            assert_eq!(figures(&[made(Some(Unserved), steps)]), (steps, 0, 0, 1));
            for (call, (answered, abandoned, unserved)) in became.clone() {
                let both = [made(Some(Kept), steps), call];
                let counted = (steps + 1, answered, abandoned, unserved);
                assert_eq!(figures(&both), counted);
            }
        }
    }

    proptest! {
        #[test]
        fn at_least_the_asked_share_lies_at_or_below_a_percentile(
            mut waits in prop::collection::vec(0u64..100_000, 1..50), percent in 1usize..=100,
        ) {
            waits.sort_unstable();
            let sorted: Vec<_> = waits.iter().copied().map(Millis).collect();
            let value = percentile(&sorted, percent).unwrap();
            let below = sorted.iter().filter(|wait| **wait <= value).count();
            prop_assert!(below * 100 >= percent * sorted.len());
            let strictly = sorted.iter().filter(|wait| **wait < value).count();
            prop_assert!(strictly * 100 < percent * sorted.len(), "a smaller value would do");
        }
    }
}
