//! The scenarios, each with what it asks of the estimator. `UPDATE=1 cargo test --lib
//! sfu::bandwidth` draws the pictures in `docs/bandwidth` anew.

use super::network::{Loss, Path};
use super::plot::keep;
use super::world::{Sample, Source, World};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=5;
const PICTURE: f64 = 2_500_000.0;
const MEGA: f64 = 1_000_000.0;

/// The mean of a value over some seconds.
fn mean(samples: &[Sample], from: f64, until: f64, value: impl Fn(&Sample) -> f64) -> f64 {
    let within = samples.iter().filter(|s| from <= s.at && s.at < until);
    let (sum, count) = within.fold((0.0, 0.0), |sums, s| (sums.0 + value(s), sums.1 + 1.0));
    sum / count
}

fn received(samples: &[Sample], from: f64, until: f64) -> f64 {
    mean(samples, from, until, |sample| sample.received)
}

fn queueing_ms(samples: &[Sample], from: f64, until: f64) -> f64 {
    mean(samples, from, until, |sample| sample.queueing_ms)
}

/// The least and the greatest estimate within some seconds.
fn estimates(samples: &[Sample], from: f64, until: f64) -> (f64, f64) {
    let within = samples.iter().filter(|s| from <= s.at && s.at < until);
    within.fold((f64::MAX, 0.0), |bounds, sample| {
        (bounds.0.min(sample.estimate), bounds.1.max(sample.estimate))
    })
}

/// Seconds from `from` until a second's mean of what is received reaches `bps`.
fn seconds_until(samples: &[Sample], from: f64, bps: f64) -> f64 {
    let mut at = from;
    while received(samples, at, at + 1.0) < bps {
        at += 0.1;
        assert!(at < from + 60.0, "never reached {bps}");
    }
    at - from
}

fn one(path: &Path, source: Source, seed: u64, seconds: f64) -> Vec<Sample> {
    World::new(path.clone(), &[source], seed)
        .run(seconds)
        .remove(0)
}

#[test]
fn a_calm_link_is_found_in_two_seconds_and_used_without_a_standing_queue() {
    for seed in SEEDS {
        let run = one(
            &Path::calm(3.0 * MEGA),
            Source::Follows(PICTURE),
            seed,
            40.0,
        );
        let found = seconds_until(&run, 0.0, 0.8 * PICTURE);
        assert!(found <= 2.0, "seed {seed}: {found:.1} s");
        let used = received(&run, 5.0, 40.0);
        assert!(used >= 0.85 * PICTURE, "seed {seed}: {used:.0}");
        let queue = queueing_ms(&run, 5.0, 40.0);
        assert!(queue <= 15.0, "seed {seed}: {queue:.0} ms");
    }
}

#[test]
fn random_loss_of_five_per_cent_leaves_four_fifths_of_the_link() {
    let path = Path {
        loss: Loss::Random(0.05),
        ..Path::calm(3.0 * MEGA)
    };
    for seed in SEEDS {
        let run = one(&path, Source::Follows(3.0 * MEGA), seed, 60.0);
        // What arrives is a twentieth less than what was sent.
        let used = received(&run, 5.0, 60.0) / 0.95;
        assert!(used >= 0.8 * 3.0 * MEGA, "seed {seed}: {used:.0}");
        if seed == 1 {
            keep("random-loss", "5 % random loss on a link of 3 Mb/s", &[run]);
        }
    }
}

#[test]
fn loss_in_bursts_leaves_four_fifths_of_the_link() {
    let path = Path {
        loss: Loss::Bursts(0.01, 0.1),
        ..Path::calm(3.0 * MEGA)
    };
    for seed in SEEDS {
        let run = one(&path, Source::Follows(PICTURE), seed, 60.0);
        let used = received(&run, 5.0, 60.0);
        assert!(used >= 0.8 * PICTURE, "seed {seed}: {used:.0}");
    }
}

