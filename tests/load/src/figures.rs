//! Figures as `make bench` gathers them: name, value, unit, target, `ok` or `short`, tab-separated.
//! Lines that begin with `#` say what is under way, or hold figures without a target.

use std::io::{Write, stdout};

/// A figure that is to stay below a limit.
pub(crate) fn at_most(name: &str, value: f64, unit: &str, limit: f64) {
    say(&line(name, value, unit, limit, |value| value <= limit));
}

/// A figure that is to reach a goal.
pub(crate) fn at_least(name: &str, value: f64, unit: &str, goal: f64) {
    say(&line(name, value, unit, goal, |value| value >= goal));
}

/// A figure without a target, to be read beside the others.
pub(crate) fn remark(name: &str, value: f64, unit: &str) {
    say(&format!("# {name}\t{}\t{unit}", printed(value)));
}

/// How far it is.
pub(crate) fn progress(text: &str) {
    say(&format!("# {text}"));
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.get(middle) {
        None => f64::NAN,
        Some(upper) if values.len() % 2 == 1 => *upper,
        Some(upper) => f64::midpoint(values[middle - 1], *upper),
    }
}

/// What is printed is what is judged.
fn line(name: &str, value: f64, unit: &str, target: f64, holds: impl Fn(f64) -> bool) -> String {
    let printed = printed(value);
    let verdict = match printed.parse() {
        Ok(value) if holds(value) => "ok",
        _ => "short",
    };
    format!("{name}\t{printed}\t{unit}\t{target}\t{verdict}")
}

/// Ratios to two digits, everything else to one.
fn printed(value: f64) -> String {
    if value.abs() < 10.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.1}")
    }
}

fn say(text: &str) {
    // Nobody reads any more: there is nothing left to do, and whoever started this ends it.
    let _ = writeln!(stdout(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_that_is_printed_is_the_one_that_is_judged() {
        let line = |value| line("a", value, "ratio", 0.4, |value| value <= 0.4);
        assert_eq!(line(0.404), "a\t0.40\tratio\t0.4\tok");
        assert_eq!(line(0.406), "a\t0.41\tratio\t0.4\tshort");
        assert!(line(f64::NAN).ends_with("short"));
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        assert!(median(Vec::new()).is_nan());
    }
}
