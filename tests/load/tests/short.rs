//! The load tool as an administrator runs it, with few calls and for a second: against the gateway
//! that was built beside it, the bare forwarder, and a network that loses.

#![expect(
    clippy::unwrap_used,
    reason = "a test's panic is its message; clippy does not know helper functions of tests"
)]

use std::process::Command;

const TOOL: &str = env!("CARGO_BIN_EXE_passerelle-load");

/// What it prints.
fn output_of(arguments: &[&str]) -> String {
    let run = Command::new(TOOL).args(arguments).output().unwrap();
    let [output, errors] = [run.stdout, run.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(run.status.success(), "{output}\n{errors}");
    output
}

/// The value of a figure or a remark.
fn value_of(output: &str, name: &str) -> f64 {
    let mut lines = output.lines().map(|line| line.trim_start_matches("# "));
    let values = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
    let value = values.and_then(|values| values.split('\t').next());
    value
        .unwrap_or_else(|| unreachable!("{name} is printed:\n{output}"))
        .parse()
        .unwrap()
}

#[test]
fn calls_through_the_gateway_are_counted_timed_and_judged() {
    let short = ["media", "--step", "2", "--calls", "2"];
    let output = output_of(&[&short[..], &["--seconds", "1", "--rounds", "1"]].concat());
    // Two calls of two sides with 260 packets in the second, on however slow a machine.
    let forwarded = value_of(&output, "ramp_forwarded");
    assert!((100.0..=1100.0).contains(&forwarded), "{output}");
    assert!(value_of(&output, "ramp_cpu_per_million") > 0.0, "{output}");
    let [p50, p99] = ["p50", "p99"].map(|share| {
        let name = format!("forward_delay_{share}_us");
        value_of(&output, &name)
    });
    assert!(p50 > 1.0 && p99 >= p50, "{output}");
    let figures = output.lines().filter(|line| !line.starts_with('#'));
    for line in figures {
        let columns: Vec<&str> = line.split('\t').collect();
        assert!(
            matches!(columns[..], [_, _, _, _, "ok" | "short"]),
            "{line}"
        );
    }
}

#[test]
fn calls_that_are_held_on_two_threads_lose_nothing_and_open_nothing_further() {
    let short = ["hold", "--calls", "2", "--seconds", "1", "--rounds", "2"];
    let output = output_of(&short);
    assert!(value_of(&output, "hold_delivered_pct") > 99.0, "{output}");
    // Threads and files of the start may go; none may come.
    for name in ["hold_files_drift_pct", "hold_threads_drift_pct"] {
        assert!(value_of(&output, name) <= 0.0, "{name}: {output}");
    }
    assert!(value_of(&output, "hold_rss_drift_pct") < 50.0, "{output}");
}

#[test]
fn the_bare_forwarder_makes_good_what_a_network_loses() {
    assert_repairs("str0m");
}

#[test]
fn the_gateway_asks_for_what_it_lost_and_repairs_what_others_lost() {
    let output = assert_repairs("passerelle");
    // A packet is asked for again only when its answer is overdue, not while it may be on its way;
    // and down, where the network loses repairs too, each time that the other end asks for one.
    for (way, most) in [("up", 1.5), ("down", 2.0)] {
        let [repairs, lost] = ["repairs", "media_lost"].map(|what| {
            let name = format!("repair_{way}_{what}");
            value_of(&output, &name)
        });
        assert!(repairs <= most * lost, "{way}: {output}");
    }
}

/// A call over a network that loses in both directions: what is lost comes again, both ways.
fn assert_repairs(server: &str) -> String {
    let short = [
        "repair",
        "--calls",
        "1",
        "--seconds",
        "2",
        "--server",
        server,
    ];
    let output = output_of(&[&short[..], &["--loss", "5", "--delay", "10"]].concat());
    for way in ["up", "down"] {
        assert!(
            value_of(&output, &format!("repair_{way}_media_lost")) > 5.0,
            "{output}"
        );
        assert!(
            value_of(&output, &format!("repair_{way}_repairs")) > 5.0,
            "{output}"
        );
    }
    assert!(value_of(&output, "repair_came_late") > 5.0, "{output}");
    let delivered = value_of(&output, "repair_delivered");
    assert!(
        delivered > 97.0,
        "of 90 % that come by themselves:\n{output}"
    );
    output
}

#[test]
fn a_gateway_that_is_not_there_is_named_with_what_to_do() {
    let arguments = ["media", "--gateway", "/nowhere/passerelle"];
    let failed = Command::new(TOOL).args(arguments).output().unwrap();
    let errors = String::from_utf8(failed.stderr).unwrap();
    assert!(!failed.status.success());
    assert!(
        errors.contains("/nowhere/passerelle") && errors.contains("--gateway"),
        "{errors}"
    );
}
