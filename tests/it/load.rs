//! `passerelle load` as an administrator runs it, with few people and for a short time.

use crate::gateway::{program, run};
use std::time::Duration;

/// Both take a few seconds.
const LOAD_MAX: Duration = Duration::from_secs(90);

/// The names of the figures a measurement prints; each has a value, a unit, a target and a verdict.
fn figures_of(arguments: &[&str]) -> Vec<String> {
    let mut command = program(&[]);
    command.arg("load").args(arguments);
    let (code, output, errors) = run(command, LOAD_MAX);
    assert_eq!(code, Some(0), "{output}\n{errors}");
    let lines = output.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let [name, value, _unit, target, verdict] = columns[..] else {
                panic!("not a figure: {line}");
            };
            let (value, target): (f64, f64) = (value.parse().unwrap(), target.parse().unwrap());
            assert_eq!(verdict == "ok", value <= target, "{line}");
            name.to_owned()
        })
        .collect()
}

#[test]
fn rings_of_busy_tablets_are_timed() {
    let few = ["rings", "--tablets", "3", "--seconds", "1", "--rate", "6"];
    assert_eq!(
        figures_of(&few),
        ["tap_to_ring_3_p50_ms", "tap_to_ring_3_p99_ms"]
    );
}

#[test]
fn calls_that_outlive_a_killed_gateway_are_timed() {
    assert_eq!(
        figures_of(&["restart", "--calls", "2"]),
        ["restart_2_calls_s"]
    );
}
