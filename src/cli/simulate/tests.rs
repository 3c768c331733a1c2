//! Pages, tables and figures of a small service, read as their readers would.

use super::chart::chart;
use super::csv::csv;
use super::page::page;
use super::report::{Played, Report};
use super::table;
use super::text::{Speech, length};
use passerelle_signaling::configuration::{Configuration, LanguageRules, SiteRules};
use passerelle_signaling::ids::{InterpreterId, SiteId, TabletId};
use passerelle_signaling::need::{Mode, Qualification, Skill, Tier};
use passerelle_signaling::simulation::{Arrivals, Plan, Roster, Summary, run};
use passerelle_signaling::tag::Language;
use std::collections::BTreeMap;

fn english() -> Language {
    "en".parse().unwrap()
}

fn configuration() -> Configuration {
    let skill = Skill {
        tier: Tier::FIRST,
        modes: [Mode::SpokenVideo].into(),
    };
    let person = Qualification {
        skills: BTreeMap::from([(english(), skill)]),
        ..Qualification::default()
    };
    Configuration {
        languages: BTreeMap::from([(english(), LanguageRules::default())]),
        sites: BTreeMap::from([(SiteId(1), SiteRules::default())]),
        tablets: (1..=10).map(|id| (TabletId(id), SiteId(1))).collect(),
        interpreters: (1..=3)
            .map(|id| (InterpreterId(id), person.clone()))
            .collect(),
        ..Configuration::default()
    }
}

fn played(name: &str, interpreters: u32) -> Played {
    let arrivals = Arrivals {
        language: english(),
        calls_per_day: 40.0,
        profile: Vec::new(),
        handling_min: 12.0,
        handling_spread: 0.8,
        patience_min: 15.0,
        callback: 0.0,
    };
    let roster = |id| Roster {
        interpreter: InterpreterId(id),
        hours: vec![String::from("mon-fri 08:00-18:00")],
        languages: Vec::new(),
    };
    let plan = Plan {
        arrivals: vec![arrivals],
        rosters: (1..=interpreters).map(roster).collect(),
        ..Plan::default()
    };
    let scenarios = plan.scenarios(&configuration()).unwrap();
    let mut summary = Summary::default();
    for (seed, scenario) in (1..).zip(&scenarios) {
        summary.add(scenario.begins_at, &run(scenario, seed, &mut ()));
    }
    Played {
        name: String::from(name),
        summary: summary.done(),
    }
}

fn report(speech: Speech, played: Vec<Played>) -> Report {
    Report {
        service: String::from("Ville <d'essai>"),
        speech,
        seed: 1,
        played,
        languages: vec![(english(), String::from("Anglais"))],
        interpreters: BTreeMap::from([(InterpreterId(1), String::from("Camille Delattre"))]),
    }
}

fn compared(speech: Speech) -> Report {
    report(speech, vec![played("deux", 2), played("trois", 3)])
}

#[test]
fn every_chart_has_a_table_with_its_figures_beside_it() {
    let html = page(&compared(Speech::Fr));
    let charts = html.matches("<figure>").count();
    assert_eq!(charts, 1);
    for section in html
        .split("<section>")
        .filter(|part| part.contains("<figure>"))
    {
        assert_eq!(section.matches("<table>").count(), 1);
        assert!(section.contains("10–11 h"), "no row for ten o'clock");
        assert!(section.contains("<title id=\"chart-en\">Anglais"));
    }
}

#[test]
fn the_page_needs_nothing_else_and_runs_no_script() {
    let html = page(&compared(Speech::Fr));
    for foreign in ["<script", "http", "url(", "@import", " on", "src="] {
        let found = html.match_indices(foreign).next();
        let around = found.map(|(at, _)| html[at..].chars().take(40).collect::<String>());
        // ` on` begins French words only inside texts; as an attribute it is followed by `=`.
        let harmless =
            foreign == " on" && !html.contains(" onclick=") && !html.contains(" onload=");
        assert!(around.is_none() || harmless, "{around:?}");
    }
    assert!(
        html.contains("Ville &lt;d&#39;essai&gt;"),
        "names are escaped"
    );
    assert!(!html.contains("<d'essai>"));
}

