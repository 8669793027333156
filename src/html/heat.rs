//! A picture of how full the hours of a week are, as SVG: a row for each day, a cell for each hour.

use std::fmt::Write as _;

use super::escape;

use crate::url::Href;

/// What a heat map shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeatMap {
    /// What it is of; tools show it, and it is its accessible name.
    pub title: String,
    /// What there is to see, in a sentence.
    pub description: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// From the top.
    pub rows: Vec<HeatRow>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatRow {
    /// What it is called.
    pub label: String,
    /// What there is to see in it.
    pub name: String,
    /// Where it leads, if anywhere.
    pub url: Option<Href>,
    /// One for each column; none where there is nothing.
    pub cells: Vec<Option<HeatCell>>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatCell {
    /// What is written in it.
    pub text: String,
    /// What it means, for whoever points at it.
    pub title: String,
    /// Of four, the fourth for the most.
    pub level: u8,
}

/// Sizes in units of the picture.
const COLUMN: usize = 36;
const ROW: usize = 30;
const LEFT: usize = 100;
const TOP: usize = 26;

/// Draws a heat map. Colours are the style sheet's, by class. It is a group and no image: what is in an image
/// is hidden from screen readers, and here are links.
pub fn heat_map(map: &HeatMap) -> String {
    let (width, height) = (LEFT + map.columns.len() * COLUMN, TOP + map.rows.len() * ROW);
    let mut svg = format!(
        "<svg class=\"rb-heat\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"group\" aria-labelledby=\"rb-heat-title\" aria-describedby=\"rb-heat-desc\">\n<title id=\"rb-heat-title\">{}</title><desc id=\"rb-heat-desc\">{}</desc>\n<g class=\"rb-heat-columns\" aria-hidden=\"true\">",
        escape(&map.title),
        escape(&map.description)
    );
    for (index, column) in map.columns.iter().enumerate() {
        let x = LEFT + index * COLUMN + COLUMN / 2;
        let _ =
            write!(svg, "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{}</text>", TOP - 9, escape(column));
    }
    svg.push_str("</g>\n");
    for (index, row) in map.rows.iter().enumerate() {
        let y = TOP + index * ROW;
        let name = escape(&row.name);
        let (open, close) = match &row.url {
            Some(url) => (format!("<a href=\"{}\" aria-label=\"{name}\">", escape(url)), "</a>"),
            None => (format!("<g role=\"img\" aria-label=\"{name}\">"), "</g>"),
        };
        let (x, label) = (LEFT - 10, escape(&row.label));
        let _ = write!(
            svg,
            "{open}<rect x=\"0\" y=\"{y}\" width=\"{x}\" height=\"{ROW}\" fill=\"none\" pointer-events=\"all\"/><text x=\"{x}\" y=\"{}\" text-anchor=\"end\">{label}</text>{close}",
            y + 20
        );
        // The name of the row says what they come to.
        svg.push_str("<g aria-hidden=\"true\">");
        for (column, cell) in row.cells.iter().enumerate() {
            draw(&mut svg, LEFT + column * COLUMN, y, cell.as_ref());
        }
        let _ = writeln!(svg, "</g>");
    }
    svg.push_str("</svg>");
    svg
}

fn draw(svg: &mut String, x: usize, y: usize, cell: Option<&HeatCell>) {
    let level = cell.map_or(0, |cell| cell.level);
    let (width, height) = (COLUMN - 2, ROW - 2);
    let _ = write!(svg, "<g class=\"rb-heat-{level}\">");
    if let Some(cell) = cell {
        let _ = write!(svg, "<title>{}</title>", escape(&cell.title));
    }
    let _ =
        write!(svg, "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\" rx=\"4\"/>", x + 1, y + 1);
    if let Some(cell) = cell {
        let (x, y) = (x + COLUMN / 2, y + 20);
        let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>", escape(&cell.text));
    }
    svg.push_str("</g>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_drawn_and_a_row_is_a_link_where_it_leads_anywhere() {
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
