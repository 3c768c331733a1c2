//! One chart: the wait by hour of the day, median and ninth decile, of one or two scenarios, as SVG
//! inside the page. Lines differ by dash and by mark, not only by colour, so that a black-and-white
//! print says the same.

use super::page::escaped;
use super::report::Report;
use passerelle_signaling::tag::Language;
use std::fmt::Write as _;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 36.0;

/// Grid lines above nought.
const LINES: u32 = 4;

/// Steps of the scale, in minutes for each grid line.
const STEPS: [f64; 9] = [0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0];

/// Of each scenario. Both have a contrast of at least 4.5 to white.
const COLOURS: [&str; 2] = ["#0b4f9e", "#a33b00"];

struct Frame {
    first: u8,
    last: u8,
    /// The highest wait shown, in minutes.
    top: f64,
}

impl Frame {
    fn x(&self, hour: f64) -> f64 {
        let hours = f64::from(self.last - self.first + 1);
        LEFT + (hour - f64::from(self.first)) / hours * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, minutes: f64) -> f64 {
        HEIGHT - BOTTOM - minutes / self.top * (HEIGHT - TOP - BOTTOM)
    }
}

/// The chart of one language.
pub(super) fn chart(report: &Report, language: Language, name: &str) -> String {
    let words = report.words();
    let hours = report.hours(language);
    let longest = report.played.iter().flat_map(|played| {
        let cells = hours.clone().map(move |hour| (language, hour));
        cells.filter_map(|key| played.summary.cells.get(&key)?.wait(90))
    });
    let longest = longest.max().unwrap_or_default().0 as f64 / 60_000.0;
    let lines = f64::from(LINES);
    let step = STEPS.into_iter().find(|step| step * lines >= longest);
    let frame = Frame {
        first: *hours.start(),
        last: *hours.end(),
        top: step.unwrap_or(longest / lines) * lines,
    };
    let id = escaped(language.as_str());
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"chart-{id}\">\
         <title id=\"chart-{id}\">{}, {}</title>",
        escaped(name),
        words.chart,
    );
    axes(&mut svg, &frame, report);
    for number in 0..report.played.len() {
        for percent in [90, 50] {
            line(&mut svg, &frame, report, (language, number, percent));
        }
    }
    legend(&mut svg, report);
    svg.push_str("</svg>");
    svg
}

fn axes(svg: &mut String, frame: &Frame, report: &Report) {
    let words = report.words();
    for number in 0..=LINES {
        let minutes = frame.top * f64::from(number) / f64::from(LINES);
        let y = frame.y(minutes);
        let right = WIDTH - RIGHT;
        let label = words.number(minutes);
        let _ = write!(
            svg,
            "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            LEFT - 8.0,
            y + 4.0,
        );
    }
    for hour in frame.first..=frame.last {
        let x = frame.x(f64::from(hour) + 0.5);
        let y = HEIGHT - BOTTOM + 18.0;
        let _ = write!(
            svg,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{hour} h</text>"
        );
    }
    let _ = write!(svg, "<text x=\"4\" y=\"14\">{}</text>", words.minutes);
}

/// One line, in the middle of each hour; broken where an hour has no answered call.
fn line(svg: &mut String, frame: &Frame, report: &Report, what: (Language, usize, usize)) {
    let (language, number, percent) = what;
    let colour = COLOURS[number % COLOURS.len()];
    let cells = &report.played[number].summary.cells;
    let mut path = String::new();
    let mut marks = String::new();
    let mut pen = "M";
    for hour in frame.first..=frame.last {
        let wait = cells
            .get(&(language, hour))
            .and_then(|cell| cell.wait(percent));
        let Some(wait) = wait else {
            pen = "M";
            continue;
        };
        let x = frame.x(f64::from(hour) + 0.5);
        let y = frame.y(wait.0 as f64 / 60_000.0);
        let _ = write!(path, "{pen}{x:.1} {y:.1}");
        marks.push_str(&mark(number, x, y));
        pen = "L";
    }
    let dash = if percent == 90 {
        " stroke-dasharray=\"6 4\""
    } else {
        ""
    };
    let _ = write!(
        svg,
        "<g stroke=\"{colour}\" fill=\"{colour}\"><path fill=\"none\" stroke-width=\"2\"{dash} \
         d=\"{path}\"/>{marks}</g>"
    );
}

/// A disc for the first scenario, a square for the second.
fn mark(number: usize, x: f64, y: f64) -> String {
    if number == 0 {
        format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>")
    } else {
        let (x, y) = (x - 3.0, y - 3.0);
        format!("<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"6\" height=\"6\"/>")
    }
}

/// Which scenario is which; with one there is nothing to tell apart.
fn legend(svg: &mut String, report: &Report) {
    if !report.compares() {
        return;
    }
    let mut x = WIDTH / 4.0;
    for (number, played) in report.played.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        // As many letters as fit; the table has the whole name.
        let name: String = played.name.chars().take(28).collect();
        let mark = mark(number, x, 10.0);
        let _ = write!(
            svg,
            "<g stroke=\"{colour}\" fill=\"{colour}\">{mark}</g>\
             <text x=\"{:.1}\" y=\"14\">{}</text>",
            x + 10.0,
            escaped(&name),
        );
        x += WIDTH * 0.375;
    }
}