#[test]
fn tags_are_closed_in_the_order_in_which_they_are_opened() {
    let html = page(&compared(Speech::En));
    let mut open = Vec::new();
    for tag in html.split('<').skip(1) {
        let inside = tag.split('>').next().unwrap();
        let name = inside.split([' ', '/']).find(|part| !part.is_empty());
        let name = name.unwrap();
        if inside.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{inside}");
        } else if !inside.ends_with('/') && !matches!(name, "!doctype" | "meta") {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn the_page_speaks_french_unless_told_otherwise() {
    let french = page(&report(Speech::default(), vec![played("deux", 2)]));
    assert!(french.contains("<html lang=\"fr\">") && french.contains("Attente médiane"));
    let english = page(&report(Speech::En, vec![played("two", 2)]));
    assert!(english.contains("<html lang=\"en\">") && english.contains("Median wait"));
    assert!(!english.contains("Attente"));
}

#[test]
fn two_scenarios_stand_side_by_side_and_differ_by_more_than_colour() {
    let report = compared(Speech::Fr);
    let overview = table::overview(&report);
    let names: Vec<&str> = overview.rows.iter().map(|row| &*row[1]).collect();
    assert_eq!(names, ["deux", "trois", "deux", "trois"]);
    let chart = chart(&report, english(), "Anglais");
    assert!(chart.contains("<circle") && chart.contains("<rect"));
    assert!(chart.contains("stroke-dasharray"));
    assert!(!chart.contains("NaN") && !chart.contains("inf"));
}

#[test]
fn every_row_of_a_table_has_a_cell_for_every_head() {
    let report = compared(Speech::Fr);
    let by_hour = table::by_hour(&report, english(), "Anglais");
    for table in [table::overview(&report), by_hour, table::people(&report)] {
        assert!(!table.rows.is_empty(), "{}", table.caption);
        for row in &table.rows {
            assert_eq!(row.len(), table.heads.len(), "{row:?}");
        }
        let text = table.to_text();
        assert_eq!(text.lines().count(), table.rows.len() + 2);
    }
}

#[test]
fn somebody_only_the_scenario_knows_goes_by_the_number() {
    let people = table::people(&report(Speech::Fr, vec![played("deux", 2)]));
    let names: Vec<&str> = people.rows.iter().map(|row| &*row[0]).collect();
    assert_eq!(names, ["Camille Delattre", "Interprète 2"]);
}

#[test]
fn the_figures_for_a_spreadsheet_are_raw_and_quoted() {
    let text = csv(&report(Speech::Fr, vec![played("=2+\"2\"", 2)]));
    let mut lines = text.split("\r\n");
    let columns = lines.next().unwrap().split(',').count();
    let first = lines.next().unwrap();
    assert!(first.starts_with("\"'=2+\"\"2\"\"\",en,"), "{first}");
    assert_eq!(first.split(',').count(), columns);
    let calls: u64 = text
        .split("\r\n")
        .skip(1)
        .filter_map(|line| line.split(',').nth(4)?.parse::<u64>().ok())
        .sum();
    assert!(
        (100..=300).contains(&calls),
        "five days of 40 calls: {calls}"
    );
}

#[test]
fn lengths_are_said_as_people_say_them() {
    assert_eq!(length(48), "48 s");
    assert_eq!(length(65), "1 min 05 s");
    assert_eq!(length(7_380), "2 h 03 min");
}

#[test]
fn a_share_just_below_all_is_not_said_to_be_all() {
    assert_eq!(Speech::Fr.words().share(0.999), "99\u{a0}%");
    assert_eq!(Speech::En.words().share(1.0), "100%");
    assert_eq!(Speech::Fr.words().number(12.5), "12,5");
}
