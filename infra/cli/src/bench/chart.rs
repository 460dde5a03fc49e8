//! The figures as a picture: bars beside the floor's.

use std::fmt::Write as _;

use super::Figures;

const WIDTH: f64 = 760.0;
const NAME: f64 = 150.0;
const BAR: f64 = 16.0;
const ROW: f64 = 24.0;
const PANEL: f64 = 40.0;

/// One kind of figure.
struct Panel {
    title: &'static str,
    unit: &'static str,
    of: fn(&Figures) -> Option<f64>,
}

/// A size that fits a picture; none is near the bounds of exactness.
#[allow(clippy::cast_precision_loss)]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

const PANELS: [Panel; 5] = [
    Panel {
        title: "Init, median: process start to first request for an event",
        unit: "ms",
        of: |figures| figures.init_ms.p50,
    },
    Panel {
        title: "First invocation, median",
        unit: "ms",
        of: |figures| figures.first_ms.p50,
    },
    Panel {
        title: "Warm invocation without the time spent waiting for services, median",
        unit: "ms",
        of: |figures| figures.own_ms.p50,
    },
    Panel {
        title: "Peak memory",
        unit: "MB",
        of: |figures| Some(megabytes(figures.peak_bytes)),
    },
    Panel {
        title: "Zip",
        unit: "MB",
        of: |figures| Some(megabytes(figures.zip_bytes)),
    },
];

/// An SVG of these functions, the first of which is the floor.
#[must_use]
pub fn chart(functions: &[(&str, Figures)]) -> String {
    let mut drawn = String::new();
    let mut y = 0.0;
    for panel in &PANELS {
        let rows: Vec<(&str, f64)> = functions
            .iter()
            .filter_map(|(name, figures)| Some((*name, (panel.of)(figures)?)))
            .collect();
        let most = rows
            .iter()
            .fold(f64::MIN_POSITIVE, |most, row| most.max(row.1));
        y += PANEL;
        // Writing into a string does not fail.
        let _ = writeln!(
            drawn,
            r#"<text x="0" y="{:.0}" class="title">{} ({})</text>"#,
            y - 12.0,
            panel.title,
            panel.unit
        );
        for (index, (name, value)) in rows.iter().enumerate() {
            let length = (WIDTH - NAME - 90.0) * value / most;
            let class = if index == 0 { "floor" } else { "bar" };
            let _ = writeln!(
                drawn,
                r#"<text x="{:.0}" y="{:.0}" text-anchor="end">{name}</text><rect x="{NAME:.0}" y="{y:.0}" width="{length:.1}" height="{BAR:.0}" class="{class}"/><text x="{:.1}" y="{:.0}">{value:.2}</text>"#,
                NAME - 8.0,
                y + 13.0,
                NAME + length + 6.0,
                y + 13.0,
            );
            y += ROW;
        }
    }
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0} {:.0}" font-family="system-ui, sans-serif" font-size="13">
<style>.title {{ font-weight: 600 }} .floor {{ fill: #9aa5b1 }} .bar {{ fill: #2f6f9f }}</style>
<rect width="100%" height="100%" fill="white"/>
{drawn}</svg>
"#,
        y + 10.0
    )
}
