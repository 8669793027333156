//! A map of a community, as SVG: committees above, and below them who works for whom.

use std::fmt::Write as _;

use super::escape;
use super::graph::{Node, cut};

/// A map. Every group is in one of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// The one that stands over all others.
    pub top: Option<Node>,
    /// Rows of groups below it.
    pub above: Vec<Node>,
    /// The left column: those that others work for.
    pub left: Column,
    /// The right column: those that work for others.
    pub right: Column,
    /// Places in the left and in the right column.
    pub ties: Vec<(usize, usize)>,
    /// Groups that stand apart.
    pub below: Vec<Node>,
}

/// A column with its heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// What they are.
    pub heading: String,
    /// The groups.
    pub nodes: Vec<Node>,
}

/// Sizes in units of the picture. A row, drawn at its smallest, is still as high as a finger needs.
const ROW: usize = 28;
const WIDTH: usize = 720;
const LEFT: usize = 232;
const RIGHT: usize = 470;
/// Of a name at the top, which is bold.
const CHARACTER: usize = 9;
const LONGEST: usize = 30;
const GAP: usize = 14;

/// Draws a map. `labelled_by` is the id of its heading. Colours are the style sheet's, by class. Each group
/// brings its own copies of its ties, which show while it is pointed at or has the focus.
pub fn map(map: &Map, labelled_by: &str) -> String {
    let mut svg = String::new();
    let mut y = 4;
    if let Some(top) = &map.top {
        boxes(&mut svg, std::slice::from_ref(top), &mut y, "rb-map-box rb-map-top");
    }
    boxes(&mut svg, &map.above, &mut y, "rb-map-box");
    let heading = |svg: &mut String, x, anchor, text: &str| {
        let y = y + 18;
        let text = escape(text);
        let _ = writeln!(
            svg,
            "<text class=\"rb-map-heading\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
        );
    };
    heading(&mut svg, LEFT - 12, "end", &map.left.heading);
    heading(&mut svg, RIGHT + 12, "start", &map.right.heading);
    let start = y + ROW;
    let left = |index: usize| start + index * ROW + ROW / 2;
    let right = rows(map, start);
    let tie = |svg: &mut String, (from, to): (usize, usize)| {
        let (from, to, middle) = (left(from), right[to], usize::midpoint(LEFT, RIGHT));
        let _ = write!(
            svg,
            "<path class=\"rb-tie\" d=\"M{LEFT} {from}C{middle} {from} {middle} {to} {RIGHT} {to}\"/>"
        );
    };
    svg.push_str("<g class=\"rb-ties\">");
    map.ties.iter().for_each(|ends| tie(&mut svg, *ends));
    svg.push_str("</g>\n");
    for (index, node) in map.left.nodes.iter().enumerate() {
        svg.push_str("<g class=\"rb-tied\">");
        let mut lone = true;
        for ends in map.ties.iter().filter(|(from, _)| *from == index) {
            lone = false;
            tie(&mut svg, *ends);
            dot(&mut svg, RIGHT, right[ends.1], "rb-tie-end");
        }
        row(&mut svg, node, LEFT, left(index), true, lone);
        svg.push_str("</g>\n");
    }
    for (index, node) in map.right.nodes.iter().enumerate() {
        svg.push_str("<g class=\"rb-tied\">");
        let mut lone = true;
        for ends in map.ties.iter().filter(|(_, to)| *to == index) {
            lone = false;
            tie(&mut svg, *ends);
            dot(&mut svg, LEFT, left(ends.0), "rb-tie-end");
        }
        row(&mut svg, node, RIGHT, right[index], false, lone);
        svg.push_str("</g>\n");
    }
    y = start + map.left.nodes.len().max(map.right.nodes.len()) * ROW + GAP;
    boxes(&mut svg, &map.below, &mut y, "rb-map-box");
    format!(
        "<svg class=\"rb-map\" viewBox=\"0 0 {WIDTH} {y}\" width=\"{WIDTH}\" height=\"{y}\" role=\"group\" aria-labelledby=\"{labelled_by}\">\n{svg}</svg>"
    )
}

/// Heights of the right column's groups: in their order, each as near as it can be to the middle of those it
/// is tied to.
fn rows(map: &Map, start: usize) -> Vec<usize> {
    let last = map.left.nodes.len().max(map.right.nodes.len());
    let mut free = 0;
    let count = map.right.nodes.len();
    (0..count)
        .map(|index| {
            let ties = map.ties.iter().filter(|(_, to)| *to == index).map(|(from, _)| *from);
            let (sum, number) = ties.fold((0, 0), |(sum, number), from| (sum + from, number + 1));
            // An even spread is wished for where nothing pulls.
            let even = index * last / count;
            let wish = sum.checked_div(number).map_or(even, |middle| usize::midpoint(middle, even));
            let row = wish.clamp(free, last - (count - index));
            free = row + 1;
            start + row * ROW + ROW / 2
        })
        .collect()
}