#[test]
fn a_link_that_narrows_is_obeyed_at_once_and_one_that_widens_is_found_in_eight_seconds() {
    let path = Path {
        capacity: vec![(0.0, 3.0 * MEGA), (15.0, 0.5 * MEGA), (35.0, 3.0 * MEGA)],
        ..Path::calm(0.0)
    };
    for seed in SEEDS {
        let run = one(&path, Source::Follows(PICTURE), seed, 60.0);
        let narrow = estimates(&run, 16.5, 35.0);
        assert!(narrow.1 <= 0.6 * MEGA, "seed {seed}: {narrow:?}");
        let used = received(&run, 18.0, 35.0);
        assert!(used >= 0.65 * 0.5 * MEGA, "seed {seed}: {used:.0}");
        let queue = queueing_ms(&run, 18.0, 35.0);
        assert!(queue <= 60.0, "seed {seed}: {queue:.0} ms");
        let found = seconds_until(&run, 35.0, 0.9 * PICTURE);
        assert!(found <= 8.0, "seed {seed}: {found:.1} s");
        if seed == 1 {
            keep("step", "3 Mb/s, then 500 kb/s, then 3 Mb/s", &[run]);
        }
    }
}

#[test]
fn both_at_once_five_per_cent_of_loss_and_a_link_that_widens_are_overcome_in_eight_seconds() {
    let path = Path {
        capacity: vec![(0.0, 0.5 * MEGA), (20.0, 3.0 * MEGA)],
        loss: Loss::Random(0.05),
        ..Path::calm(0.0)
    };
    for seed in SEEDS {
        let run = one(&path, Source::Follows(PICTURE), seed, 40.0);
        let found = seconds_until(&run, 20.0, 0.8 * PICTURE);
        assert!(found <= 8.0, "seed {seed}: {found:.1} s");
    }
}

#[test]
fn a_still_picture_neither_shrinks_the_estimate_nor_lets_it_grow_beyond_what_was_proven() {
    for seed in SEEDS {
        let run = one(
            &Path::calm(10.0 * MEGA),
            Source::Fixed(0.3 * MEGA),
            seed,
            60.0,
        );
        let (least, most) = estimates(&run, 5.0, 60.0);
        assert!(least >= 2.0 * MEGA, "seed {seed}: {least:.0}");
        assert!(most <= 3.5 * MEGA, "seed {seed}: {most:.0}");
        // Once the wanted rate is proven there is nothing to ask for.
        let probes = mean(&run, 10.0, 60.0, |sample| f64::from(sample.probe_bytes));
        assert!(probes * 80.0 <= 10_000.0, "seed {seed}: {probes:.0}");
        if seed == 1 {
            keep(
                "still",
                "A picture of 300 kb/s on a link of 10 Mb/s",
                &[run],
            );
        }
    }
}

#[test]
fn a_pause_of_half_a_minute_changes_nothing() {
    for seed in SEEDS {
        let world = World::new(Path::calm(3.0 * MEGA), &[Source::Follows(PICTURE)], seed);
        let run = world
            .active(0, vec![(0.0, 10.0), (40.0, 60.0)])
            .run(60.0)
            .remove(0);
        let (before, after) = (estimates(&run, 9.0, 10.0).0, estimates(&run, 39.0, 40.0).0);
        assert!(
            after >= before * 0.99,
            "seed {seed}: {before:.0}, {after:.0}"
        );
        let used = received(&run, 42.0, 60.0);
        assert!(used >= 0.8 * PICTURE, "seed {seed}: {used:.0}");
    }
}

#[test]
fn a_link_of_two_hundred_kilobits_is_obeyed_and_hardly_probed() {
    for seed in SEEDS {
        let run = one(
            &Path::calm(0.2 * MEGA),
            Source::Fixed(0.1 * MEGA),
            seed,
            60.0,
        );
        let (_, most) = estimates(&run, 8.0, 60.0);
        assert!(most <= 0.3 * MEGA, "seed {seed}: {most:.0}");
        let probes = mean(&run, 8.0, 60.0, |sample| f64::from(sample.probe_bytes)) * 80.0;
        assert!(probes <= 0.1 * 0.2 * MEGA, "seed {seed}: {probes:.0}");
    }
}

