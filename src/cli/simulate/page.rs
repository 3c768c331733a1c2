//! The page: one file that needs nothing else and runs no script, to be read on screen, sent along,
//! and printed. Beside each chart stands the table with its figures.

use super::chart::chart;
use super::report::Report;
use super::table::{self, Table};
use std::fmt::Write as _;

/// The look, also in print: charts stay whole, tables may break between rows.
const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:2rem auto;\
max-width:90rem;padding:0 1rem}\
h1{line-height:1.2}\
section{margin:2.5rem 0}\
.both{display:flex;flex-wrap:wrap;gap:1.5rem;align-items:flex-start}\
figure{margin:0;flex:1 1 26rem;max-width:44rem;break-inside:avoid}\
svg{width:100%;height:auto}\
svg text{font-size:13px;fill:#333}\
.grid{stroke:#ccc;fill:none}\
.scroll{overflow-x:auto;flex:1 1 44rem}\
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.875rem}\
caption{text-align:left;font-weight:600;padding:.25rem 0}\
th,td{padding:.25rem .6rem;border-bottom:1px solid #ccc;text-align:right;vertical-align:bottom}\
th.name{text-align:left}\
tbody th{font-weight:400}\
tbody{white-space:nowrap}\
@media print{body{margin:0;max-width:none;font-size:11px}.scroll{overflow:visible}\
.both{display:block}thead{display:table-header-group}tr{break-inside:avoid}}";

/// All of it.
pub(super) fn page(report: &Report) -> String {
    let words = report.words();
    let service = escaped(&report.service);
    let title = format!("{} – {service}", words.title);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        words.tag,
    );
    html.push_str("<ul>\n");
    for line in headline(report) {
        let _ = writeln!(html, "<li>{}</li>", escaped(&line));
    }
    html.push_str("</ul>\n<section>\n");
    html.push_str(&to_html(&table::overview(report)));
    html.push_str("</section>\n");
    for (language, name) in report.called() {
        let _ = write!(
            html,
            "<section>\n<h2>{}</h2>\n<div class=\"both\">\n<figure>{}<figcaption>{}, {}\
             </figcaption></figure>\n{}</div>\n</section>\n",
            escaped(name),
            chart(report, *language, name),
            escaped(name),
            words.chart,
            to_html(&table::by_hour(report, *language, name)),
        );
    }
    let _ = write!(
        html,
        "<section>\n<h2>{}</h2>\n{}</section>\n<section>\n<h2>{}</h2>\n",
        words.people,
        to_html(&table::people(report)),
        words.how,
    );
    for formula in words.formulas {
        let _ = writeln!(html, "<p>{}</p>", escaped(formula));
    }
    html.push_str("</section>\n</main>\n</body>\n</html>\n");
    html
}

/// One line for each scenario: how much was simulated, and from which seed on.
pub(super) fn headline(report: &Report) -> Vec<String> {
    let words = report.words();
    let lines = report.played.iter().map(|played| {
        let days = played.summary.days;
        let seed = report.seed;
        let calls = played.summary.whole(None).calls;
        let line = match words.tag {
            "fr" => format!(
                "{} : {days} journées simulées, {calls} appels (graine {seed})",
                played.name
            ),
            _ => format!(
                "{}: {days} simulated days, {calls} calls (seed {seed})",
                played.name
            ),
        };
        match played.summary.turned_away {
            0 => line,
            away => format!("{line}. {away} {}.", words.turned_away),
        }
    });
    lines.collect()
}

fn to_html(table: &Table) -> String {
    let caption = escaped(&table.caption);
    let mut html = format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">\n<table>\n\
         <caption>{caption}</caption>\n<thead><tr>"
    );
    for (column, head) in table.heads.iter().enumerate() {
        let class = class(column < table.names);
        let _ = write!(html, "<th scope=\"col\"{class}>{}</th>", escaped(head));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        html.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let cell = escaped(cell);
            let _ = if column < table.names {
                write!(html, "<th scope=\"row\"{}>{cell}</th>", class(true))
            } else {
                write!(html, "<td>{cell}</td>")
            };
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
    html
}

const fn class(is_name: bool) -> &'static str {
    if is_name { " class=\"name\"" } else { "" }
}

/// Text between tags and in attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}
