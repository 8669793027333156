//! A heat map of the hours of a week as SVG: a row per day, a cell per hour.

use super::element::Element;
use crate::url::Href;

/// Content of a heat map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeatMap {
    /// Its title, which is also its accessible name.
    pub title: String,
    /// Description in one sentence.
    pub description: String,
    /// Column labels.
    pub columns: Vec<String>,
    /// Rows from the top.
    pub rows: Vec<HeatRow>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatRow {
    /// Row label.
    pub label: String,
    /// Accessible name of the row.
    pub name: String,
    /// Link target, if any.
    pub url: Option<Href>,
    /// One per column; `None` for empty cells.
    pub cells: Vec<Option<HeatCell>>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatCell {
    /// Text in the cell.
    pub text: String,
    /// Tooltip.
    pub title: String,
    /// Intensity from 1 to 4.
    pub level: u8,
}

/// Sizes in units of the picture.
const COLUMN: usize = 36;
const ROW: usize = 30;
const LEFT: usize = 100;
const TOP: usize = 26;

/// Draws a heat map. The style sheet sets colours by class.
pub fn heat_map(map: &HeatMap) -> String {
    let (width, height) = (LEFT + map.columns.len() * COLUMN, TOP + map.rows.len() * ROW);
    let columns =
        map.columns.iter().enumerate().map(|(index, column)| {
            Element::label(LEFT + index * COLUMN + COLUMN / 2, TOP - 9, "middle", column)
        });
    let columns = Element::of("g", "rb-heat-columns").with("aria-hidden", true).children(columns);
    let mut svg = Element::picture("rb-heat", width, height)
        .with("aria-labelledby", "rb-heat-title")
        .with("aria-describedby", "rb-heat-desc")
        .line_break()
        .child(Element::new("title").with("id", "rb-heat-title").text(&map.title))
        .child(Element::new("desc").with("id", "rb-heat-desc").text(&map.description))
        .line_break()
        .lines([columns]);
    for (index, row) in map.rows.iter().enumerate() {
        let y = TOP + index * ROW;
        let cells = row.cells.iter().enumerate();
        let cells = cells.map(|(column, cell)| self::cell(LEFT + column * COLUMN, y, cell.as_ref()));
        // The accessible name of the row gives the totals.
        let cells = Element::new("g").with("aria-hidden", true).children(cells);
        svg = svg.child(heading(row, y)).lines([cells]);
    }
    svg.to_string()
}

fn heading(row: &HeatRow, y: usize) -> Element {
    let x = LEFT - 10;
    let area = Element::rect(0, y, x, ROW).with("fill", "none").with("pointer-events", "all");
    let element = match &row.url {
        Some(url) => Element::link(url),
        None => Element::new("g").with("role", "img"),
    };
    element.with("aria-label", &row.name).child(area).child(Element::label(x, y + 20, "end", &row.label))
}

fn cell(x: usize, y: usize, cell: Option<&HeatCell>) -> Element {
    let area = Element::rect(x + 1, y + 1, COLUMN - 2, ROW - 2).with("rx", 4);
    match cell {
        None => Element::of("g", "rb-heat-0").child(area),
        Some(HeatCell { text, title, level }) => Element::of("g", &format!("rb-heat-{level}"))
            .title(title)
            .child(area)
            .child(Element::label(x + COLUMN / 2, y + 20, "middle", text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_drawn_and_rows_with_an_address_are_links() {
        let cell =
            |text: &str, level| Some(HeatCell { text: text.into(), title: format!("<{text}>"), level });
        let drawn = heat_map(&HeatMap {
            title: "A & B".into(),
            description: "Most on Monday".into(),
            columns: vec!["00".into(), "01".into(), "02".into()],
            rows: vec![
                HeatRow {
                    label: "Mon".into(),
                    name: "Monday: 2".into(),
                    url: Some("?a&b#monday".into()),
                    cells: vec![cell("2", 4), None, None],
                },
                HeatRow {
                    label: "Tue".into(),
                    name: "Tuesday: 1".into(),
                    url: None,
                    cells: vec![None, cell("¼", 1), None],
                },
            ],
        });
        assert_eq!(drawn.matches("rx=\"4\"").count(), 6);
        assert_eq!(drawn.matches("class=\"rb-heat-0\"").count(), 4);
        assert!(drawn.contains(
            "<title id=\"rb-heat-title\">A &amp; B</title><desc id=\"rb-heat-desc\">Most on Monday</desc>"
        ));
        assert!(
            drawn.contains("<a href=\"?a&amp;b#monday\" aria-label=\"Monday: 2\">")
                && drawn.contains("<g role=\"img\" aria-label=\"Tuesday: 1\">")
        );
        assert!(
            drawn.contains("<g class=\"rb-heat-4\"><title>&lt;2&gt;</title><rect x=\"101\" y=\"27\""),
            "{drawn}"
        );
        assert!(!drawn.contains("style="));
    }
}
