//! Draws how figures grow with the number of customers: a line a figure, both axes logarithmic; and tables of every figure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use plotters::chart::{ChartBuilder, SeriesLabelPosition};
use plotters::element::{Circle, PathElement};
use plotters::prelude::{IntoDrawingArea as _, IntoLogRange as _, SVGBackend};
use plotters::series::LineSeries;
use plotters::style::{Color as _, RGBColor, WHITE};

use crate::figures::{self, Figure};

const SIZE: (u32, u32) = (900, 520);
/// Told apart by people who see few colours too.
const COLOURS: [RGBColor; 8] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(90, 90, 90),
    RGBColor(140, 86, 75),
];

/// What one picture shows.
struct Picture {
    file: &'static str,
    title: &'static str,
    axis: &'static str,
    shows: fn(&Figure) -> bool,
    value: fn(&Figure) -> Option<f64>,
}

const PICTURES: [Picture; 4] = [
    Picture {
        file: "writes.svg",
        title: "Records written a second",
        axis: "a second",
        shows: |figure| matches!(figure.unit.as_str(), "req/s" | "items/s" | "units/s") && is_write(&figure.name),
        value: |figure| Some(figure.value),
    },
    Picture {
        file: "searches.svg",
        title: "Searches through the hub, p99",
        axis: "milliseconds",
        shows: |figure| figure.name.starts_with("search") || figure.name.starts_with("one customer"),
        value: |figure| figure.p99,
    },
    Picture {
        file: "omicrm-search.svg",
        title: "OMICRM's search over HTTP, p99",
        axis: "milliseconds",
        shows: |figure| figure.name.starts_with("OMICRM search"),
        value: |figure| figure.p99,
    },
    Picture {
        file: "caresoft-leads.svg",
        title: "CareSoft's leads over HTTP, p99",
        axis: "milliseconds",
        shows: |figure| figure.name.starts_with("CareSoft leads"),
        value: |figure| figure.p99,
    },
];

fn is_write(name: &str) -> bool {
    ["listener,", "hub,", "1Office", "OMICRM contact", "OMICRM addMany", "VBot", "CareSoft lead"]
        .iter()
        .any(|start| name.starts_with(start))
        && !name.starts_with("CareSoft leads")
}

/// Draws every picture of each engine that the book has figures of.
pub fn run(book: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    let figures = figures::read(book)?;
    let mut grounds: Vec<(&str, usize)> =
        figures.iter().map(|figure| (figure.ground.engine.as_str(), figure.ground.nodes)).collect();
    grounds.sort_unstable();
    grounds.dedup();
    let mut tables = String::new();
    for (engine, nodes) in grounds {
        let of_it: Vec<&Figure> = figures
            .iter()
            .filter(|figure| (figure.ground.engine.as_str(), figure.ground.nodes) == (engine, nodes))
            .collect();
        tables.push_str(&format!("## {engine}, {}\n\n{}\n", servers(nodes), table(&of_it)));
        for picture in &PICTURES {
            let shown: Vec<&Figure> = of_it.iter().copied().filter(|figure| (picture.shows)(figure)).collect();
            let lines = lines(picture, &shown);
            if !lines.is_empty() {
                let title = format!("{} – {engine}, {}", picture.title, servers(nodes));
                let name = format!("{}-{nodes}-{}", engine.to_lowercase(), picture.file);
                draw(&to.join(name), &title, picture.axis, &lines)?;
            }
        }
    }
    std::fs::write(to.join("tables.md"), tables)?;
    Ok(())
}

fn servers(nodes: usize) -> String {
    if nodes == 1 { "one server".to_owned() } else { format!("{nodes} servers") }
}

/// Every figure of one engine: a row a figure, a column a number of customers. The last one measured of each counts.
fn table(figures: &[&Figure]) -> String {
    let sizes: BTreeSet<usize> = figures.iter().map(|figure| figure.ground.customers).collect();
    let mut names: Vec<(&str, &str)> = Vec::new();
    for figure in figures {
        if !names.contains(&(&figure.name, &figure.unit)) {
            names.push((&figure.name, &figure.unit));
        }
    }
    let heads: String = sizes.iter().map(|size| format!(" {size} |")).collect();
    let mut text = format!("| Figure |{heads}\n|---|{}\n", "---|".repeat(sizes.len()));
    for (name, unit) in names {
        let cell = |size: &usize| {
            let of_it =
                |figure: &&&Figure| figure.name == name && figure.unit == unit && figure.ground.customers == *size;
            figures.iter().rev().find(of_it).map_or_else(|| " |".to_owned(), |figure| format!(" {} |", told(figure)))
        };
        text.push_str(&format!("| {name} |{}\n", sizes.iter().map(cell).collect::<String>()));
    }
    text
}

/// A figure in a table: a rate with its p99, or the figure with its unit.
fn told(figure: &Figure) -> String {
    let decimals = if figure.value.abs() < 10.0 { 2 } else { 0 };
    match figure.p99 {
        Some(p99) => format!("{:.0} {}, p99 {p99:.1} ms", figure.value, figure.unit),
        None => format!("{:.decimals$} {}", figure.value, figure.unit),
    }
}

/// The points of each figure by how many customers there were; the last one measured of each.
fn lines(picture: &Picture, figures: &[&Figure]) -> BTreeMap<String, BTreeMap<usize, f64>> {
    let mut lines = BTreeMap::<String, BTreeMap<usize, f64>>::new();
    for figure in figures {
        if let Some(value) = (picture.value)(figure) {
            lines.entry(figure.name.clone()).or_default().insert(figure.ground.customers, value.max(0.01));
        }
    }
    lines
}

fn draw(file: &Path, title: &str, axis: &str, lines: &BTreeMap<String, BTreeMap<usize, f64>>) -> Result<()> {
    let points = || lines.values().flatten();
    let least = points().map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
    let most = points().map(|(_, value)| *value).fold(0.0, f64::max);
    let fewest = points().map(|(customers, _)| *customers).min().context("nothing to draw")? as f64;
    let all = points().map(|(customers, _)| *customers).max().context("nothing to draw")? as f64;

    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(72)
        .right_y_label_area_size(24)
        .build_cartesian_2d((fewest * 0.8..all * 1.25).log_scale(), (least / 2.0..most * 4.0).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("customers")
        .y_desc(axis)
        .x_label_formatter(&|customers| format!("{customers:.0}"))
        .y_label_formatter(&|value| if *value < 1.0 { format!("{value:.2}") } else { format!("{value:.0}") })
        .light_line_style(WHITE)
        .draw()?;
    for ((name, points), colour) in lines.iter().zip(COLOURS.iter().cycle()) {
        let points: Vec<(f64, f64)> = points.iter().map(|(customers, value)| (*customers as f64, *value)).collect();
        chart
            .draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        chart.draw_series(points.iter().map(|point| Circle::new(*point, 3, colour.filled())))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .label_font(("sans-serif", 12))
        .background_style(WHITE.mix(0.85))
        .draw()?;
    area.present()?;
    Ok(())
}
