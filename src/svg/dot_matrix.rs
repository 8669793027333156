//! A matrix of people and groups as SVG, with a mark for the roles that a person holds in a group.

use super::element::Element;
use super::node::PictureNode;
use crate::url::Href;

/// A matrix of marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DotMatrix {
    /// One per row.
    pub rows: Vec<PictureNode>,
    /// One per column.
    pub columns: Vec<PictureNode>,
    /// Sorted by row, then by column.
    pub marks: Vec<Mark>,
}

/// A mark in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Index of the row.
    pub row: usize,
    /// Index of the column.
    pub column: usize,
    /// The letter of each role.
    pub letters: String,
    /// Style of the mark: the index of its role in the legend; `None` for several roles.
    pub look: Option<usize>,
    /// Link target.
    pub url: Href,
    /// Full text.
    pub title: String,
}

/// Number of styles in the style sheet.
pub const LOOKS: usize = 6;

/// Sizes in units of the picture.
const ROW: usize = 26;
const COLUMN: usize = 27;
const LEFT: usize = 200;
const LONGEST: usize = 28;
const CHARACTER: usize = 8;

/// Draws a matrix. `labelled_by` is the id of its heading. The style sheet sets colours by class. Marks are not in the
/// tab order, because the table beside the picture has the same links.
pub fn dot_matrix(dots: &DotMatrix, labelled_by: &str) -> String {
    let longest = |node: &PictureNode| node.cut(LONGEST).chars().count();
    let characters = dots.columns.iter().map(longest).max().unwrap_or_default();
    // Column labels are rotated by 60°; the factors are its sine and cosine.
    let top = characters * CHARACTER * 87 / 100 + 24;
    let reach = |(index, node): (usize, &PictureNode)| {
        LEFT + index * COLUMN + COLUMN / 2 + longest(node) * CHARACTER / 2 + 8
    };
    let grid = LEFT + dots.columns.len() * COLUMN;
    let width = dots.columns.iter().enumerate().map(reach).max().unwrap_or(grid).max(grid);
    let height = top + dots.rows.len() * ROW + 4;
    let columns = dots.columns.iter().enumerate().map(|(index, node)| {
        let x = LEFT + index * COLUMN + COLUMN / 2;
        let area = Element::of("rect", "rb-map-area")
            .size(x, top - 20, longest(node) * CHARACTER + 12, 24)
            .with("rx", 5);
        let label = Element::new("text").at(x + 4, top - 4);
        let link = Element::link(&node.url)
            .with("transform", format_args!("rotate(-60 {x} {})", top - 8))
            .children(node.title(LONGEST))
            .child(area)
            .child(label.text(&node.cut(LONGEST)));
        let line = Element::of("path", "rb-dots-line").with("d", format_args!("M{x} {top}V{height}"));
        Element::of("g", "rb-dots-column").child(line).child(link)
    });
    let mut marks = dots.marks.iter().peekable();
    let rows = dots.rows.iter().enumerate().map(|(index, node)| {
        let y = top + index * ROW;
        let link = Element::link(&node.url)
            .children(node.title(LONGEST))
            .child(Element::of("rect", "rb-map-area").size(0, y, LEFT, ROW).with("rx", 5))
            .child(Element::label(LEFT - 12, y + 18, "end", &node.cut(LONGEST)));
        let of_row = std::iter::from_fn(|| marks.next_if(|mark| mark.row == index));
        Element::of("g", "rb-dots-row")
            .child(Element::of("rect", "rb-dots-band").size(0, y, grid, ROW))
            .child(link)
            .children(of_row.map(|mark| self::mark(mark, y)))
    });
    Element::picture("rb-dots", width, height)
        .with("aria-labelledby", labelled_by)
        .line_break()
        .lines(columns)
        .lines(rows)
        .to_string()
}

fn mark(mark: &Mark, y: usize) -> Element {
    let x = LEFT + mark.column * COLUMN;
    let look = mark.look.map_or("several".to_owned(), |look| (look % LOOKS).to_string());
    // Marks of the first role are circles, others are rounded squares.
    let radius = if mark.look == Some(0) { 12 } else { 5 };
    Element::of("a", &format!("rb-dot rb-dot-{look}"))
        .with("href", &mark.url)
        .with("tabindex", -1)
        .title(&mark.title)
        .child(Element::rect(x + 1, y + 1, 24, 24).with("rx", radius))
        .child(Element::label(x + COLUMN / 2, y + 18, "middle", &mark.letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_column_and_mark_is_linked_and_text_is_escaped() {
        let node = |label: &str| PictureNode { label: label.into(), url: "x/?a&b".into() };
        let mark = |row, column, letters: &str, look| Mark {
            row,
            column,
            letters: letters.into(),
            look,
            url: "lead/\"".into(),
            title: "<b>Chair".into(),
        };
        let drawn = dot_matrix(
            &DotMatrix {
                rows: vec![node("Ann"), node("<i>Bob")],
                columns: vec![
                    node("Paint Guild"),
                    node("A group with a name that is far too long"),
                    node("Dry Team"),
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
