//! Pictures of figures, drawn by the server. The table before a picture says the same in numbers.

use serde::Serialize;

/// A picture in its own units.
#[derive(Debug, Serialize)]
pub struct Chart {
    title: String,
    /// What it shows, in words, for those who do not see it.
    describes: String,
    width: usize,
    height: usize,
    base: usize,
    bars: Vec<Bar>,
    labels: Vec<Label>,
    /// The points of a line, as SVG writes them.
    line: String,
    dots: Vec<(usize, usize)>,
}

#[derive(Debug, Serialize)]
struct Bar {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    /// Of which series: the first is filled, the second is an outline.
    series: usize,
}

#[derive(Debug, Serialize)]
struct Label {
    x: usize,
    y: usize,
    text: String,
    /// Whether the text begins at `x` rather than having its middle there.
    starts: bool,
}

/// One column of a picture: what it is called, and for each series how tall it is and what is
/// written on it.
pub struct Column {
    /// What stands under it.
    pub name: String,
    /// The bars, one for each series; none where there is no figure.
    pub bars: Vec<Option<(u64, String)>>,
}

const TALL: usize = 200;
const TOP: usize = 24;
const LEFT: usize = 40;
const BAR: usize = 48;
const GAP: usize = 28;
const LEGEND: usize = 30;
/// Between the points of a line.
const STEP: usize = 26;
/// Points between two labels under a line.
const LABEL_EVERY: usize = 3;

/// Bars side by side: a group for each column, a bar in it for each series.
#[must_use]
pub fn bars(title: &str, series: &[&str], columns: &[Column]) -> Chart {
    let most = columns.iter().flat_map(|c| c.bars.iter().flatten()).map(|(value, _)| *value).max();
    let most = most.unwrap_or(0).max(1);
    let legend = if series.len() > 1 { LEGEND } else { 0 };
    let base = legend + TOP + TALL;
    let group = series.len() * BAR + GAP;
    let (mut shown, mut labels) = (Vec::new(), Vec::new());
    for (c, column) in columns.iter().enumerate() {
        let left = LEFT + c * group;
        for (series, bar) in column.bars.iter().enumerate() {
            let Some((value, text)) = bar else {
                continue;
            };
            let tall = scaled(*value, most);
            let x = left + series * BAR;
            shown.push(Bar { x, y: base - tall, width: BAR - 4, height: tall, series });
            labels.push(Label { x: x + BAR / 2 - 2, y: base - tall - 6, text: text.clone(), starts: false });
        }
        let middle = left + (group - GAP) / 2;
        labels.push(Label { x: middle, y: base + 20, text: column.name.clone(), starts: false });
    }
    if legend > 0 {
        for (i, name) in series.iter().enumerate() {
            let x = LEFT + i * 230;
            shown.push(Bar { x, y: 4, width: 16, height: 16, series: i });
            labels.push(Label { x: x + 24, y: 17, text: (*name).to_owned(), starts: true });
        }
    }
    let width = (LEFT + columns.len() * group).max(LEFT + series.len() * 230 * usize::from(legend > 0));
    let describes = described(series, columns);
    let (line, dots) = (String::new(), Vec::new());
    Chart { title: title.to_owned(), describes, width, height: base + 40, base, bars: shown, labels, line, dots }
}

/// A line through points in the order of their days.
#[must_use]
pub fn line(title: &str, points: &[(String, u64)]) -> Chart {
    let most = points.iter().map(|(_, value)| *value).max().unwrap_or(0).max(1);
    let base = TOP + TALL;
    let at = |(i, (_, value)): (usize, &(String, u64))| (LEFT + i * STEP, base - scaled(*value, most));
    let dots: Vec<(usize, usize)> = points.iter().enumerate().map(at).collect();
    let mut labels = Vec::new();
    for (i, ((name, value), (x, y))) in points.iter().zip(&dots).enumerate() {
        let last = i + 1 == points.len();
        if last || (i % LABEL_EVERY == 0 && i + LABEL_EVERY <= points.len()) {
            labels.push(Label { x: *x, y: y.saturating_sub(8), text: value.to_string(), starts: false });
            labels.push(Label { x: *x, y: base + 20, text: name.clone(), starts: false });
        }
    }
    let line: Vec<String> = dots.iter().map(|(x, y)| format!("{x},{y}")).collect();
    let says: Vec<String> = points.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    Chart {
        title: title.to_owned(),
        describes: spoken(&says),
        width: LEFT * 2 + points.len() * STEP,
        height: base + 40,
        base,
        bars: Vec::new(),
        labels,
        line: line.join(" "),
        dots,
    }
}

fn scaled(value: u64, most: u64) -> usize {
    usize::try_from(u128::from(value) * TALL as u128 / u128::from(most)).unwrap_or(TALL)
}

fn described(series: &[&str], columns: &[Column]) -> String {
    let one = |column: &Column| {
        let bars = series.iter().zip(&column.bars).filter_map(|(name, bar)| {
            let (_, text) = bar.as_ref()?;
            Some(if series.len() > 1 { format!("{name} {text}") } else { text.clone() })
        });
        let bars: Vec<String> = bars.collect();
        format!("{}: {}", column.name, bars.join(", "))
    };
    spoken(&columns.iter().map(one).collect::<Vec<_>>())
}

fn spoken(says: &[String]) -> String {
    if says.is_empty() { "There is nothing to show for this period.".to_owned() } else { says.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tallest_bar_fills_the_height_and_an_absent_one_is_left_out() {
        let column = |name: &str, a, b| Column { name: name.to_owned(), bars: vec![a, b] };
        let says = |value: u64| Some((value, value.to_string()));
        let chart = bars("T", &["Opened", "Completed"], &[column("A", says(10), says(5)), column("B", None, says(0))]);
        let heights: Vec<usize> = chart.bars.iter().take(3).map(|b| b.height).collect();
        assert_eq!(heights, [TALL, TALL / 2, 0]);
        assert_eq!(chart.describes, "A: Opened 10, Completed 5; B: Completed 0");
    }

    #[test]
    fn a_line_ends_with_a_label() {
        let points: Vec<(String, u64)> = (0..8).map(|i| (format!("m{i}"), 8 - i)).collect();
        let chart = line("T", &points);
        let names: Vec<&str> = chart.labels.iter().map(|l| l.text.as_str()).filter(|t| t.starts_with('m')).collect();
        assert_eq!(names, ["m0", "m3", "m7"]);
        assert_eq!(line("T", &[]).describes, "There is nothing to show for this period.");
    }
}
