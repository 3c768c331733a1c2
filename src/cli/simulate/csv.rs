//! The figures for a spreadsheet: one line for each scenario, language and hour, in raw units and
//! with a point as decimal sign, whatever the language of the tables. Fields are quoted as RFC 4180
//! says.

use super::report::Report;
use super::table::WITHIN_S;
use passerelle_signaling::simulation::Cell;
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::Millis;
use std::fmt::Write as _;

/// The names of the columns.
const HEAD: &str = "scenario,language,hour,days,calls,answered,within_30_s,within_120_s,\
    within_180_s,wait_median_s,wait_p90_s,abandoned,unserved";

/// All of it.
pub(super) fn csv(report: &Report) -> String {
    let mut text = format!("{HEAD}\r\n");
    for played in &report.played {
        for ((language, hour), cell) in &played.summary.cells {
            let days = played.summary.days;
            line(&mut text, &played.name, *language, *hour, days, cell);
        }
    }
    text
}

fn line(text: &mut String, name: &str, language: Language, hour: u8, days: u32, cell: &Cell) {
    let _ = write!(
        text,
        "{},{language},{hour},{days},{},{}",
        quoted(name),
        cell.calls,
        cell.answered(),
    );
    for seconds in WITHIN_S {
        let level = cell.service_level(Millis::from_secs(seconds));
        let level = level.map_or_else(String::new, |level| format!("{level:.4}"));
        let _ = write!(text, ",{level}");
    }
    for percent in [50, 90] {
        let wait = cell.wait(percent);
        let wait = wait.map_or_else(String::new, |wait| format!("{:.3}", wait.0 as f64 / 1000.0));
        let _ = write!(text, ",{wait}");
    }
    let _ = write!(text, ",{},{}\r\n", cell.abandoned, cell.unserved);
}

/// Quoted, and never a formula: a spreadsheet computes what begins with one of these signs.
fn quoted(field: &str) -> String {
    let guard = if field.starts_with(['=', '+', '-', '@']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", field.replace('"', "\"\""))
}
