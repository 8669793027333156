//! A matrix of people and groups, as SVG: a mark where somebody holds a role.

use std::fmt::Write as _;

use super::escape;
use super::graph::{Node, cut};

use crate::url::Href;

/// A matrix of marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dots {
    /// A row each.
    pub rows: Vec<Node>,
    /// A column each.
    pub columns: Vec<Node>,
    /// In the order of rows, then of columns.
    pub marks: Vec<Mark>,
}

/// What stands where a row and a column cross.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Place in the rows.
    pub row: usize,
    /// Place in the columns.
    pub column: usize,
    /// The letter of each role.
    pub letters: String,
    /// Which look it has: the place of its role in the legend; none where there are several.
    pub look: Option<usize>,
    /// Where it leads.
    pub url: Href,
    /// What it says in full.
    pub title: String,
}

/// How many looks the style sheet knows.
pub const LOOKS: usize = 6;

/// Sizes in units of the picture.
const ROW: usize = 26;
const COLUMN: usize = 27;
const LEFT: usize = 200;
const LONGEST: usize = 28;
const CHARACTER: usize = 8;

/// Draws a matrix. `labelled_by` is the id of its heading; colours are the style sheet's, by class. Marks are
/// left out when going from link to link: they would be as many as in the table that says the same.
pub fn dots(dots: &Dots, labelled_by: &str) -> String {
    let longest = |node: &Node| cut(&node.label, LONGEST).chars().count();
    let characters = dots.columns.iter().map(longest).max().unwrap_or_default();
    // Names of columns are turned by 60°: sine and cosine.
    let top = characters * CHARACTER * 87 / 100 + 24;
    let reach = |(index, node): (usize, &Node)| {
        LEFT + index * COLUMN + COLUMN / 2 + longest(node) * CHARACTER / 2 + 8
    };
    let grid = LEFT + dots.columns.len() * COLUMN;
    let width = dots.columns.iter().enumerate().map(reach).max().unwrap_or(grid).max(grid);
    let height = top + dots.rows.len() * ROW + 4;
    let mut svg = format!(
        "<svg class=\"rb-dots\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"group\" aria-labelledby=\"{labelled_by}\">\n"
    );
    for (index, node) in dots.columns.iter().enumerate() {
        let x = LEFT + index * COLUMN + COLUMN / 2;
        let _ = writeln!(
            svg,
            "<g class=\"rb-dots-column\"><path class=\"rb-dots-line\" d=\"M{x} {top}V{height}\"/><a href=\"{}\">{}<rect class=\"rb-map-area\" x=\"{x}\" y=\"{}\" width=\"{}\" height=\"24\" rx=\"5\" transform=\"rotate(-60 {x} {})\"/><text x=\"{}\" y=\"{}\" transform=\"rotate(-60 {x} {})\">{}</text></a></g>",
            escape(&node.url),
            title(node),
            top - 20,
            longest(node) * CHARACTER + 12,
            top - 8,
            x + 4,
            top - 4,
            top - 8,
            escape(&cut(&node.label, LONGEST)),
        );
    }
    let mut marks = dots.marks.iter().peekable();
    for (index, node) in dots.rows.iter().enumerate() {
        let y = top + index * ROW;
        let _ = write!(
            svg,
            "<g class=\"rb-dots-row\"><rect class=\"rb-dots-band\" x=\"0\" y=\"{y}\" width=\"{grid}\" height=\"{ROW}\"/><a href=\"{}\">{}<rect class=\"rb-map-area\" x=\"0\" y=\"{y}\" width=\"{LEFT}\" height=\"{ROW}\" rx=\"5\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text></a>",
            escape(&node.url),
            title(node),
            LEFT - 12,
            y + 18,
            escape(&cut(&node.label, LONGEST)),
        );
        while let Some(mark) = marks.next_if(|mark| mark.row == index) {
            draw(&mut svg, mark, y);
        }
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>");
    svg
}

fn title(node: &Node) -> String {
    if cut(&node.label, LONGEST) == node.label {
        String::new()
    } else {
        format!("<title>{}</title>", escape(&node.label))
    }
}

fn draw(svg: &mut String, mark: &Mark, y: usize) {
    let x = LEFT + mark.column * COLUMN;
    let look = mark.look.map_or("several".to_owned(), |look| (look % LOOKS).to_string());
    let _ = write!(
        svg,
        "<a class=\"rb-dot rb-dot-{look}\" href=\"{}\" tabindex=\"-1\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"24\" height=\"24\" rx=\"{}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text></a>",
        escape(&mark.url),
        escape(&mark.title),
        x + 1,
        y + 1,
        // The first role's marks are round, the others' are not.
        if mark.look == Some(0) { 12 } else { 5 },
        x + COLUMN / 2,
        y + 18,
        escape(&mark.letters),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_column_and_mark_is_linked_and_text_is_escaped() {
        let node = |label: &str| Node { label: label.into(), url: "x/?a&b".into() };
        let mark = |row, column, letters: &str, look| Mark {
            row,
            column,
            letters: letters.into(),
            look,
            url: "lead/\"".into(),
            title: "<b>Chair".into(),
        };
        let drawn = dots(
            &Dots {
                rows: vec![node("Ann"), node("<i>Bob")],
                columns: vec![
                    node("SIG Paint"),
                    node("A group with a name that is far too long"),
                    node("WG Dry"),
                ],
                marks: vec![mark(0, 0, "CT", None), mark(1, 1, "C", Some(0)), mark(1, 2, "T", Some(1))],
            },
            "rb-several",
        );
        assert_eq!(drawn.matches("<a href=\"x/?a&amp;b\"").count(), 5);
        assert_eq!(drawn.matches("href=\"lead/&quot;\" tabindex=\"-1\"").count(), 3);
        assert!(drawn.contains("&lt;i&gt;Bob") && drawn.contains("<title>&lt;b&gt;Chair</title>"));
        assert!(drawn.contains("<title>A group with a name that is far too long</title>"));
        for look in ["rb-dot-several", "rb-dot-0", "rb-dot-1"] {
            assert_eq!(drawn.matches(&format!("{look}\"")).count(), 1, "{look}");
        }
    }
}
