//! Figures, and how they are published: each beside its goal, also where the goal is missed.

use std::fmt::Write as _;

use serde::Serialize;

use crate::machine::Facts;

/// One figure of the performance goals.
#[derive(Serialize)]
pub struct Figure {
    /// The row of the goals that it belongs to.
    pub row: &'static str,
    /// What was measured.
    pub what: String,
    /// What Candour did, with its unit.
    pub candour: f64,
    pub unit: &'static str,
    /// What the limit did.
    pub limit: Option<f64>,
    /// What was hoped for, in words.
    pub goal: &'static str,
    pub met: bool,
    /// Candour's rounds, whose median is published.
    pub rounds: Vec<f64>,
    /// What should be known when reading it.
    pub notes: Vec<String>,
}

/// Everything that one run measured.
#[derive(Serialize)]
pub struct Report {
    pub cases: u32,
    pub making_seconds: f64,
    pub machine: Facts,
    pub figures: Vec<Figure>,
    /// What `candour verify` said afterwards of everything that the run wrote.
    pub verified: String,
}

impl Report {
    /// A report without figures.
    pub fn begin(cases: u32, making_seconds: f64, machine: Facts) -> Self {
        Self { cases, making_seconds, machine, figures: Vec::new(), verified: String::new() }
    }

    pub fn add(&mut self, figure: Figure) {
        eprintln!("bench: {}", line(&figure));
        self.figures.push(figure);
    }

    /// The report as it is printed.
    pub fn in_text(&self) -> String {
        let Self { cases, machine, .. } = self;
        let mut text = String::new();
        let _ = writeln!(
            text,
            "Candour {} on {}, {} cores, {}. A forced write of 4 KiB takes {:.2} ms (median).",
            machine.commit, machine.processor, machine.cores, machine.date, machine.forced_write_ms
        );
        let _ = writeln!(
            text,
            "{cases} generated cases, made in {:.0} s ({:.0} cases/s).",
            self.making_seconds,
            f64::from(*cases) / self.making_seconds
        );
        if *cases < 1_000_000 {
            text.push_str("The goals are for 1,000,000 cases; --cases 1000000 measures that.\n");
        }
        text.push_str("Servers and client share the cores.\n\n");
        for figure in &self.figures {
            text.push_str(&line(figure));
            text.push('\n');
            for note in &figure.notes {
                let _ = writeln!(text, "      {note}");
            }
        }
        let _ = writeln!(text, "\nAfterwards: {}", self.verified);
        text
    }
}

fn line(figure: &Figure) -> String {
    let Figure { row, what, unit, candour, goal, .. } = figure;
    let limit = figure.limit.map_or_else(String::new, |limit| {
        let ratio = candour / limit;
        format!(", limit {}, ratio {ratio:.2}", digits(limit))
    });
    let met = if figure.met { "met" } else { "MISSED" };
    let candour = digits(*candour);
    format!("row {row:<3} {what}: {candour} {unit}{limit}. Goal {goal}: {met}")
}

fn digits(value: f64) -> String {
    if value < 10.0 { format!("{value:.3}") } else { format!("{value:.0}") }
}