/// Groups in boxes, as many beside each other as there is room for.
fn boxes(svg: &mut String, nodes: &[Node], y: &mut usize, class: &str) {
    let width = |node: &Node| cut(&node.label, LONGEST).chars().count() * CHARACTER + 24;
    let mut rest = nodes;
    while !rest.is_empty() {
        let mut used = 0;
        let fit = rest.iter().take_while(|node| {
            used += width(node) + GAP;
            used <= WIDTH + GAP
        });
        let (line, later) = rest.split_at(fit.count().max(1));
        let total = line.iter().map(|node| width(node) + GAP).sum::<usize>() - GAP;
        let mut x = WIDTH.saturating_sub(total) / 2;
        for node in line {
            let _ = writeln!(
                svg,
                "<a class=\"{class}\" href=\"{}\"><rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"32\" rx=\"8\"/><text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text></a>",
                escape(&node.url),
                width(node),
                x + width(node) / 2,
                *y + 21,
                escape(&cut(&node.label, LONGEST)),
            );
            x += width(node) + GAP;
        }
        *y += 32 + GAP;
        rest = later;
    }
}

fn dot(svg: &mut String, x: usize, y: usize, class: &str) {
    let _ = write!(svg, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>");
}

/// A group of a column: its name beside a dot, and around both an area to point at.
fn row(svg: &mut String, node: &Node, x: usize, y: usize, ends: bool, lone: bool) {
    let (area, text, anchor) = if ends { (0, x - 12, "end") } else { (x - 8, x + 12, "start") };
    let width = if ends { x + 8 } else { WIDTH - area };
    let label = cut(&node.label, LONGEST);
    let _ = write!(svg, "<a class=\"rb-map-node\" href=\"{}\">", escape(&node.url));
    if label != node.label {
        let _ = write!(svg, "<title>{}</title>", escape(&node.label));
    }
    let top = y - ROW / 2;
    let _ = write!(
        svg,
        "<rect class=\"rb-map-area\" x=\"{area}\" y=\"{top}\" width=\"{width}\" height=\"{ROW}\" rx=\"6\"/>"
    );
    dot(svg, x, y, if lone { "rb-map-lone" } else { "rb-map-dot" });
    let _ = write!(
        svg,
        "<text x=\"{text}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text></a>",
        y + 5,
        escape(&label)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(label: &str) -> Node {
        Node { label: label.into(), url: (*format!("../{}/?a&b", label.len())).into() }
    }

    #[test]
    fn every_group_is_linked_once_and_every_tie_is_drawn() {
        let drawn = map(
            &Map {
                top: Some(node("Top")),
                above: (0..9).map(|index| node(&format!("Committee number {index}"))).collect(),
                left: Column {
                    heading: "Those & others".into(),
                    nodes: ["A", "B", "<script>C"].map(node).into(),
                },
                right: Column { heading: "Workers".into(), nodes: ["X", "Y \"Z\""].map(node).into() },
                ties: vec![(0, 0), (2, 0), (2, 1)],
                below: vec![node("Apart")],
            },
            "rb-map",
        );
        assert_eq!(drawn.matches("<a ").count(), 1 + 9 + 3 + 2 + 1);
        assert_eq!(drawn.matches("rb-map-lone").count(), 1, "B has no tie");
        // Each tie for all to see, and once with either end.
        assert_eq!(drawn.matches("class=\"rb-tie\"").count(), 3 * 3);
        assert!(drawn.contains("&lt;script&gt;C") && drawn.contains("Y &quot;Z&quot;"), "{drawn}");
        assert!(drawn.contains("Those &amp; others") && !drawn.contains("?a&b"));
    }

    #[test]
    fn groups_of_the_right_column_stand_apart_and_in_the_picture() {
        for (left, right) in [(1, 1), (1, 5), (5, 1), (9, 4), (0, 3)] {
            let column = |count| Column {
                heading: String::new(),
                nodes: (0..count).map(|index: usize| node(&index.to_string())).collect(),
            };
            // All of them pull to the last row.
            let ties = if left == 0 { vec![] } else { (0..right).map(|to| (left - 1, to)).collect() };
            let rows = rows(&Map { left: column(left), right: column(right), ties, ..Map::default() }, 100);
            assert!(rows.windows(2).all(|pair| pair[1] >= pair[0] + ROW), "{rows:?}");
            assert!(rows.iter().all(|row| *row > 100 && *row < 100 + left.max(right) * ROW), "{rows:?}");
        }
    }
}
