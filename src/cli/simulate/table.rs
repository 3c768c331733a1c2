//! The tables of a report: the same on the terminal and on the page.

use super::report::{Played, Report};
use super::text::length;
use passerelle_signaling::ids::InterpreterId;
use passerelle_signaling::simulation::Cell;
use passerelle_signaling::tag::Language;
use passerelle_signaling::time::Millis;
use std::collections::BTreeSet;

/// The limits of the service level, in seconds: the market's, the FCC's, the French regulator's.
pub(super) const WITHIN_S: [u64; 3] = [30, 120, 180];

/// No figure, because there was nothing to count.
const NONE: &str = "–";

/// Rows of text under a row of heads.
pub(super) struct Table {
    /// What it shows.
    pub(super) caption: String,
    /// How many columns at the left name the row; the others are figures.
    pub(super) names: usize,
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// One row for each language and scenario, and one for all languages.
pub(super) fn overview(report: &Report) -> Table {
    let words = report.words();
    let all = (None, String::from(words.all_languages));
    let languages = report
        .called()
        .map(|(language, name)| (Some(*language), name.clone()));
    let rows = languages.chain([all]).flat_map(|(language, name)| {
        report.played.iter().map(move |played| {
            let cell = played.summary.whole(language);
            row(report, played, name.clone(), &cell)
        })
    });
    Table {
        caption: String::from(words.overview),
        names: names(report),
        heads: heads(report, words.language),
        rows: rows.collect(),
    }
}

/// One row for each hour and scenario.
pub(super) fn by_hour(report: &Report, language: Language, name: &str) -> Table {
    let words = report.words();
    let nobody = Cell::default();
    let rows = report.hours(language).flat_map(|hour| {
        let nobody = &nobody;
        report.played.iter().map(move |played| {
            let cell = played.summary.cells.get(&(language, hour));
            let name = format!("{hour}–{} h", hour + 1);
            row(report, played, name, cell.unwrap_or(nobody))
        })
    });
    Table {
        caption: format!("{name}, {}", words.by_hour),
        names: names(report),
        heads: heads(report, words.hour),
        rows: rows.collect(),
    }
}

/// One row for each interpreter and scenario.
pub(super) fn people(report: &Report) -> Table {
    let words = report.words();
    let served = report
        .played
        .iter()
        .flat_map(|played| played.summary.service.keys());
    let people: BTreeSet<InterpreterId> = served.copied().collect();
    let rows = people.into_iter().flat_map(|id| {
        report.played.iter().map(move |played| {
            let service = played.summary.service.get(&id).copied();
            let service = service.unwrap_or_default();
            let per_day = service.on_duty.0 / 1000 / u64::from(played.summary.days.max(1));
            let share = service.occupancy().map(|share| words.share(share));
            let figures = [length(per_day), share.unwrap_or_else(|| String::from(NONE))];
            named(report, played, report.interpreter(id))
                .chain(figures)
                .collect()
        })
    });
    let heads = [words.on_duty, words.occupancy].map(String::from);
    Table {
        caption: String::from(words.people),
        names: names(report),
        heads: head_names(report, words.interpreter).chain(heads).collect(),
        rows: rows.collect(),
    }
}

fn names(report: &Report) -> usize {
    1 + usize::from(report.compares())
}

fn head_names<'a>(report: &'a Report, first: &'a str) -> impl Iterator<Item = String> + 'a {
    let second = report.compares().then_some(report.words().scenario);
    std::iter::once(first).chain(second).map(String::from)
}

fn named(report: &Report, played: &Played, first: String) -> impl Iterator<Item = String> {
    let second = report.compares().then(|| played.name.clone());
    std::iter::once(first).chain(second)
}

fn heads(report: &Report, first: &str) -> Vec<String> {
    let words = report.words();
    let [first_limit, second_limit, third_limit] = words.within;
    let figures = [
        words.calls_per_day,
        first_limit,
        second_limit,
        third_limit,
        words.median,
        words.p90,
        words.abandoned,
        words.unserved,
    ];
    head_names(report, first)
        .chain(figures.map(String::from))
        .collect()
}

fn row(report: &Report, played: &Played, name: String, cell: &Cell) -> Vec<String> {
    let words = report.words();
    let none = || String::from(NONE);
    let days = f64::from(played.summary.days.max(1));
    let level = |seconds: u64| {
        let level = cell.service_level(Millis::from_secs(seconds));
        level.map_or_else(none, |level| words.share(level))
    };
    let wait = |percent: usize| {
        let wait = cell.wait(percent);
        wait.map_or_else(none, |wait| length(wait.0.div_ceil(1000)))
    };
    let of_calls = |count: u64| match cell.calls {
        0 => none(),
        calls => words.share(count as f64 / calls as f64),
    };
    let figures = [words.number(cell.calls as f64 / days)]
        .into_iter()
        .chain(WITHIN_S.map(level))
        .chain([wait(50), wait(90)])
        .chain([of_calls(cell.abandoned), of_calls(cell.unserved)]);
    named(report, played, name).chain(figures).collect()
}

impl Table {
    /// For a terminal: columns apart, names to the left, figures to the right.
    pub(super) fn to_text(&self) -> String {
        let lines: Vec<&Vec<String>> = std::iter::once(&self.heads).chain(&self.rows).collect();
        let width = |column: usize| {
            let cells = lines.iter().filter_map(|line| line.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.heads.len()).map(width).collect();
        let mut text = format!("{}\n", self.caption);
        for line in lines {
            let mut padded = String::new();
            for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
                let gap = " ".repeat(width - cell.chars().count());
                let (left, right) = if column < self.names {
                    ("", &*gap)
                } else {
                    (&*gap, "")
                };
                padded.push_str(&format!("{left}{cell}{right}  "));
            }
            text.push_str(padded.trim_end());
            text.push('\n');
        }
        text
    }
}
