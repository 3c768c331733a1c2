//! Pictures of a run as small SVG files: rate, loss and queueing delay over time.

use super::world::Sample;
use std::fmt::Write;
use std::path::PathBuf;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 60.0;
const PANEL: f64 = 150.0;
const GAP: f64 = 46.0;

/// One line of a panel.
struct Line {
    name: &'static str,
    colour: &'static str,
    values: Vec<f64>,
}

/// Where the picture of a scenario is kept.
pub(super) fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("docs/bandwidth/{name}.svg"))
}

/// With `UPDATE=1` keeps the picture; without, asserts that the one kept is of this very run, which
/// the same seeds make again to the last bit.
pub(super) fn keep(name: &str, title: &str, flows: &[Vec<Sample>]) {
    let (file, drawn) = (file(name), draw(title, flows));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("docs can be written");
        std::fs::write(&file, &drawn).expect("the picture can be written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == drawn,
        "{} is not of today: run with UPDATE=1",
        file.display()
    );
}

fn draw(title: &str, flows: &[Vec<Sample>]) -> String {
    let seconds = flows[0].last().map_or(1.0, |sample| sample.at);
    let height = 3.0 * (PANEL + GAP) + 30.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" \
         fill=\"white\"/>\n<text x=\"{LEFT}\" y=\"18\" font-size=\"15\">{title}</text>\n"
    );
    let colours = ["#0b5cad", "#b4491f"];
    let mut rates = vec![line("link", "#999999", &flows[0], |s| s.capacity / 1e6)];
    for (flow, colour) in flows.iter().zip(colours) {
        rates.push(line("estimate", colour, flow, |s| s.estimate / 1e6));
    }
    for (flow, colour) in flows.iter().zip(["#7fb2e5", "#e3a98f"]) {
        rates.push(line("received", colour, flow, |s| s.received / 1e6));
    }
    let lost = line("lost", "#b4491f", &flows[0], |s| {
        100.0 * f64::from(s.lost_packets) / f64::from(s.sent_packets.max(1))
    });
    let queue = line("queue", "#0b5cad", &flows[0], |s| s.queueing_ms);
    let panels = [
        ("Mb/s", rates),
        ("loss, %", vec![lost]),
        ("queueing delay, ms", vec![queue]),
    ];
    for (number, (unit, lines)) in (0u8..).zip(panels) {
        let top = 44.0 + f64::from(number) * (PANEL + GAP);
        panel(&mut svg, top, unit, seconds, &lines);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Half-second means, so that a picture is small and quiet.
fn line(
    name: &'static str,
    colour: &'static str,
    samples: &[Sample],
    value: impl Fn(&Sample) -> f64,
) -> Line {
    let halves = samples.chunks(5);
    let mean = |half: &[Sample]| half.iter().map(&value).sum::<f64>() / half.len() as f64;
    Line {
        name,
        colour,
        values: halves.map(mean).collect(),
    }
}

fn panel(svg: &mut String, top: f64, unit: &str, seconds: f64, lines: &[Line]) {
    let values = lines.iter().flat_map(|line| &line.values);
    let most = values.copied().fold(1.0, f64::max).mul_add(1.05, 0.0);
    let (bottom, right) = (top + PANEL, WIDTH - 20.0);
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{:.0}\">{unit}</text><path d=\"M{LEFT} {top}V{bottom}H{right}\" \
         fill=\"none\" stroke=\"black\"/><text x=\"{:.0}\" y=\"{bottom}\" text-anchor=\"end\">0\
         </text><text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{most:.1}</text>",
        top - 8.0,
        LEFT - 6.0,
        LEFT - 6.0,
        top + 10.0
    );
    let across = (right - LEFT) / seconds;
    let mut second = 0.0;
    while second <= seconds {
        let (x, y) = (LEFT + second * across, bottom + 16.0);
        let _ = writeln!(
            svg,
            "<text x=\"{x:.0}\" y=\"{y:.0}\" text-anchor=\"middle\">{second} s</text>"
        );
        second += 10.0;
    }
    for (number, line) in lines.iter().enumerate() {
        let points = line.values.iter().enumerate().map(|(n, value)| {
            let x = LEFT + n as f64 * 0.5 * across;
            format!("{x:.0},{:.0}", bottom - value / most * PANEL)
        });
        let points: Vec<_> = points.collect();
        let x = LEFT + 150.0 + number as f64 * 90.0;
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>\
             <text x=\"{x}\" y=\"{:.0}\" fill=\"{}\">{}</text>",
            points.join(" "),
            line.colour,
            top - 8.0,
            line.colour,
            line.name
        );
    }
}