#[test]
fn jitter_of_thirty_milliseconds_costs_no_rate() {
    let path = Path {
        jitter: 0.03,
        ..Path::calm(3.0 * MEGA)
    };
    for seed in SEEDS {
        let run = one(&path, Source::Follows(PICTURE), seed, 60.0);
        let used = received(&run, 5.0, 60.0);
        assert!(used >= 0.8 * PICTURE, "seed {seed}: {used:.0}");
    }
}

#[test]
fn others_on_the_link_are_given_way_and_their_end_is_found_in_eight_seconds() {
    let path = Path {
        others: vec![(15.0, 35.0, 2.0 * MEGA)],
        ..Path::calm(3.0 * MEGA)
    };
    for seed in SEEDS {
        let run = one(&path, Source::Follows(PICTURE), seed, 60.0);
        let queue = queueing_ms(&run, 18.0, 35.0);
        assert!(queue <= 100.0, "seed {seed}: {queue:.0} ms");
        let used = received(&run, 18.0, 35.0);
        assert!(used >= 0.6 * MEGA, "seed {seed}: {used:.0}");
        let found = seconds_until(&run, 35.0, 0.9 * PICTURE);
        assert!(found <= 8.0, "seed {seed}: {found:.1} s");
    }
}

#[test]
fn two_of_us_share_a_link() {
    for seed in SEEDS {
        let sources = [Source::Follows(PICTURE); 2];
        let world = World::new(Path::calm(3.0 * MEGA), &sources, seed);
        let runs = world.active(1, vec![(20.0, 120.0)]).run(120.0);
        let used = [0, 1].map(|flow| received(&runs[flow], 60.0, 120.0));
        assert!(
            used[0].min(used[1]) >= 0.2 * 3.0 * MEGA,
            "seed {seed}: {used:.0?}"
        );
        assert!(
            used[0] + used[1] >= 0.75 * 3.0 * MEGA,
            "seed {seed}: {used:.0?}"
        );
        if seed == 1 {
            keep(
                "two",
                "Two flows on a link of 3 Mb/s, the second from 20 s on",
                &runs,
            );
        }
    }
}

#[test]
fn reports_that_are_lost_cost_no_rate() {
    let path = Path {
        report_loss: 0.2,
        ..Path::calm(3.0 * MEGA)
    };
    for seed in SEEDS {
        let run = one(&path, Source::Follows(PICTURE), seed, 60.0);
        let used = received(&run, 5.0, 60.0);
        assert!(used >= 0.8 * PICTURE, "seed {seed}: {used:.0}");
    }
}

#[test]
fn a_long_way_is_used_as_well_as_a_short_one() {
    let path = Path {
        delay: 0.15,
        ..Path::calm(3.0 * MEGA)
    };
    for seed in SEEDS {
        let run = one(&path, Source::Follows(PICTURE), seed, 60.0);
        let used = received(&run, 5.0, 60.0);
        assert!(used >= 0.8 * PICTURE, "seed {seed}: {used:.0}");
    }
}

#[test]
fn a_link_without_a_queue_is_used_and_not_flooded() {
    let path = Path {
        queue: 0.02,
        ..Path::calm(MEGA)
    };
    for seed in SEEDS {
        let run = one(&path, Source::Follows(PICTURE), seed, 60.0);
        let used = received(&run, 5.0, 60.0);
        assert!(used >= 0.5 * MEGA, "seed {seed}: {used:.0}");
        let lost = mean(&run, 5.0, 60.0, |sample| {
            f64::from(sample.sent_packets) - f64::from(sample.received_packets)
        });
        let sent = mean(&run, 5.0, 60.0, |sample| f64::from(sample.sent_packets));
        assert!(lost <= 0.15 * sent, "seed {seed}: {lost:.1} of {sent:.1}");
    }
}

#[test]
fn a_receiver_that_stalls_for_up_to_a_twentieth_of_a_second_costs_no_rate() {
    let path = Path {
        stalls: (0.1, 0.05),
        ..Path::calm(10.0 * MEGA)
    };
    for seed in SEEDS {
        let run = one(&path, Source::Follows(PICTURE), seed, 60.0);
        let used = received(&run, 5.0, 60.0);
        assert!(used >= 0.8 * PICTURE, "seed {seed}: {used:.0}");
    }
}
