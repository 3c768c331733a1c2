//! `passerelle simulate`: what wait to expect of a roster, or of two side by side. Plays many
//! seeded days of the configured service with the real dispatcher; tables go to standard output, a
//! page with charts and figures for a spreadsheet to files.

mod chart;
mod csv;
mod error;
mod page;
mod play;
mod report;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub(super) use error::SimulateError;

use super::error::CliError;
use super::print::say;
use crate::config::Config;
use clap::Args;
use passerelle_signaling::simulation::{DAYS_MAX, Plan};
use report::Report;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use text::Speech;

/// A commented scenario, printed by `--example`.
const EXAMPLE_TOML: &str = include_str!("../../../deploy/scenario.example.toml");

/// Options of `passerelle simulate`.
#[derive(Args)]
pub(super) struct Simulate {
    /// The configuration file: languages, steps, hours, interpreters.
    #[arg(long, value_name = "FILE", required_unless_present = "example")]
    config: Option<PathBuf>,
    /// The scenario: calls, conversations, rosters. Print one to start from with `--example`.
    #[arg(long, value_name = "FILE", required_unless_present = "example")]
    scenario: Option<PathBuf>,
    /// A second scenario, to be put beside the first.
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// How many days are simulated.
    #[arg(long, default_value_t = 200, value_parser = days_range())]
    days: u32,
    /// The seed of the first day: the same seed gives the same answer.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write a page with charts here.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the figures by hour here, for a spreadsheet.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// The language of tables and page.
    #[arg(long, value_enum, default_value_t)]
    lang: Speech,
    /// Print a commented scenario and do nothing else.
    #[arg(long)]
    example: bool,
}

impl Simulate {
    pub(super) fn run(self) -> Result<ExitCode, CliError> {
        let (false, Some(config), Some(scenario)) = (self.example, &self.config, &self.scenario)
        else {
            say(EXAMPLE_TOML.trim_end());
            return Ok(ExitCode::SUCCESS);
        };
        let config = Config::from_file(config)?;
        let report = self.report(&config, scenario)?;
        for line in page::headline(&report) {
            say(line);
        }
        for table in tables(&report) {
            say(format!("\n{}", table.to_text().trim_end()));
        }
        write(self.html.as_deref(), || page::page(&report))?;
        write(self.csv.as_deref(), || csv::csv(&report))?;
        Ok(ExitCode::SUCCESS)
    }

    fn report(&self, config: &Config, scenario: &Path) -> Result<Report, SimulateError> {
        let plans: Result<Vec<Plan>, SimulateError> = std::iter::once(scenario)
            .chain(self.compare.as_deref())
            .map(play::read)
            .collect();
        let plans = plans?;
        let name = |fr: &String, en: &String| match self.lang {
            Speech::Fr => fr.clone(),
            Speech::En => en.clone(),
        };
        let languages = config.languages.iter();
        let interpreters = config.interpreters.iter();
        // Everything is checked before anything is simulated.
        let configuration = config.configuration();
        let ready: Result<Vec<play::Ready>, SimulateError> = plans
            .into_iter()
            .zip(std::iter::once(scenario).chain(self.compare.as_deref()))
            .map(|(plan, path)| play::ready(plan, path, &configuration))
            .collect();
        Ok(Report {
            service: config.service.name.clone(),
            speech: self.lang,
            seed: self.seed,
            played: ready?
                .into_iter()
                .map(|ready| play::play(ready, self.days, self.seed))
                .collect(),
            languages: languages
                .map(|one| (one.tag, name(&one.name_fr, &one.name_en)))
                .collect(),
            interpreters: interpreters
                .map(|person| (person.id, person.name.reveal().clone()))
                .collect(),
        })
    }
}

fn days_range() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=i64::from(DAYS_MAX))
}

/// The tables in the order of the page.
fn tables(report: &Report) -> Vec<table::Table> {
    let languages = report.called();
    let by_hour = languages.map(|(language, name)| table::by_hour(report, *language, name));
    std::iter::once(table::overview(report))
        .chain(by_hour)
        .chain([table::people(report)])
        .collect()
}

fn write(path: Option<&Path>, text: impl FnOnce() -> String) -> Result<(), SimulateError> {
    let Some(path) = path else { return Ok(()) };
    std::fs::write(path, text()).map_err(|source| SimulateError::Unwritable {
        path: path.to_owned(),
        source,
    })
}
